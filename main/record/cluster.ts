/**
 * Which items are the same fact. Nothing is changed or left out: every item ends in exactly one cluster, and the
 * clusters do not depend on the order in which the items arrived.
 *
 * 1. the same business identifier on the same kind of resource;
 * 2. the same source and resource id (versions of one resource);
 * 3. an entry and the prescription it rests on;
 * 4. a shared code, the same clinical day and the same value, dose or status. Allergies: a shared substance with the
 *    same clinical and verification status, whatever the day. Undated items never join dated ones here.
 */
import type { Cluster, Item } from './model.ts';
import { compareCopies } from './compare.ts';
import type { RoleOf } from './compare.ts';
import { ownId } from './cluster-keys.ts';
import { byId, compareText, leadFirst } from './copies.ts';
import { isMidnight, momentOf } from './normalise/dates.ts';
import { UnionFind } from './union-find.ts';

/** An item with the keys under which it meets others. */
export interface Keyed {
  readonly item: Item;
  /** First those of its identity, then those of its likeness, then whatever else brings it together with others. */
  readonly keys: readonly string[];
  readonly identityEnd: number;
  readonly likenessEnd: number;
  cluster: Cluster | null;
}

function identityOf({ keys, identityEnd }: Keyed): readonly string[] {
  return keys.slice(0, identityEnd);
}

function likenessOf({ keys, identityEnd, likenessEnd }: Keyed): readonly string[] {
  return keys.slice(identityEnd, likenessEnd);
}

/** The clusters among items that nothing else has to do with. Time grows with items and their codes, not with pairs. */
export function clustersAmong(members: readonly Keyed[], roleOf: RoleOf): readonly Cluster[] {
  const [only] = members;
  if (members.length === 1 && only !== undefined) return [clusterOf([only.item], roleOf)];
  const sorted = [...members].sort((one, other) => byId(one.item, other.item));
  const items = sorted.map(({ item }) => item);
  const sets = new UnionFind(sorted.length);
  joinByIdentity(sorted, sets);
  joinByBase(items, sets);
  joinByLikeness(sorted, items, sets);
  return gather(items, sets).map((cluster) => clusterOf(cluster, roleOf));
}

function joinByIdentity(members: readonly Keyed[], sets: UnionFind): void {
  const seen = new Map<string, number>();
  const shared = sharedIdentifiers(members);
  members.forEach((member, index) => {
    for (const key of identityOf(member)) {
      if (shared.has(key)) continue;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, index);
      else sets.join(first, index);
    }
  });
}

/**
 * Identifiers that one source puts on several resources of a kind this program does not sort, such as the group number
 * of every claim: they name the group, not the resource.
 */
function sharedIdentifiers(members: readonly Keyed[]): ReadonlySet<string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  for (const member of members) {
    const { item } = member;
    if (item.section !== 'other') continue;
    const own = ownId(item);
    for (const key of identityOf(member)) {
      const at = `${item.provenance.source} ${key}`;
      if ((owners.get(at) ?? own) !== own) shared.add(key);
      owners.set(at, own);
    }
  }
  return shared;
}

function joinByBase(items: readonly Item[], sets: UnionFind): void {
  if (items.every(({ basedOn }) => basedOn === undefined)) return;
  const indexOf = new Map(items.map((item, index) => [item.id, index]));
  items.forEach((item, index) => {
    const base = item.basedOn === undefined ? undefined : indexOf.get(item.basedOn);
    if (base !== undefined && items[base]?.section === item.section) sets.join(base, index);
  });
}

/** Buckets in the order of their keys: which of two codes an item brings first must not decide anything. */
function joinByLikeness(members: readonly Keyed[], items: readonly Item[], sets: UnionFind): void {
  const buckets = new Map<string, number[]>();
  members.forEach((member, index) => {
    for (const key of likenessOf(member)) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [index]);
      else bucket.push(index);
    }
  });
  const meeting = [...buckets].filter(([, bucket]) => bucket.length > 1).sort(([one], [other]) => compareText(one, other));
  for (const [, bucket] of meeting) joinBucket(bucket, items, sets);
}

