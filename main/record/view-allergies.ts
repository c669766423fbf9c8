/** The allergies part of the patient banner: four phrases with four meanings (Common User Interface, PAB-0064). */
import type { BannerView } from '../../preload/contract.ts';
import type { Group, Item } from './model.ts';
import { degradedEntry } from './normalise/codings.ts';
import type { RecordSnapshot } from './record.ts';
import { counted, series } from './view-words.ts';
import { emptySentence, gapSayings } from './view-gaps.ts';

export function allergiesBanner(snapshot: RecordSnapshot): BannerView['allergies'] {
  const groups = snapshot.sections.allergies.groups;
  const known = groups.filter((group) => copies(group).some((item) => stands(item) && item.allergy === 'allergy'));
  const none = groups.filter((group) => copies(group).some((item) => stands(item) && item.allergy === 'no-known-allergies'));
  const gaps = gapSayings(snapshot.sources, 'allergies');
  if (known.length > 0) {
    const conflicts = none.length > 0 ? [`conflict: no known allergies in ${sourcesOf(snapshot, none)}`] : [];
    const more = gaps.map((saying) => `${saying}: there may be more`);
    return { phrase: 'Known allergies', detail: [...known.map(describe), ...conflicts, ...more].join(' · '), tone: 'harm' };
  }
  if (none.length > 0) {
    const said = sourcesOf(snapshot, none);
    // One record's "no known allergies" says nothing of another that has not been read: absence is never claimed for it.
    if (gaps.length > 0) return { phrase: 'Allergies unavailable', detail: [`${said}: no known allergies`, ...gaps].join(' · '), tone: 'warning' };
    return { phrase: 'No known allergies', detail: `Recorded by ${said}`, tone: 'plain' };
  }
  const ended = groups.filter((group) => copies(group).some((item) => item.standing === 'ended' && item.allergy === 'allergy')).length;
  const past = ended === 0 ? [] : [`${counted(ended, 'ended allergy', 'ended allergies')} in the record`];
  const sentence = emptySentence(snapshot.sources, 'allergies');
  return { phrase: gaps.length === 0 ? 'Allergies not recorded' : 'Allergies unavailable', detail: [...past, sentence].join(' · '), tone: 'warning' };
}

function copies({ clusters }: Group): readonly Item[] {
  return clusters.flatMap(({ items }) => items);
}

/** Anything not ended or withdrawn stands: an allergy of unclear status is an allergy. */
function stands({ standing }: Item): boolean {
  return standing === 'current' || standing === 'unclear';
}

/** `Penicillin: anaphylaxis (2 sources)`. A code lost in transfer is said, not hidden. */
function describe(group: Group): string {
  const items = copies(group).filter((item) => stands(item) && item.allergy === 'allergy');
  const lead = items[0];
  const reactions = [...new Set(items.flatMap((item) => item.facts.filter(({ label }) => label === 'Reaction').map(({ text }) => text)))];
  const sources = new Set(items.map(({ provenance }) => provenance.source)).size;
  const lost = items.some(({ codings }) => degradedEntry(codings) !== undefined) ? ', details lost in transfer: read the entry' : '';
  return `${lead?.title ?? 'Allergy'}${reactions.length === 0 ? '' : `: ${reactions.join('; ')}`}${lost}${sources > 1 ? ` (${counted(sources, 'source')})` : ''}`;
}

/** Who says so, by name. */
function sourcesOf(snapshot: RecordSnapshot, groups: readonly Group[]): string {
  const said = new Set(groups.flatMap((group) => copies(group).filter(stands).map(({ provenance }) => provenance.source)));
  return series(snapshot.sources.filter(({ id }) => said.has(id)).map(({ name }) => name));
}
