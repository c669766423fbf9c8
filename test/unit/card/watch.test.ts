import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CardSettings } from '../../../main/card/messages.ts';
import { pcscCodes, PcscError, PcscLibraryMissing } from '../../../main/card/pcsc/errors.ts';
import { eventCounterOf, readerListChanges, readerStateBits } from '../../../main/card/pcsc/pcsc.ts';
import { CardWatch, type WatchTimings } from '../../../main/card/watch.ts';
import { OtherCard } from '../../../simulator/card/other-card.ts';
import { makeCard } from './cards.ts';
import { Events } from './events.ts';
import { ScriptedPcsc } from './scripted-pcsc.ts';

const reader = 'Reader 00';
const timings: Partial<WatchTimings> = {
  waitMs: 40, pollMs: 10, roundsPerList: 4, silenceMs: 60, firstRetryMs: 5, longestRetryMs: 20, readAgainMs: [5, 10, 20], read: { turnMs: 100, workMs: 100 },
};

let pcsc: ScriptedPcsc;
let events: Events;
let watch: CardWatch;

/** The computer's clock, as far as the test moves it. */
let sleptMs: number;

function prepare(mode: CardSettings['watch'], changes: Partial<WatchTimings> = {}): void {
  pcsc = new ScriptedPcsc();
  pcsc.plug(reader);
  events = new Events();
  sleptMs = 0;
  watch = new CardWatch({ pcsc, emit: events.emit, mode, timings: { ...timings, ...changes }, platform: 'linux', clock: () => performance.now() + sleptMs });
}

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

