/** Whatever comes late, twice or broken: nothing of a patient without the session that asked for it. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { RowPage } from '../../../preload/contract.ts';
import { Workstation } from '../../../main/workstation/workstation.ts';
import { NUMBER, World, facts, openRecordIn, other, role, signInTo, traced, tracedAs } from './world.ts';

const OTHER_NUMBER = '9990000026';
const rowsRequest = { section: null, from: 0, count: 10, onlyDiffering: false, includeWithdrawn: false };

let world: World;
let workstation: Workstation;

beforeEach(() => {
  world = new World();
  workstation = new Workstation(facts, world.ports());
});

const signIn = () => signInTo(workstation, world);
const openRecord = () => openRecordIn(workstation, world);
const screen = () => workstation.view().screen;

describe('an answer of the record that comes late', () => {
  const page: RowPage = { recordRevision: 1, total: 0, rows: [] };

  test.each([
    ['after a lock', () => void workstation.lock('asked')],
    ['after the patient was closed', () => void workstation.closePatient()],
    ['after another patient was asked for', () => void workstation.findPatient(OTHER_NUMBER)],
  ])('%s is not handed on', async (_name, leave) => {
    const rows = Promise.withResolvers<RowPage>();
    const raw = Promise.withResolvers<string | null>();
    world.record = { rows: () => rows.promise, raw: () => raw.promise };
    await openRecord();
    const asked = [workstation.rows(rowsRequest), workstation.raw('practice/Patient/1')];
    leave();
    rows.resolve(page);
    raw.resolve('{"family": "Ashworth"}');
    for (const reply of await Promise.all(asked)) expect(reply.ok).toBe(false);
  });

  test('a record that was closed under the question is a refusal, not a fault', async () => {
    const rows = Promise.withResolvers<RowPage>();
    world.record = { rows: () => rows.promise, close: () => rows.reject(new Error('closed')) };
    await openRecord();
    const asked = workstation.rows(rowsRequest);
    workstation.closePatient();
    expect(await asked).toEqual({ ok: false, sentence: 'No patient is open.' });
  });
});

describe('looking for a patient', () => {
  test('of two questions only the second counts, whichever is answered first', async () => {
    await signIn();
    const first = world.trace;
    const finding = workstation.findPatient(NUMBER);
    world.trace = Promise.withResolvers();
    const second = workstation.findPatient(OTHER_NUMBER);
    first.resolve(tracedAs(NUMBER, 'Ashworth'));
    await finding;
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: true });
    world.trace.resolve(tracedAs(OTHER_NUMBER, 'Brown'));
    await second;
    expect(screen()).toMatchObject({ kind: 'record', banner: { name: 'BROWN, Margaret (Mrs)' } });
  });

  test('a trace that breaks says so, and does not go on for ever', async () => {
    await signIn();
    const finding = workstation.findPatient(NUMBER);
    world.trace.reject(new Error('the patient is Ashworth'));
    await finding;
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false, message: { tone: 'problem' } });
    expect(JSON.stringify([workstation.view(), world.log])).not.toMatch(/ashworth/i);
  });

  test('a record that cannot be opened says so, and leaves nothing open', async () => {
    const ports = world.ports();
    const broken = (): never => {
      throw new Error('no thread');
    };
    workstation = new Workstation(facts, { ...ports, records: { open: broken } });
    await openRecord();
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false, message: { tone: 'problem' } });
  });

  test('a trace of an earlier session opens nothing in the next one', async () => {
    await signIn();
    const first = world.trace;
    const finding = workstation.findPatient(NUMBER);
    workstation.lock('asked');
    await signIn();
    first.resolve(traced);
    await finding;
    expect(screen()).toMatchObject({ kind: 'find-patient', tracing: false, message: null });
  });
});

describe('the card of the session', () => {
  const reader = (eventCounter: number) => {
    if (world.status.kind !== 'running' || world.status.readers[0] === undefined) throw new Error('No reader.');
    return { ...world.status.readers[0], eventCounter };
  };

  test.each([
    ['another counter', () => ({ kind: 'running' as const, readers: [reader(7)] })],
    ['an empty reader', () => ({ kind: 'running' as const, readers: [{ name: 'Reader A', eventCounter: 5, card: { kind: 'none' as const } }] })],
    ['no reader', () => ({ kind: 'running' as const, readers: [] })],
    ['no card service', () => ({ kind: 'unavailable' as const, sentence: 'The service stopped.' })],
  ])('a status with %s locks, even where no loss was told', async (_name, status) => {
    await openRecord();
    world.tellStatus(status());
    expect(screen().kind).toBe('sign-in');
    expect(world.closedRecords).toBe(1);
    expect(world.tokens.at(-1)).toBeNull();
  });

  test('a status that still has the card changes nothing, nor does another reader', async () => {
    await openRecord();
    world.show({ name: 'Reader 0', eventCounter: 1, card: { kind: 'none' } }, reader(5));
    expect(screen().kind).toBe('record');
  });

  test('losing it while the role is being chosen locks', async () => {
    world.clinician = { ...world.clinician, roles: [role, other] };
    await signIn();
    world.loseCard({ reader: 'Reader A', eventCounter: 5, reason: 'card-removed' });
    expect(workstation.chooseRole('role-1').ok).toBe(false);
    expect(screen()).toMatchObject({ kind: 'sign-in', locked: { sentence: expect.stringContaining('left the reader') as string } });
    expect(world.revoked).toEqual(['the-token']);
  });
});

describe('leaving', () => {
  test('losing it while signing in says so, after the reader has no more to say of it', async () => {
    world.cardAnswer = { kind: 'refused', refusal: { kind: 'card-gone' } };
    const signingIn = signIn();
    world.loseCard({ reader: 'Reader A', eventCounter: 5, reason: 'card-removed' });
    await signingIn;
    expect(screen()).toMatchObject({ kind: 'sign-in', message: { title: 'You are not signed in', sentence: expect.stringContaining('card could no longer be seen') } });
    world.cardAnswer = { kind: 'signed', assertion: 'signed by the card' };
    await signIn();
    expect(screen()).toMatchObject({ kind: 'find-patient' });
  });

  test('a lock while signing in gives up the attempt', async () => {
    const ports = world.ports();
    const cancelled = Promise.withResolvers<void>();
    workstation = new Workstation(facts, {
      ...ports,
      card: {
        ...ports.card,
        get status() {
          return world.status;
        },
        signIn: (_request, signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              cancelled.resolve();
              resolve({ kind: 'refused', refusal: { kind: 'cancelled' } });
            });
          }),
      },
    });
    const signingIn = signIn();
    await expect.poll(() => screen()).toMatchObject({ step: 'checking' });
    expect((await signIn()).ok).toBe(false);
    workstation.lock('asked');
    await cancelled.promise;
    await signingIn;
    expect(screen()).toMatchObject({ kind: 'sign-in', step: 'passcode' });
  });

  test('a screen that cannot be replaced, or a log that cannot be written, keeps neither patient nor token', async () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const ports = world.ports();
    let logs = true;
    workstation = new Workstation(facts, { ...ports, replaceScreen: broken, log: () => (logs ? undefined : broken()) });
    await openRecord();
    logs = false;
    expect(() => workstation.lock('asked')).toThrow('broken');
    expect(screen().kind).toBe('sign-in');
    expect(world.closedRecords).toBe(1);
    expect(world.tokens.at(-1)).toBeNull();
    expect(world.revoked).toEqual(['the-token']);
  });

  test('the end of the token can be waited for', async () => {
    const ended = Promise.withResolvers<void>();
    const ports = world.ports();
    workstation = new Workstation(facts, { ...ports, identity: { ...ports.identity, signOut: () => ended.promise } });
    await signIn();
    let settled = false;
    workstation.signOut();
    const waiting = workstation.tokensEnded().then(() => (settled = true));
    await Promise.resolve();
    expect(settled).toBe(false);
    ended.resolve();
    await waiting;
    await workstation.tokensEnded();
  });

  test('an answer without any role signs nobody in and leaves no token', async () => {
    world.clinician = { ...world.clinician, roles: [] };
    await signIn();
    expect(screen().kind).toBe('sign-in');
    expect(world.tokens.at(-1)).toBeNull();
    expect(world.revoked).toEqual(['the-token']);
  });

  test('looking for the identity service never fails on its own', async () => {
    const ports = world.ports();
    workstation = new Workstation(facts, { ...ports, identity: { ...ports.identity, isReachable: () => Promise.reject(new Error('no')) } });
    await workstation.checkIdentityService();
    expect(workstation.view().identityService.state).toBe('unreachable');
  });
});
