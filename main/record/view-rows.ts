/** One line of the record for each group, and behind it every copy. */
import type { ComparisonView, CopyView, FactView, RowView } from '../../preload/contract.ts';
import { copyRank, compareText, leadFirst, speakingCopies } from './copies.ts';
import { medicineName } from './medicine-name.ts';
import type { Group, Item, Standing } from './model.ts';
import { SECTIONS } from './model.ts';
import { dateOrder } from './normalise/dates.ts';
import type { RecordSnapshot } from './record.ts';
import { isComplete } from './view-sources.ts';
import { differsLabel, shownDate, shownDateTime, shownInstant, shownStatus } from './view-words.ts';

/** What the rows need to know of the sources. */
export interface RowSources {
  readonly nameOf: ReadonlyMap<string, string>;
  readonly roleOf: ReadonlyMap<string, 'practice' | 'shared'>;
  /** Whether the practice, and at least one shared record, has answered: only then is "only here" known. */
  readonly practiceAnswered: boolean;
  readonly sharedAnswered: boolean;
}

export function rowSources({ sources }: RecordSnapshot): RowSources {
  const answered = (role: 'practice' | 'shared'): boolean => sources.some((source) => source.role === role && (isComplete(source) || source.state.kind === 'partial' || source.state.kind === 'answered'));
  return {
    nameOf: new Map(sources.map(({ id, name }) => [id, name])),
    roleOf: new Map(sources.map(({ id, role }) => [id, role])),
    practiceAnswered: answered('practice'),
    sharedAnswered: answered('shared'),
  };
}

/** Groups as the screen lists them: by section, what stands now first where that matters, then newest first. */
export function inReadingOrder(groups: readonly Group[]): readonly Group[] {
  const keyed = groups.map((group) => ({ group, section: SECTIONS.indexOf(group.section), rank: rankOf(group), date: newestDate(group), name: leadOf(group).title }));
  keyed.sort((one, other) => one.section - other.section || one.rank - other.rank || compareText(other.date, one.date) || compareText(one.name, other.name) || compareText(one.group.id, other.group.id));
  return keyed.map(({ group }) => group);
}

const BY_STANDING: ReadonlySet<Group['section']> = new Set(['alerts', 'allergies', 'medication', 'problems', 'plans']);
const STANDING_RANK: Readonly<Record<Standing, number>> = { current: 0, unclear: 1, ended: 2, withdrawn: 3 };

function rankOf(group: Group): number {
  const standing = standingOfGroup(group);
  return BY_STANDING.has(group.section) ? STANDING_RANK[standing] : standing === 'withdrawn' ? 3 : 0;
}

function newestDate({ clusters }: Group): string {
  return clusters.map(({ lead }) => dateOrder(lead.date ?? lead.provenance.recorded)).sort(compareText).at(-1) ?? '';
}

export function leadOf({ clusters }: Group): Item {
  return (clusters[0] as Group['clusters'][number]).lead;
}

/** The most pressing among the copies: a row with one copy that stands is never shown as ended. */
export function standingOfGroup({ clusters }: Group): Standing {
  const ranks = clusters.flatMap(({ items }) => speakingRanks(items));
  const best = Math.min(...ranks);
  return (Object.keys(STANDING_RANK) as Standing[]).find((standing) => STANDING_RANK[standing] === best) ?? 'unclear';
}

function speakingRanks(items: readonly Item[]): readonly number[] {
  const best = Math.min(...items.map(copyRank));
  return items.filter((item) => copyRank(item) === best || item.section !== 'medication').map(({ standing }) => STANDING_RANK[standing]);
}

export function rowView(group: Group, sources: RowSources): RowView {
  const lead = leadOf(group);
  const { name, rest } = nameAndRest(group);
  return {
    id: group.id,
    section: group.section,
    name,
    rest,
    dose: doseLine(group, sources),
    status: statusLine(group),
    standing: standingOfGroup(group),
    date: lead.date === undefined ? null : shownDate(lead.date),
    comparison: comparisonView(group, sources),
    copies: copiesInOrder(group, sources).map((item) => copyView(item, sources)),
  };
}

function nameAndRest(group: Group): Pick<RowView, 'name' | 'rest'> {
  const lead = leadOf(group);
  const warning = lead.warning === undefined ? [] : [lead.warning];
  if (lead.section === 'medication') {
    const { name, rest } = medicineName(lead.title);
    const others = group.clusters.map((cluster) => medicineName(cluster.lead.title).rest).filter((words) => words !== '');
    return { name, rest: [[...new Set([rest, ...others].filter((words) => words !== ''))].join(' or '), ...warning].filter((words) => words !== '').join(' · ') };
  }
  const values = [...new Set(group.clusters.flatMap(({ lead: { value } }) => value?.text ?? []))].join(' or ');
  const reaction = lead.section === 'allergies' ? lead.facts.find(({ label }) => label === 'Reaction')?.text : undefined;
  return { name: lead.title, rest: [values, reaction, ...warning].filter((words) => words !== undefined && words !== '').join(' · ') };
}

