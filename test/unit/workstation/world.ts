/** A world under the workstation in which the test decides what happens and when. */
import type { PasscodeWay, SentPasscode } from '../../../main/card/client.ts';
import type { CardServiceStatus, CardStatus, ReaderStatus, SignInStatement } from '../../../main/card/messages.ts';
import { SignInProblem, type IdentityProvider, type SignInMethod, type SignedIn, type Tokens } from '../../../main/identity/provider.ts';
import type { Clinician, Role, SessionRules } from '../../../main/identity/session.ts';
import type { TraceOutcome, TraceRequest } from '../../../main/patient/pds.ts';
import type { NhsNumber } from '../../../main/record/values.ts';
import type { RecordView } from '../../../main/record/view.ts';
import type { OpenRecord } from '../../../main/sources/open-record.ts';
import type { CardPort, WorkstationPorts } from '../../../main/workstation/ports.ts';
import type { SourceRequest } from '../../../main/sources/source.ts';
import type { WorkstationFacts } from '../../../main/workstation/view.ts';
import type { Workstation } from '../../../main/workstation/workstation.ts';
import { FakeClock } from '../identity/fake-clock.ts';

/** How the screen names the card in Reader A. */
export const CARD = '5 Reader A';
export const NAIR = '555254240100';
export const OKAFOR = '555254242102';

export const NUMBER = '9990000018';
export const role: Role = { id: 'role-1', name: 'General practitioner', organisation: 'Harbour Health Centre', odsCode: 'Z99001', roleCode: 'S0030:G0100:R0260', activityCodes: ['B0360', 'B0420'] };
export const other: Role = { id: 'role-2', name: 'Clinical practitioner', organisation: 'Southdown Out of Hours', odsCode: 'Z99007', roleCode: null, activityCodes: null };
export const statement: SignInStatement = { audience: 'https://signin.example', nonce: 'n', purpose: 'sign-in', issuedAt: 0, expiresAt: 60, id: '1' };
export const nair: Clinician = { userId: NAIR, name: 'Dr Priya NAIR', roles: [role], selectedRoleId: null };
export const okafor: Clinician = { userId: OKAFOR, name: 'Mr Daniel OKAFOR', roles: [{ ...role, id: 'role-9', name: 'Nurse' }], selectedRoleId: null };

