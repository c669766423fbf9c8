/**
 * Puts clusters that are about the same thing but differ into one row: the same medicine at another dose, the same
 * problem in another state, the same test with another value. Clusters only the practice has meet clusters only the
 * shared records have; where it is not certain which belongs to which they stay apart, or stand together in full.
 */
import { compareCopies } from './compare.ts';
import type { RoleOf } from './compare.ts';
import { codeKeys } from './cluster-keys.ts';
import { momentKey } from './cluster.ts';
import { compareText, leadFirst, speakingCopies } from './copies.ts';
import { medicineName } from './medicine-name.ts';
import type { Cluster, Comparison, Group, Item, Section } from './model.ts';
import { dateOrder } from './normalise/dates.ts';
import { folded } from './normalise/fields.ts';

/** One way of saying that two clusters are about the same thing, the surest first. */
interface Pass {
  readonly keys: (cluster: Cluster) => readonly string[];
  readonly pick: (practice: readonly Cluster[], shared: readonly Cluster[]) => readonly Cluster[];
}

const codes = (cluster: Cluster): readonly string[] => unique(speakingCopies(cluster.items).flatMap(codeKeys));
const codesOn = (cluster: Cluster): readonly string[] => {
  const day = cluster.lead.date?.day;
  return day === undefined ? [] : codes(cluster).map((code) => `${code} ${day}`);
};
const codesAndStanding = (cluster: Cluster): readonly string[] => codes(cluster).map((code) => `${code} ${isCurrent(cluster)}`);
const substance = (cluster: Cluster): readonly string[] => {
  const { key } = medicineName(cluster.lead.title);
  return key === '' ? [] : [key];
};
const title = (cluster: Cluster): readonly string[] => [folded(cluster.lead.title)];

const PASSES: Partial<Record<Section, readonly Pass[]>> = {
  allergies: [{ keys: codes, pick: onlyPair }, { keys: title, pick: onlyPair }],
  medication: [
    { keys: codesAndStanding, pick: onlyPair },
    { keys: codes, pick: currentWithNewest },
    { keys: substance, pick: allCurrent },
    { keys: substance, pick: currentWithNewest },
  ],
  problems: [{ keys: codesOn, pick: onlyPair }, { keys: codes, pick: currentPair }],
  results: [{ keys: codesOn, pick: sameMoment }],
  observations: [{ keys: codesOn, pick: sameMoment }],
  immunisations: [{ keys: codesOn, pick: onlyPair }],
};

/** The keys under which a cluster may meet its neighbours; none where it is compared with nothing. */
export function pairingKeys(cluster: Cluster): readonly string[] {
  const passes = PASSES[cluster.section];
  if (passes === undefined || !isOneSided(cluster)) return [];
  return unique(passes.flatMap((pass) => pass.keys(cluster)).map((key) => `${cluster.section} ${key}`));
}

/** The groups among clusters that nothing else has to do with; every cluster is in exactly one. */
export function groupsAmong(members: readonly Cluster[], roleOf: RoleOf): readonly Group[] {
  const [only] = members;
  if (members.length === 1 && only !== undefined) return [groupOf([only], roleOf)];
  const clusters = [...members].sort((one, other) => compareText(one.id, other.id));
  const partners = new Map<Cluster, readonly Cluster[]>();
  const oneSided = clusters.filter(isOneSided);
  for (const pass of PASSES[only?.section ?? 'other'] ?? []) pairBy(pass, oneSided, partners);
  return clusters.filter((cluster) => (partners.get(cluster)?.[0] ?? cluster) === cluster).map((cluster) => groupOf(partners.get(cluster) ?? [cluster], roleOf));
}

/** Withdrawn entries are compared with nothing. */
function isOneSided({ comparison, lead }: Cluster): boolean {
  return lead.standing !== 'withdrawn' && (comparison.kind === 'only-practice' || comparison.kind === 'only-shared');
}

function pairBy(pass: Pass, clusters: readonly Cluster[], partners: Map<Cluster, readonly Cluster[]>): void {
  const buckets = new Map<string, Cluster[]>();
  for (const cluster of clusters) {
    if (partners.has(cluster)) continue;
    for (const key of pass.keys(cluster)) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [cluster]);
      else bucket.push(cluster);
    }
  }
  for (const key of [...buckets.keys()].sort(compareText)) {
    const free = (buckets.get(key) ?? []).filter((cluster) => !partners.has(cluster));
    const practice = free.filter(({ comparison }) => comparison.kind === 'only-practice');
    const shared = free.filter(({ comparison }) => comparison.kind === 'only-shared');
    const picked = practice.length === 0 || shared.length === 0 ? [] : pass.pick(practice, shared);
    for (const cluster of picked) partners.set(cluster, picked);
  }
}

