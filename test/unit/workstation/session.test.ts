/** The session as the clinician meets it: locks, comes back, changes role, is warned, is told why it ended. */
import { beforeEach, describe, expect, test } from 'vitest';
import { SignInProblem } from '../../../main/identity/provider.ts';
import { Workstation } from '../../../main/workstation/workstation.ts';
import { NAIR, NUMBER, OKAFOR, World, facts, nair, okafor, openRecordIn, other, readyCard, role, settled, signInTo, traced, tracedAs } from './world.ts';

const MINUTE = 60_000;

let world: World;
let workstation: Workstation;

beforeEach(() => {
  world = new World();
  workstation = new Workstation(facts, world.ports());
});

const screen = () => workstation.view().screen;
const notices = () => {
  const shown = screen();
  return 'signedIn' in shown ? shown.signedIn.notices.map(({ title }) => title) : null;
};

/** A world whose rules or service differ: those are read when the workstation is made. */
function withWorld(change: (world: World) => void): void {
  change(world);
  workstation = new Workstation(facts, world.ports());
}

describe('coming back', () => {
  test('same clinician, new card counter: same role, same patient, traced and asked for anew', async () => {
    world.clinician = { ...nair, roles: [role, other] };
    await signInTo(workstation, world);
    workstation.chooseRole('role-2');
    const finding = workstation.findPatient(NUMBER);
    world.trace.resolve(traced);
    await finding;
    world.removeCard();
    expect(screen()).toMatchObject({ kind: 'sign-in', step: 'insert-card', locked: { resumes: 'Dr Priya NAIR' } });
    world.insertCard(NAIR, 7);
    world.trace = Promise.withResolvers();
    await signInTo(workstation, world, '7 Reader A');
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: true, signedIn: { role: 'Clinical practitioner' } });
    world.trace.resolve(traced);
    await settled();
    expect(screen()).toMatchObject({ kind: 'record', banner: { name: 'ASHWORTH, Margaret (Mrs)' } });
    expect(world.traces.map(({ nhsNumber, roleId }) => [nhsNumber, roleId])).toEqual([[NUMBER, 'role-2'], [NUMBER, 'role-2']]);
    expect(world.opened).toHaveLength(2);
    expect(world.closedRecords).toBe(1);
  });

  test('with no patient open: same role, nobody is traced', async () => {
    world.clinician = { ...nair, roles: [role, other] };
    await signInTo(workstation, world);
    workstation.chooseRole('role-2');
    workstation.lock('asked');
    await signInTo(workstation, world);
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false, signedIn: { role: 'Clinical practitioner' } });
    expect(world.traces).toEqual([]);
  });

  test('a patient who was closed before the lock stays closed', async () => {
    await openRecordIn(workstation, world);
    workstation.closePatient();
    workstation.lock('asked');
    await signInTo(workstation, world);
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false });
  });

  test('a wrong passcode in between does not take it away, nor shows it', async () => {
    await openRecordIn(workstation, world);
    workstation.lock('asked');
    world.cardAnswer = { kind: 'refused', refusal: { kind: 'wrong-passcode', triesLeft: 2 } };
    await signInTo(workstation, world);
    expect(screen()).toMatchObject({ kind: 'sign-in', locked: { resumes: 'Dr Priya NAIR' }, message: { title: 'That passcode is not right' } });
    expect(JSON.stringify(workstation.view())).not.toMatch(/ashworth|999/i);
    world.cardAnswer = { kind: 'signed', assertion: 'signed by the card' };
    await signInTo(workstation, world);
    await settled();
    expect(screen().kind).toBe('record');
  });

  test('too late, the session has ended, and says so while nobody does anything', async () => {
    await openRecordIn(workstation, world);
    workstation.lock('asked');
    world.clock.pass(30 * MINUTE);
    expect(screen()).toMatchObject({ kind: 'sign-in', locked: null, message: { tone: 'information', title: 'The session has ended' } });
    await signInTo(workstation, world);
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false });
  });

  test('another clinician’s card ends it before anything is asked of anybody', async () => {
    await openRecordIn(workstation, world);
    world.removeCard();
    world.insertCard(OKAFOR, 7);
    expect(screen()).toMatchObject({ kind: 'sign-in', locked: null, message: { sentence: expect.stringContaining('Another clinician') as string } });
    expect(JSON.stringify(workstation.view())).not.toMatch(/dr priya/i);
    world.removeCard();
    world.insertCard(NAIR, 9);
    await signInTo(workstation, world, '9 Reader A');
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false });
    expect(world.traces).toHaveLength(1);
  });

  test('another clinician whose card does not name them starts clean all the same', async () => {
    await openRecordIn(workstation, world);
    world.removeCard();
    world.insertCard(null, 7);
    expect(screen()).toMatchObject({ locked: { resumes: 'Dr Priya NAIR' } });
    world.clinician = { ...okafor, roles: [role] };
    await signInTo(workstation, world, '7 Reader A');
    await settled();
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false, signedIn: { clinician: 'Mr Daniel OKAFOR' } });
    workstation.lock('asked');
    expect(JSON.stringify(world.traces)).toBe(JSON.stringify(world.traces.slice(0, 1)));
  });

  test('a lock is through before the identity service has heard of it', async () => {
    const ports = world.ports();
    workstation = new Workstation(facts, { ...ports, identity: { ...ports.identity, signOut: () => new Promise(() => undefined) }, card: { ...ports.card, get status() { return world.status; } } });
    await openRecordIn(workstation, world);
    world.removeCard();
    world.insertCard(OKAFOR, 7);
    expect([screen().kind, world.screens, world.tokens.at(-1)]).toEqual(['sign-in', 1, null]);
    world.clinician = okafor;
    await signInTo(workstation, world, '7 Reader A');
    expect(screen()).toMatchObject({ kind: 'find-patient', signedIn: { clinician: 'Mr Daniel OKAFOR' } });
  });
});