export function readyCard(userId: string | null, name = 'Priya NAIR'): CardStatus {
  return {
    kind: 'ready',
    driver: 'piv',
    triesLeft: 3,
    entry: 'keyboard',
    canChangePasscode: true,
    holder: { commonName: name, userId, certificate: '', notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-03-14T00:00:00Z' },
  };
}

export class World {
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  /** Every access token the requests have carried, and `null` for each time it was taken away. */
  readonly tokens: (string | null)[] = [];
  readonly revoked: string[] = [];
  /** Every passcode that set out, and what became of it. */
  readonly passcodes: { readonly requestId: number; fate: 'on its way' | 'used' | 'dropped' }[] = [];
  readonly closedWays: PasscodeWay[] = [];
  readonly traces: TraceRequest[] = [];
  readonly opened: { readonly nhsNumber: string; readonly roleId: string; readonly unasked: string | null }[] = [];
  screens = 0;
  /** Whom the sources of the last record were told of. */
  requester: SourceRequest['requester'];
  clipboardsCleared = 0;
  closedRecords = 0;
  rules: SessionRules = { onCardRemoval: 'lock', idleMs: 15 * 60_000, resumeMs: 30 * 60_000 };
  clinician: Clinician = nair;
  /** What the identity service gives beside who it was. */
  grant: Partial<Tokens> = {};
  problem: Error | null = null;
  methodKind: SignInMethod['kind'] = 'card-statement';
  /** Awaited before the identity service answers. */
  service: Promise<unknown> = Promise.resolve();
  standing: () => Promise<boolean> = () => Promise.resolve(true);
  refresh: IdentityProvider['refresh'] = () => Promise.reject(new SignInProblem('not asked'));
  cardAnswer: Awaited<ReturnType<CardPort['signIn']>> = { kind: 'signed', assertion: 'signed by the card' };
  changeAnswer: Awaited<ReturnType<CardPort['changePasscode']>> = { kind: 'changed' };
  trace = Promise.withResolvers<TraceOutcome>();
  sendView: (view: RecordView) => void = () => undefined;
  loseCard: Parameters<CardPort['onCardLost']>[0] = () => undefined;
  refuseTrust: () => void = () => undefined;
  record: Partial<OpenRecord> = {};
  status: CardServiceStatus = { kind: 'running', readers: [{ name: 'Reader A', eventCounter: 5, card: readyCard(NAIR) }] };
  #onStatus: Parameters<CardPort['onStatus']>[0] = () => undefined;
  #grants = 0;
  #requests = 0;

  /** The card service says something else from now on. */
  show(...readers: readonly ReaderStatus[]): void {
    this.tellStatus({ kind: 'running', readers });
  }

  tellStatus(status: CardServiceStatus): void {
    this.status = status;
    this.#onStatus(status);
  }

  /** As the card client does it: the loss first, then the status without the card. */
  removeCard(): void {
    this.loseCard({ reader: 'Reader A', eventCounter: 5, reason: 'card-removed' });
    this.show({ name: 'Reader A', eventCounter: 6, card: { kind: 'none' } });
  }

  insertCard(userId: string | null, eventCounter: number): void {
    this.show({ name: 'Reader A', eventCounter, card: readyCard(userId) });
  }

  way(): PasscodeWay {
    const way: PasscodeWay = { close: () => void this.closedWays.push(way) };
    return way;
  }

  ports(): WorkstationPorts {
    return {
      card: this.#card(),
      identity: this.#provider(),
      patients: {
        trace: (request) => {
          this.traces.push(request);
          return this.trace.promise;
        },
      },
      records: {
        open: (patient, { roleId, requester }, unasked, onView) => {
          this.requester = requester;
          this.sendView = onView;
          this.opened.push({ nhsNumber: patient.nhsNumber, roleId, unasked });
          return { rows: () => Promise.reject(new Error('not asked')), raw: () => Promise.resolve('{}'), retry: () => undefined, close: () => void (this.closedRecords += 1), ...this.record };
        },
      },
      rules: this.rules,
      clock: this.clock,
      random: () => 0.5,
      setToken: (token) => void this.tokens.push(token),
      replaceScreen: () => void (this.screens += 1),
      clearClipboard: () => void (this.clipboardsCleared += 1),
      onChange: () => undefined,
      log: (event, details) => void this.log.push(JSON.stringify({ event, ...details })),
    };
  }

  #card(): CardPort {
    const status = (): CardServiceStatus => this.status;
    const fate = ({ requestId }: SentPasscode, fated: 'used' | 'dropped'): void => {
      const found = this.passcodes.find((one) => one.requestId === requestId);
      if (found !== undefined) found.fate = fated;
    };
    return {
      get status() {
        return status();
      },
      onStatus: (listener) => void (this.#onStatus = listener),
      onCardLost: (listener) => void (this.loseCard = listener),
      sendPasscode: () => {
        this.#requests += 1;
        this.passcodes.push({ requestId: this.#requests, fate: 'on its way' });
        return { requestId: this.#requests, channel: { post: () => undefined } };
      },
      dropPasscode: (passcode) => fate(passcode, 'dropped'),
      signIn: ({ passcode }) => {
        if (passcode !== 'pin-pad') fate(passcode, 'used');
        return Promise.resolve(this.cardAnswer);
      },
      changePasscode: ({ passcode }) => {
        if (passcode !== 'pin-pad') fate(passcode, 'used');
        return Promise.resolve(this.changeAnswer);
      },
      watchTrust: (_card, onRefused) => {
        this.refuseTrust = onRefused;
        return () => void (this.refuseTrust = () => undefined);
      },
    };
  }

  #provider(): IdentityProvider {
    const method = (): SignInMethod => this.#method();
    return {
      get method() {
        return method();
      },
      isReachable: () => Promise.resolve(true),
      refresh: (tokens, signal) => this.refresh(tokens, signal),
      isTokenGood: () => this.standing(),
      signOut: (tokens) => Promise.resolve(void this.revoked.push(tokens.accessToken)),
    };
  }

  #method(): SignInMethod {
    const answer = async (): Promise<SignedIn> => {
      const { clinician, problem } = this;
      await this.service;
      if (problem !== null) throw problem;
      return { clinician, tokens: this.newTokens() };
    };
    if (this.methodKind === 'browser') return { kind: 'browser', authenticate: answer };
    return { kind: 'card-statement', statement: () => Promise.resolve(statement), redeem: answer };
  }

  /** The first is `the-token`, then `the-token-2` … */
  newTokens(): Tokens {
    this.#grants += 1;
    const accessToken = this.#grants === 1 ? 'the-token' : `the-token-${this.#grants}`;
    return { accessToken, expiresAt: null, refreshToken: null, endsAt: null, idToken: null, ...this.grant };
  }
}

export const tracedAs = (nhsNumber: string, family: string, confidentiality: 'unrestricted' | 'restricted' = 'unrestricted'): TraceOutcome => ({
  kind: 'traced',
  notices: [],
  demographics: { nhsNumber: nhsNumber as NhsNumber, names: [{ family, given: ['Margaret'], prefix: ['Mrs'] }], confidentiality },
});

export const traced: TraceOutcome = tracedAs(NUMBER, 'Ashworth');

export const facts: WorkstationFacts = { version: '0.1.0', runtime: 'Electron', site: { name: 'Harbour Health Centre', odsCode: 'Z99001', region: 'Wessex' }, simulatedReader: false };

/** Signs in with a card that is on the screen; Dr Nair's first one where no other is named. */
export function signInTo(workstation: Workstation, world: World, cardId = CARD): ReturnType<Workstation['signIn']> {
  return workstation.signIn({ cardId, passcode: world.way(), lastTryConfirmed: false });
}

/** Signs in and opens the record of the patient that PDS traces. */
export async function openRecordIn(workstation: Workstation, world: World): Promise<void> {
  await signInTo(workstation, world);
  const finding = workstation.findPatient(NUMBER);
  world.trace.resolve(traced);
  await finding;
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