function onlyPair(practice: readonly Cluster[], shared: readonly Cluster[]): readonly Cluster[] {
  return practice.length === 1 && shared.length === 1 ? [...practice, ...shared] : [];
}

/** A current entry here and its only counterpart there; two past episodes are two episodes. */
function currentPair(practice: readonly Cluster[], shared: readonly Cluster[]): readonly Cluster[] {
  return [...practice, ...shared].some(isCurrent) ? onlyPair(practice, shared) : [];
}

function sameMoment(practice: readonly Cluster[], shared: readonly Cluster[]): readonly Cluster[] {
  const moments = unique([...practice, ...shared].map(({ lead }) => momentKey(lead)).filter((moment) => moment !== ''));
  return moments.length <= 1 ? onlyPair(practice, shared) : [];
}

/** Every current course of one medicine on both sides, however many: which belongs to which is for the clinician. */
function allCurrent(practice: readonly Cluster[], shared: readonly Cluster[]): readonly Cluster[] {
  const ours = practice.filter(isCurrent);
  const theirs = shared.filter(isCurrent);
  return ours.length === 0 || theirs.length === 0 ? [] : [...ours, ...theirs];
}

/** The only current course on one side with the newest ended one on the other. */
function currentWithNewest(practice: readonly Cluster[], shared: readonly Cluster[]): readonly Cluster[] {
  const ours = practice.filter(isCurrent);
  const theirs = shared.filter(isCurrent);
  if (ours.length + theirs.length !== 1) return ours.length === 1 && theirs.length === 1 ? [...ours, ...theirs] : [];
  const [current] = [...ours, ...theirs];
  const [newest] = [...(ours.length === 1 ? shared : practice)].sort((one, other) => compareText(newestOrder(other), newestOrder(one)) || compareText(one.id, other.id));
  return current === undefined || newest === undefined ? [] : [current, newest];
}

function newestOrder({ lead }: Cluster): string {
  return dateOrder(lead.date ?? lead.provenance.recorded);
}

function isCurrent({ items }: Cluster): boolean {
  return speakingCopies(items).some(({ standing }) => standing === 'current' || standing === 'unclear');
}

function groupOf(clusters: readonly Cluster[], roleOf: RoleOf): Group {
  const [only] = clusters;
  if (clusters.length === 1 && only !== undefined) return { id: only.id, section: only.section, clusters, comparison: only.comparison };
  const sorted = [...clusters].sort((one, other) => leadFirst(one.lead, other.lead));
  const first = sorted[0] as Cluster;
  const id = [...clusters].map((cluster) => cluster.id).sort(compareText)[0] as string;
  return { id, section: first.section, clusters: sorted, comparison: neighbours(clusters, roleOf) };
}

/** Neighbours in what they say, and for problems in their date: they did not meet as the same fact. */
function neighbours(clusters: readonly Cluster[], roleOf: RoleOf): Comparison {
  const comparison = compareCopies(clusters.flatMap(({ items }) => items), roleOf);
  const days = unique(clusters.map(({ lead }) => lead.date?.day ?? lead.date?.text ?? ''));
  const section = clusters[0]?.section;
  if (comparison.kind !== 'same' || days.length <= 1 || (section !== 'problems' && section !== 'immunisations')) return comparison;
  return { kind: 'differs', in: ['date'] };
}

/** "No known allergies" beside an allergy is a conflict, whoever said which. */
export function markConflicts(groups: readonly Group[], roleOf: RoleOf): readonly Group[] {
  const none = groups.filter((group) => claims(group, 'no-known-allergies'));
  const some = groups.filter((group) => claims(group, 'allergy'));
  if (none.length === 0 || some.length === 0) return groups;
  const substances = some.flatMap(({ clusters }) => clusters[0]?.lead.title ?? []);
  const sentence = `No known allergies in ${holders(none, roleOf)}; ${substances.join(', ')} in ${holders(some, roleOf)}. Ask the patient.`;
  const marked = new Set([...none, ...some]);
  return groups.map((group) => (marked.has(group) ? { ...group, comparison: { kind: 'conflict', sentence } } : group));
}

/** `the practice record`, `the shared record`, or both: whose word it is belongs beside what it says. */
function holders(groups: readonly Group[], roleOf: RoleOf): string {
  const roles = new Set(groups.flatMap(({ clusters }) => clusters).flatMap(({ items }) => items).map(({ provenance }) => roleOf(provenance.source)));
  return (['practice', 'shared'] as const).filter((role) => roles.has(role)).map((role) => `the ${role} record`).join(' and ');
}

function claims({ section, clusters }: Group, claim: NonNullable<Item['allergy']>): boolean {
  if (section !== 'allergies') return false;
  return clusters.some(({ items }) => items.some((item) => item.allergy === claim && (item.standing === 'current' || item.standing === 'unclear')));
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
