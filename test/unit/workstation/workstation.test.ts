import { beforeEach, describe, expect, test } from 'vitest';
import { SignInProblem } from '../../../main/identity/provider.ts';
import { Workstation } from '../../../main/workstation/workstation.ts';
import { NUMBER, World, facts, openRecordIn, other, role, signInTo, traced } from './world.ts';

let world: World;
let workstation: Workstation;

beforeEach(() => {
  world = new World();
  workstation = new Workstation(facts, world.ports());
});

const signIn = () => signInTo(workstation, world);
const openRecord = () => openRecordIn(workstation, world);
const screen = () => workstation.view().screen;

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

  test('the passcode sets out once, and is used or dropped whatever comes of it', async () => {
    world.cardAnswer = { kind: 'refused', refusal: { kind: 'wrong-passcode', triesLeft: 2 } };
    await signIn();
    const { identity } = world.ports();
    const ports = world.ports();
    workstation = new Workstation(facts, {
      ...ports,
      identity: { ...identity, method: { kind: 'card-statement', statement: () => Promise.reject(new SignInProblem('no challenge')), redeem: () => Promise.reject(new Error('not asked')) } },
    });
    await signIn();
    expect(world.passcodes.map(({ fate }) => fate)).toEqual(['used', 'dropped']);
    expect(screen()).toMatchObject({ message: { sentence: 'no challenge' } });
  });

  test('where nobody can take the passcode the card counts as gone', async () => {
    const ports = world.ports();
    workstation = new Workstation(facts, { ...ports, card: { ...ports.card, status: world.status, sendPasscode: () => null } });
    await signIn();
    expect(screen()).toMatchObject({ kind: 'sign-in', step: 'passcode', message: { title: 'The card left the reader' } });
  });

  test('a card that took the place of the one on the screen is not asked: no try of it is spent', async () => {
    let asked = 0;
    const ports = world.ports();
    workstation = new Workstation(facts, { ...ports, card: { ...ports.card, status: world.status, signIn: () => Promise.resolve(((asked += 1), world.cardAnswer)) } });
    const reply = await signInTo(workstation, world, '4 Reader A');
    expect(reply).toMatchObject({ ok: false, sentence: expect.stringContaining('Another card') as string });
    expect(asked).toBe(0);
    expect(world.passcodes).toEqual([]);
    expect(world.closedWays).toHaveLength(1);
    await signIn();
    expect(asked).toBe(1);
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
    const answer = Promise.withResolvers<void>();
    world.service = answer.promise;
    const signingIn = signIn();
    await expect.poll(() => screen()).toMatchObject({ kind: 'sign-in', step: 'checking' });
    world.loseCard({ reader: 'Reader A', eventCounter: 5, reason: 'card-removed' });
    answer.resolve();
    await signingIn;
    expect(screen().kind).toBe('sign-in');
    expect(world.revoked).toEqual(['the-token']);
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
    expect(world.clipboardsCleared).toBe(1);
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

  test('every source can say who asked, and for which organisation', async () => {
    await openRecordIn(workstation, world);
    expect(world.requester).toEqual({ userId: '555254240100', name: 'Dr Priya NAIR', organisationName: 'Harbour Health Centre' });
  });

  test('the log names no patient, token or passcode', async () => {
    await openRecord();
    workstation.lock('asked');
    expect(world.log.length).toBeGreaterThan(0);
    expect(world.log.join('\n')).not.toMatch(/ashworth|9990000018|the-token|482916/i);
  });
});
