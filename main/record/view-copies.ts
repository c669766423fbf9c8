/** The copies of one fact as the screen lists them: in their order, what each is, and everything it says. */
import type { CopyView, FactView } from '../../preload/contract.ts';
import { codeText } from './code-systems.ts';
import { compareText, copyRank } from './copies.ts';
import type { Group, Item } from './model.ts';
import { dateOrder } from './normalise/dates.ts';
import type { RowSources } from './row-sources.ts';
import { shownDate, shownDateTime, shownInstant, shownStatus } from './view-words.ts';

/**
 * The practice's copies first, then each source's by name. Within a source the newest first, and what belongs to one course
 * of a medicine stays together: the statement, its prescription, then the issues, whether or not they refer to each other.
 */
export function copiesInOrder({ clusters }: Group, sources: RowSources): readonly Item[] {
  const items = clusters.flatMap((cluster) => cluster.items);
  const byId = new Map(items.map((item) => [item.id, item]));
  const bases = new Set(items.map(({ basedOn }) => basedOn));
  const courses = new Map<string, string>();
  const keyed = items.map((item) => ({ item, side: sideOrder(item, sources), course: bases.has(item.id) || item.basedOn !== undefined ? courseOf(item, byId) : '', rank: copyRank(item), date: dateOrder(item.date ?? item.provenance.recorded) }));
  for (const { course, date } of keyed) courses.set(course, [courses.get(course) ?? '', date].sort(compareText)[1] ?? '');
  keyed.sort((one, other) =>
    compareText(one.side, other.side) ||
    compareText(courses.get(other.course) ?? '', courses.get(one.course) ?? '') ||
    compareText(one.course, other.course) ||
    one.rank - other.rank ||
    compareText(other.date, one.date) ||
    compareText(one.item.id, other.item.id));
  return keyed.map(({ item }) => item);
}

function sideOrder({ provenance: { source } }: Item, { roleOf, nameOf }: RowSources): string {
  return `${roleOf.get(source) === 'practice' ? 0 : 1} ${nameOf.get(source) ?? ''} ${source}`;
}

/** The id of the entry that a chain of references ends at. One that leads in a circle ends where it began. */
function courseOf(item: Item, byId: ReadonlyMap<string, Item>): string {
  const seen = new Set<Item>();
  let at = item;
  for (let base = item; !seen.has(base); base = byId.get(base.basedOn ?? '') ?? base) {
    seen.add(base);
    at = base;
  }
  return at.id;
}

export function copyView(item: Item, sources: RowSources): CopyView {
  const { provenance } = item;
  const heading = headingOf(item);
  return {
    itemId: item.id,
    sourceName: sources.nameOf.get(provenance.source) ?? provenance.source,
    role: sources.roleOf.get(provenance.source) ?? 'shared',
    ...(heading === undefined ? {} : { heading }),
    ...(isSupply(item) ? { supply: true } : {}),
    organisation: organisationOf(item) ?? null,
    title: item.title,
    status: item.status === undefined ? null : shownStatus(item.status),
    facts: factsOf(item),
  };
}

const SUPPLIES: ReadonlySet<string> = new Set(['issue', 'dispensed', 'given']);

function isSupply({ medication }: Item): boolean {
  return medication !== undefined && SUPPLIES.has(medication.kind);
}

/** What a copy is, where copies of one fact may be of several kinds. */
function headingOf(item: Item): string | undefined {
  if (item.section === 'results') return item.resourceType === 'DiagnosticReport' ? 'Report' : 'Result';
  const { medication, date } = item;
  const on = date === undefined ? '' : ` ${shownDate(date)}`;
  switch (medication?.kind) {
    case undefined:
      return undefined;
    case 'statement':
      return 'Medication statement';
    case 'prescription':
      return medication.course === undefined ? 'Prescription' : `${shownStatus(medication.course.replace(/ (medication|therapy)$/i, ''))} prescription`;
    case 'issue':
      return `Issue${on}`;
    case 'dispensed':
      return `Dispensed${on}`;
    case 'given':
      return `Given${on}`;
  }
}

function organisationOf({ provenance: { organisation } }: Item): string | undefined {
  return organisation?.name ?? organisation?.odsCode;
}

/** Everything a copy says: what decides first, who said it after that, and codes and times of recording last. */
function factsOf(item: Item): readonly FactView[] {
  const { provenance } = item;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Take care', item.warning],
    ['Dose', item.dose],
    ['Status', item.status === undefined ? undefined : shownStatus(item.status)],
    ['Value', item.value?.text],
    ['Date', item.date === undefined ? undefined : shownDateTime(item.date)],
    ...item.facts.map(({ label, text }) => [label, text] as const),
    ['Recorded by', provenance.author],
    ['Organisation', organisationOf(item)],
    ['Recorded', provenance.recorded === undefined ? undefined : shownDateTime(provenance.recorded)],
    ['Code', item.codings.map((coding) => codeText(coding, item.title)).join('; ')],
    ['Fetched', shownInstant(provenance.retrievedAt)],
  ];
  return rows.flatMap(([label, text]) => (text === undefined || text === '' ? [] : [{ label, text }]));
}
