import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PcscCodeName } from '../../../main/card/pcsc/errors.ts';
import { makeCard, passcode } from './cards.ts';
import { DeskRig, reader } from './desk-rig.ts';
import { padCodes, type AtTheKeys, type PinPadScript, type ScriptedPinPad } from './scripted-pin-pad.ts';

/** No real reader with keys can be had here, and vpcd has none: a scripted one stands behind the PC/SC port. */

const whole: PinPadScript = { features: ['verify', 'modify', 'properties', 'abort', 'tlv'], properties: '10 02 07 00' };
const replacement = '739154';

let rig: DeskRig;
let card: Awaited<ReturnType<typeof makeCard>>;

beforeEach(async () => {
  rig = new DeskRig();
  await rig.start();
  card = await makeCard();
});

afterEach(() => rig.stop());

const insert = async (script: PinPadScript = whole): Promise<ScriptedPinPad> => (await rig.insert(card, script))!;
const asked = (pad: ScriptedPinPad) => pad.asked.map(({ code }) => code);
const sentToCard = () => rig.pcsc.calls.filter((call) => call.startsWith('transmit')).map((call) => call.slice('transmit '.length));

async function signInWith(pad: ScriptedPinPad, keys: AtTheKeys) {
  pad.keys = keys;
  await rig.signIn({ entry: 'pin-pad' });
  return rig.outcomes.at(-1);
}

async function changeWith(pad: ScriptedPinPad, keys: AtTheKeys) {
  pad.keys = keys;
  await rig.change({ entry: 'pin-pad' });
  return rig.outcomes.at(-1);
}

describe('a card in a reader with keys', () => {
  test('is told with them', async () => {
    await insert();
    expect(rig.card).toMatchObject({ kind: 'ready', entry: 'pin-pad', canChangePasscode: true, triesLeft: 3 });
  });

  test('cannot have its passcode changed where the keys cannot do that', async () => {
    const pad = await insert({ features: ['verify'] });
    expect(rig.card).toMatchObject({ entry: 'pin-pad', canChangePasscode: false });
    expect(await changeWith(pad, { types: [] })).toMatchObject({ refusal: { kind: 'pin-pad', problem: 'missing' } });
  });

  test('is told as any other where the site does not use them, and the reader is not asked', async () => {
    await rig.stop();
    rig = new DeskRig({ pinPad: 'ignore' });
    await rig.start();
    const pad = await insert();
    expect(rig.card).toMatchObject({ entry: 'keyboard', canChangePasscode: true });
    expect(pad.asked).toEqual([]);
    expect(await signInWith(pad, { types: [passcode] })).toMatchObject({ refusal: { kind: 'pin-pad', problem: 'missing' } });
    expect(card.triesLeft).toBe(3);
  });

  test('a card that cannot sign in costs no question to the reader', async () => {
    card = await makeCard({ behaviour: { application: 'other' } });
    expect((await insert()).asked).toEqual([]);
  });
});