describe('where the site lets a session go on without its card', () => {
  beforeEach(() => withWorld((one) => (one.rules = { ...one.rules, onCardRemoval: 'ignore' })));

  test('a removal changes nothing but a notice that stays', async () => {
    await openRecordIn(workstation, world);
    world.removeCard();
    expect(screen().kind).toBe('record');
    expect(notices()).toEqual(['Your card is not in the reader']);
    workstation.closePatient();
    expect(notices()).toEqual(['Your card is not in the reader']);
  });

  test('any card that is put in locks, and its clinician comes back by the passcode', async () => {
    await openRecordIn(workstation, world);
    world.removeCard();
    world.insertCard(NAIR, 7);
    expect(screen()).toMatchObject({ kind: 'sign-in', locked: { resumes: 'Dr Priya NAIR' } });
  });

  test('losing sight of the readers locks', async () => {
    await openRecordIn(workstation, world);
    world.removeCard();
    world.tellStatus({ kind: 'unavailable', sentence: 'The service stopped.' });
    expect(screen().kind).toBe('sign-in');
  });
});

describe('roles', () => {
  test('changing the role is a new session on the same sign-in: no patient, another screen, the same token', async () => {
    world.clinician = { ...nair, roles: [role, other] };
    await signInTo(workstation, world);
    workstation.chooseRole('role-1');
    const finding = workstation.findPatient(NUMBER);
    world.trace.resolve(traced);
    await finding;
    expect(screen()).toMatchObject({ kind: 'record', signedIn: { canChangeRole: true } });
    expect(workstation.changeRole().ok).toBe(true);
    expect(screen()).toMatchObject({ kind: 'role', roles: [{ id: 'role-1' }, { id: 'role-2' }] });
    expect(JSON.stringify(workstation.view())).not.toMatch(/ashworth|999/i);
    expect([world.closedRecords, world.screens, world.clipboardsCleared, world.tokens, world.revoked]).toEqual([1, 1, 1, ['the-token'], []]);
    expect((await workstation.raw('any')).ok).toBe(false);
    workstation.chooseRole('role-2');
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false, signedIn: { role: 'Clinical practitioner' } });
  });

  test('a role chosen at the provider is applied, and cannot be changed here', async () => {
    world.clinician = { ...nair, roles: [role, other], selectedRoleId: 'role-2' };
    await signInTo(workstation, world);
    expect(screen()).toMatchObject({ kind: 'find-patient', signedIn: { role: 'Clinical practitioner', canChangeRole: false } });
    expect(workstation.changeRole()).toMatchObject({ ok: false, sentence: expect.stringContaining('sign in again') as string });
  });

  test('no role, or one that is not held, is refused in words', async () => {
    for (const clinician of [{ ...nair, roles: [] }, { ...nair, selectedRoleId: 'role-9' }]) {
      world.clinician = clinician;
      await signInTo(workstation, world);
      expect(screen()).toMatchObject({ kind: 'sign-in', message: { tone: 'problem', sentence: expect.stringContaining('role') as string } });
    }
    expect(world.tokens.at(-1)).toBeNull();
    expect(world.revoked).toEqual(['the-token', 'the-token-2']);
  });

  test('a role that may not view records traces nobody', async () => {
    world.clinician = { ...nair, roles: [{ ...role, activityCodes: ['B0278'] }] };
    await signInTo(workstation, world);
    await workstation.findPatient(NUMBER);
    expect(screen()).toMatchObject({ kind: 'find-patient', signedIn: { allows: { viewRecord: false, viewSensitive: false } }, message: { sentence: expect.stringContaining('B0360') as string } });
    expect([world.traces, world.opened]).toEqual([[], []]);
  });

  test.each([
    [['B0360'], expect.stringContaining('B1611')],
    [null, expect.stringContaining('B1611')],
    [['B0360', 'B1611'], null],
  ])('a restricted patient with %j', async (activityCodes, unasked) => {
    world.clinician = { ...nair, roles: [{ ...role, activityCodes }] };
    await signInTo(workstation, world);
    world.trace.resolve(tracedAs(NUMBER, 'Marsh', 'restricted'));
    await workstation.findPatient(NUMBER);
    expect(world.opened).toEqual([{ nhsNumber: NUMBER, roleId: 'role-1', unasked }]);
    expect(screen()).toMatchObject({ kind: 'record', banner: { name: 'MARSH, Margaret (Mrs)', restricted: true, notices: unasked === null ? [] : [unasked] } });
  });

  test('anybody else’s record is asked for whatever the role', async () => {
    await openRecordIn(workstation, world);
    expect(world.opened).toEqual([{ nhsNumber: NUMBER, roleId: 'role-1', unasked: null }]);
  });
});

