/**
 * One record from many sources. Pages go in as they arrive; a snapshot comes out whenever one is asked for, and is only
 * worked out again where something has changed.
 */
import { ClusterIndex } from './cluster-index.ts';
import type { RoleOf } from './compare.ts';
import type { Demographics } from './demographics.ts';
import { writeExactJson } from './exact-json.ts';
import { gapsOf } from './gaps.ts';
import { GroupIndex } from './group-index.ts';
import type { GroupsBySection } from './group-index.ts';
import { SECTIONS } from './model.ts';
import type { Cluster, Group, Item, SourceReport, SourceState } from './model.ts';
import type { RecordPage } from './normalise/page.ts';
import { SourceStore } from './source-store.ts';
import type { Shelf } from './source-store.ts';
import type { SourceId } from './values.ts';

export interface RecordSource {
  readonly id: SourceId;
  readonly name: string;
  readonly role: 'practice' | 'shared';
}

export interface RecordOptions {
  readonly patient: Demographics;
  /** Every source that is asked, in the order it is shown. */
  readonly sources: readonly RecordSource[];
}

/** What came with a source's state. */
export interface StateDetails {
  readonly notes?: readonly string[];
  readonly elapsedMs?: number;
}

/** The record at one moment. */
export interface RecordSnapshot {
  readonly revision: number;
  readonly patient: Demographics;
  readonly sources: readonly SourceReport[];
  /** Items that passed the wrong-patient guard. */
  readonly items: readonly Item[];
  readonly clusters: readonly Cluster[];
  readonly groups: readonly Group[];
  readonly sections: GroupsBySection;
  /** Resources received and, of these, how many are reachable as an item or held back by the guard. */
  readonly resources: { readonly received: number; readonly reachable: number; readonly heldBack: number };
}

interface SourceRun {
  readonly source: RecordSource;
  store: SourceStore;
  state: SourceState;
  details: StateDetails;
}

export class PatientRecord {
  readonly #patient: Demographics;
  readonly #runs: ReadonlyMap<SourceId, SourceRun>;
  readonly #clusters: ClusterIndex;
  readonly #groups: GroupIndex;
  readonly #shelf: Shelf;
  #revision = 0;
  #snapshot: RecordSnapshot | null = null;

  constructor(options: RecordOptions) {
    const roles = new Map(options.sources.map(({ id, role }) => [id, role]));
    const roleOf: RoleOf = (source) => roles.get(source) ?? 'shared';
    const clusters = new ClusterIndex(roleOf);
    this.#patient = options.patient;
    this.#clusters = clusters;
    this.#groups = new GroupIndex(roleOf);
    this.#shelf = { show: (item) => clusters.add(item), hide: (item) => clusters.remove(item) };
    this.#runs = new Map(options.sources.map((source) => [source.id, this.#newRun(source)]));
  }

  /** Moves whenever a snapshot would differ. */
  get revision(): number {
    return this.#revision;
  }

  /** Takes one page of a source. A page of a source that was not asked is ignored. */
  addPage(page: RecordPage): void {
    const run = this.#runs.get(page.source);
    if (run === undefined) return;
    run.store.add(page);
    this.#changed();
  }

  /** What the source is doing. */
  setState(source: SourceId, state: SourceState, details: StateDetails = {}): void {
    const run = this.#runs.get(source);
    if (run === undefined) return;
    run.state = state;
    run.details = { ...run.details, ...details };
    this.#changed();
  }

  /**
   * Shows a source whose Patient differs from PDS, once the clinician has seen both sides and says that it is this patient.
   * It holds for those differences only, until the source is asked again. `false` where there is nothing to accept: no
   * Patient with the traced number can be accepted for one that never came.
   */
  accept(source: SourceId): boolean {
    const accepted = this.#runs.get(source)?.store.accept() ?? false;
    if (accepted) this.#changed();
    return accepted;
  }

