import { beforeEach, describe, expect, test } from 'vitest';
import type { CardServiceStatus, SignInStatement } from '../../../main/card/messages.ts';
import { SignInProblem } from '../../../main/identity/identity-service.ts';
import type { Clinician } from '../../../main/identity/session.ts';
import type { NhsNumber } from '../../../main/record/values.ts';
import type { RecordView } from '../../../main/record/view.ts';
import type { TraceOutcome } from '../../../main/patient/pds.ts';
import type { CardPort, WorkstationPorts } from '../../../main/workstation/ports.ts';
import { Workstation } from '../../../main/workstation/workstation.ts';

const NUMBER = '9990000018';
const role = { id: 'role-1', name: 'General practitioner', organisation: 'Harbour Health Centre', odsCode: 'Z99001' };
const other = { id: 'role-2', name: 'Clinical practitioner', organisation: 'Southdown Out of Hours', odsCode: 'Z99007' };
const statement: SignInStatement = { audience: 'https://signin.example', nonce: 'n', purpose: 'sign-in', issuedAt: 0, expiresAt: 60, id: '1' };

/** A world under the workstation in which the test decides what happens and when. */
class World {
  readonly log: string[] = [];
  readonly tokens: (string | null)[] = [];
  readonly revoked: string[] = [];
  screens = 0;
  closedRecords = 0;
  clinician: Clinician = { userId: '555254240100', name: 'Dr Priya NAIR', roles: [role] };
  problem: Error | null = null;
  cardAnswer: Awaited<ReturnType<CardPort['signIn']>> = { kind: 'signed', assertion: 'signed by the card' };
  trace = Promise.withResolvers<TraceOutcome>();
  sendView: (view: RecordView) => void = () => undefined;
  loseCard: Parameters<CardPort['onCardLost']>[0] = () => undefined;
  status: CardServiceStatus = {
    kind: 'running',
    readers: [
      {
        name: 'Reader A',
        eventCounter: 5,
        card: {
          kind: 'ready',
          driver: 'piv',
          triesLeft: 3,
          holder: { commonName: 'Priya NAIR', userId: '555254240100', certificate: '', notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-03-14T00:00:00Z' },
        },
      },
    ],
  };

  ports(): WorkstationPorts {
    const world = this;
    return {
      card: {
        get status() {
          return world.status;
        },
        onStatus: () => undefined,
        onCardLost: (listener) => void (world.loseCard = listener),
        signIn: () => Promise.resolve(world.cardAnswer),
      },
      identity: {
        isReachable: () => Promise.resolve(true),
        statement: () => Promise.resolve(statement),
        signIn: () => (world.problem === null ? Promise.resolve({ clinician: world.clinician, accessToken: 'the-token' }) : Promise.reject(world.problem)),
        signOut: (token) => Promise.resolve(void world.revoked.push(token)),
      },
      patients: { trace: () => world.trace.promise },
      records: {
        open: (_patient, _request, onView) => {
          world.sendView = onView;
          return { rows: () => Promise.reject(new Error('not asked')), raw: () => Promise.resolve('{}'), retry: () => undefined, close: () => void (world.closedRecords += 1) };
        },
      },
      setToken: (token) => void world.tokens.push(token),
      now: () => new Date('2026-11-22T11:58:00Z'),
      replaceScreen: () => void (world.screens += 1),
      onChange: () => undefined,
      log: (event, details) => void world.log.push(JSON.stringify({ event, ...details })),
    };
  }
}

const traced: TraceOutcome = {
  kind: 'traced',
  notices: [],
  demographics: { nhsNumber: NUMBER as NhsNumber, names: [{ family: 'Ashworth', given: ['Margaret'], prefix: ['Mrs'] }], confidentiality: 'unrestricted' },
};

let world: World;
let workstation: Workstation;

beforeEach(() => {
  world = new World();
  workstation = new Workstation(
    { version: '0.1.0', runtime: 'Electron', site: { name: 'Harbour Health Centre', odsCode: 'Z99001', region: 'Wessex' }, simulatedReader: false },
    world.ports(),
  );
});

const signIn = () => workstation.signIn({ passcode: new TextEncoder().encode('482916'), lastTryConfirmed: false });
const screen = () => workstation.view().screen;

async function openRecord(): Promise<void> {
  await signIn();
  const finding = workstation.findPatient(NUMBER);
  world.trace.resolve(traced);
  await finding;
}

describe('signing in', () => {
  test('one role: straight to finding a patient, role and organisation on the screen', async () => {
    await signIn();
    expect(screen()).toMatchObject({ kind: 'find-patient', signedIn: { clinician: 'Dr Priya NAIR', role: 'General practitioner', odsCode: 'Z99001', reader: 'Reader 1' } });
    expect(world.tokens).toEqual(['the-token']);
  });

  test('several roles: one is chosen', async () => {
    world.clinician = { ...world.clinician, roles: [role, other] };
    await signIn();
    expect(screen()).toMatchObject({ kind: 'role', roles: [{ id: 'role-1' }, { id: 'role-2' }] });
    expect(workstation.chooseRole('role-9').ok).toBe(false);
    expect(workstation.chooseRole('role-2').ok).toBe(true);
    expect(screen()).toMatchObject({ kind: 'find-patient', signedIn: { role: 'Clinical practitioner' } });
  });

  test('the passcode is wiped whatever comes of it', async () => {
    for (const answer of [world.cardAnswer, { kind: 'refused', refusal: { kind: 'wrong-passcode', triesLeft: 2 } } as const]) {
      world.cardAnswer = answer;
      workstation.signOut();
      const passcode = new TextEncoder().encode('482916');
      await workstation.signIn({ passcode, lastTryConfirmed: false });
      expect([...passcode]).toEqual([0, 0, 0, 0, 0, 0]);
    }
  });

  test('a wrong passcode says how many tries are left', async () => {
    world.cardAnswer = { kind: 'refused', refusal: { kind: 'wrong-passcode', triesLeft: 2 } };
    await signIn();
    expect(screen()).toMatchObject({ kind: 'sign-in', message: { tone: 'problem', sentence: '2 tries left before the card locks.' } });
  });

  test('a refusal of the identity service is shown in its own words', async () => {
    world.problem = new SignInProblem('The identity service did not accept this card: certificate revoked.');
    await signIn();
    expect(screen()).toMatchObject({ kind: 'sign-in', message: { sentence: expect.stringContaining('certificate revoked') as string } });
    expect(world.tokens).toEqual([]);
  });

  test('a card that leaves while the service answers signs nobody in, and the token is ended', async () => {
    const answer = Promise.withResolvers<{ clinician: Clinician; accessToken: string }>();
    const ports = world.ports();
    workstation = new Workstation(
      { version: '', runtime: '', site: { name: '', odsCode: '', region: '' }, simulatedReader: false },
      { ...ports, identity: { ...ports.identity, signIn: () => answer.promise } },
    );
    const signingIn = signIn();
    await expect.poll(() => screen()).toMatchObject({ kind: 'sign-in', step: 'checking' });
    world.loseCard({ reader: 'Reader A', eventCounter: 5, reason: 'card-removed' });
    answer.resolve({ clinician: world.clinician, accessToken: 'late-token' });
    await signingIn;
    expect(screen().kind).toBe('sign-in');
    expect(world.revoked).toEqual(['late-token']);
    expect(world.tokens).toEqual([]);
  });
});

describe('finding a patient', () => {
  test('a malformed NHS number is never sent anywhere', async () => {
    await signIn();
    await workstation.findPatient('999 000 0019');
    expect(screen()).toMatchObject({ kind: 'find-patient', message: { title: 'Check the NHS number' } });
  });

  test('a traced patient opens the record with the banner', async () => {
    await openRecord();
    expect(screen()).toMatchObject({ kind: 'record', banner: { name: 'ASHWORTH, Margaret (Mrs)' } });
  });

  test('a trace that ends after the lock opens nothing', async () => {
    await signIn();
    const finding = workstation.findPatient(NUMBER);
    workstation.lock('asked');
    world.trace.resolve(traced);
    await finding;
    expect(screen().kind).toBe('sign-in');
    expect(JSON.stringify(workstation.view())).not.toMatch(/ashworth/i);
  });
});

describe('every way out wipes', () => {
  test.each([
    ['the card leaving', () => world.loseCard({ reader: 'Reader A', eventCounter: 5, reason: 'card-removed' })],
    ['losing the card service', () => world.loseCard({ reader: null, eventCounter: null, reason: 'card-service-lost' })],
    ['locking', () => workstation.lock('asked')],
    ['signing out', () => workstation.signOut()],
  ])('%s: no patient, no token, a new screen', async (_name, leave) => {
    await openRecord();
    leave();
    const view = workstation.view();
    expect(view.screen.kind).toBe('sign-in');
    expect(JSON.stringify(view)).not.toMatch(/ashworth|999/i);
    expect(world.closedRecords).toBe(1);
    expect(world.tokens.at(-1)).toBeNull();
    expect(world.revoked).toEqual(['the-token']);
    expect(world.screens).toBe(1);
    expect((await workstation.raw('any')).ok).toBe(false);
    expect((await workstation.findPatient(NUMBER)).ok).toBe(false);
  });

  test('what a record sends after it was closed is thrown away', async () => {
    await openRecord();
    const send = world.sendView;
    workstation.closePatient();
    send({ sources: [], sections: [], recordRevision: 9, completeness: null, quarantined: 0, allergies: { phrase: 'Known allergies', detail: 'Penicillin', tone: 'harm' } });
    expect(screen().kind).toBe('find-patient');
  });

  test('the log names no patient, token or passcode', async () => {
    await openRecord();
    workstation.lock('asked');
    expect(world.log.length).toBeGreaterThan(0);
    expect(world.log.join('\n')).not.toMatch(/ashworth|9990000018|the-token|482916/i);
  });
});
