/** The record as the screen asks for it: whole parts of the record screen, and rows a page at a time. */
import type { BannerView, RecordScreen, RowPage } from '../../preload/contract.ts';
import type { SectionGroups } from './group-index.ts';
import { SECTIONS } from './model.ts';
import type { Comparison, Group, Section } from './model.ts';
import type { RecordSnapshot } from './record.ts';
import { allergiesBanner } from './view-allergies.ts';
import { rowSources } from './row-sources.ts';
import type { RowSources } from './row-sources.ts';
import { standingOfGroup } from './standing.ts';
import { inReadingOrder, rowView } from './view-rows.ts';
import { completenessOf, sectionViews, sourceViews } from './view-sources.ts';

/** The parts of `RecordScreen` that the record itself knows. */
export type RecordView = Pick<RecordScreen, 'sources' | 'sections' | 'recordRevision' | 'completeness' | 'completenessTone' | 'quarantined'> & {
  readonly allergies: BannerView['allergies'];
};

/** Which rows. `section` null is the whole record; counts are rows. */
export interface RowRequest {
  readonly section: string | null;
  readonly from: number;
  readonly count: number;
  readonly onlyDiffering: boolean;
  readonly includeWithdrawn: boolean;
}

/** What rows need to know of the sources, worked out once for a snapshot. */
const sourcesOf = new WeakMap<RecordSnapshot, RowSources>();

function sourcesFor(snapshot: RecordSnapshot): RowSources {
  const known = sourcesOf.get(snapshot) ?? rowSources(snapshot.sources);
  sourcesOf.set(snapshot, known);
  return known;
}

/** A section's order is worked out once, however many pages and snapshots are read from it before it changes. */
const inOrder = new WeakMap<SectionGroups, readonly Group[]>();

function ordered(section: SectionGroups): readonly Group[] {
  const known = inOrder.get(section) ?? inReadingOrder(section.groups);
  inOrder.set(section, known);
  return known;
}

export function recordView(snapshot: RecordSnapshot): RecordView {
  return {
    sources: sourceViews(snapshot),
    sections: sectionViews(snapshot, countsBySection(snapshot)),
    recordRevision: snapshot.revision,
    ...completenessOf(snapshot.sources),
    quarantined: snapshot.sources.reduce((total, { quarantined }) => total + quarantined, 0),
    allergies: allergiesBanner(snapshot),
  };
}

function countsBySection(snapshot: RecordSnapshot): ReadonlyMap<Section, { rows: number; items: number; differing: number }> {
  const sources = sourcesFor(snapshot);
  return new Map(SECTIONS.map((section) => {
    const { items, rows } = snapshot.sections[section];
    const kinds = Object.entries(rows) as [Comparison['kind'], number][];
    const differing = kinds.filter(([kind]) => isDiffering(section, kind, sources)).reduce((total, [, count]) => total + count, 0);
    return [section, { rows: kinds.reduce((total, [, count]) => total + count, 0), items, differing }];
  }));
}

/** Whether the two sides are known to differ. What has not been compared is not said to differ. */
function isDiffering(section: Section, kind: Comparison['kind'], sources: RowSources): boolean {
  if (section === 'supporting' || kind === 'same') return false;
  if (kind !== 'only-practice' && kind !== 'only-shared') return true;
  return sources.onlySide(section, kind === 'only-practice' ? 'practice' : 'shared').kind !== 'incomplete';
}

/** One page of rows. `total` counts all rows that fit the request. */
export function rowPage(snapshot: RecordSnapshot, request: RowRequest): RowPage {
  const sources = sourcesFor(snapshot);
  const sections = SECTIONS.filter((section) => request.section === null || request.section === section);
  const fitting = sections.flatMap((section) => ordered(snapshot.sections[section]).filter((group) => fits(group, request, sources)));
  const from = Math.max(0, request.from);
  return {
    recordRevision: snapshot.revision,
    total: fitting.length,
    rows: fitting.slice(from, from + Math.max(0, request.count)).map((group) => rowView(group, sources)),
  };
}

function fits(group: Group, { onlyDiffering, includeWithdrawn }: RowRequest, sources: RowSources): boolean {
  if (onlyDiffering && !isDiffering(group.section, group.comparison.kind, sources)) return false;
  return includeWithdrawn || standingOfGroup(group) !== 'withdrawn';
}
