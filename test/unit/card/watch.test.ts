import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PcscLibraryMissing } from '../../../main/card/pcsc/errors.ts';
import { readerStateBits } from '../../../main/card/pcsc/pcsc.ts';
import { SignInDesk } from '../../../main/card/sign-in.ts';
import { CardWatch, type WatchTimings } from '../../../main/card/watch.ts';
import { OtherCard } from '../../../simulator/card/other-card.ts';
import { digits, makeCard, passcode, statement } from './cards.ts';
import { Events } from './events.ts';
import { ScriptedPcsc } from './scripted-pcsc.ts';

const reader = 'Reader 00';
const timings: Partial<WatchTimings> = {
  waitMs: 40, silenceMs: 60, firstRetryMs: 5, longestRetryMs: 20, readAgainMs: [5, 10, 20], read: { turnMs: 100, workMs: 100 },
};

let pcsc: ScriptedPcsc;
let events: Events;
let watch: CardWatch;

beforeEach(() => {
  pcsc = new ScriptedPcsc();
  pcsc.plug(reader);
  events = new Events();
  watch = new CardWatch({ pcsc, emit: events.emit, timings, platform: 'linux' });
});

afterEach(async () => {
  pcsc.mend();
  await watch.stop();
});

async function start(): Promise<void> {
  void watch.start();
  await events.until(() => events.status?.kind === 'running');
}

async function startWithCard(): Promise<void> {
  await start();
  pcsc.insert(reader, await makeCard());
  await events.until(() => events.card(reader)?.kind === 'ready');
}

const lost = () => events.of('card-lost');

describe('cards', () => {
  test('a card put in is read, and told with its holder and tries', async () => {
    await startWithCard();
    expect(events.card(reader)).toMatchObject({ kind: 'ready', holder: { commonName: 'Priya NAIR' }, triesLeft: 3 });
    expect(events.counter(reader)).toBe(1);
    expect(lost()).toEqual([]);
  });

  test('a card that is there at the start is read', async () => {
    pcsc.insert(reader, await makeCard());
    void watch.start();
    await events.until(() => events.card(reader)?.kind === 'ready');
  });

  test('a removal is told as a loss first, then as a status', async () => {
    await startWithCard();
    const before = events.all.length;
    pcsc.remove(reader);
    await events.until(() => events.card(reader)?.kind === 'none');
    expect(events.all.slice(before).map(({ type }) => type)).toEqual(['card-lost', 'status']);
    expect(lost()).toMatchObject([{ reader, eventCounter: 1 }]);
  });

  test('a swap that nobody was woken for is found by its counter', async () => {
    await startWithCard();
    const second = await makeCard({ commonName: 'Daniel OKAFOR' });
    pcsc.takeOutUnseen(reader);
    pcsc.putInUnseen(reader, second);
    await events.until(() => lost().length > 0);
    expect(lost()).toMatchObject([{ reader, eventCounter: 1 }]);
    await events.until(() => events.card(reader)?.kind === 'ready');
    expect(events.card(reader)).toMatchObject({ holder: { commonName: 'Daniel OKAFOR' } });
    expect(events.counter(reader)).toBe(3);
  });

  test('what is read while the card is swapped is not told of either card', async () => {
    const card = await makeCard();
    await start();
    const answer = card.process.bind(card);
    let swapped = false;
    card.process = async (bytes) => {
      // The counter moves under the reading, and nobody is woken.
      if (!swapped) pcsc.readers.get(reader)!.eventCounter += 2;
      swapped = true;
      return answer(bytes);
    };
    pcsc.insert(reader, card);
    await events.until(() => events.card(reader)?.kind === 'ready');
    const readyUnder = events.of('status').flatMap(({ status }) =>
      status.kind === 'running' ? status.readers.filter((entry) => entry.card.kind === 'ready').map((entry) => entry.eventCounter) : [],
    );
    expect(new Set(readyUnder)).toEqual(new Set([3]));
  });

  test('a reader unplugged takes its card along', async () => {
    await startWithCard();
    pcsc.unplug(reader);
    await events.until(() => lost().length > 0);
    await events.until(() => events.status?.kind === 'running' && events.status.readers.length === 0);
  });

  test('readers that come and go are told', async () => {
    pcsc.readers.clear();
    await start();
    expect(events.status).toEqual({ kind: 'running', readers: [] });
    pcsc.plug('Reader 01');
    await events.until(() => events.counter('Reader 01') === 0);
    pcsc.plug('Reader 02');
    pcsc.insert('Reader 02', await makeCard());
    await events.until(() => events.card('Reader 02')?.kind === 'ready');
    pcsc.unplug('Reader 01');
    await events.until(() => events.counter('Reader 01') === undefined);
    expect(lost()).toEqual([]);
  });

  test('a card that is no PIV card is told as unusable', async () => {
    await start();
    pcsc.insert(reader, new OtherCard());
    await events.until(() => events.card(reader)?.kind === 'unusable');
    expect(events.card(reader)).toMatchObject({ reason: 'not-piv' });
  });

  test('a card the service calls mute is not even connected', async () => {
    await start();
    const card = await makeCard();
    pcsc.readers.get(reader)!.flags = readerStateBits.mute;
    pcsc.insert(reader, card);
    await events.until(() => events.card(reader)?.kind === 'unusable');
    expect(events.card(reader)).toMatchObject({ reason: 'mute' });
    expect(pcsc.calls).not.toContain('connect');
  });

  test('a card that never answers is mute, and its removal is still seen', async () => {
    await start();
    pcsc.insert(reader, await makeCard({ behaviour: { answers: 'never' } }));
    await events.until(() => events.card(reader)?.kind === 'unusable');
    expect(events.card(reader)).toMatchObject({ reason: 'mute' });
    pcsc.remove(reader);
    await events.until(() => events.card(reader)?.kind === 'none');
  });

  test('a card that answers nothing is given up after some tries', async () => {
    await start();
    pcsc.insert(reader, await makeCard({ behaviour: { answers: 'empty' } }));
    await events.until(() => events.card(reader)?.kind === 'unusable');
    expect(events.card(reader)).toMatchObject({ reason: 'failed' });
  });

  test('a card another program holds is read as soon as it is free', async () => {
    await start();
    pcsc.connectFailures = Array.from({ length: 6 }, () => 'SCARD_E_SHARING_VIOLATION' as const);
    pcsc.insert(reader, await makeCard());
    await events.until(() => events.card(reader)?.kind === 'unusable');
    expect(events.card(reader)).toMatchObject({ reason: 'in-use' });
    await events.until(() => events.card(reader)?.kind === 'ready');
  });

  test('a card another program resets while it is read is read again', async () => {
    await start();
    pcsc.connectFailures = ['SCARD_W_RESET_CARD'];
    pcsc.insert(reader, await makeCard());
    await events.until(() => events.card(reader)?.kind === 'ready');
  });
});

