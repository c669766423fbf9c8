/**
 * One record from many sources. Pages go in as they arrive; a snapshot comes out whenever one is asked for, and is only
 * worked out again where something has changed.
 */
import { clusterItems } from './cluster.ts';
import type { Demographics } from './demographics.ts';
import { declaredEmpty, DECLARING_TYPES } from './emptiness.ts';
import { gapsOf } from './gaps.ts';
import type { Cluster, Group, Item, SourceReport, SourceState } from './model.ts';
import type { RecordPage } from './normalise/entries.ts';
import { isFields, REORDERING } from './normalise/fields.ts';
import { groupClusters } from './pairing.ts';
import { SourceStore } from './source-store.ts';
import type { Admission } from './source-store.ts';
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
  #revision = 0;
  #snapshot: RecordSnapshot | null = null;
  #itemsById: ReadonlyMap<string, Item> | null = null;

  constructor(options: RecordOptions) {
    this.#patient = options.patient;
    this.#runs = new Map(options.sources.map((source) => [source.id, newRun(source)]));
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

  /** What the source is doing; an outcome ends it, and all it sent is read once more as a whole. */
  setState(source: SourceId, state: SourceState, details: StateDetails = {}): void {
    const run = this.#runs.get(source);
    if (run === undefined) return;
    run.state = state;
    run.details = { ...run.details, ...details };
    if (isFinal(state)) run.store.readAgain();
    this.#changed();
  }

  /** Forgets what a source has sent: it is asked again. */
  restart(source: SourceId): void {
    const run = this.#runs.get(source);
    if (run === undefined) return;
    Object.assign(run, newRun(run.source));
    this.#changed();
  }

  snapshot(): RecordSnapshot {
    this.#snapshot ??= takeSnapshot(this.#revision, this.#patient, [...this.#runs.values()]);
    return this.#snapshot;
  }

  /** The resource behind an item as indented JSON, digits as sent; `undefined` where there is no such item. */
  raw(itemId: string): string | undefined {
    this.#itemsById ??= new Map(this.snapshot().items.map((item) => [item.id, item]));
    const pointer = this.#itemsById.get(itemId)?.raw;
    if (pointer === undefined) return undefined;
    return exactJson(this.#runs.get(pointer.source)?.store.valueAt(pointer.page, pointer.pointer));
  }

  #changed(): void {
    this.#revision += 1;
    this.#snapshot = null;
    this.#itemsById = null;
  }
}

/** A record with every source still being asked. */
export function createRecord(options: RecordOptions): PatientRecord {
  return new PatientRecord(options);
}

function newRun(source: RecordSource): SourceRun {
  return { source, store: new SourceStore(source.id, source.name), state: { kind: 'asking' }, details: {} };
}

export function isFinal(state: SourceState): boolean {
  return state.kind !== 'asking' && state.kind !== 'slow';
}

function takeSnapshot(revision: number, patient: Demographics, runs: readonly SourceRun[]): RecordSnapshot {
  const admitted = runs.map((run) => ({ run, admission: run.store.admit(patient) }));
  const items = admitted.flatMap(({ admission }) => admission.items);
  const roles = new Map(runs.map(({ source }) => [source.id, source.role]));
  const roleOf = (source: SourceId): 'practice' | 'shared' => roles.get(source) ?? 'shared';
  const clusters = clusterItems(items, roleOf);
  return {
    revision,
    patient,
    sources: admitted.map(({ run, admission }) => reportOf(run, admission)),
    items,
    clusters,
    groups: groupClusters(clusters, roleOf),
    resources: {
      received: runs.reduce((total, { store }) => total + store.received, 0),
      reachable: clusters.reduce((total, cluster) => total + cluster.items.length, 0),
      heldBack: admitted.reduce((total, { admission }) => total + admission.heldBack.length, 0),
    },
  };
}

function reportOf(run: SourceRun, admission: Admission): SourceReport {
  const { source, state, details } = run;
  const shown = stateAfterCheck(state, admission);
  return {
    id: source.id,
    name: source.name,
    role: source.role,
    state: shown,
    items: admission.items.length,
    gaps: gapsOf(shown, { heldBack: admission.heldBack, declaredEmpty: run.store.entriesOfTypes(DECLARING_TYPES).flatMap(declaredEmpty) }),
    // Until the source has ended a Patient may still come and vouch for what is waiting.
    quarantined: isFinal(shown) ? admission.heldBack.length : 0,
    ...(details.elapsedMs === undefined ? {} : { elapsedMs: details.elapsedMs }),
    notes: [...(details.notes ?? []), ...(admission.check.kind === 'passed' ? admission.check.notes : [])],
  };
}

/** The guard has the last word on what an answer is worth. */
function stateAfterCheck(state: SourceState, { check, heldBack }: Admission): SourceState {
  if (check.kind === 'disagrees') return { kind: 'withheld', sentence: check.sentence };
  const claimsContent = state.kind === 'answered' || state.kind === 'partial';
  return check.kind === 'unproven' && claimsContent && heldBack.length > 0 ? { kind: 'withheld', sentence: check.sentence } : state;
}

type RawJson = { rawJSON?: (text: string) => unknown };

/** Numbers that were kept with their own digits are written with them; characters that reorder what is shown by their names. */
function exactJson(value: unknown): string {
  const asRaw = (JSON as unknown as RawJson).rawJSON;
  const json = JSON.stringify(value ?? null, (_key, inner: unknown) => {
    if (!isFields(inner)) return inner;
    const digits = inner['rawJSON'];
    const isNumber = typeof digits === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(digits) && Object.keys(inner).length === 1;
    return isNumber && asRaw !== undefined ? asRaw(digits) : inner;
  }, 2);
  return json.replace(REORDERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
