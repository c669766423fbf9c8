import { describe, expect, test, vi } from 'vitest';
import { changePivPasscode, type PivPasscodeChange } from '../../../main/card/piv/change-passcode.ts';
import { readPivCard, type PivCard as ReadCard } from '../../../main/card/piv/read.ts';
import type { PivCard } from '../../../simulator/card/piv-card.ts';
import { digits, makeCard, passcode } from './cards.ts';
import { cardChannel, scriptedChannel } from './scripted-channel.ts';

const replacement = '739154';

async function read(card: PivCard): Promise<ReadCard> {
  const { card: known } = await readPivCard(cardChannel(card));
  if (!known) throw new Error('The card could not be read');
  return known;
}

const typed = (current = passcode, next = replacement) => ({ current: digits(current), replacement: digits(next) });

const requestFor = (card: ReadCard, changes: Partial<PivPasscodeChange> = {}): PivPasscodeChange => ({
  card, passcode: typed(), lastTryConfirmed: false, eventCounter: 1, signal: new AbortController().signal, ...changes,
});

async function change(card: PivCard, changes: Partial<PivPasscodeChange> = {}) {
  const channel = cardChannel(card);
  return { channel, result: await changePivPasscode(channel, requestFor(await read(card), changes)) };
}

describe('changing the passcode', () => {
  test('sends exactly these commands, in this order, and leaves the card without a verified passcode', async () => {
    const card = await makeCard();
    const { channel, result } = await change(card);
    expect(result).toMatchObject({ outcome: { kind: 'passcode-changed' }, status: { kind: 'ready', triesLeft: 3 } });
    expect(channel.sent).toEqual([
      '00a4040009a0000003080000100000', '00200080', '0024008010343832393136ffff373339313534ffff', '0020ff80',
    ]);
    expect(card.isVerified).toBe(false);
    expect((await change(card, { passcode: typed(replacement, passcode) })).result.outcome).toEqual({ kind: 'passcode-changed' });
  });

  test('by the card’s global passcode where the card says that this is the one', async () => {
    const { channel } = await change(await makeCard({ behaviour: { discovery: '6020' } }));
    expect(channel.sent.find((command) => command.startsWith('0024'))?.slice(0, 10)).toBe('0024000010');
  });

  test('eight digits for six, and six for eight', async () => {
    const card = await makeCard();
    expect((await change(card, { passcode: typed(passcode, '73915482') })).result.outcome.kind).toBe('passcode-changed');
    expect((await change(card, { passcode: typed('73915482', passcode) })).result.outcome.kind).toBe('passcode-changed');
  });

  test('counts a wrong old one down, and never spends the last try unasked', async () => {
    const card = await makeCard();
    const wrong = (changes: Partial<PivPasscodeChange> = {}) => change(card, { passcode: typed('111111'), ...changes });
    expect((await wrong()).result).toMatchObject({ outcome: { refusal: { kind: 'wrong-passcode', triesLeft: 2 } }, status: { triesLeft: 2 } });
    expect((await wrong()).result).toMatchObject({ outcome: { refusal: { kind: 'wrong-passcode', triesLeft: 1 } } });
    const third = await wrong();
    expect(third.result.outcome).toMatchObject({ refusal: { kind: 'last-try-unconfirmed' } });
    expect(third.channel.sent.some((command) => command.startsWith('0024'))).toBe(false);
    expect((await wrong({ lastTryConfirmed: true })).result).toMatchObject({ outcome: { refusal: { kind: 'blocked' } }, status: { reason: 'blocked' } });
    expect(card.triesLeft).toBe(0);
  });

  test('a right one on the last try fills the counter', async () => {
    const card = await makeCard();
    for (let count = 0; count < 2; count++) await change(card, { passcode: typed('111111') });
    expect((await change(card, { lastTryConfirmed: true })).result).toMatchObject({ outcome: { kind: 'passcode-changed' }, status: { triesLeft: 3 } });
  });

  test.each([
    ['12345', 'format'], ['73915a', 'format'], ['739154999', 'format'], [passcode, 'same'], ['000000', 'repeated'], ['123456', 'run'],
  ] as const)('%s is never sent to the card: %s', async (next, fault) => {
    const { channel, result } = await change(await makeCard(), { passcode: typed(passcode, next) });
    expect(result).toEqual({ outcome: { kind: 'refused', refusal: { kind: 'unfit-replacement', fault } }, status: null });
    expect(channel.sent).toEqual([]);
  });

  test('an old one that is none is never sent either', async () => {
    const { channel, result } = await change(await makeCard(), { passcode: typed('12ab56') });
    expect(result.outcome).toMatchObject({ refusal: { kind: 'bad-format' } });
    expect(channel.sent).toEqual([]);
  });

  test('a card whose event counter moved, and a change that was cancelled, get nothing', async () => {
    for (const [changes, kind] of [[{ eventCounter: 3 }, 'card-changed'], [{ signal: AbortSignal.abort() }, 'cancelled']] as const) {
      const { channel, result } = await change(await makeCard(), changes);
      expect(result.outcome).toMatchObject({ refusal: { kind } });
      expect(channel.sent.some((command) => command.startsWith('0024'))).toBe(false);
    }
  });

  test('on the reader’s keys where the reader has none', async () => {
    const { channel, result } = await change(await makeCard(), { passcode: 'pin-pad' });
    expect(result.outcome).toEqual({ kind: 'refused', refusal: { kind: 'pin-pad', problem: 'missing' } });
    expect(channel.sent).toEqual([]);
  });

  test('a card that cannot forget the passcode is reset, and one that fails while it changes too', async () => {
    expect((await change(await makeCard({ behaviour: { passcodeDrop: 'unknown' } }))).channel.isReset).toBe(true);
    const known = await read(await makeCard());
    const channel = scriptedChannel([[/^00a4/, '9000'], ['00200080', '63c3'], [/^0024008010/, '']]);
    await expect(changePivPasscode(channel, requestFor(known))).rejects.toMatchObject({ fault: 'mute' });
    expect(channel.isReset).toBe(true);
  });
});

