/** What may be said of a section while sources have not given all they hold of it. */
import type { Gap, Section, SourceReport } from './model.ts';
import { SECTION_NAMES, series } from './view-words.ts';

/** Sources that have not given all they hold of a section. */
export function withGap(sources: readonly SourceReport[], section: Section): readonly SourceReport[] {
  return sources.filter(({ gaps }) => gaps[section] !== undefined);
}

/**
 * The truth about an empty section. Not yet answered, failed, unavailable, answered in part and none held are different
 * sentences, and "None recorded" is only said when every source that was asked has given all it holds of it.
 */
export function emptySentence(sources: readonly SourceReport[], section: Section): string {
  const name = SECTION_NAMES[section].toLowerCase();
  const gapped = (...gaps: readonly Gap[]): readonly SourceReport[] => sources.filter((source) => gaps.includes(source.gaps[section] as Gap));
  const waiting = gapped('waiting');
  if (waiting.length > 0) return `Not yet answered: waiting for ${names(waiting)}.`;
  const silent = gapped('silent');
  if (silent.length > 0) return `Cannot say: ${names(silent)} did not give ${silent.length === 1 ? 'its' : 'their'} record. There may be ${name} that are not shown.`;
  const unavailable = gapped('unavailable');
  if (unavailable.length > 0) return `Unavailable: ${names(unavailable)} cannot give ${name}. There may be some that are not shown.`;
  const inPart = gapped('incomplete', 'kept-back', 'quarantined');
  if (inPart.length > 0) return `None in what was received. ${names(inPart)} gave only a part of what ${inPart.length === 1 ? 'it holds' : 'they hold'}.`;
  const viewers = gapped('own-viewer');
  if (viewers.length > 0) return `None in what was received. ${names(viewers)} ${viewers.length === 1 ? 'opens in its own viewer and is' : 'open in their own viewers and are'} not read here.`;
  const summaries = gapped('summary');
  if (summaries.length > 0) return `None in what was received. ${names(summaries)} ${summaries.length === 1 ? 'is a summary' : 'are summaries'} only: more may exist.`;
  if (sources.every(({ state }) => state.kind === 'none-held')) return `No record held by ${names(sources)}.`;
  return section === 'allergies' ? `Allergies not recorded in ${names(sources)}. This does not mean that there are none.` : `None recorded in ${names(sources)}.`;
}

/** Who leaves the section open and how, each way once: `Wessex record and Wessex summary did not answer`. */
export function gapSayings(sources: readonly SourceReport[], section: Section): readonly string[] {
  const byWords = new Map<string, { readonly words: Words; readonly who: string[] }>();
  for (const source of withGap(sources, section)) {
    const words = gapWords(source, section);
    const same = byWords.get(words.one) ?? { words, who: [] };
    byWords.set(words.one, same);
    same.who.push(source.name);
  }
  return [...byWords.values()].map(({ words, who }) => `${series(who)} ${who.length === 1 ? words.one : words.many}`);
}

/** The same thing said of one source and of several. */
interface Words {
  readonly one: string;
  readonly many: string;
}

const both = (words: string): Words => ({ one: words, many: words });

function gapWords({ gaps, state }: SourceReport, section: Section): Words {
  const name = SECTION_NAMES[section].toLowerCase();
  switch (gaps[section]) {
    case 'waiting':
      return { one: 'has not answered yet', many: 'have not answered yet' };
    case 'unavailable':
      return both(`cannot give ${name}`);
    case 'incomplete':
      return both(`did not give all ${name}`);
    case 'kept-back':
      return both(`may keep ${name} back`);
    case 'quarantined':
      return { one: `has ${name} that could not be tied to this patient`, many: `have ${name} that could not be tied to this patient` };
    case 'own-viewer':
      return { one: 'opens in its own viewer', many: 'open in their own viewers' };
    case 'summary':
      return { one: 'is a summary only', many: 'are summaries only' };
    default:
      return silenceWords(state.kind);
  }
}

function silenceWords(kind: SourceReport['state']['kind']): Words {
  if (kind === 'refused') return both('refused');
  if (kind === 'timed-out') return both('did not answer in time');
  if (kind === 'withheld') return { one: 'is held back: it may be about another patient', many: 'are held back: they may be about another patient' };
  return both('did not answer');
}

function names(sources: readonly SourceReport[]): string {
  return series(sources.map(({ name }) => name));
}