/** The lead's status; every status where the copies differ in it. */
function statusLine(group: Group): string | null {
  const lead = leadOf(group);
  const differs = group.comparison.kind === 'differs' && group.comparison.in.includes('status');
  const said = differs ? speakingCopies(group.clusters.flatMap(({ items }) => items)).map(({ status }) => status) : [lead.status];
  const words = [...new Set(said.flatMap((status) => (status === undefined ? [] : [shownStatus(status)])))];
  return words.length === 0 ? null : words.join(' or ');
}

/** Every dose that is claimed, in full; who claims which where they differ. */
function doseLine(group: Group, sources: RowSources): string | null {
  if (group.section !== 'medication') return null;
  const bySource = new Map<string, Set<string>>();
  for (const { items } of group.clusters) {
    for (const item of items.filter((copy) => copyRank(copy) < 2 && copy.dose !== undefined)) {
      const dose = item.dose ?? '';
      const said = bySource.get(dose) ?? new Set<string>();
      bySource.set(dose, said.add(sources.nameOf.get(item.provenance.source) ?? item.provenance.source));
    }
  }
  if (bySource.size === 0) return null;
  const distinct = new Map([...bySource].map(([dose, names]) => [dose.toLowerCase().replace(/[\s.]+/g, ' ').trim(), { dose, names }]));
  if (distinct.size === 1) return `DOSE ${[...bySource.keys()][0]}`;
  return `DOSE ${[...distinct.values()].map(({ dose, names }) => `${dose} (${[...names].join(', ')})`).join(' or ')}`;
}

export function comparisonView(group: Group, sources: RowSources): ComparisonView {
  const { comparison } = group;
  switch (comparison.kind) {
    case 'same':
      return { kind: 'same', label: 'Same' };
    case 'differs':
      return { kind: 'differs', label: differsLabel(comparison) };
    case 'conflict':
      return { kind: 'conflict', label: 'Conflict' };
    case 'only-practice':
      return sources.sharedAnswered ? { kind: 'only-practice', label: 'Only practice' } : { kind: 'incomplete', label: 'Not compared yet' };
    case 'only-shared':
      return sources.practiceAnswered ? { kind: 'only-shared', label: 'Only shared' } : { kind: 'incomplete', label: 'Not compared yet' };
  }
}

/** The practice's copies first, then each source's by name; within a source what leads first. */
function copiesInOrder({ clusters }: Group, sources: RowSources): readonly Item[] {
  const side = (item: Item): string => `${sources.roleOf.get(item.provenance.source) === 'practice' ? 0 : 1} ${sources.nameOf.get(item.provenance.source) ?? ''}`;
  return clusters.flatMap(({ items }) => items).sort((one, other) => compareText(side(one), side(other)) || leadFirst(one, other));
}

function copyView(item: Item, sources: RowSources): CopyView {
  const { provenance } = item;
  return {
    itemId: item.id,
    sourceName: sources.nameOf.get(provenance.source) ?? provenance.source,
    role: sources.roleOf.get(provenance.source) ?? 'shared',
    organisation: provenance.organisation?.name ?? provenance.organisation?.odsCode ?? null,
    title: item.title,
    status: item.status === undefined ? null : shownStatus(item.status),
    facts: factsOf(item),
  };
}

function factsOf(item: Item): readonly FactView[] {
  const { provenance } = item;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Take care', item.warning],
    ['Dose', item.dose],
    ['Value', item.value?.text],
    ['Date', item.date === undefined ? undefined : shownDateTime(item.date)],
    ...item.facts.map(({ label, text }) => [label, text] as const),
    ['Recorded', provenance.recorded === undefined ? undefined : shownDateTime(provenance.recorded)],
    ['Recorded by', provenance.author],
    ['Code', item.codings.map((coding) => `${coding.display ?? coding.code} (${systemName(coding.system)} ${coding.code})`).join('; ')],
    ['Fetched', shownInstant(provenance.retrievedAt)],
  ];
  return rows.flatMap(([label, text]) => (text === undefined || text === '' ? [] : [{ label, text }]));
}

const SYSTEM_NAMES: Readonly<Record<string, string>> = { 'http://snomed.info/sct': 'SNOMED CT', 'http://loinc.org': 'LOINC', 'http://read.info/readv2': 'Read v2', 'http://read.info/ctv3': 'CTV3' };

function systemName(system: string): string {
  return SYSTEM_NAMES[system] ?? (system === '' ? 'local code' : system);
}
