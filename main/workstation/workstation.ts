/**
 * The workstation: the line from a card in the reader to one patient's record, and back to an empty screen. Each desk does
 * one part of it; this is what the screen may ask for, and what it may show.
 */
import type { MessageView, Reply, RowPage, WorkstationView } from '../../preload/contract.ts';
import { type LockReason, isActive, isSignedIn, mayChangeRole } from '../identity/session.ts';
import type { NhsNumber } from '../record/values.ts';
import { parseNhsNumber } from '../record/values.ts';
import type { RowRequest } from '../record/view.ts';
import { NO_PATIENT, PatientDesk } from './patient-desk.ts';
import type { WorkstationPorts } from './ports.ts';
import { SessionKeeper } from './session-keeper.ts';
import { SignInDesk, type SignInRequest } from './sign-in-desk.ts';
import { type WorkstationFacts, workstationView } from './view.ts';

const REACHABILITY_LIMIT_MS = 5_000;

const DONE: Reply<null> = { ok: true, value: null };
const NOT_SIGNED_IN: Reply<never> = { ok: false, sentence: 'Nobody is signed in. Enter your passcode first.' };

export class Workstation {
  readonly #facts: WorkstationFacts;
  readonly #ports: WorkstationPorts;
  readonly #patient: PatientDesk;
  readonly #session: SessionKeeper;
  readonly #signIn: SignInDesk;
  #identity: 'checking' | 'reachable' | 'unreachable' = 'checking';
  #revision = 0;

  constructor(facts: WorkstationFacts, ports: WorkstationPorts) {
    this.#facts = facts;
    this.#ports = ports;
    const onChange = (): void => this.#changed();
    this.#patient = new PatientDesk(ports, onChange);
    this.#session = new SessionKeeper(ports, {
      openPatient: () => this.#patient.nhsNumber(),
      closePatient: () => this.#patient.clear(),
      endAttempt: (because) => this.#signIn.end(because),
      entered: () => {
        this.#identity = 'reachable';
        this.#signIn.clear();
      },
      reopenPatient: (nhsNumber) => void this.#find(nhsNumber),
      onChange,
    });
    this.#signIn = new SignInDesk(ports, this.#session, onChange);
  }

  view(): WorkstationView {
    return workstationView(this.#facts, {
      revision: this.#revision,
      card: this.#ports.card.status,
      method: this.#ports.identity.method.kind === 'browser' ? 'browser' : 'passcode',
      identity: this.#identity,
      session: this.#session.state,
      endsSoonAt: this.#session.endsSoonAt,
      message: this.#signIn.message,
      patient: this.#patient.situation(),
      now: this.#ports.clock.now(),
    });
  }

  /** Looks whether the identity service answers, for the foot of the sign-in screen. */
  async checkIdentityService(): Promise<void> {
    const reachable = await this.#ports.identity.isReachable(AbortSignal.timeout(REACHABILITY_LIMIT_MS)).catch(() => false);
    this.#identity = reachable ? 'reachable' : 'unreachable';
    this.#changed();
  }

  signIn(request: SignInRequest): Promise<Reply<null>> {
    return this.#signIn.signIn(request);
  }

  /** Gives up a sign-in, or a change of the passcode, that is under way. */
  cancelSignIn(): Reply<null> {
    this.#signIn.abort();
    return DONE;
  }

  changePasscode(request: SignInRequest): Promise<Reply<MessageView>> {
    return this.#signIn.changePasscode(request);
  }

  chooseRole(roleId: string): Reply<null> {
    this.#session.apply({ type: 'role-chosen', roleId });
    return isActive(this.#session.state) ? DONE : { ok: false, sentence: 'Choose one of the roles that are shown.' };
  }

  /** Back to the choice of roles, which ends this session; the sign-in itself holds. */
  changeRole(): Reply<null> {
    const { state } = this.#session;
    if (!isActive(state)) return NOT_SIGNED_IN;
    if (!mayChangeRole(state.clinician)) return { ok: false, sentence: 'You signed in with this role alone. To use another, sign out and sign in again.' };
    this.#session.apply({ type: 'role-change-asked' });
    return DONE;
  }

  /** A key or a click in the window. */
  activity(): void {
    this.#session.activity();
  }

  /** The answer to the warning; at any other time the page's word is no sign of anybody. */
  stayActive(): Reply<null> {
    if (this.#session.state.kind === 'idle-warning') this.#session.activity();
    return isSignedIn(this.#session.state) ? DONE : NOT_SIGNED_IN;
  }

  /** An API answered 401 to this token. */
  tokenRefused(token: string): void {
    this.#session.tokens.refusedByApi(token);
  }

  /** Traces the number in PDS and, if that finds the patient, asks every source. */
  async findPatient(text: string): Promise<Reply<null>> {
    if (!isActive(this.#session.state)) return NOT_SIGNED_IN;
    const parsed = parseNhsNumber(text);
    if (parsed.ok) await this.#find(parsed.value);
    else this.#patient.say({ tone: 'problem', title: 'Check the NHS number', sentence: parsed.sentence });
    return DONE;
  }

  async #find(nhsNumber: NhsNumber): Promise<void> {
    const { state } = this.#session;
    if (isActive(state)) await this.#patient.find(nhsNumber, { clinician: state.clinician, role: state.role });
  }

  closePatient(): Reply<null> {
    this.#patient.clear();
    return DONE;
  }

  async rows(request: RowRequest): Promise<Reply<RowPage>> {
    return isActive(this.#session.state) ? this.#patient.rows(request) : NO_PATIENT;
  }

  /** The resource behind an entry, as its source sent it. */
  async raw(itemId: string): Promise<Reply<string>> {
    return isActive(this.#session.state) ? this.#patient.raw(itemId) : NO_PATIENT;
  }

  retrySource(sourceId: string): Reply<null> {
    return isActive(this.#session.state) ? this.#patient.retry(sourceId) : NO_PATIENT;
  }

  lock(reason: LockReason): Reply<null> {
    this.#session.apply({ type: 'lock', reason });
    return DONE;
  }

  signOut(): Reply<null> {
    this.#session.apply({ type: 'sign-out' });
    return DONE;
  }

  /** Settles when every token that was given up has been ended, or its time to be ended is over. Never rejects. */
  tokensEnded(): Promise<void> {
    return this.#session.tokens.ended();
  }

  #changed(): void {
    this.#revision += 1;
    this.#ports.onChange();
  }
}
