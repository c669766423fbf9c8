import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeCard } from './cards.ts';
import { DeskRig, isWiped, reader } from './desk-rig.ts';

let rig: DeskRig;

beforeEach(async () => {
  rig = new DeskRig();
  await rig.start();
});

afterEach(() => rig.stop());

const lost = () => rig.events.of('card-lost');

describe('signing in', () => {
  test('signs once, wipes the passcode, and tells the reader and counter', async () => {
    await rig.insert(await makeCard());
    const typed = rig.type(1);
    await rig.signIn();
    expect(rig.outcomes).toMatchObject([{ type: 'signed', requestId: 1, reader, eventCounter: 1 }]);
    expect(isWiped(typed)).toBe(true);
  });

  test('the passcode may come after the command', async () => {
    await rig.insert(await makeCard());
    const signing = rig.signIn();
    const typed = rig.type(1);
    await signing;
    expect(rig.outcomes).toMatchObject([{ type: 'signed' }]);
    expect(isWiped(typed)).toBe(true);
  });

  test('a passcode that does not come: no try is spent, and it is wiped when it does', async () => {
    await rig.stop();
    rig = new DeskRig({ arrivalMs: 10 });
    await rig.start();
    const card = await makeCard();
    await rig.insert(card);
    const other = rig.type(2);
    await rig.signIn();
    expect(rig.outcomes).toMatchObject([{ type: 'refused', refusal: { kind: 'failed', sentence: expect.stringContaining('No try was used') as string } }]);
    expect([card.triesLeft, isWiped(other)]).toEqual([3, false]);
    expect(isWiped(rig.type(1))).toBe(true);
  });

  test('a wrong passcode is told with the tries left, in the refusal and in the status', async () => {
    await rig.insert(await makeCard());
    const typed = rig.type(1, '111111');
    await rig.signIn();
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'wrong-passcode', triesLeft: 2 } }]);
    expect(rig.card).toMatchObject({ triesLeft: 2 });
    expect(isWiped(typed)).toBe(true);
  });

  test('a card swapped since it was seen gets no passcode', async () => {
    await rig.insert(await makeCard());
    const typed = rig.type(1);
    const second = await makeCard();
    rig.pcsc.takeOutUnseen(reader);
    rig.pcsc.putInUnseen(reader, second);
    await rig.signIn();
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'card-changed' } }]);
    expect([second.triesLeft, isWiped(typed)]).toEqual([3, true]);
  });

  test('a card that has gone', async () => {
    await rig.insert(await makeCard());
    const eventCounter = rig.events.counter(reader)!;
    const typed = rig.type(1);
    rig.pcsc.remove(reader);
    await rig.events.until(() => rig.card?.kind === 'none');
    expect(isWiped(typed)).toBe(true);
    await rig.signIn({ eventCounter });
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'card-gone' } }]);
  });

  test('a card that fails in use is told as lost and read anew', async () => {
    await rig.insert(await makeCard());
    rig.pcsc.transmitFailure = 'SCARD_E_NOT_TRANSACTED';
    rig.type(1);
    await rig.signIn();
    expect(rig.outcomes).toMatchObject([{ type: 'refused', refusal: { kind: 'failed' } }]);
    expect(lost()).toMatchObject([{ reader, eventCounter: 1 }]);
    rig.pcsc.transmitFailure = null;
    await rig.events.until(() => rig.card?.kind === 'ready');
  });

  test('a card swapped while it signs: the signature is not handed out', async () => {
    const card = await makeCard();
    await rig.insert(card);
    const answer = card.process.bind(card);
    card.process = async (bytes) => {
      const answered = await answer(bytes);
      // The last command: the passcode is dropped.
      if (Buffer.from(bytes).toString('hex') === '0020ff80') {
        rig.pcsc.readers.get(reader)!.eventCounter += 2;
        rig.pcsc.wake();
        await rig.events.until(() => lost().length > 0);
      }
      return answered;
    };
    rig.type(1);
    await rig.signIn();
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'card-gone' } }]);
  });

  test('a card another program holds', async () => {
    await rig.insert(await makeCard());
    rig.pcsc.connectFailures = ['SCARD_E_SHARING_VIOLATION'];
    rig.type(1);
    await rig.signIn();
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'in-use' } }]);
    expect(lost()).toEqual([]);
  });

  test('cancelled before the card has the passcode: no try is spent', async () => {
    const card = await makeCard({ behaviour: { slowMs: 10 } });
    await rig.insert(card);
    rig.type(1, '111111');
    const signing = rig.signIn();
    rig.desk.cancel(1);
    await signing;
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'cancelled' } }]);
    expect(card.triesLeft).toBe(3);
  });

  test('cancelled before the command comes: the passcode is wiped, and another request’s is not', () => {
    const typed = rig.type(2);
    rig.desk.cancel(1);
    expect(isWiped(typed)).toBe(false);
    rig.desk.cancel(2);
    expect(isWiped(typed)).toBe(true);
  });

  test('cancelled while the passcode is waited for', async () => {
    await rig.insert(await makeCard());
    const signing = rig.signIn();
    rig.desk.cancel(1);
    await signing;
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'cancelled' } }]);
    expect(isWiped(rig.type(1))).toBe(true);
  });

  test('one at a time', async () => {
    await rig.insert(await makeCard());
    rig.type(1);
    const first = rig.signIn();
    const second = rig.type(2);
    await Promise.all([first, rig.signIn({ requestId: 2 })]);
    expect(rig.outcomes).toMatchObject([{ requestId: 2, type: 'refused' }, { requestId: 1, type: 'signed' }]);
    expect(isWiped(second)).toBe(true);
  });

  test('a blocked card gets no passcode, and is taken at its word when it was unblocked elsewhere', async () => {
    const card = await makeCard();
    card.block();
    await rig.insert(card);
    rig.type(1);
    await rig.signIn();
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'blocked' } }]);
    expect(rig.pcsc.calls.filter((call) => call === 'transmit 00200080')).toHaveLength(2);
    card.restore();
    rig.type(2);
    await rig.signIn({ requestId: 2 });
    expect(rig.outcomes.at(-1)).toMatchObject({ type: 'signed' });
    expect(rig.card).toMatchObject({ kind: 'ready', triesLeft: 3 });
  });
});

