/** Every cluster in its group, kept up as clusters come and go, and how many of what kind there are in each section. */
import type { ClusterChange } from './cluster-index.ts';
import type { RoleOf } from './compare.ts';
import { compareText } from './copies.ts';
import type { Cluster, Comparison, Group, Section } from './model.ts';
import { SECTIONS } from './model.ts';
import { Neighbourhoods } from './neighbourhoods.ts';
import { groupsAmong, markConflicts, pairingKeys } from './pairing.ts';
import { standingOfGroup } from './standing.ts';

/** One section's groups at one moment, and what there is to count of them. */
export interface SectionGroups {
  readonly groups: readonly Group[];
  /** Copies in all groups, withdrawn ones too. */
  readonly items: number;
  /** Groups that are not withdrawn, by how the two sides compare. */
  readonly rows: { readonly [Kind in Comparison['kind']]: number };
}

export type GroupsBySection = { readonly [Part in Section]: SectionGroups };

/** A cluster with the keys under which it meets others and the group it is in. */
interface Placed {
  readonly cluster: Cluster;
  readonly keys: readonly string[];
  group: Group | null;
}

export class GroupIndex {
  readonly #roleOf: RoleOf;
  readonly #neighbourhoods = new Neighbourhoods<Placed>();
  readonly #placed = new Map<Cluster, Placed>();
  readonly #groups = new Map<Section, Set<Group>>(SECTIONS.map((section) => [section, new Set<Group>()]));
  readonly #sections = new Map<Section, SectionGroups>();
  readonly #changed = new Set<Section>(SECTIONS);

  constructor(roleOf: RoleOf) {
    this.#roleOf = roleOf;
  }

  /** Sorts again only what the change touches. */
  apply({ gone, made }: ClusterChange): void {
    for (const cluster of gone) {
      const placed = this.#placed.get(cluster);
      if (placed === undefined) continue;
      this.#neighbourhoods.remove(placed);
      this.#drop(placed.group);
      this.#placed.delete(cluster);
    }
    for (const cluster of made) {
      const placed = { cluster, keys: pairingKeys(cluster), group: null };
      this.#placed.set(cluster, placed);
      this.#neighbourhoods.add(placed);
    }
    for (const members of this.#neighbourhoods.takeTouched()) {
      for (const { group } of members) this.#drop(group);
      for (const group of groupsAmong(members.map(({ cluster }) => cluster), this.#roleOf)) this.#keep(group);
    }
  }

  /** The groups of every section as they are now; those of a section that has not changed are the same object as before. */
  bySection(): GroupsBySection {
    for (const section of this.#changed) this.#sections.set(section, this.#tally(section));
    this.#changed.clear();
    return Object.fromEntries(this.#sections) as GroupsBySection;
  }

  #drop(group: Group | null): void {
    if (group === null) return;
    this.#groups.get(group.section)?.delete(group);
    this.#changed.add(group.section);
  }

  #keep(group: Group): void {
    for (const cluster of group.clusters) (this.#placed.get(cluster) as Placed).group = group;
    this.#groups.get(group.section)?.add(group);
    this.#changed.add(group.section);
  }

  #tally(section: Section): SectionGroups {
    const kept = [...(this.#groups.get(section) ?? [])];
    const groups = section === 'allergies' ? markConflicts(kept.sort((one, other) => compareText(one.id, other.id)), this.#roleOf) : kept;
    const rows = { same: 0, 'only-practice': 0, 'only-shared': 0, differs: 0, conflict: 0 };
    let items = 0;
    for (const group of groups) {
      for (const cluster of group.clusters) items += cluster.items.length;
      if (standingOfGroup(group) !== 'withdrawn') rows[group.comparison.kind] += 1;
    }
    return { groups, items, rows };
  }
}
