/**
 * The workstation: the line from a card in the reader to one patient's record, and back to an empty screen. It holds the
 * session, at most one patient, and decides what the screen may show.
 */
import type { MessageView, Reply, RowPage, WorkstationView } from '../../preload/contract.ts';
import type { CardServiceStatus } from '../card/messages.ts';
import { SignInProblem } from '../identity/identity-service.ts';
import { SIGNED_OUT, type BoundCard, type LockReason, type SessionEvent, type SessionState, isActive, nextSession } from '../identity/session.ts';
import { parseNhsNumber } from '../record/values.ts';
import type { OpenRecord } from '../sources/open-record.ts';
import { PatientDesk } from './patient-desk.ts';
import type { WorkstationPorts } from './ports.ts';
import type { RowRequest } from '../record/view.ts';
import { refusalMessage, signInMessage } from './refusal-message.ts';
import { cardId, readyReader } from './sign-in-view.ts';
import { type WorkstationFacts, workstationView } from './view.ts';

/** Longest a sign-in may take altogether, in milliseconds: challenge, card and token. */
const SIGN_IN_LIMIT_MS = 60_000;
const REACHABILITY_LIMIT_MS = 5_000;
const SIGN_OUT_LIMIT_MS = 5_000;

const DONE: Reply<null> = { ok: true, value: null };

/** `cardId`: the card that was on the screen when the passcode was entered. */
export interface SignInRequest {
  readonly cardId: string;
  readonly passcode: Uint8Array;
  readonly lastTryConfirmed: boolean;
}

export class Workstation {
  readonly #facts: WorkstationFacts;
  readonly #ports: WorkstationPorts;
  readonly #patient: PatientDesk;
  #session: SessionState = SIGNED_OUT;
  #lock: { readonly reason: LockReason; readonly at: Date } | null = null;
  #message: MessageView | null = null;
  #identity: 'checking' | 'reachable' | 'unreachable' = 'checking';
  #token: string | null = null;
  readonly #endingTokens = new Set<Promise<void>>();
  #attempt = 0;
  #attemptAbort = new AbortController();
  #revision = 0;