describe('time', () => {
  test('the warning comes over the record; a key takes it away; a minute later it locks, to be come back to', async () => {
    await openRecordIn(workstation, world);
    world.clock.pass(14 * MINUTE);
    const locksAt = world.clock.now().getTime() + MINUTE;
    expect(workstation.view()).toMatchObject({ screen: { kind: 'record' }, idleWarning: { locksAt } });
    workstation.activity();
    expect(workstation.view()).toMatchObject({ screen: { kind: 'record' }, idleWarning: null });
    world.clock.pass(14 * MINUTE);
    expect(workstation.stayActive().ok).toBe(true);
    expect(workstation.view().idleWarning).toBeNull();
    world.clock.pass(15 * MINUTE);
    expect(workstation.view()).toMatchObject({ idleWarning: null, screen: { kind: 'sign-in', locked: { resumes: 'Dr Priya NAIR', sentence: expect.stringContaining('Nobody used') as string } } });
  });

  test('the page’s word counts for nothing before the warning', async () => {
    await signInTo(workstation, world);
    for (let minute = 0; minute < 14; minute += 1) {
      world.clock.pass(MINUTE);
      if (minute < 13) workstation.stayActive();
    }
    expect(workstation.view().idleWarning).not.toBeNull();
  });

  test('choosing a role is watched too', async () => {
    world.clinician = { ...nair, roles: [role, other] };
    await signInTo(workstation, world);
    world.clock.pass(15 * MINUTE);
    expect(screen()).toMatchObject({ kind: 'sign-in', locked: { resumes: null } });
    expect(world.clock.pending).toBe(0);
  });

  test('the end of the sign-in is announced, and then ends it for good', async () => {
    withWorld((one) => (one.grant = { endsAt: one.clock.now().getTime() + 10 * MINUTE }));
    await openRecordIn(workstation, world);
    expect(notices()).toEqual([]);
    world.clock.pass(5 * MINUTE);
    expect(notices()).toEqual(['Your sign-in ends soon']);
    world.clock.pass(5 * MINUTE);
    expect(screen()).toMatchObject({ kind: 'sign-in', locked: null, message: { sentence: expect.stringContaining('longest time') as string } });
    world.grant = {};
    await signInTo(workstation, world);
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false, signedIn: { notices: [] } });
  });

  test('no clock runs once nobody is in and nothing is kept', async () => {
    await openRecordIn(workstation, world);
    workstation.lock('asked');
    expect(world.clock.pending).toBe(1);
    workstation.signOut();
    expect(world.clock.pending).toBe(0);
  });
});

