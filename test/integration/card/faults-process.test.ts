import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lossReasons, serviceSentences, signInSentences } from '../../../main/card/sentences.ts';
import { statement } from '../../unit/card/cards.ts';
import { TypedWay } from './card-process.ts';
import { FaultRig, readerNames, type Step } from './fault-rig.ts';
import { whyNoPcscd } from './pcscd-namespace.ts';

/** The card process killed, at every step of a sign-in. */
const missing = whyNoPcscd();
const processEnded = { kind: 'refused', refusal: { kind: 'failed', sentence: signInSentences.processEnded } };

describe.skipIf(missing !== null)(`the card process is killed${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open();
  });

  beforeEach(() => rig.startClient());
  afterEach(() => rig.reset());
  afterAll(() => rig?.close());

  /** The card first, then the service. */
  async function killUnderCard(): Promise<void> {
    const { name: reader, eventCounter } = rig.watched.reader!;
    const told = rig.watched.told.length;
    rig.processes[0]!.kill('SIGKILL');
    await rig.watched.until(() => rig.watched.client.status.kind === 'unavailable');
    expect(rig.watched.client.status).toMatchObject({ sentence: serviceSentences.processEnded });
    expect(rig.watched.told.slice(told)).toEqual(['card-lost', 'unavailable']);
    expect(rig.watched.lost.at(-1)).toMatchObject({ reader, eventCounter, reason: lossReasons.process });
  }

  async function expectReplaced(): Promise<void> {
    await rig.behave('nair', null);
    await rig.expectRecovered('nair');
    expect(rig.processes).toHaveLength(2);
  }

  test('while idle', async () => {
    await rig.insertReady('nair');
    await killUnderCard();
    await expectReplaced();
  });

  test('again and again: each is replaced', async () => {
    await rig.insertReady('nair');
    for (const count of [1, 2, 3]) {
      rig.processes.at(-1)!.kill('SIGKILL');
      await rig.watched.until(() => rig.lost.length === count);
      await rig.watched.untilCard('ready');
    }
    await rig.expectRecovered('nair');
    expect(rig.processes).toHaveLength(4);
  });

  test('while it holds a passcode: the request for it is refused, and the next one is good', async () => {
    await rig.insertReady('nair');
    const { name: reader, eventCounter } = rig.watched.reader!;
    const passcode = rig.watched.client.sendPasscode({ reader, eventCounter }, new TypedWay('482916'))!;
    await killUnderCard();
    await rig.watched.untilCard('ready');
    const result = await rig.watched.client.signIn({ reader, eventCounter, passcode, statement, lastTryConfirmed: false });
    expect(result).toEqual(processEnded);
    await expectReplaced();
  });

  test.each<Step>(['select', 'verify', 'signature'])('during a sign-in, at %s: the card is left without an open passcode', async (step) => {
    await rig.insertReady('nair');
    await rig.behave('nair', { slowMs: 300, slowOperationMs: 1500 });
    const before = await rig.timesAsked('nair', step);
    const signingIn = rig.signIn('nair');
    await rig.untilAsked('nair', step, before);
    await killUnderCard();
    expect(await signingIn).toEqual(processEnded);
    const other = rig.startOtherProgram();
    // The service lets the card go that a process held as it was killed: until it speaks again nobody is let in.
    await expect.poll(() => other.ask({ do: 'connect', reader: readerNames[0], share: 'shared' }).then(() => 'in', String), { timeout: 5_000 }).toBe('in');
    await other.ask({ do: 'transmit', command: '00a4040009a00000030800001000' });
    expect(await other.ask({ do: 'transmit', command: '00200080' })).toBe('63c3');
    await other.ask({ do: 'disconnect' });
    await expectReplaced();
  });
});
