/** What the rows need to know of the sources, worked out once for a whole snapshot. */
import type { ComparisonView } from '../../preload/contract.ts';
import type { Section, SourceReport } from './model.ts';
import { SECTIONS } from './model.ts';
import { gapSayings } from './view-gaps.ts';

type Role = SourceReport['role'];

export interface RowSources {
  readonly nameOf: ReadonlyMap<string, string>;
  readonly roleOf: ReadonlyMap<string, Role>;
  /** Why "no known allergies" from one source does not yet hold for the patient; empty where every source has answered. */
  readonly allergyGaps: readonly string[];
  /** What may be said of a fact that only the one side is known to hold. */
  readonly onlySide: (section: Section, side: Role) => ComparisonView;
}

export function rowSources(sources: readonly SourceReport[]): RowSources {
  const views = new Map(SECTIONS.flatMap((section) => (['practice', 'shared'] as const).map((side) => [`${section} ${side}`, onlySideView(sources, section, side)] as const)));
  return {
    nameOf: new Map(sources.map(({ id, name }) => [id, name])),
    roleOf: new Map(sources.map(({ id, role }) => [id, role])),
    allergyGaps: gapSayings(sources, 'allergies'),
    onlySide: (section, side) => views.get(`${section} ${side}`) as ComparisonView,
  };
}

/**
 * "Only practice" says that no shared record has it, which is known when one of them has given all it holds and none of the
 * others is still open. A summary that leaves things out by design neither proves it nor stands in its way.
 */
function onlySideView(sources: readonly SourceReport[], section: Section, side: Role): ComparisonView {
  const others = sources.filter(({ role }) => role !== side);
  const gaps = others.map((source) => source.gaps[section]);
  const open = gaps.filter((gap) => gap !== undefined && gap !== 'summary');
  const whole = gaps.includes(undefined);
  if (open.length === 0 && whole) return side === 'practice' ? { kind: 'only-practice', label: 'Only practice' } : { kind: 'only-shared', label: 'Only shared' };
  const sentence = gapSayings(others, section).map((saying) => `${saying}.`).join(' ');
  const label = incompleteLabel(open, whole, gaps.length);
  return { kind: 'incomplete', label, ...(sentence === '' ? {} : { sentence: `Not seen elsewhere. ${sentence}` }) };
}

function incompleteLabel(open: readonly unknown[], whole: boolean, asked: number): string {
  if (open.includes('waiting')) return 'Not compared yet';
  if (open.length === 0) return asked === 0 ? 'Not compared' : 'Not in summary';
  const silent = open.length === asked && open.every((gap) => gap === 'silent' || gap === 'unavailable');
  return silent && !whole ? 'Not compared' : 'Not fully compared';
}
