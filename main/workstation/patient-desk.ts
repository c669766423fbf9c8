/** The one patient that may be open: traced first, then asked for everywhere. Clearing drops everything at once. */
import type { MessageView, Reply, RowPage } from '../../preload/contract.ts';
import { allows, refusalOf } from '../identity/activity-codes.ts';
import type { Clinician, Role } from '../identity/roles.ts';
import type { Demographics } from '../record/demographics.ts';
import type { NhsNumber } from '../record/values.ts';
import type { WorkstationPorts } from './ports.ts';
import type { RecordView, RowRequest } from '../record/view.ts';
import type { OpenRecord } from '../sources/open-record.ts';

/** Longest a trace may take, in milliseconds. */
const TRACE_LIMIT_MS = 15_000;

export const NO_PATIENT: Reply<never> = { ok: false, sentence: 'No patient is open.' };

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

/** Who wants to see a patient, and in which role. */
export interface Asking {
  readonly clinician: Clinician;
  readonly role: Role;
}

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

  /** Whose record is open: somebody who is still being traced was never on the screen. */
  nhsNumber(): NhsNumber | null {
    return this.#state.kind === 'open' ? this.#state.demographics.nhsNumber : null;
  }

  /** Closes whoever is open and says something on the find-patient screen. */
  say(message: MessageView): void {
    this.#set({ kind: 'none', message });
  }

  clear(): void {
    if (this.#state.kind !== 'none' || this.#state.message !== null) this.#set({ kind: 'none', message: null });
  }

  /** Traces a number and opens the patient. A trace that was overtaken by another, or by a lock, changes nothing. */
  async find(nhsNumber: NhsNumber, asking: Asking): Promise<void> {
    const { role } = asking;
    if (!allows(role, 'viewRecord')) return this.say({ tone: 'warning', title: 'No record was opened', sentence: refusalOf('viewRecord') });
    const abort = new AbortController();
    const tracing: State = { kind: 'tracing', abort };
    this.#set(tracing);
    const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(TRACE_LIMIT_MS)]);
    try {
      const outcome = await this.#ports.patients.trace({ nhsNumber, roleId: role.id, organisation: role.odsCode }, signal);
      if (this.#state !== tracing) return;
      this.#ports.log('traced', { outcome: outcome.kind });
      if ('demographics' in outcome) return this.#open(outcome.demographics, outcome.notices, asking);
      this.say({ tone: 'warning', title: 'No record was opened', sentence: outcome.sentence });
    } catch (problem) {
      // A fault of ours: its text may name the patient. Whoever waits is told, rather than left waiting.
      this.#ports.log('trace-failed', { type: problem instanceof Error ? problem.name : typeof problem });
      if (this.#state === tracing) this.say({ tone: 'problem', title: 'No record was opened', sentence: 'Lanyard could not open this record. Try again, and tell the service desk if it happens again.' });
    }
  }

  rows(request: RowRequest): Promise<Reply<RowPage>> {
    return this.#ask((record) => record.rows(request));
  }

  async raw(itemId: string): Promise<Reply<string>> {
    const reply = await this.#ask((record) => record.raw(itemId));
    if (!reply.ok) return reply;
    return reply.value === null ? { ok: false, sentence: 'This entry is no longer part of the record. Open it again.' } : { ok: true, value: reply.value };
  }

  retry(sourceId: string): Reply<null> {
    if (this.#state.kind !== 'open') return NO_PATIENT;
    this.#state.record.retry(sourceId);
    return { ok: true, value: null };
  }

  /** What the record answers, as long as it is the one that is open when the answer comes. */
  async #ask<T>(question: (record: OpenRecord) => Promise<T>): Promise<Reply<T>> {
    if (this.#state.kind !== 'open') return NO_PATIENT;
    const { record } = this.#state;
    const isStillOpen = (): boolean => this.#state.kind === 'open' && this.#state.record === record;
    try {
      const value = await question(record);
      return isStillOpen() ? { ok: true, value } : NO_PATIENT;
    } catch (problem) {
      if (isStillOpen()) throw problem;
      return NO_PATIENT;
    }
  }

  /** A restricted patient's demographics are shown as PDS gives them; without the right activity nobody is asked for more. */
  #open(demographics: Demographics, traceNotices: readonly string[], { clinician, role }: Asking): void {
    const unasked = demographics.confidentiality === 'unrestricted' || allows(role, 'viewSensitive') ? null : `${refusalOf('viewSensitive')} No source was asked.`;
    const notices = unasked === null ? traceNotices : [...traceNotices, unasked];
    const requester = { userId: clinician.userId, name: clinician.name, organisationName: role.organisation };
    const request = { nhsNumber: demographics.nhsNumber, organisation: role.odsCode, roleId: role.id, requester };
    const record = this.#ports.records.open(
      demographics,
      request,
      unasked,
      (summary) => this.#update(record, summary),
      () => this.#failed(record),
    );
    this.#set({ kind: 'open', demographics, notices, askedAt: this.#ports.clock.now(), record, summary: null });
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
