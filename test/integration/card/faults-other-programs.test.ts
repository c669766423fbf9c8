import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { unusableSentences } from '../../../main/card/sentences.ts';
import { FaultRig, readerNames } from './fault-rig.ts';
import { whyNoPcscd } from './pcscd-namespace.ts';
import { verified } from './watched-client.ts';

/** Another program at the same card: it keeps the card to itself, keeps it busy, or resets it. */
const missing = whyNoPcscd();
const [reader] = readerNames;

describe.skipIf(missing !== null)(`another program${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let rig: FaultRig;
  let other: ReturnType<FaultRig['startOtherProgram']>;

  beforeAll(async () => {
    rig = await FaultRig.open();
  });

  beforeEach(async () => {
    await rig.startClient();
    other = rig.startOtherProgram();
  });

  afterEach(() => rig.reset());
  afterAll(() => rig?.close());

  /** The other reader's card is seen after everything before it: whatever was to be told has been told by then. */
  async function expectNothingLost(): Promise<void> {
    await rig.insert('farrow', null, 2);
    await rig.watched.until(() => rig.watched.readerNamed(readerNames[1])?.card.kind === 'ready');
    expect(rig.lost).toEqual([]);
  }

  const inUse = { kind: 'refused', refusal: { kind: 'in-use' } };

  test('holds the card exclusively when Lanyard starts: it is told as in use, and read by itself afterwards', async () => {
    rig.watched.client.stop();
    await rig.insert('nair');
    await other.ask({ do: 'connect', reader, share: 'exclusive' });
    rig.openClient();
    await rig.watched.untilCard('unusable');
    expect(rig.watched.card).toEqual({ kind: 'unusable', reason: 'in-use', sentence: unusableSentences['in-use'] });
    await other.ask({ do: 'disconnect' });
    await rig.expectRecovered('nair');
  });

  test('holds the card exclusively at a sign-in: refused, nothing lost, and good as soon as it lets go', async () => {
    await rig.insertReady('nair');
    await other.ask({ do: 'connect', reader, share: 'exclusive' });
    expect(await rig.signIn('nair')).toEqual(inUse);
    await expectNothingLost();
    await other.ask({ do: 'disconnect' });
    await rig.expectRecovered('nair');
  });

  test('is killed while it holds the card: the card is free again', async () => {
    await rig.insertReady('nair');
    await other.ask({ do: 'connect', reader, share: 'exclusive' });
    expect(await rig.signIn('nair')).toEqual(inUse);
    other.kill();
    await expect.poll(async () => (await rig.signIn('nair')).kind, { timeout: 10_000 }).toBe('signed');
    expect(rig.lost).toEqual([]);
  });

  test('holds a transaction for a moment: the sign-in waits its turn', async () => {
    await rig.insertReady('nair');
    await other.ask({ do: 'connect', reader, share: 'shared' });
    await other.ask({ do: 'begin-transaction' });
    const before = await rig.timesAsked('nair', 'select');
    const signingIn = rig.signIn('nair');
    expect(await rig.timesAsked('nair', 'select')).toBe(before);
    await other.ask({ do: 'end-transaction' });
    await verified(await signingIn, rig.watched.card);
    expect(rig.lost).toEqual([]);
  });

  test('holds a transaction for longer than anybody waits: refused, nothing lost, no try used, and good afterwards', async () => {
    await rig.insertReady('nair');
    await other.ask({ do: 'connect', reader, share: 'shared' });
    await other.ask({ do: 'begin-transaction' });
    const before = await rig.timesAsked('nair', 'verify');
    expect(await rig.signIn('nair')).toEqual(inUse);
    expect(await rig.timesAsked('nair', 'verify')).toBe(before);
    await expectNothingLost();
    await other.ask({ do: 'end-transaction' });
    await rig.expectRecovered('nair');
    expect(await rig.timesAsked('nair', 'verify')).toBe(before + 1);
  });

  test('resets the card between reading and sign-in: it is the same card, and signs in', async () => {
    await rig.insertReady('nair');
    await other.ask({ do: 'connect', reader, share: 'shared' });
    await other.ask({ do: 'reset' });
    await expectNothingLost();
    await rig.expectRecovered('nair');
    expect(rig.lost).toEqual([]);
  });

  test('cannot reset the card between passcode and signature', async () => {
    await rig.insertReady('nair');
    await rig.behave('nair', { slowMs: 300, slowOperationMs: 1000 });
    await other.ask({ do: 'connect', reader, share: 'shared' });
    const signingIn = rig.signIn('nair');
    await rig.untilAsked('nair', 'verify');
    const resetting = other.ask({ do: 'reset' }).then(() => 'done', (problem: Error) => problem.message);
    await verified(await signingIn, rig.watched.card);
    expect(await resetting).toMatch(/^(done|SCARD_E_SHARING_VIOLATION)$/);
    await expectNothingLost();
  });

  test('finds no passcode left open after a sign-in', async () => {
    await rig.insertReady('nair');
    expect(await rig.signIn('nair')).toMatchObject({ kind: 'signed' });
    await other.ask({ do: 'connect', reader, share: 'shared' });
    expect(await other.ask({ do: 'transmit', command: '00200080' })).toBe('63c3');
  });
});