describe('changing the passcode', () => {
  test('a card tells that it can', async () => {
    await rig.insert(await makeCard());
    expect(rig.card).toMatchObject({ kind: 'ready', entry: 'keyboard', canChangePasscode: true });
  });

  test('the new one signs in, the old one does not, and both buffers are wiped', async () => {
    await rig.insert(await makeCard());
    rig.type(1, '482916', '739154');
    await rig.change();
    expect(rig.outcomes).toEqual([{ type: 'passcode-changed', requestId: 1, reader, eventCounter: 1 }]);
    expect(rig.typed.map(isWiped)).toEqual([true, true]);
    rig.type(2, '482916');
    await rig.signIn({ requestId: 2 });
    rig.type(3, '739154');
    await rig.signIn({ requestId: 3 });
    expect(rig.outcomes.slice(1)).toMatchObject([{ refusal: { kind: 'wrong-passcode', triesLeft: 2 } }, { type: 'signed' }]);
  });

  test('a wrong old one costs a try, which the status tells', async () => {
    const card = await makeCard();
    await rig.insert(card);
    rig.type(1, '111111', '739154');
    await rig.change();
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'wrong-passcode', triesLeft: 2 } }]);
    expect([rig.card, card.triesLeft]).toMatchObject([{ triesLeft: 2, canChangePasscode: true }, 2]);
  });

  test('without a new one nothing reaches the card', async () => {
    const card = await makeCard();
    await rig.insert(card);
    const before = rig.pcsc.calls.filter((call) => call.startsWith('transmit')).length;
    const typed = rig.type(1);
    await rig.change();
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'failed', sentence: expect.stringContaining('no try was used') as string } }]);
    expect(rig.pcsc.calls.filter((call) => call.startsWith('transmit'))).toHaveLength(before);
    expect([card.triesLeft, isWiped(typed)]).toEqual([3, true]);
  });

  test('cancelled before the card has it', async () => {
    const card = await makeCard({ behaviour: { slowMs: 10 } });
    await rig.insert(card);
    rig.type(1, '111111', '739154');
    const changing = rig.change();
    rig.desk.cancel(1);
    await changing;
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'cancelled' } }]);
    expect([card.triesLeft, ...rig.typed.map(isWiped)]).toEqual([3, true, true]);
  });

  test('while a card is blocked it tells no such thing', async () => {
    const card = await makeCard();
    card.block();
    await rig.insert(card);
    expect(rig.card).toMatchObject({ kind: 'unusable', reason: 'blocked' });
    rig.type(1, '482916', '739154');
    await rig.change();
    expect(rig.outcomes).toMatchObject([{ refusal: { kind: 'blocked' } }]);
  });
});
