/** The one patient that may be open: traced first, then asked for everywhere. Clearing drops everything at once. */
import type { MessageView } from '../../preload/contract.ts';
import type { Demographics } from '../record/demographics.ts';
import type { NhsNumber } from '../record/values.ts';
import type { WorkstationPorts } from './ports.ts';
import type { RecordView } from '../record/view.ts';
import type { OpenRecord } from '../sources/open-record.ts';

/** Longest a trace may take, in milliseconds. */
const TRACE_LIMIT_MS = 15_000;

export type PatientSituation =
  | { readonly kind: 'none'; readonly message: MessageView | null }
  | { readonly kind: 'tracing' }
  | { readonly kind: 'open'; readonly demographics: Demographics; readonly notices: readonly string[]; readonly askedAt: Date; readonly summary: RecordView | null };

type State =
  | { readonly kind: 'none'; readonly message: MessageView | null }
  | { readonly kind: 'tracing'; readonly abort: AbortController }
  | {
      readonly kind: 'open';
      readonly demographics: Demographics;
      readonly notices: readonly string[];
      readonly askedAt: Date;
      readonly record: OpenRecord;
      readonly summary: RecordView | null;
    };

export class PatientDesk {
  readonly #ports: WorkstationPorts;
  readonly #onChange: () => void;
  #state: State = { kind: 'none', message: null };

  constructor(ports: WorkstationPorts, onChange: () => void) {
    this.#ports = ports;
    this.#onChange = onChange;
  }

  situation(): PatientSituation {
    return this.#state;
  }

  record(): OpenRecord | null {
    return this.#state.kind === 'open' ? this.#state.record : null;
  }

  /** Closes whoever is open and says something on the find-patient screen. */
  say(message: MessageView): void {
    this.#set({ kind: 'none', message });
  }

  clear(): void {
    this.#set({ kind: 'none', message: null });
  }

  /** Traces a number and opens the patient. A trace that was overtaken by another, or by a lock, changes nothing. */
  async find(nhsNumber: NhsNumber, as: { readonly roleId: string; readonly organisation: string }): Promise<void> {
    const abort = new AbortController();
    const tracing: State = { kind: 'tracing', abort };
    this.#set(tracing);
    const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(TRACE_LIMIT_MS)]);
    try {
      const outcome = await this.#ports.patients.trace({ nhsNumber, ...as }, signal);
      if (this.#state !== tracing) return;
      this.#ports.log('traced', { outcome: outcome.kind });
      if ('demographics' in outcome) return this.#open(outcome.demographics, outcome.notices, as);
      this.say({ tone: 'warning', title: 'No record was opened', sentence: outcome.sentence });
    } catch (problem) {
      // A fault of ours: its text may name the patient. Whoever waits is told, rather than left waiting.
      this.#ports.log('trace-failed', { type: problem instanceof Error ? problem.name : typeof problem });
      if (this.#state === tracing) this.say({ tone: 'problem', title: 'No record was opened', sentence: 'Lanyard could not open this record. Try again, and tell the service desk if it happens again.' });
    }
  }

  #open(demographics: Demographics, notices: readonly string[], as: { readonly roleId: string; readonly organisation: string }): void {
    const request = { nhsNumber: demographics.nhsNumber, organisation: as.organisation, roleId: as.roleId };
    const record = this.#ports.records.open(
      demographics,
      request,
      (summary) => this.#update(record, summary),
      () => this.#failed(record),
    );
    this.#set({ kind: 'open', demographics, notices, askedAt: this.#ports.now(), record, summary: null });
  }

  #update(record: OpenRecord, summary: RecordView): void {
    if (this.#state.kind !== 'open' || this.#state.record !== record) return;
    this.#state = { ...this.#state, summary };
    this.#onChange();
  }

  #failed(record: OpenRecord): void {
    if (this.#state.kind !== 'open' || this.#state.record !== record) return;
    this.say({ tone: 'problem', title: 'The record was closed', sentence: 'Lanyard could not go on with this record. Open the patient again.' });
  }

  /** What was is let go before anything that could fail. */
  #set(state: State): void {
    const before = this.#state;
    this.#state = state;
    if (before.kind === 'tracing') before.abort.abort();
    if (before.kind === 'open') before.record.close();
    this.#onChange();
  }
}