describe('the service', () => {
  test.each(['SCARD_E_NO_SERVICE', 'SCARD_E_SERVICE_STOPPED', 'SCARD_F_COMM_ERROR', 'SCARD_E_INVALID_HANDLE', 'SCARD_P_SHUTDOWN'] as const)(
    'lost with %s: every card is lost at once, and it is found again',
    async (code) => {
      await startWithCard();
      const before = events.all.length;
      pcsc.fail(code);
      await events.until(() => events.status?.kind === 'unavailable');
      expect(events.all.slice(before).map(({ type }) => type).slice(0, 2)).toEqual(['card-lost', 'status']);
      pcsc.mend();
      await events.until(() => events.card(reader)?.kind === 'ready');
      expect(lost()).toHaveLength(1);
    },
  );

  test('absent at the start: says what is missing, and goes on when it comes', async () => {
    pcsc.fail('SCARD_E_NO_SERVICE');
    void watch.start();
    await events.until(() => events.status?.kind === 'unavailable');
    expect(events.status).toMatchObject({ sentence: expect.stringContaining('pcscd') as unknown });
    pcsc.mend();
    await events.until(() => events.status?.kind === 'running');
  });

  test('whose library is missing is named', async () => {
    pcsc.absent = new PcscLibraryMissing('libpcsclite.so.1', null);
    void watch.start();
    await events.until(() => events.status?.kind === 'unavailable');
    expect(events.status).toMatchObject({ sentence: expect.stringContaining('libpcsclite.so.1') as unknown });
  });

  test('that hangs is no proof of any card', async () => {
    await startWithCard();
    expect(watch.isAlive).toBe(true);
    pcsc.hangs = true;
    const until = Date.now() + 3000;
    while (watch.isAlive && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(watch.isAlive).toBe(false);
    // What hangs cannot be stopped either: the test leaves it behind.
    watch = new CardWatch({ pcsc: new ScriptedPcsc(), emit: () => undefined });
  });

  test('that wakes for nothing is not asked in a tight loop', async () => {
    await start();
    pcsc.wakesForNothing = true;
    pcsc.wake();
    const before = pcsc.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(pcsc.calls.length - before).toBeLessThan(3 * (200 / 4) + 10);
  });

  test('is left with no context open when the watch stops', async () => {
    await startWithCard();
    await watch.stop();
    expect(pcsc.openContexts).toBe(0);
    expect(lost()).toHaveLength(1);
  });
});

describe('signing in', () => {
  const command = (changes: object = {}) =>
    ({
      type: 'sign-in', requestId: 1, reader, eventCounter: events.counter(reader) ?? 0, passcode: digits(passcode), statement, lastTryConfirmed: false,
      ...changes,
    }) as const;

  const desk = () => new SignInDesk({ pcsc, watch, emit: events.emit, limits: { turnMs: 200, workMs: 200 } });
  const outcome = () => events.all.filter(({ type }) => type === 'signed' || type === 'refused');

  test('signs once, wipes the passcode, and tells the reader and counter', async () => {
    await startWithCard();
    const request = command();
    await desk().signIn(request);
    expect(outcome()).toMatchObject([{ type: 'signed', requestId: 1, reader, eventCounter: 1 }]);
    expect([...request.passcode].every((byte) => byte === 0)).toBe(true);
  });

  test('a wrong passcode is told with the tries left, in the refusal and in the status', async () => {
    await startWithCard();
    const request = command({ passcode: digits('111111') });
    await desk().signIn(request);
    expect(outcome()).toMatchObject([{ refusal: { kind: 'wrong-passcode', triesLeft: 2 } }]);
    expect(events.card(reader)).toMatchObject({ triesLeft: 2 });
    expect([...request.passcode].every((byte) => byte === 0)).toBe(true);
  });

  test('a card swapped since it was seen gets no passcode', async () => {
    await startWithCard();
    const request = command();
    const second = await makeCard();
    pcsc.takeOutUnseen(reader);
    pcsc.putInUnseen(reader, second);
    await desk().signIn(request);
    expect(outcome()).toMatchObject([{ refusal: { kind: 'card-changed' } }]);
    expect(second.triesLeft).toBe(3);
  });

  test('a card that has gone', async () => {
    await startWithCard();
    const request = command();
    pcsc.remove(reader);
    await events.until(() => events.card(reader)?.kind === 'none');
    await desk().signIn(request);
    expect(outcome()).toMatchObject([{ refusal: { kind: 'card-gone' } }]);
  });

  test('a card that fails in use is told as lost and read anew', async () => {
    await startWithCard();
    pcsc.transmitFailure = 'SCARD_E_NOT_TRANSACTED';
    await desk().signIn(command());
    expect(outcome()).toMatchObject([{ type: 'refused', refusal: { kind: 'failed' } }]);
    expect(lost()).toMatchObject([{ reader, eventCounter: 1 }]);
    pcsc.transmitFailure = null;
    await events.until(() => events.card(reader)?.kind === 'ready');
  });

  test('a card swapped while it signs: the signature is not handed out', async () => {
    await start();
    const card = await makeCard();
    pcsc.insert(reader, card);
    await events.until(() => events.card(reader)?.kind === 'ready');
    const answer = card.process.bind(card);
    card.process = async (bytes) => {
      const answered = await answer(bytes);
      // The last command: the passcode is dropped.
      if (Buffer.from(bytes).toString('hex') === '0020ff80') {
        pcsc.readers.get(reader)!.eventCounter += 2;
        pcsc.wake();
        await events.until(() => lost().length > 0);
      }
      return answered;
    };
    await desk().signIn(command());
    expect(outcome()).toMatchObject([{ refusal: { kind: 'card-gone' } }]);
  });

  test('a card another program holds', async () => {
    await startWithCard();
    pcsc.connectFailures = ['SCARD_E_SHARING_VIOLATION'];
    await desk().signIn(command());
    expect(outcome()).toMatchObject([{ refusal: { kind: 'in-use' } }]);
    expect(lost()).toEqual([]);
  });

  test('cancelled before the card has the passcode: no try is spent', async () => {
    await start();
    const card = await makeCard({ behaviour: { slowMs: 10 } });
    pcsc.insert(reader, card);
    await events.until(() => events.card(reader)?.kind === 'ready');
    const counter = desk();
    const signing = counter.signIn(command({ passcode: digits('111111') }));
    counter.cancel(1);
    await signing;
    expect(outcome()).toMatchObject([{ refusal: { kind: 'cancelled' } }]);
    expect(card.triesLeft).toBe(3);
  });

  test('one at a time', async () => {
    await startWithCard();
    const counter = desk();
    await Promise.all([counter.signIn(command()), counter.signIn(command({ requestId: 2 }))]);
    expect(outcome()).toMatchObject([{ requestId: 2, type: 'refused' }, { requestId: 1, type: 'signed' }]);
  });

  test('a blocked card gets no passcode, and is taken at its word when it was unblocked elsewhere', async () => {
    await start();
    const card = await makeCard();
    card.block();
    pcsc.insert(reader, card);
    await events.until(() => events.card(reader)?.kind === 'unusable');
    const counter = desk();
    await counter.signIn(command());
    expect(outcome()).toMatchObject([{ refusal: { kind: 'blocked' } }]);
    expect(pcsc.calls.filter((call) => call === 'transmit 00200080')).toHaveLength(2);
    card.restore();
    await counter.signIn(command({ requestId: 2 }));
    expect(outcome().at(-1)).toMatchObject({ type: 'signed' });
    expect(events.card(reader)).toMatchObject({ kind: 'ready', triesLeft: 3 });
  });
});