describe('the identity service', () => {
  test('that does not stand by a token an API refused is a remote logout', async () => {
    await openRecordIn(workstation, world);
    world.standing = () => Promise.resolve(true);
    workstation.tokenRefused('the-token');
    await settled();
    expect(screen().kind).toBe('record');
    world.standing = () => Promise.resolve(false);
    workstation.tokenRefused('the-token');
    await settled();
    expect(screen()).toMatchObject({ kind: 'sign-in', locked: { resumes: null, sentence: expect.stringContaining('identity service ended') as string } });
  });

  test('refreshes the token under the session', async () => {
    withWorld((one) => {
      one.grant = { expiresAt: one.clock.now().getTime() + 10 * MINUTE, refreshToken: 'r' };
      one.refresh = () => Promise.resolve({ ...one.newTokens(), expiresAt: one.clock.now().getTime() + 10 * MINUTE });
    });
    await openRecordIn(workstation, world);
    world.clock.pass(9 * MINUTE);
    await settled();
    expect(world.tokens).toEqual(['the-token', 'the-token-2']);
    expect(screen().kind).toBe('record');
    workstation.lock('asked');
    expect(world.revoked).toEqual(['the-token-2']);
  });

  test('a card that is revoked while its session lasts locks it', async () => {
    await openRecordIn(workstation, world);
    world.refuseTrust();
    expect(screen()).toMatchObject({ kind: 'sign-in', locked: { resumes: null, sentence: expect.stringContaining('no longer sign in') as string } });
  });

  test('that vouches for somebody else than the card names lets nobody in', async () => {
    world.clinician = okafor;
    await signInTo(workstation, world);
    expect(screen()).toMatchObject({ kind: 'sign-in', message: { sentence: expect.stringContaining('not the card') as string } });
    expect([world.tokens.at(-1), world.revoked]).toEqual([null, ['the-token']]);
  });
});

describe('signing in at the provider’s own page', () => {
  beforeEach(() => withWorld((one) => (one.methodKind = 'browser')));
  const signIn = () => workstation.signIn({ cardId: '5 Reader A', passcode: null, lastTryConfirmed: false });

  test('binds the session to the card in the reader', async () => {
    expect(screen()).toMatchObject({ kind: 'sign-in', method: 'browser' });
    await signIn();
    expect(screen().kind).toBe('find-patient');
    expect(world.passcodes).toEqual([]);
    world.removeCard();
    expect(screen().kind).toBe('sign-in');
  });

  test('needs a card', async () => {
    world.removeCard();
    expect((await signIn()).ok).toBe(false);
  });

  test('as somebody else than the card names is refused, and the tokens end', async () => {
    world.clinician = okafor;
    await signIn();
    expect(screen()).toMatchObject({ kind: 'sign-in', message: { sentence: expect.stringContaining('not the card') as string } });
    expect(world.revoked).toEqual(['the-token']);
  });

  test('can be given up, or overtaken by the card leaving', async () => {
    for (const [leave, message] of [
      [() => workstation.cancelSignIn(), null],
      [() => world.removeCard(), { title: 'You are not signed in' }],
    ] as const) {
      const ports = world.ports();
      world.insertCard(NAIR, 5);
      const authenticate = (signal: AbortSignal): Promise<never> => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new DOMException('given up', 'AbortError'))));
      workstation = new Workstation(facts, { ...ports, card: { ...ports.card, get status() { return world.status; } }, identity: { ...ports.identity, method: { kind: 'browser', authenticate } } });
      const signingIn = signIn();
      await settled();
      expect(screen()).toMatchObject({ step: 'checking' });
      leave();
      await signingIn;
      expect(screen()).toMatchObject({ kind: 'sign-in', message });
      expect(screen()).not.toMatchObject({ step: 'checking' });
    }
  });
});