  /** Forgets what a source has sent: it is asked again. */
  restart(source: SourceId): void {
    const run = this.#runs.get(source);
    if (run === undefined) return;
    run.store.clear();
    Object.assign(run, this.#newRun(run.source));
    this.#changed();
  }

  snapshot(): RecordSnapshot {
    this.#snapshot ??= this.#takeSnapshot();
    return this.#snapshot;
  }

  /** The resource behind an item as indented JSON, digits as sent; `undefined` where there is no such item. */
  raw(itemId: string): string | undefined {
    const pointer = this.#clusters.item(itemId)?.raw;
    if (pointer === undefined) return undefined;
    return writeExactJson(this.#runs.get(pointer.source)?.store.valueAt(pointer.page, pointer.pointer));
  }

  #newRun(source: RecordSource): SourceRun {
    return { source, store: new SourceStore(source.id, source.name, this.#patient, this.#shelf), state: { kind: 'asking' }, details: {} };
  }

  #changed(): void {
    this.#revision += 1;
    this.#snapshot = null;
  }

  #takeSnapshot(): RecordSnapshot {
    const runs = [...this.#runs.values()];
    this.#groups.apply(this.#clusters.update());
    const received = runs.reduce((total, { store }) => total + store.received, 0);
    const heldBack = runs.reduce((total, { store }) => total + store.heldBack.length, 0);
    return new Snapshot(this.#revision, this.#patient, runs.map(reportOf), this.#groups.bySection(), { received, reachable: received - heldBack, heldBack });
  }
}

/** Its lists over all sections are put together when somebody wants them. */
class Snapshot implements RecordSnapshot {
  readonly revision: number;
  readonly patient: Demographics;
  readonly sources: readonly SourceReport[];
  readonly sections: GroupsBySection;
  readonly resources: RecordSnapshot['resources'];

  constructor(revision: number, patient: Demographics, sources: readonly SourceReport[], sections: GroupsBySection, resources: RecordSnapshot['resources']) {
    this.revision = revision;
    this.patient = patient;
    this.sources = sources;
    this.sections = sections;
    this.resources = resources;
  }

  get groups(): readonly Group[] {
    return SECTIONS.flatMap((section) => this.sections[section].groups).sort(byId);
  }

  get clusters(): readonly Cluster[] {
    return this.groups.flatMap(({ clusters }) => clusters).sort(byId);
  }

  get items(): readonly Item[] {
    return this.clusters.flatMap(({ items }) => items).sort(byId);
  }
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** A record with every source still being asked. */
export function createRecord(options: RecordOptions): PatientRecord {
  return new PatientRecord(options);
}

export function isFinal(state: SourceState): boolean {
  return state.kind !== 'asking' && state.kind !== 'slow';
}

function reportOf({ source, store, state, details }: SourceRun): SourceReport {
  const heldBack = store.heldBack;
  const shown = stateAfterCheck(state, store, heldBack.length);
  const { check } = store;
  return {
    id: source.id,
    name: source.name,
    role: source.role,
    state: shown,
    items: store.received - heldBack.length,
    clinicalItems: store.clinicalItems,
    gaps: gapsOf(shown, { heldBack, declaredEmpty: store.declaredEmpty }),
    // Until the source has ended a Patient may still come and vouch for what is waiting.
    quarantined: isFinal(shown) ? heldBack.length : 0,
    ...(check.kind === 'disagrees' ? { mismatch: { differences: check.differences, accepted: store.isAccepted } } : {}),
    ...(details.elapsedMs === undefined ? {} : { elapsedMs: details.elapsedMs }),
    notes: [...(details.notes ?? []), ...notesOf(source.name, store)],
  };
}

function notesOf(name: string, { check, isAccepted }: SourceStore): readonly string[] {
  if (check.kind === 'passed') return check.notes;
  return check.kind === 'disagrees' && isAccepted ? [`${name} describes this patient differently, which was accepted as this patient: ${check.differences.join('; ')}.`] : [];
}

/** The guard has the last word on what an answer is worth. */
function stateAfterCheck(state: SourceState, { check, isAccepted }: SourceStore, heldBack: number): SourceState {
  if (check.kind === 'disagrees') return isAccepted ? state : { kind: 'withheld', sentence: check.sentence };
  const claimsContent = state.kind === 'answered' || state.kind === 'partial';
  return check.kind === 'unproven' && claimsContent && heldBack > 0 ? { kind: 'withheld', sentence: check.sentence } : state;
}
