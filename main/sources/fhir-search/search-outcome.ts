/** What all searches of one asking come to. */
import { SECTIONS } from '../../record/model.ts';
import type { Section, SourceOutcome } from '../../record/model.ts';
import type { SearchKind } from './kinds.ts';
import type { SearchEnd } from './search.ts';

export interface Come {
  readonly outcome: SourceOutcome;
  readonly notes: readonly string[];
}

/** All, a part with what is missing, or nothing with the reason the first search gave. */
export function outcomeOfSearches(name: string, ends: readonly SearchEnd[], kinds: readonly SearchKind[]): Come {
  const inOrder = kinds.flatMap((kind) => ends.filter((end) => end.kind === kind));
  const missing = inOrder.filter((end) => end.end === 'missing');
  const notOffered = sectionsWithout(inOrder);
  // Of a part that the server gives in other kinds of resource it is of no use to know in which it does not.
  const unoffered = inOrder.filter(({ end, kind }) => end === 'not-offered' && kind.sections.every((section) => notOffered.includes(section))).map(({ kind }) => kind);
  const extras = notOffered.length === 0 ? {} : { notOffered };
  const notes = unoffered.length === 0 ? [] : [`${name} does not offer: ${unoffered.map(({ words }) => words).join(', ')}.`];
  const [first] = missing;
  if (first === undefined) return { outcome: { kind: 'answered', ...extras }, notes };
  if (inOrder.every((end) => end.end !== 'complete' && end.pages === 0)) return { outcome: first.outcome, notes: [] };
  return { outcome: { ...partOf(name, missing), ...extras }, notes };
}

type Missing = Extract<SearchEnd, { end: 'missing' }>;

function partOf(name: string, missing: readonly Missing[]): Extract<SourceOutcome, { kind: 'partial' }> {
  const lacked = new Set(missing.flatMap(({ kind }) => kind.sections));
  const words = missing.map(({ kind }) => kind.words).join(', ');
  const [first] = missing;
  const why = first !== undefined && 'sentence' in first.outcome ? first.outcome.sentence : '';
  const lacks = SECTIONS.filter((section) => lacked.has(section));
  if (missing.every(({ outcome }) => outcome.kind === 'refused')) return { kind: 'partial', because: 'kept-back', lacks, sentence: `${name} keeps something back: ${words}. ${why}`.trim() };
  return { kind: 'partial', because: 'incomplete', lacks, sentence: `${name} did not give everything. Missing or incomplete: ${words}. ${why}`.trim() };
}

/** Sections of which the server offers no type at all, or of which it was not to be asked any. */
function sectionsWithout(ends: readonly SearchEnd[]): readonly Section[] {
  const offered = new Set(ends.filter(({ end }) => end !== 'not-offered').flatMap(({ kind }) => kind.sections));
  return SECTIONS.filter((section) => section !== 'supporting' && section !== 'other' && !offered.has(section));
}
