/** Every item in its cluster, kept up as items come and go. The outcome is that of sorting all of them at once. */
import { clustersAmong } from './cluster.ts';
import type { Keyed } from './cluster.ts';
import { identityKeys, likenessKeys, ownId, ownIdKey } from './cluster-keys.ts';
import type { RoleOf } from './compare.ts';
import type { Cluster, Item } from './model.ts';
import { Neighbourhoods } from './neighbourhoods.ts';

/** Clusters that are no more, and those there are instead. */
export interface ClusterChange {
  readonly gone: readonly Cluster[];
  readonly made: readonly Cluster[];
}

export class ClusterIndex {
  readonly #roleOf: RoleOf;
  readonly #neighbourhoods = new Neighbourhoods<Keyed>();
  readonly #byId = new Map<string, Keyed>();
  /** Ids that a source has given to more than one resource. */
  readonly #repeated = new Set<string>();
  #gone = new Set<Cluster>();

  constructor(roleOf: RoleOf) {
    this.#roleOf = roleOf;
  }

  item(id: string): Item | undefined {
    return this.#byId.get(id)?.item;
  }

  add(item: Item): void {
    const own = ownId(item);
    if (own.length !== item.id.length && !own.endsWith('/') && !this.#repeated.has(own)) this.#repeat(own);
    this.#place(item);
  }

  remove(item: Item): void {
    const keyed = this.#byId.get(item.id);
    if (keyed === undefined) return;
    this.#byId.delete(item.id);
    this.#neighbourhoods.remove(keyed);
    if (keyed.cluster !== null) this.#gone.add(keyed.cluster);
  }

  /** Sorts again what has been touched since the last call. A cluster that comes out as it was stays the same object. */
  update(): ClusterChange {
    const gone = this.#gone;
    this.#gone = new Set();
    const made: Cluster[] = [];
    for (const members of this.#neighbourhoods.takeTouched()) {
      const before = this.#clustersOf(members);
      for (const cluster of clustersAmong(members, this.#roleOf)) {
        const old = before?.get(cluster.id);
        if (old !== undefined && !gone.has(old) && sameItems(old, cluster)) {
          before?.delete(cluster.id);
          continue;
        }
        made.push(cluster);
        if (members.length === 1 && members[0] !== undefined) members[0].cluster = cluster;
        else for (const item of cluster.items) (this.#byId.get(item.id) as Keyed).cluster = cluster;
      }
      for (const cluster of before?.values() ?? []) gone.add(cluster);
    }
    return { gone: [...gone], made };
  }

  #clustersOf(members: readonly Keyed[]): Map<string, Cluster> | null {
    let found: Map<string, Cluster> | null = null;
    for (const { cluster } of members) if (cluster !== null) (found ??= new Map()).set(cluster.id, cluster);
    return found;
  }

  #repeat(own: string): void {
    this.#repeated.add(own);
    const first = this.#byId.get(own);
    if (first !== undefined) this.#place(first.item);
  }

  #place(item: Item): void {
    const before = this.#byId.get(item.id);
    if (before !== undefined) this.remove(before.item);
    const own = this.#repeated.size === 0 ? '' : ownId(item);
    const identity = identityKeys(item);
    const named = this.#repeated.has(own) ? [...identity, ownIdKey(own)] : identity;
    const likeness = likenessKeys(item);
    const keyed: Keyed = { item, keys: [...named, ...likeness, ...baseKeys(item)], identityEnd: named.length, likenessEnd: named.length + likeness.length, cluster: null };
    this.#byId.set(item.id, keyed);
    this.#neighbourhoods.add(keyed);
  }
}

/** What rests on an item meets it under the item's id. Only medicines rest on each other in a way that makes them one. */
function baseKeys({ id, section, basedOn }: Item): readonly string[] {
  if (section !== 'medication') return [];
  return basedOn === undefined ? [`base ${id}`] : [`base ${id}`, `base ${basedOn}`];
}

function sameItems(one: Cluster, other: Cluster): boolean {
  return one.items.length === other.items.length && one.items.every((item, index) => item === other.items[index]);
}