describe('signing in on the keys of the reader', () => {
  test('the passcode goes from the keys to the card, the signature in the same transaction, and the card forgets it', async () => {
    const pad = await insert();
    const begun = rig.pcsc.calls.length;
    expect(await signInWith(pad, { types: [passcode] })).toMatchObject({ type: 'signed', requestId: 1, reader, eventCounter: 1 });
    expect(pad.asked.at(-1)).toEqual({ code: padCodes.verify, input: '1e1e820800080602010908000000000d0000000020008008ffffffffffffffff' });
    expect(sentToCard().slice(-4)).toEqual(['00a40400', '00200080', '0087119a', '0020ff80']);
    expect(rig.pcsc.calls.slice(begun).filter((call) => call === 'connect')).toHaveLength(1);
    expect([card.isVerified, card.triesLeft]).toEqual([false, 3]);
  });

  test.each(['482916', '4829167', '48291678'])('of %s every digit reaches the card', async (digits) => {
    card = await makeCard({ passcode: digits });
    expect(await signInWith(await insert(), { types: [digits] })).toMatchObject({ type: 'signed' });
  });

  test('by start and finish where the reader has no direct way', async () => {
    const pad = await insert({ features: ['verifyStart', 'verifyFinish'] });
    expect(await signInWith(pad, { types: [passcode] })).toMatchObject({ type: 'signed' });
    expect(asked(pad).slice(-2)).toEqual([padCodes.verifyStart, padCodes.verifyFinish]);
  });

  test('a wrong passcode counts down to a locked card, the last try only when confirmed', async () => {
    const pad = await insert();
    expect(await signInWith(pad, { types: ['111111'] })).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 2 } });
    expect(rig.card).toMatchObject({ triesLeft: 2, entry: 'pin-pad' });
    expect(await signInWith(pad, { types: ['111111'] })).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 1 } });
    const before = pad.asked.length;
    expect(await signInWith(pad, { types: ['111111'] })).toMatchObject({ refusal: { kind: 'last-try-unconfirmed' } });
    expect(pad.asked).toHaveLength(before);
    await rig.signIn({ entry: 'pin-pad', lastTryConfirmed: true });
    expect(rig.outcomes.at(-1)).toMatchObject({ refusal: { kind: 'blocked' } });
    expect(rig.card).toMatchObject({ kind: 'unusable', reason: 'blocked' });
  });

  test.each([
    ['6400', 'timed-out'], ['6401', 'cancelled'], ['6403', 'wrong-length'],
  ])('the reader’s own answer %s: %s, no try spent, and the keys go on being used', async (answer, problem) => {
    const pad = await insert();
    expect(await signInWith(pad, { answer })).toMatchObject({ refusal: { kind: 'pin-pad', problem } });
    expect([rig.card, card.triesLeft]).toMatchObject([{ entry: 'pin-pad', triesLeft: 3 }, 3]);
    expect(await signInWith(pad, { types: [passcode] })).toMatchObject({ type: 'signed' });
  });

  test.each([
    ['SCARD_W_CANCELLED_BY_USER', 'cancelled'], ['ERROR_CANCELLED', 'cancelled'], ['SCARD_E_TIMEOUT', 'timed-out'], ['ERROR_SEM_TIMEOUT', 'timed-out'],
  ] as const)('a driver that says the same by the error %s', async (error, problem) => {
    expect(await signInWith(await insert(), { error })).toMatchObject({ refusal: { kind: 'pin-pad', problem } });
    expect(rig.card).toMatchObject({ entry: 'pin-pad' });
  });

  test('too few numbers are the reader’s to refuse, by what the structure says', async () => {
    expect(await signInWith(await insert(), { types: ['4829'] })).toMatchObject({ refusal: { kind: 'pin-pad', problem: 'wrong-length' } });
    expect(card.triesLeft).toBe(3);
  });

  test('a reader that says cancelled though the card counted a wrong passcode: the card is believed', async () => {
    const pad = await insert();
    const control = pad.control;
    pad.keys = { answer: '6401' };
    rig.pcsc.onControl = async (code, input) => {
      if (code === padCodes.verify) card.tryPasscode('111111');
      return control(code, input);
    };
    await rig.signIn({ entry: 'pin-pad' });
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'wrong-passcode', triesLeft: 2 } }]);
    expect(rig.card).toMatchObject({ triesLeft: 2 });
  });

  test('a person is given more time than a card', async () => {
    await rig.stop();
    rig = new DeskRig({ limits: { turnMs: 5000, workMs: 0 } });
    await rig.start();
    card = await makeCard({ behaviour: { slowMs: 1 } });
    expect(await signInWith(await insert(), { types: [passcode] })).toMatchObject({ type: 'signed' });
    rig.type(2);
    await rig.signIn({ requestId: 2 });
    expect(rig.outcomes.at(-1)).toMatchObject({ refusal: { kind: 'failed' } });
  });

  test('a passcode typed after the statement’s time signs nothing', async () => {
    const pad = await insert();
    const clock = vi.spyOn(performance, 'now');
    const control = pad.control;
    pad.keys = { types: [passcode] };
    rig.pcsc.onControl = async (code, input) => {
      const answer = await control(code, input);
      if (code === padCodes.verify) {
        const later = performance.now() + 60_000;
        clock.mockImplementation(() => later);
      }
      return answer;
    };
    try {
      await rig.signIn({ entry: 'pin-pad' });
    } finally {
      clock.mockRestore();
    }
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'failed', sentence: expect.stringContaining('took longer') as string } }]);
    expect([card.isVerified, sentToCard().includes('0087119a')]).toEqual([false, false]);
  });

  test('a card taken out while somebody types', async () => {
    const pad = await insert();
    expect(await signInWith(pad, { error: 'SCARD_W_REMOVED_CARD' })).toMatchObject({ refusal: { kind: 'card-gone' } });
    expect(rig.events.of('card-lost')).toHaveLength(1);
  });

  test('the service gone while somebody types', async () => {
    expect(await signInWith(await insert(), { error: 'SCARD_E_SERVICE_STOPPED' })).toMatchObject({ refusal: { kind: 'failed' } });
  });

  test('the keyboard of the computer still does', async () => {
    await insert();
    rig.type(1);
    await rig.signIn();
    expect(rig.outcomes).toMatchObject([{ type: 'signed' }]);
  });
});

