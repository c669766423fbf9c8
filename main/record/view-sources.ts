/** The source strip, and what may be claimed while some sources have not answered. */
import type { SectionView, SourceView } from '../../preload/contract.ts';
import type { Section, SourceReport, SourceState } from './model.ts';
import { SECTIONS } from './model.ts';
import type { RecordSnapshot } from './record.ts';
import { counted, SECTION_NAMES, series, shownDateTime } from './view-words.ts';

export function sourceViews(snapshot: RecordSnapshot): readonly SourceView[] {
  const clinical = new Map<string, number>();
  for (const item of snapshot.items) {
    if (item.section !== 'supporting') clinical.set(item.provenance.source, (clinical.get(item.provenance.source) ?? 0) + 1);
  }
  return snapshot.sources.map((source) => sourceView(source, clinical.get(source.id) ?? 0));
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
    canRetry: RETRIABLE.has(state.kind),
  };
}

const RETRIABLE: ReadonlySet<SourceState['kind']> = new Set(['partial', 'refused', 'failed', 'timed-out', 'none-held']);

function summaryOf({ state, elapsedMs, notes }: SourceReport, items: number): string {
  const amount = `${counted(items, 'item')}${elapsedMs === undefined ? '' : ` · ${seconds(elapsedMs)}`}`;
  switch (state.kind) {
    case 'asking':
      return items === 0 ? 'asking' : `asking · ${counted(items, 'item')} so far`;
    case 'slow':
      return 'slow to answer, still waiting';
    case 'answered':
      return amount;
    case 'partial':
      return isSummaryOnly(notes) ? `summary only, more may exist · ${counted(items, 'item')}` : `answered in part · ${counted(items, 'item')}`;
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

function isSummaryOnly(notes: readonly string[]): boolean {
  return notes.some((note) => note.startsWith('Summary only'));
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

/** Whether all this source holds has been received, so that what is not there is not held. */
export function isComplete({ state, quarantined }: SourceReport): boolean {
  return (state.kind === 'answered' && quarantined === 0) || state.kind === 'none-held';
}

function isWaiting({ state }: SourceReport): boolean {
  return state.kind === 'asking' || state.kind === 'slow';
}

/** `1 source has not answered: differences may be incomplete`, or `null` where every source has given all it holds. */
export function completenessOf(sources: readonly SourceReport[]): string | null {
  const partial = sources.filter(({ state, quarantined }) => state.kind === 'partial' || (state.kind === 'answered' && quarantined > 0)).length;
  const missing = sources.filter((source) => !isComplete(source)).length - partial;
  const parts = [
    ...(missing === 0 ? [] : [`${counted(missing, 'source')} ${missing === 1 ? 'has' : 'have'} not answered`]),
    ...(partial === 0 ? [] : [`${counted(partial, 'source')} answered in part`]),
  ];
  return parts.length === 0 ? null : `${series(parts)}: differences may be incomplete`;
}

/** Every section in its order with its counts and what it may truthfully say when empty. */
export function sectionViews(snapshot: RecordSnapshot, rows: ReadonlyMap<Section, { readonly rows: number; readonly items: number; readonly differing: number }>): readonly SectionView[] {
  return SECTIONS.map((section) => ({
    id: section,
    name: SECTION_NAMES[section],
    ...(rows.get(section) ?? { rows: 0, items: 0, differing: 0 }),
    emptySentence: emptySentence(snapshot, section),
  }));
}

/**
 * The truth about an empty section. Not yet answered, failed, unavailable, answered in part and none held are different
 * sentences, and "None recorded" is only said when every source that was asked has answered in full.
 */
export function emptySentence(snapshot: RecordSnapshot, section: Section): string {
  const { sources } = snapshot;
  const name = SECTION_NAMES[section].toLowerCase();
  const waiting = sources.filter(isWaiting);
  if (waiting.length > 0) return `Not yet answered: waiting for ${names(waiting)}.`;
  const failed = sources.filter((source) => !isComplete(source) && source.state.kind !== 'partial' && source.state.kind !== 'answered');
  if (failed.length > 0) return `Cannot say: ${names(failed)} did not give ${failed.length === 1 ? 'its' : 'their'} record. There may be ${name} that are not shown.`;
  const unavailable = sources.filter((source) => snapshot.declaredEmpty.get(source.id)?.some((one) => one.section === section && one.reason === 'unavailable'));
  if (unavailable.length > 0) return `Unavailable: ${names(unavailable)} cannot give ${name}. There may be some that are not shown.`;
  const partial = sources.filter((source) => !isComplete(source));
  if (partial.length > 0) return `None in what was received. ${names(partial)} gave only a part of what ${partial.length === 1 ? 'it holds' : 'they hold'}.`;
  if (sources.every(({ state }) => state.kind === 'none-held')) return `No record held by ${names(sources)}.`;
  return section === 'allergies' ? `Allergies not recorded in ${names(sources)}. This does not mean that there are none.` : `None recorded in ${names(sources)}.`;
}

function names(sources: readonly SourceReport[]): string {
  return series(sources.map(({ name }) => name));
}
