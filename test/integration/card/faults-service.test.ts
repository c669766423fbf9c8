import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serviceSentences } from '../../../main/card/sentences.ts';
import type { PivBehaviour } from '../../../simulator/card/piv-behaviour.ts';
import { statement } from '../../unit/card/cards.ts';
import { TypedWay } from './card-process.ts';
import { FaultRig, type Step } from './fault-rig.ts';
import { whyNoPcscd } from './pcscd-namespace.ts';

/** pcscd killed, at every step of a sign-in, and started again. */
const missing = whyNoPcscd();

describe.skipIf(missing !== null)(`pcscd ends${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open();
  });

  beforeEach(() => rig.startClient());
  afterEach(() => rig.reset());
  afterAll(() => rig?.close());

  async function untilTold(sentence: string): Promise<void> {
    await rig.watched.until(() => {
      const { status } = rig.watched.client;
      return status.kind === 'unavailable' && status.sentence === sentence;
    });
  }

  /** The card first, then the service; nothing else is ever told as lost. */
  async function killUnderCard(): Promise<void> {
    const { name: reader, eventCounter } = rig.watched.reader!;
    const [told, lost] = [rig.watched.told.length, rig.watched.lost.length];
    await rig.killService();
    await untilTold(serviceSentences.noService.other);
    const toldSince = rig.watched.told.slice(told);
    expect(toldSince.indexOf('unavailable')).toBeGreaterThan(toldSince.indexOf('card-lost'));
    const lostSince = rig.watched.lost.slice(lost);
    expect(lostSince).not.toEqual([]);
    for (const one of lostSince) expect(one).toMatchObject({ reader, eventCounter });
  }

  async function expectReturn(): Promise<void> {
    await rig.startService();
    await rig.insert('nair');
    await rig.expectRecovered('nair');
    expect(rig.processes).toHaveLength(1);
  }

  test('while a card is read', async () => {
    await rig.insert('nair', { slowMs: 1000 });
    await rig.untilAsked('nair', 'select');
    await rig.watched.untilCard('reading');
    await killUnderCard();
    await expectReturn();
  });

  test('while a passcode waits to be used: the request it was for is refused', async () => {
    await rig.insertReady('nair');
    const { name: reader, eventCounter } = rig.watched.reader!;
    const passcode = rig.watched.client.sendPasscode({ reader, eventCounter }, new TypedWay('482916'))!;
    await killUnderCard();
    const result = await rig.watched.client.signIn({ reader, eventCounter, passcode, statement, lastTryConfirmed: false });
    expect(result).toEqual({ kind: 'refused', refusal: { kind: 'card-gone' } });
    await expectReturn();
  });

  test.each<[Step, Partial<PivBehaviour>]>([
    ['select', { slowMs: 2000 }],
    ['verify', { slowMs: 500 }],
    ['signature', { slowOperationMs: 5000 }],
  ])('during a sign-in, at %s', async (step, behaviour) => {
    await rig.insertReady('nair');
    await rig.behave('nair', behaviour);
    const before = await rig.timesAsked('nair', step);
    const signingIn = rig.signIn('nair');
    await rig.untilAsked('nair', step, before);
    await killUnderCard();
    expect(await signingIn).toMatchObject({ kind: 'refused', refusal: { kind: expect.stringMatching(/^(failed|card-gone)$/) as string } });
    await expectReturn();
  });

  test('before Lanyard starts', async () => {
    rig.watched.client.stop();
    await rig.killService();
    rig.openClient();
    await untilTold(serviceSentences.noService.other);
    await expectReturn();
    expect(rig.watched.lost).toEqual([]);
  });
});