describe('a reader that cannot do what it says', () => {
  const refusals: readonly PcscCodeName[] = ['SCARD_E_UNSUPPORTED_FEATURE', 'SCARD_E_NOT_TRANSACTED', 'ERROR_INVALID_FUNCTION', 'ERROR_GEN_FAILURE'];
  test.each([...refusals.map((error): [string, AtTheKeys] => [error, { error }]), ['an answer of nothing', { answer: '' }], ['6b80', { answer: '6b80' }]] as [string, AtTheKeys][])(
    '%s: the keyboard is used instead, now and for the next card, and the card is not told as lost',
    async (_name, keys) => {
      const pad = await insert();
      expect(await signInWith(pad, keys)).toMatchObject({ refusal: { kind: 'pin-pad', problem: 'unusable' } });
      expect(rig.card).toMatchObject({ kind: 'ready', entry: 'keyboard', canChangePasscode: true, triesLeft: 3 });
      expect(rig.events.of('card-lost')).toEqual([]);
      rig.type(2);
      await rig.signIn({ requestId: 2 });
      expect(rig.outcomes.at(-1)).toMatchObject({ type: 'signed' });
      rig.pcsc.remove(reader);
      await rig.events.until(() => rig.card?.kind === 'none');
      const next = (await rig.insert(await makeCard(), whole))!;
      expect(rig.card).toMatchObject({ entry: 'keyboard' });
      expect(next.asked).toEqual([]);
    },
  );

  test('its keys are not asked for a second time for the card that is in it', async () => {
    const pad = await insert();
    await signInWith(pad, { error: 'SCARD_E_UNSUPPORTED_FEATURE' });
    const before = pad.asked.length;
    expect(await signInWith(pad, { types: [passcode] })).toMatchObject({ refusal: { kind: 'pin-pad', problem: 'missing' } });
    expect(pad.asked).toHaveLength(before);
  });
});

