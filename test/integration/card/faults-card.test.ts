import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CardSignInResult } from '../../../main/card/client.ts';
import { lossReasons, signInSentences, unusableSentences } from '../../../main/card/sentences.ts';
import { FaultRig, type Step } from './fault-rig.ts';
import { whyNoPcscd } from './pcscd-namespace.ts';

/** The card itself fails, at every step: pulled while it works, swapped while it works, or mute. */
const missing = whyNoPcscd();

describe.skipIf(missing !== null)(`the card${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.open();
  });

  beforeEach(() => rig.startClient());
  afterEach(() => rig.reset());
  afterAll(() => rig?.close());

  /** Takes a sign-in as far as that step, which the card takes its time for. */
  async function signInUntil(step: Step): Promise<{ readonly result: Promise<CardSignInResult> }> {
    await rig.behave('nair', { slowMs: 500, slowOperationMs: 5000 });
    const before = await rig.timesAsked('nair', step);
    const result = rig.signIn('nair');
    await rig.untilAsked('nair', step, before);
    return { result };
  }

  describe('is pulled', () => {
    test('while it is read: nothing is there any more, and the next time it is read', async () => {
      await rig.insert('nair', { slowMs: 1000 });
      await rig.untilAsked('nair', 'select');
      await rig.ask({ do: 'remove' });
      await rig.watched.untilCard('none');
      expect(rig.watched.lost.at(-1)).toMatchObject({ reason: lossReasons.removed });
      await rig.insert('nair');
      await rig.expectRecovered('nair');
    });

    test.each<Step>(['select', 'verify', 'signature'])('during a sign-in, at %s: the sign-in ends, the loss is told, and no try is lost', async (step) => {
      await rig.insertReady('nair');
      const { eventCounter } = rig.watched.reader!;
      const signingIn = await signInUntil(step);
      await rig.ask({ do: 'remove' });
      expect(await signingIn.result).toEqual({ kind: 'refused', refusal: { kind: 'card-gone' } });
      await rig.watched.untilCard('none');
      expect(rig.watched.lost.at(-1)).toMatchObject({ eventCounter });
      await rig.insert('nair');
      await rig.expectRecovered('nair');
    });
  });

  test('is swapped for another during the signature: nobody is signed in, and the other is read', async () => {
    await rig.insertReady('nair');
    const signingIn = await signInUntil('signature');
    await rig.insert('okafor');
    expect(await signingIn.result).toMatchObject({ kind: 'refused' });
    await rig.watched.until(() => rig.watched.card?.kind === 'ready' && rig.watched.card.holder.commonName === 'Daniel OKAFOR');
    await rig.expectRecovered('okafor');
  });

  /** An answer without bytes does not pass vpcd: a mute card is one that never answers. */
  describe('is mute', () => {
    test('from the start: it says what to do, and is read when put back', async () => {
      await rig.insert('nair', { answers: 'never' });
      await rig.watched.untilCard('unusable');
      expect(rig.watched.card).toEqual({ kind: 'unusable', reason: 'mute', sentence: unusableSentences.mute });
      await putBack();
    });

    test('at the signature: nobody is signed in, and it works again when put back', async () => {
      await rig.insertReady('nair');
      await rig.behave('nair', { answers: 'never', mutesAt: 'signature' });
      const signingIn = rig.signIn('nair');
      expect(await signingIn).toEqual({ kind: 'refused', refusal: { kind: 'failed', sentence: signInSentences.timedOut } });
      expect(rig.watched.lost.at(-1)).toMatchObject({ reason: lossReasons.notReadable });
      await putBack();
    });

    test('at the signature, and pulled rather than waited for', async () => {
      await rig.insertReady('nair');
      await rig.behave('nair', { answers: 'never', mutesAt: 'signature' });
      const signingIn = rig.signIn('nair');
      await rig.untilAsked('nair', 'signature');
      await rig.ask({ do: 'remove' });
      expect(await signingIn).toEqual({ kind: 'refused', refusal: { kind: 'card-gone' } });
      await putBack();
    });

    async function putBack(): Promise<void> {
      await rig.ask({ do: 'remove' });
      await rig.watched.untilCard('none');
      await rig.insert('nair');
      await rig.expectRecovered('nair');
    }
  });
});