/** Kinds for which the time of day is part of what happened: two pulses of 80 on one day are two measurements. */
const TIMED: ReadonlySet<Item['section']> = new Set(['results', 'observations', 'encounters', 'procedures', 'appointments', 'documents']);

/** Kinds of which one source may hold several that read alike, each a fact of its own. */
const ONE_EACH: ReadonlySet<Item['section']> = new Set([...TIMED, 'immunisations']);

/**
 * Joins the members of a bucket. Where timed items name more than one moment, each moment joins by itself, and those
 * that only name the day stay together apart: they could belong to any of them.
 */
function joinBucket(bucket: readonly number[], items: readonly Item[], sets: UnionFind): void {
  const parts = isOneMoment(bucket, items) ? [bucket] : byMoment(bucket, items);
  const oneEach = ONE_EACH.has(items[bucket[0] ?? 0]?.section ?? 'other');
  for (const part of parts) {
    if (oneEach) joinAcrossSources(part, items, sets);
    else for (const index of part) sets.join(part[0] ?? index, index);
  }
}

/** Without looking any closer: all dates read the same. */
function isOneMoment(bucket: readonly number[], items: readonly Item[]): boolean {
  const text = items[bucket[0] ?? 0]?.date?.text;
  return bucket.every((index) => items[index]?.date?.text === text);
}

function byMoment(bucket: readonly number[], items: readonly Item[]): readonly (readonly number[])[] {
  const moments = new Map<string, number[]>();
  for (const index of bucket) {
    const moment = momentKey(items[index]);
    const members = moments.get(moment);
    if (members === undefined) moments.set(moment, [index]);
    else members.push(index);
  }
  const named = [...moments.keys()].filter((moment) => moment !== '').length;
  return named <= 1 ? [bucket] : [...moments.values()];
}

/**
 * Joins each source's first with the other sources' first, its second with their second, and so on: three equal pulses in
 * one source and three in another are three facts. Sets that already span sources keep their place.
 */
function joinAcrossSources(part: readonly number[], items: readonly Item[], sets: UnionFind): void {
  const sourcesBySet = new Map<number, { readonly first: number; readonly sources: Set<string> }>();
  for (const index of part) {
    const root = sets.find(index);
    const set = sourcesBySet.get(root) ?? { first: index, sources: new Set<string>() };
    sourcesBySet.set(root, set);
    set.sources.add(items[index]?.provenance.source ?? '');
  }
  const spanning = [...sourcesBySet.values()].filter(({ sources }) => sources.size > 1);
  const single = [...sourcesBySet.values()].filter(({ sources }) => sources.size === 1);
  const places = spanning.map(({ first, sources }) => ({ first, sources: new Set(sources) }));
  const nextPlace = new Map<string, number>();
  for (const { first, sources } of single) {
    const [source = ''] = sources;
    let at = nextPlace.get(source) ?? 0;
    while (places[at]?.sources.has(source) === true) at += 1;
    const place = places[at];
    if (place === undefined) places.push({ first, sources: new Set(sources) });
    else sets.join(place.first, first);
    place?.sources.add(source);
    nextPlace.set(source, at + 1);
  }
}

/** To the minute; a time of exactly midnight, as written or in England, is how systems write a day. */
export function momentKey(item: Item | undefined): string {
  if (item?.date === undefined || !TIMED.has(item.section)) return '';
  const moment = momentOf(item.date);
  if (moment === undefined || isMidnight(item.date) || /T00:00(:00(\.0+)?)?/.test(item.date.text)) return '';
  return String(Math.floor(moment / 60_000));
}

function gather(items: readonly Item[], sets: UnionFind): readonly (readonly Item[])[] {
  const members = new Map<number, Item[]>();
  items.forEach((item, index) => {
    const root = sets.find(index);
    const set = members.get(root);
    if (set === undefined) members.set(root, [item]);
    else set.push(item);
  });
  return [...members.values()];
}

function clusterOf(members: readonly Item[], roleOf: RoleOf): Cluster {
  const items = members.length === 1 ? members : [...members].sort(leadFirst);
  const lead = items[0] as Item;
  return { id: (members[0] as Item).id, section: lead.section, lead, items, comparison: compareCopies(items, roleOf) };
}
