/** One line of the record for each group, and behind it every copy. */
import type { ComparisonView, RowView } from '../../preload/contract.ts';
import { doseKey, valueKey } from './cluster-keys.ts';
import { compareText, copyRank, speakingCopies } from './copies.ts';
import { medicineName } from './medicine-name.ts';
import type { Group, Item } from './model.ts';
import { SECTIONS } from './model.ts';
import { dateOrder } from './normalise/dates.ts';
import { folded } from './normalise/fields.ts';
import type { RowSources } from './row-sources.ts';
import { STANDING_RANK, standingOfGroup } from './standing.ts';
import { copiesInOrder, copyView } from './view-copies.ts';
import { differsLabel, series, shownDate, shownStatus } from './view-words.ts';

/** Groups as the screen lists them: by section, what stands now first where that matters, then newest first. */
export function inReadingOrder(groups: readonly Group[]): readonly Group[] {
  const keyed = groups.map((group) => ({ group, section: SECTIONS.indexOf(group.section), rank: rankOf(group), date: newestDate(group), name: leadOf(group).title }));
  keyed.sort((one, other) => one.section - other.section || one.rank - other.rank || compareText(other.date, one.date) || compareText(one.name, other.name) || compareText(one.group.id, other.group.id));
  return keyed.map(({ group }) => group);
}

const BY_STANDING: ReadonlySet<Group['section']> = new Set(['alerts', 'allergies', 'medication', 'problems', 'plans']);

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

export function rowView(group: Group, sources: RowSources): RowView {
  const lead = leadOf(group);
  const copies = copiesInOrder(group, sources);
  const speaking = new Set(group.clusters.flatMap(({ items }) => speakingCopies(items)));
  const said = copies.filter((item) => speaking.has(item));
  const { name, rest } = nameAndRest(group, said, sources);
  return {
    id: group.id,
    section: group.section,
    name,
    rest,
    dose: doseLine(group, sources),
    status: statusLine(group, said, sources),
    standing: standingOfGroup(group),
    date: lead.date === undefined ? null : shownDate(lead.date),
    comparison: comparisonView(group, sources),
    copies: copies.map((item) => copyView(item, sources)),
  };
}

function nameAndRest(group: Group, copies: readonly Item[], sources: RowSources): Pick<RowView, 'name' | 'rest'> {
  const lead = leadOf(group);
  const warnings = [...new Set(copies.flatMap(({ warning }) => warning ?? []))];
  const words = (parts: readonly string[]): string => [...parts, ...warnings].filter((part) => part !== '').join(' · ');
  if (lead.section === 'medication') {
    const { name } = medicineName(lead.title);
    return { name, rest: words([bySide(copies.map((item) => ({ item, text: productBeside(name, item) })), sources)]) };
  }
  const values = bySide(copies.map((item) => ({ item, text: item.value?.text, key: valueKey(item) })), sources);
  return { name: lead.title, rest: words([values, ...(lead.section === 'allergies' ? allergyWords(lead, copies, sources) : [])]) };
}

/** Strength and form; the whole product where a copy gives the medicine another name. */
function productBeside(name: string, { title }: Item): string {
  const product = medicineName(title);
  return folded(product.name) === folded(name) ? product.rest : title;
}

/** "No known allergy" is one record's word: while others are open the row says whose, and who is missing. */
function allergyWords(lead: Item, copies: readonly Item[], sources: RowSources): readonly string[] {
  const reactions = bySide(copies.map((item) => ({ item, text: item.facts.find(({ label }) => label === 'Reaction')?.text })), sources);
  if (lead.allergy !== 'no-known-allergies' || sources.allergyGaps.length === 0) return [reactions];
  const who = [...new Set(copies.map((item) => sourceName(item, sources)))];
  return [reactions, `said by ${series(who)} only`, ...sources.allergyGaps];
}

/** The lead's status; every status and whose it is where the copies differ in it. */
function statusLine(group: Group, copies: readonly Item[], sources: RowSources): string | null {
  const lead = leadOf(group);
  const differs = group.comparison.kind === 'differs' && group.comparison.in.includes('status');
  const said = differs ? copies : [lead];
  const words = bySide(said.map((item) => ({ item, text: item.status === undefined ? undefined : shownStatus(item.status) })), sources);
  return words === '' ? null : words;
}

/** Every dose that is claimed, in full; who claims which where they differ. */
function doseLine(group: Group, sources: RowSources): string | null {
  if (group.section !== 'medication') return null;
  const claiming = copiesInOrder(group, sources).filter((copy) => copyRank(copy) < 2);
  const words = bySide(claiming.map((item) => ({ item, text: item.dose, key: doseKey(item.dose) })), sources, 'by name');
  return words === '' ? null : `DOSE ${words}`;
}

/** What one copy says under one heading. Texts with one key are one saying. */
interface Saying {
  readonly item: Item;
  readonly text: string | undefined;
  readonly key?: string;
}

/**
 * What the copies say: once where they agree, else each saying with who says it, `5mg capsules (practice) · 2.5mg capsules
 * (shared)`. Never joined by "or", which reads like a choice; sources are named where one side says two things.
 */
function bySide(sayings: readonly Saying[], sources: RowSources, label: 'by side' | 'by name' = 'by side'): string {
  const said = new Map<string, { readonly text: string; readonly sides: Set<string>; readonly names: Set<string> }>();
  for (const { item, text, key } of sayings) {
    if (text === undefined || text === '') continue;
    const saying = key ?? folded(text).replace(/\s/g, '');
    const same = said.get(saying) ?? { text, sides: new Set<string>(), names: new Set<string>() };
    said.set(saying, same);
    same.sides.add(sources.roleOf.get(item.provenance.source) ?? 'shared');
    same.names.add(sourceName(item, sources));
  }
  const all = [...said.values()];
  if (all.length <= 1) return all[0]?.text ?? '';
  const oneEach = label === 'by side' && all.every(({ sides }) => sides.size === 1) && new Set(all.flatMap(({ sides }) => [...sides])).size === all.length;
  return all.map(({ text, sides, names }) => `${text} (${[...(oneEach ? sides : names)].join(', ')})`).join(' · ');
}

function sourceName({ provenance: { source } }: Item, { nameOf }: RowSources): string {
  return nameOf.get(source) ?? source;
}

export function comparisonView({ section, comparison }: Group, sources: RowSources): ComparisonView {
  switch (comparison.kind) {
    case 'same':
      return { kind: 'same', label: 'Same' };
    case 'differs':
      return { kind: 'differs', label: differsLabel(comparison) };
    case 'conflict':
      return { kind: 'conflict', label: 'Conflict', sentence: comparison.sentence };
    case 'only-practice':
      return sources.onlySide(section, 'practice');
    case 'only-shared':
      return sources.onlySide(section, 'shared');
  }
}