describe.each(['events', 'polling'] as const)('watching by %s:', (mode) => {
  beforeEach(() => prepare(mode));

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

    test('a card that was taken out unnoticed is lost at the next look', async () => {
      pcsc.notices = false;
      await startWithCard();
      pcsc.takeOutUnseen(reader);
      await events.until(() => events.card(reader)?.kind === 'none');
      expect(lost()).toMatchObject([{ reader, eventCounter: 1 }]);
    });

    test.each([['unknown', readerStateBits.unknown], ['unavailable', readerStateBits.unavailable]])(
      'a card whose reader the service calls %s is lost, and found again when it knows it',
      async (_name, bits) => {
        await startWithCard();
        pcsc.readers.get(reader)!.flags = bits;
        pcsc.wake();
        await events.until(() => events.card(reader)?.kind === 'none');
        expect(lost()).toMatchObject([{ reader, eventCounter: 1 }]);
        pcsc.readers.get(reader)!.flags = 0;
        pcsc.wake();
        await events.until(() => events.card(reader)?.kind === 'ready');
      },
    );

    test('with two cards, each is told of its own reader, and one that goes leaves the other', async () => {
      pcsc.plug('Reader 01');
      await startWithCard();
      pcsc.insert('Reader 01', await makeCard({ commonName: 'Daniel OKAFOR' }));
      await events.until(() => events.card('Reader 01')?.kind === 'ready');
      expect(events.card(reader)).toMatchObject({ holder: { commonName: 'Priya NAIR' } });
      expect(events.card('Reader 01')).toMatchObject({ holder: { commonName: 'Daniel OKAFOR' } });
      pcsc.remove(reader);
      await events.until(() => events.card(reader)?.kind === 'none');
      expect(lost()).toMatchObject([{ reader, eventCounter: 1 }]);
      expect(events.card('Reader 01')).toMatchObject({ kind: 'ready' });
    });

    test('two cards that go at once are both lost before any status is told', async () => {
      pcsc.plug('Reader 01');
      pcsc.insert('Reader 01', await makeCard());
      await startWithCard();
      await events.until(() => events.card('Reader 01')?.kind === 'ready');
      const before = events.all.length;
      pcsc.takeOutUnseen(reader);
      pcsc.takeOutUnseen('Reader 01');
      pcsc.wake();
      await events.until(() => lost().length === 2);
      expect(events.all.slice(before, before + 2).map(({ type }) => type)).toEqual(['card-lost', 'card-lost']);
    });

    test('readers and cards that change at the same moment are all told', async () => {
      await startWithCard();
      pcsc.readers.delete(reader);
      pcsc.plug('Reader 01');
      pcsc.plug('Reader 02');
      pcsc.insert('Reader 02', await makeCard({ commonName: 'Daniel OKAFOR' }));
      await events.until(() => events.card('Reader 02')?.kind === 'ready');
      expect(lost()).toMatchObject([{ reader, eventCounter: 1 }]);
      expect(events.counter(reader)).toBeUndefined();
      expect(events.card('Reader 01')).toEqual({ kind: 'none' });
    });

    test('a reader that is listed but unknown hides no other reader', async () => {
      pcsc.stale.add('Reader 01');
      await startWithCard();
      pcsc.remove(reader);
      await events.until(() => events.card(reader)?.kind === 'none');
      expect(lost()).toHaveLength(1);
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
    test.each(['SCARD_E_NO_SERVICE', 'SCARD_E_SERVICE_STOPPED', 'SCARD_F_COMM_ERROR', 'SCARD_E_INVALID_HANDLE', 'SCARD_P_SHUTDOWN', 'ERROR_INVALID_HANDLE', 'ERROR_BROKEN_PIPE', 'RPC_S_SERVER_UNAVAILABLE'] as const)(
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

    test.each(['SCARD_W_SECURITY_VIOLATION', 'SCARD_E_NO_ACCESS', 'ERROR_ACCESS_DENIED'] as const)(
      'that refuses this account (%s) is not called absent',
      async (code) => {
        pcsc.absent = new PcscError(pcscCodes[code], 'SCardEstablishContext');
        void watch.start();
        await events.until(() => events.status?.kind === 'unavailable');
        expect(events.status).toMatchObject({ sentence: expect.stringContaining('your account') as unknown });
      },
    );

    test('absent for long is tried again with pauses that grow to the longest', async () => {
      pcsc.fail('SCARD_E_NO_SERVICE');
      void watch.start();
      await expect.poll(() => pcsc.establishedAt.length, { timeout: 5000 }).toBeGreaterThan(5);
      const pauses = pcsc.establishedAt.slice(1, 6).map((at, index) => at - pcsc.establishedAt[index]!);
      // A timer may fire a millisecond early, never more.
      for (const [index, shortest] of [5, 10, 20, 20, 20].entries()) expect(pauses[index]).toBeGreaterThan(shortest - 1.5);
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

  describe('a service whose counter does not count', () => {
    beforeEach(() => {
      pcsc.counts = false;
    });

    test('is told each card under a number of its own', async () => {
      await startWithCard();
      const first = events.counter(reader)!;
      pcsc.remove(reader);
      await events.until(() => events.card(reader)?.kind === 'none');
      pcsc.insert(reader, await makeCard({ commonName: 'Daniel OKAFOR' }));
      await events.until(() => events.card(reader)?.kind === 'ready');
      expect(lost()).toMatchObject([{ reader, eventCounter: first }]);
      expect(events.counter(reader)).not.toBe(first);
      expect(watch.find(reader, first)).toBeNull();
    });

    test('proves nothing of a card that nobody looked at for a while: it is lost, and read anew', async () => {
      await startWithCard();
      const first = events.counter(reader)!;
      sleptMs = 60_000;
      await events.until(() => lost().length > 0);
      expect(lost()).toMatchObject([{ reader, eventCounter: first }]);
      await events.until(() => events.card(reader)?.kind === 'ready');
      expect(events.counter(reader)).not.toBe(first);
    });
  });

  test('a counter that counts proves a card over a sleep of the computer', async () => {
    await startWithCard();
    sleptMs = 60_000;
    const seen = pcsc.waits.length;
    await expect.poll(() => pcsc.waits.length).toBeGreaterThan(seen + 4);
    expect(lost()).toEqual([]);
  });
});

describe('watching by events', () => {
  beforeEach(() => prepare('events'));

  test('every round asks for each state without knowing any, so that no event can be missed', async () => {
    await startWithCard();
    const seen = pcsc.waits.length;
    await expect.poll(() => pcsc.waits.length).toBeGreaterThan(seen + 6);
    const rounds = pcsc.waits.slice(seen).filter(({ timeoutMs }) => timeoutMs === 0);
    expect(rounds.length).toBeGreaterThan(1);
    expect(rounds.every(({ known }) => known.every(({ name, state }) => name !== readerListChanges && state === 0))).toBe(true);
  });

  test('the pseudo-reader for reader changes gets its count of readers back', async () => {
    await start();
    pcsc.plug('Reader 01');
    await events.until(() => events.counter('Reader 01') === 0);
    await expect.poll(() => handedBack().at(-1)).toBe(2);
  });

  /** The counts of readers that the service was told it had said. */
  const handedBack = () =>
    pcsc.waits.flatMap(({ known }) => known.filter(({ name }) => name === readerListChanges).map(({ state }) => eventCounterOf(state)));
});

describe('watching by polling', () => {
  beforeEach(() => prepare('polling'));

  test('never waits, and asks which readers there are once in so many rounds', async () => {
    await startWithCard();
    await expect.poll(() => pcsc.waits.length, { timeout: 5000 }).toBeGreaterThan(40);
    expect(pcsc.waits.every(({ timeoutMs, known }) => timeoutMs === 0 && known.every(({ name }) => name === reader))).toBe(true);
    const asked = pcsc.calls.filter((call) => call === 'listReaders').length;
    // Reading the card looks at its counter once more, outside the rounds.
    expect(asked).toBeLessThanOrEqual(Math.ceil(pcsc.waits.length / timings.roundsPerList!) + 1);
  });

  test('asks at once which readers there are when one is missing', async () => {
    await watch.stop();
    prepare('polling', { roundsPerList: 1_000_000 });
    await startWithCard();
    pcsc.unplug(reader);
    await events.until(() => events.status?.kind === 'running' && events.status.readers.length === 0);
    expect(lost()).toMatchObject([{ reader, eventCounter: 1 }]);
  });
});