  constructor(facts: WorkstationFacts, ports: WorkstationPorts) {
    this.#facts = facts;
    this.#ports = ports;
    this.#patient = new PatientDesk(ports, () => this.#changed());
    ports.card.onCardLost((lost) => this.#apply({ type: 'card-lost', ...lost }));
    ports.card.onStatus((status) => this.#takeStatus(status));
  }

  /** Looks whether the identity service answers, for the foot of the sign-in screen. */
  async checkIdentityService(): Promise<void> {
    const reachable = await this.#ports.identity.isReachable(AbortSignal.timeout(REACHABILITY_LIMIT_MS)).catch(() => false);
    this.#identity = reachable ? 'reachable' : 'unreachable';
    this.#changed();
  }

  view(): WorkstationView {
    return workstationView(this.#facts, {
      revision: this.#revision,
      card: this.#ports.card.status,
      identity: this.#identity,
      session: this.#session,
      lock: this.#lock,
      message: this.#message,
      patient: this.#patient.situation(),
      now: this.#ports.now(),
    });
  }

  /** Takes the passcode to the card and the card's signature to the identity service. The passcode is wiped. */
  async signIn(request: SignInRequest): Promise<Reply<null>> {
    try {
      return await this.#signIn(request);
    } finally {
      request.passcode.fill(0);
    }
  }

  async #signIn({ cardId: shown, ...request }: SignInRequest): Promise<Reply<null>> {
    const reader = readyReader(this.#ports.card.status);
    if (this.#session.kind === 'authenticating') return { ok: false, sentence: 'A sign-in is under way. Wait until it ends.' };
    if (this.#session.kind !== 'signed-out') return { ok: false, sentence: 'Somebody is signed in already. Lock first.' };
    if (reader === null) return { ok: false, sentence: 'There is no card in the reader. Insert your card first.' };
    if (cardId(reader) !== shown) return { ok: false, sentence: 'Another card is in the reader now. Check the name, then enter the passcode. No try was used.' };
    const card = { reader: reader.name, eventCounter: reader.eventCounter };
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#attemptAbort = new AbortController();
    this.#message = null;
    this.#apply({ type: 'passcode-entered', card, attempt });
    const signal = AbortSignal.any([this.#attemptAbort.signal, AbortSignal.timeout(SIGN_IN_LIMIT_MS)]);
    try {
      await this.#authenticate(attempt, { ...request, card }, signal);
    } catch (problem) {
      if (!(problem instanceof SignInProblem)) this.#ports.log('sign-in-failed', { type: problem instanceof Error ? problem.name : typeof problem });
      this.#fail(attempt, signInMessage(problem));
    }
    return DONE;
  }

  async #authenticate(attempt: number, request: Omit<Parameters<WorkstationPorts['card']['signIn']>[0], 'statement'>, signal: AbortSignal): Promise<void> {
    const statement = await this.#ports.identity.statement(signal);
    const outcome = await this.#ports.card.signIn({ ...request, statement }, signal);
    if (outcome.kind === 'refused') {
      this.#ports.log('card-refused', { kind: outcome.refusal.kind });
      this.#fail(attempt, refusalMessage(outcome.refusal));
      return;
    }
    const { clinician, accessToken } = await this.#ports.identity.signIn(outcome.assertion, signal);
    if (this.#session.kind !== 'authenticating' || this.#session.attempt !== attempt) {
      return this.#end(accessToken);
    }
    this.#token = accessToken;
    this.#ports.setToken(accessToken);
    this.#identity = 'reachable';
    this.#lock = null;
    this.#apply({ type: 'authenticated', attempt, clinician });
  }

  #fail(attempt: number, message: MessageView | null): void {
    if (this.#session.kind === 'authenticating' && this.#session.attempt === attempt) this.#message = message;
    this.#apply({ type: 'authentication-failed', attempt });
  }

  chooseRole(roleId: string): Reply<null> {
    this.#apply({ type: 'role-chosen', roleId });
    return isActive(this.#session) ? DONE : { ok: false, sentence: 'Choose one of the roles that are shown.' };
  }

  /** Traces the number in PDS and, if that finds the patient, asks every source. */
  async findPatient(text: string): Promise<Reply<null>> {
    if (!isActive(this.#session)) return NOT_SIGNED_IN;
    const parsed = parseNhsNumber(text);
    if (!parsed.ok) {
      this.#patient.say({ tone: 'problem', title: 'Check the NHS number', sentence: parsed.sentence });
      return DONE;
    }
    await this.#patient.find(parsed.value, { roleId: this.#session.role.id, organisation: this.#session.role.odsCode });
    return DONE;
  }

  closePatient(): Reply<null> {
    this.#patient.clear();
    return DONE;
  }

  async rows(request: RowRequest): Promise<Reply<RowPage>> {
    const record = this.#openRecord();
    return record === null ? NO_PATIENT : this.#whileOpen(record, record.rows(request));
  }

  async raw(itemId: string): Promise<Reply<string>> {
    const record = this.#openRecord();
    if (record === null) return NO_PATIENT;
    const reply = await this.#whileOpen(record, record.raw(itemId));
    if (!reply.ok) return reply;
    return reply.value === null ? { ok: false, sentence: 'This entry is no longer part of the record. Open it again.' } : { ok: true, value: reply.value };
  }

  /** What a record answers, as long as it is the one that is open when the answer comes. */
  async #whileOpen<T>(record: OpenRecord, answer: Promise<T>): Promise<Reply<T>> {
    try {
      const value = await answer;
      return this.#openRecord() === record ? { ok: true, value } : NO_PATIENT;
    } catch (problem) {
      if (this.#openRecord() === record) throw problem;
      return NO_PATIENT;
    }
  }

  retrySource(sourceId: string): Reply<null> {
    const record = this.#openRecord();
    if (record === null) return NO_PATIENT;
    record.retry(sourceId);
    return DONE;
  }

  lock(reason: LockReason): Reply<null> {
    this.#apply({ type: 'lock', reason });
    return DONE;
  }

  signOut(): Reply<null> {
    this.#apply({ type: 'sign-out' });
    return DONE;
  }

  /** Settles when every token that was given up has been ended, or its time to be ended is over. Never rejects. */
  async tokensEnded(): Promise<void> {
    await Promise.all(this.#endingTokens);
  }

  /** A loss is told before the status that shows it; a status that shows one nobody told of locks all the same. */
  #takeStatus(status: CardServiceStatus): void {
    if (this.#session.kind !== 'signed-out' && !holdsCard(status, this.#session.card)) this.#apply({ type: 'lock', reason: 'card-service-lost' });
    this.#changed();
  }

  #openRecord(): OpenRecord | null {
    return isActive(this.#session) ? this.#patient.record() : null;
  }

  /** The one place where the session changes, and so where leaving it wipes what it held. */
  #apply(event: SessionEvent): void {
    const before = this.#session;
    this.#session = nextSession(before, event);
    if (this.#session === before) return;
    try {
      if (this.#session.kind === 'signed-out') this.#leave(before, this.#session.lock);
    } finally {
      this.#changed();
    }
    this.#ports.log('session', { from: before.kind, to: this.#session.kind, because: event.type });
  }

  /** Token and patient first: what could fail comes after them. */
  #leave(before: SessionState, reason: LockReason | null): void {
    this.#attemptAbort.abort();
    this.#giveUpToken();
    if (before.kind === 'authenticating') return;
    this.#message = null;
    this.#lock = reason === null ? null : { reason, at: this.#ports.now() };
    try {
      this.#patient.clear();
    } finally {
      this.#ports.replaceScreen();
    }
  }

  #giveUpToken(): void {
    const token = this.#token;
    if (token === null) return;
    this.#token = null;
    this.#ports.setToken(null);
    void this.#end(token);
  }

  /** Ends a token at the identity service, within a limit. Never rejects: where it fails the token runs out by itself. */
  #end(token: string): Promise<void> {
    const ending = this.#ports.identity
      .signOut(token, AbortSignal.timeout(SIGN_OUT_LIMIT_MS))
      .catch(() => this.#ports.log('sign-out-failed', {}))
      .finally(() => this.#endingTokens.delete(ending));
    this.#endingTokens.add(ending);
    return ending;
  }

  #changed(): void {
    this.#revision += 1;
    this.#ports.onChange();
  }
}

/** Whether a status shows that very card in its reader. */
function holdsCard(status: CardServiceStatus, { reader, eventCounter }: BoundCard): boolean {
  return status.kind === 'running' && status.readers.some((one) => one.name === reader && one.eventCounter === eventCounter && one.card.kind !== 'none');
}

const NOT_SIGNED_IN: Reply<never> = { ok: false, sentence: 'Nobody is signed in. Enter your passcode first.' };
const NO_PATIENT: Reply<never> = { ok: false, sentence: 'No patient is open.' };