describe('changing the passcode on the keys of the reader', () => {
  test('the old one and the new one twice', async () => {
    const pad = await insert();
    expect(await changeWith(pad, { types: [passcode, replacement, replacement] })).toMatchObject({ type: 'passcode-changed', requestId: 1 });
    expect(pad.asked.at(-1)).toEqual({
      code: padCodes.modify, input: `3c3c820800000808060302030908000102000000150000000024008010${'ff'.repeat(16)}`,
    });
    expect([card.isVerified, rig.card]).toMatchObject([false, { kind: 'ready', entry: 'pin-pad' }]);
    expect(await signInWith(pad, { types: [replacement] })).toMatchObject({ type: 'signed' });
  });

  test('by start and finish', async () => {
    const pad = await insert({ features: ['verify', 'modifyStart', 'modifyFinish'] });
    expect(await changeWith(pad, { types: [passcode, replacement, replacement] })).toMatchObject({ type: 'passcode-changed' });
    expect(asked(pad).slice(-2)).toEqual([padCodes.modifyStart, padCodes.modifyFinish]);
  });

  test('two new ones that differ leave everything as it was', async () => {
    const pad = await insert();
    expect(await changeWith(pad, { types: [passcode, replacement, '739155'] })).toMatchObject({ refusal: { kind: 'pin-pad', problem: 'replacements-differ' } });
    expect(card.triesLeft).toBe(3);
    expect(await signInWith(pad, { types: [passcode] })).toMatchObject({ type: 'signed' });
  });

  test('a wrong old one, and an answer of the reader’s own', async () => {
    const pad = await insert();
    expect(await changeWith(pad, { types: ['111111', replacement, replacement] })).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 2 } });
    expect(await changeWith(pad, { answer: '6400' })).toMatchObject({ refusal: { kind: 'pin-pad', problem: 'timed-out' } });
    expect(await changeWith(pad, { answer: '6a80' })).toMatchObject({ refusal: { kind: 'unfit-replacement', fault: 'refused-by-card' } });
  });
});

describe('giving up an entry', () => {
  test('the reader is told, where it can be', async () => {
    const pad = await insert();
    pad.keys = { waits: true };
    const signing = rig.signIn({ entry: 'pin-pad' });
    await pad.waiting;
    rig.desk.cancel(1);
    await signing;
    expect(asked(pad).at(-1)).toBe(padCodes.abort);
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'cancelled' } }]);
    expect([card.triesLeft, rig.card]).toMatchObject([3, { entry: 'pin-pad' }]);
  });

  test('where it cannot, whoever comes next is told that the reader still waits', async () => {
    const pad = await insert({ features: ['verify'] });
    let press!: () => void;
    const pressed = new Promise<void>((resolve) => (press = resolve));
    let reached!: () => void;
    const waiting = new Promise<void>((resolve) => (reached = resolve));
    rig.pcsc.onControl = async () => {
      reached();
      await pressed;
      return Uint8Array.of(0x64, 0x01);
    };
    const first = rig.signIn({ entry: 'pin-pad' });
    await waiting;
    await rig.signIn({ requestId: 2, entry: 'pin-pad' });
    rig.desk.cancel(1);
    await rig.signIn({ requestId: 3, entry: 'pin-pad' });
    press();
    await first;
    expect(rig.outcomes).toMatchObject([
      { requestId: 2, refusal: { kind: 'failed' } },
      { requestId: 3, refusal: { kind: 'pin-pad', problem: 'waiting' } },
      { requestId: 1, refusal: { kind: 'cancelled' } },
    ]);
    rig.pcsc.onControl = pad.control;
    expect(await signInWith(pad, { types: [passcode] })).toMatchObject({ type: 'signed' });
  });

  test('a right passcode typed after that signs nothing, and the card forgets it', async () => {
    const pad = await insert({ features: ['verify'] });
    let reached!: () => void;
    const waiting = new Promise<void>((resolve) => (reached = resolve));
    let press!: () => void;
    const pressed = new Promise<void>((resolve) => (press = resolve));
    const control = pad.control;
    pad.keys = { types: [passcode] };
    rig.pcsc.onControl = async (code, input) => {
      reached();
      await pressed;
      return control(code, input);
    };
    const signing = rig.signIn({ entry: 'pin-pad' });
    await waiting;
    rig.desk.cancel(1);
    press();
    await signing;
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'cancelled' } }]);
    expect(sentToCard()).not.toContain('0087119a');
    expect(card.isVerified).toBe(false);
  });
});
