/** The record as the screen asks for it: whole parts of the record screen, and rows a page at a time. */
import type { BannerView, RecordScreen, RowPage } from '../../preload/contract.ts';
import type { Group, Section } from './model.ts';
import type { RecordSnapshot } from './record.ts';
import { allergiesBanner } from './view-allergies.ts';
import { rowSources } from './row-sources.ts';
import type { RowSources } from './row-sources.ts';
import { comparisonView, inReadingOrder, rowView, standingOfGroup } from './view-rows.ts';
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

interface Prepared {
  readonly sources: RowSources;
  readonly groups: readonly Group[];
}

/** A snapshot's order is worked out once, however many pages are read from it. */
const prepared = new WeakMap<RecordSnapshot, Prepared>();

function prepare(snapshot: RecordSnapshot): Prepared {
  const known = prepared.get(snapshot);
  if (known !== undefined) return known;
  const made = { sources: rowSources(snapshot.sources), groups: inReadingOrder(snapshot.groups) };
  prepared.set(snapshot, made);
  return made;
}

export function recordView(snapshot: RecordSnapshot): RecordView {
  return {
    sources: sourceViews(snapshot),
    sections: sectionViews(snapshot, countsBySection(prepare(snapshot))),
    recordRevision: snapshot.revision,
    ...completenessOf(snapshot.sources),
    quarantined: snapshot.sources.reduce((total, { quarantined }) => total + quarantined, 0),
    allergies: allergiesBanner(snapshot),
  };
}

function countsBySection({ sources, groups }: Prepared): ReadonlyMap<Section, { rows: number; items: number; differing: number }> {
  const counts = new Map<Section, { rows: number; items: number; differing: number }>();
  for (const group of groups) {
    const count = counts.get(group.section) ?? { rows: 0, items: 0, differing: 0 };
    counts.set(group.section, count);
    count.items += group.clusters.reduce((total, { items }) => total + items.length, 0);
    if (standingOfGroup(group) === 'withdrawn') continue;
    count.rows += 1;
    if (isDiffering(group, sources)) count.differing += 1;
  }
  return counts;
}

/** Whether the two sides are known to differ. What has not been compared is not said to differ. */
function isDiffering(group: Group, sources: RowSources): boolean {
  const { kind } = comparisonView(group, sources);
  return group.section !== 'supporting' && kind !== 'same' && kind !== 'incomplete';
}

/** One page of rows. `total` counts all rows that fit the request. */
export function rowPage(snapshot: RecordSnapshot, request: RowRequest): RowPage {
  const { sources, groups } = prepare(snapshot);
  const fitting = groups.filter((group) => fits(group, request, sources));
  const from = Math.max(0, request.from);
  return {
    recordRevision: snapshot.revision,
    total: fitting.length,
    rows: fitting.slice(from, from + Math.max(0, request.count)).map((group) => rowView(group, sources)),
  };
}

function fits(group: Group, { section, onlyDiffering, includeWithdrawn }: RowRequest, sources: RowSources): boolean {
  if (section !== null && group.section !== section) return false;
  if (onlyDiffering && !isDiffering(group, sources)) return false;
  return includeWithdrawn || standingOfGroup(group) !== 'withdrawn';
}
