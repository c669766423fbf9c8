/** The source strip, and what may be claimed while some sources have not answered. */
import type { RecordScreen, SectionView, SourceView } from '../../preload/contract.ts';
import type { PartialAnswer, Section, SourceReport, SourceState } from './model.ts';
import { SECTIONS } from './model.ts';
import type { RecordSnapshot } from './record.ts';
import { emptySentence } from './view-gaps.ts';
import { counted, SECTION_NAMES, series, shownDateTime } from './view-words.ts';

export function sourceViews(snapshot: RecordSnapshot): readonly SourceView[] {
  return snapshot.sources.map((source) => sourceView(source, source.clinicalItems));
}

function sourceView(source: SourceReport, items: number): SourceView {
  const { state } = source;
  return {
    id: source.id,
    name: source.name,
    role: source.role,
    state: state.kind,
    summary: summaryOf(source, items),
    detail: detailOf(source, items),
    ...(state.kind === 'partial' ? { partial: state.because } : {}),
    canRetry: canRetry(state),
  };
}

/** Whether asking again may bring more. A refusal, a summary and what is kept back stay what they are. */
function canRetry(state: SourceState): boolean {
  if (state.kind === 'partial') return state.because === 'incomplete';
  return state.kind === 'failed' || state.kind === 'timed-out';
}

const PARTIAL_WORDS: Readonly<Record<PartialAnswer['because'], string>> = {
  summary: 'summary only, more may exist',
  'kept-back': 'kept something back',
  incomplete: 'answered in part',
  'own-viewer': 'opens in its own viewer',
};

function summaryOf({ state, elapsedMs }: SourceReport, items: number): string {
  const amount = `${counted(items, 'item')}${elapsedMs === undefined ? '' : ` · ${seconds(elapsedMs)}`}`;
  switch (state.kind) {
    case 'asking':
      return items === 0 ? 'asking' : `asking · ${counted(items, 'item')} so far`;
    case 'slow':
      return 'slow to answer, still waiting';
    case 'answered':
      return amount;
    case 'partial':
      return state.because === 'own-viewer' ? PARTIAL_WORDS[state.because] : `${PARTIAL_WORDS[state.because]} · ${counted(items, 'item')}`;
    case 'none-held':
      return 'holds no record';
    case 'refused':
      return 'refused';
    case 'failed':
      return 'could not be read';
    case 'timed-out':
      return elapsedMs === undefined ? 'no answer in time' : `no answer in ${seconds(elapsedMs)}`;
    case 'withheld':
      return 'held back: may be another patient';
  }
}

/** `0.4 s`, `10 s`. */
function seconds(milliseconds: number): string {
  return milliseconds >= 9_950 ? `${Math.round(milliseconds / 1_000)} s` : `${(milliseconds / 1_000).toFixed(1)} s`;
}

function detailOf({ state, notes, quarantined, elapsedMs }: SourceReport, items: number): readonly string[] {
  const sentence = 'sentence' in state ? [state.sentence] : [];
  const generated = 'generatedAt' in state && state.generatedAt !== undefined ? [`Put together by the source on ${shownDateTime(state.generatedAt)}.`] : [];
  const held = quarantined === 0 ? [] : [`${counted(quarantined, 'entry', 'entries')} could not be tied to this patient and ${quarantined === 1 ? 'is' : 'are'} held back.`];
  const time = elapsedMs === undefined ? [] : [`${counted(items, 'item')} in ${seconds(elapsedMs)}.`];
  return [...sentence, ...notes.filter((note) => !sentence.includes(note)), ...generated, ...held, ...time];
}

/** How far the record can be relied upon as a whole. */
export type Completeness = Pick<RecordScreen, 'completeness' | 'completenessTone'>;

/**
 * `1 source has not answered: differences may be incomplete` is a warning. That a summary is a summary is said plainly, and
 * only where nothing worse is to be said. `null` where every source has given all it holds.
 */
export function completenessOf(sources: readonly SourceReport[]): Completeness {
  const missing = sources.filter(({ state }) => state.kind !== 'answered' && state.kind !== 'partial' && state.kind !== 'none-held').length;
  const inPart = sources.filter(isInPart).length;
  const keptBack = sources.filter((source) => !isInPart(source) && because(source) === 'kept-back').length;
  const parts = [
    ...(missing === 0 ? [] : [`${counted(missing, 'source')} ${missing === 1 ? 'has' : 'have'} not answered`]),
    ...(inPart === 0 ? [] : [`${counted(inPart, 'source')} answered in part`]),
    ...(keptBack === 0 ? [] : [`${counted(keptBack, 'source')} kept something back`]),
  ];
  if (parts.length > 0) return { completeness: `${series(parts)}: differences may be incomplete`, completenessTone: 'warning' };
  const summaries = sources.filter((source) => because(source) === 'summary').map(({ name }) => name);
  const viewers = sources.filter((source) => because(source) === 'own-viewer').map(({ name }) => name);
  const plain = [
    ...(summaries.length === 0 ? [] : [`${series(summaries)} ${summaries.length === 1 ? 'is a summary' : 'are summaries'} only: more may exist`]),
    ...(viewers.length === 0 ? [] : [`${series(viewers)} ${viewers.length === 1 ? 'opens in its own viewer and is' : 'open in their own viewers and are'} not compared`]),
  ];
  return plain.length === 0 ? { completeness: null } : { completeness: plain.join('; '), completenessTone: 'plain' };
}

function because({ state }: SourceReport): PartialAnswer['because'] | undefined {
  return state.kind === 'partial' ? state.because : undefined;
}

function isInPart(source: SourceReport): boolean {
  return because(source) === 'incomplete' || ((source.state.kind === 'answered' || source.state.kind === 'partial') && source.quarantined > 0);
}

/** Every section in its order with its counts and what it may truthfully say when empty. */
export function sectionViews(snapshot: RecordSnapshot, rows: ReadonlyMap<Section, { readonly rows: number; readonly items: number; readonly differing: number }>): readonly SectionView[] {
  return SECTIONS.map((section) => ({
    id: section,
    name: SECTION_NAMES[section],
    ...(rows.get(section) ?? { rows: 0, items: 0, differing: 0 }),
    emptySentence: emptySentence(snapshot.sources, section),
  }));
}