/** Status words of SP 800-73-5 part 2 section 3.2.2, and of issued cards, against a scripted card. */
describe('the answer to CHANGE REFERENCE DATA', () => {
  test.each([
    ['63c2', { kind: 'wrong-passcode', triesLeft: 2 }],
    ['63c0', { kind: 'blocked' }],
    ['6302', { kind: 'wrong-passcode', triesLeft: 2 }],
    ['6983', { kind: 'blocked' }],
    ['6984', { kind: 'blocked' }],
    ['6a80', { kind: 'unfit-replacement', fault: 'refused-by-card' }],
    ['6700', { kind: 'unfit-replacement', fault: 'refused-by-card' }],
    ['6a88', { kind: 'failed' }],
    ['6d00', { kind: 'failed' }],
  ])('%s', async (answer, refusal) => {
    const known = await read(await makeCard());
    const channel = scriptedChannel([[/^00a4/, '9000'], ['00200080', '63c3'], [/^0024008010/, answer], ['0020ff80', '9000']]);
    expect((await changePivPasscode(channel, requestFor(known))).outcome).toMatchObject({ refusal });
    expect(channel.left).toEqual([]);
  });

  test.each(['6982', '6300'])('%s: the counter says what it cost', async (answer) => {
    const known = await read(await makeCard());
    const channel = scriptedChannel([[/^00a4/, '9000'], ['00200080', '63c3'], [/^0024008010/, answer], ['00200080', '63c2'], ['0020ff80', '9000']]);
    expect((await changePivPasscode(channel, requestFor(known))).outcome).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 2 } });
  });
});

test.each([['right', passcode], ['wrong', '111111']])('every copy that is made of both is wiped, the old one being %s', async (_name, current) => {
  const card = await makeCard();
  const known = await read(card);
  const sent: Uint8Array[] = [];
  const channel = cardChannel(card);
  const keeping = { ...channel, transmit: (command: Uint8Array) => (sent.push(command), channel.transmit(command)) };
  const fill = vi.spyOn(Uint8Array.prototype, 'fill');
  try {
    const passcodes = typed(current);
    await changePivPasscode(keeping, requestFor(known, { passcode: passcodes }));
    const copies = (fill.mock.contexts as Uint8Array[]).filter(({ length }) => length === 8 || length === 16);
    expect(copies.filter(({ length }) => length === 8).length).toBeGreaterThanOrEqual(2);
    expect(copies.filter(({ length }) => length === 16).length).toBeGreaterThanOrEqual(1);
    expect([...copies, ...sent].every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
    // What was typed is the caller's to wipe.
    expect(passcodes).toEqual(typed(current));
  } finally {
    fill.mockRestore();
  }
});