describe('a second card in another reader', () => {
  const both = () => world.show({ name: 'Reader A', eventCounter: 5, card: readyCard(NAIR) }, { name: 'Reader B', eventCounter: 1, card: readyCard(OKAFOR, 'Daniel OKAFOR') });

  test('is said and changes nothing for the session; its going neither', async () => {
    await openRecordIn(workstation, world);
    both();
    expect(workstation.view()).toMatchObject({ screen: { kind: 'record', signedIn: { reader: 'Reader 1' } }, cardService: { readers: [{ state: 'ready' }, { label: 'Reader 2', state: 'ready' }] } });
    world.loseCard({ reader: 'Reader B', eventCounter: 1, reason: 'card-removed' });
    expect(screen().kind).toBe('record');
  });

  test('either can sign in, by its own name', async () => {
    both();
    world.clinician = okafor;
    const signingIn = signInTo(workstation, world, '1 Reader B');
    expect(screen()).toMatchObject({ checkingCardId: '1 Reader B', cards: [{ id: '5 Reader A' }, { id: '1 Reader B' }] });
    await signingIn;
    expect(screen()).toMatchObject({ signedIn: { clinician: 'Mr Daniel OKAFOR', reader: 'Reader 2' } });
    world.loseCard({ reader: 'Reader A', eventCounter: 5, reason: 'card-removed' });
    expect(screen().kind).toBe('find-patient');
  });
});

describe('changing the passcode', () => {
  const change = () => workstation.changePasscode({ cardId: '5 Reader A', passcode: world.way(), lastTryConfirmed: false });

  test('answers what the card did', async () => {
    expect(await change()).toMatchObject({ ok: true, value: { tone: 'information', title: 'Your passcode was changed' } });
    world.changeAnswer = { kind: 'refused', refusal: { kind: 'wrong-passcode', triesLeft: 1 } };
    expect(await change()).toMatchObject({ ok: true, value: { tone: 'problem', sentence: 'One try left before the card locks.' } });
    world.changeAnswer = { kind: 'refused', refusal: { kind: 'cancelled' } };
    expect(await change()).toMatchObject({ ok: true, value: { tone: 'warning' } });
    expect(world.passcodes.every(({ fate }) => fate === 'used')).toBe(true);
  });

  test('is not done while somebody is signed in, nor beside a sign-in', async () => {
    const waiting = Promise.withResolvers<void>();
    world.service = waiting.promise;
    const signingIn = signInTo(workstation, world);
    expect((await change()).ok).toBe(false);
    waiting.resolve();
    await signingIn;
    expect((await change()).ok).toBe(false);
    expect(world.closedWays).toHaveLength(2);
  });

  test('keeps a sign-in from beginning meanwhile', async () => {
    const changing = change();
    expect(await signInTo(workstation, world)).toMatchObject({ ok: false, sentence: expect.stringContaining('being changed') as string });
    await changing;
    expect((await signInTo(workstation, world)).ok).toBe(true);
  });
});

test('every transition is a line of kinds in the log, and of nothing else', async () => {
  world.problem = new SignInProblem('not now');
  await signInTo(workstation, world);
  world.problem = null;
  await openRecordIn(workstation, world);
  world.removeCard();
  world.insertCard(NAIR, 7);
  await signInTo(workstation, world, '7 Reader A');
  const transitions = world.log.map((line) => JSON.parse(line) as Record<string, string>).filter(({ event }) => event === 'session');
  expect(transitions.map(({ from, to, because, reason, step, entry }) => [from, to, because, reason ?? step ?? entry].filter(Boolean).join(' '))).toEqual([
    'signed-out authenticating sign-in-begun passcode',
    'authenticating authenticating card-signed service',
    'authenticating signed-out authentication-failed',
    'signed-out card-present cards-seen',
    'card-present authenticating sign-in-begun passcode',
    'authenticating authenticating card-signed service',
    'authenticating active authenticated fresh',
    'active locked card-lost card-removed',
    'locked authenticating sign-in-begun passcode',
    'authenticating authenticating card-signed service',
    'authenticating active authenticated resumed',
  ]);
  expect(world.log.join('\n')).not.toMatch(/ashworth|999|NAIR|Reader|token-/i);
});
