import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CardClient, type CardChannel, type CardLost } from '../../../main/card/client.ts';
import type { CardCommand, CardEvent, CardServiceStatus } from '../../../main/card/messages.ts';
import { digits, statement } from './cards.ts';

class FakeProcess implements CardChannel {
  readonly posted: CardCommand[] = [];
  killed = false;
  answersPings = true;
  #message: (message: unknown) => void = () => undefined;
  #exit: () => void = () => undefined;

  post(message: CardCommand): void {
    this.posted.push(structuredClone(message));
    if (message.type === 'ping' && this.answersPings) this.tell({ type: 'pong', sequence: message.sequence });
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
  }

  onExit(listener: () => void): void {
    this.#exit = listener;
  }

  kill(): void {
    this.killed = true;
  }

  tell(event: CardEvent): void {
    this.#message(event);
  }

  end(): void {
    this.#exit();
  }
}

let processes: FakeProcess[];
let reported: unknown[];
let losses: CardLost[];
let statuses: CardServiceStatus[];
let client: CardClient;
let opening: () => FakeProcess;

const running: CardServiceStatus = {
  kind: 'running',
  readers: [
    { name: 'A', eventCounter: 4, card: { kind: 'reading' } },
    { name: 'B', eventCounter: 9, card: { kind: 'none' } },
  ],
};

beforeEach(() => {
  vi.useFakeTimers();
  processes = [];
  reported = [];
  losses = [];
  statuses = [];
  opening = () => new FakeProcess();
  client = new CardClient({
    open: () => {
      const opened = opening();
      processes.push(opened);
      return opened;
    },
    report: (error) => reported.push(error),
  });
  client.onCardLost((lost) => losses.push(lost));
  client.onStatus((status) => statuses.push(status));
  client.start();
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

const current = () => processes.at(-1)!;
const signIn = (limits: Parameters<CardClient['signIn']>[1] = {}) =>
  client.signIn({ reader: 'A', eventCounter: 4, passcode: digits('482916'), statement, lastTryConfirmed: false }, limits);

describe('the heartbeat', () => {
  test('keeps one process while it answers', () => {
    vi.advanceTimersByTime(60_000);
    expect(processes).toHaveLength(1);
    expect(current().posted.filter(({ type }) => type === 'ping')).toHaveLength(60);
  });

  test('three pings unanswered: cards lost, unavailable, a new process', () => {
    const first = current();
    first.tell({ type: 'status', status: running });
    first.answersPings = false;
    vi.advanceTimersByTime(3_900);
    expect(losses).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(losses).toMatchObject([{ reader: 'A', eventCounter: 4 }]);
    expect(client.status.kind).toBe('unavailable');
    expect(first.killed).toBe(true);
    vi.advanceTimersByTime(250);
    expect(processes).toHaveLength(2);
  });

  test('an answer in between is enough, as after a sleep of the computer', () => {
    const first = current();
    first.answersPings = false;
    vi.advanceTimersByTime(3_000);
    first.tell({ type: 'pong', sequence: 3 });
    vi.advanceTimersByTime(2_000);
    expect(processes).toHaveLength(1);
  });

  test('a process that ends is replaced, ever more slowly, until one answers again', () => {
    current().tell({ type: 'status', status: running });
    current().end();
    expect(losses).toHaveLength(1);
    const starts: number[] = [];
    for (let ms = 0; ms < 4000; ms += 50) {
      const before = processes.length;
      vi.advanceTimersByTime(50);
      if (processes.length > before) {
        starts.push(ms + 50);
        current().end();
      }
    }
    expect(starts).toEqual([250, 750, 1750, 3750]);
    vi.advanceTimersByTime(4_000);
    expect(processes).toHaveLength(6);
    vi.advanceTimersByTime(1_000);
    current().end();
    vi.advanceTimersByTime(250);
    expect(processes).toHaveLength(7);
  });

  test('a process that cannot be started is reported and tried again', () => {
    opening = () => {
      throw new Error('no such file');
    };
    current().end();
    vi.advanceTimersByTime(250);
    expect(reported).toHaveLength(1);
    opening = () => new FakeProcess();
    vi.advanceTimersByTime(500);
    expect(processes).toHaveLength(2);
  });

  test('messages of a process that was given up are not heard', () => {
    const first = current();
    first.end();
    vi.advanceTimersByTime(250);
    first.tell({ type: 'status', status: running });
    expect(client.status.kind).toBe('unavailable');
  });
});

describe('telling', () => {
  test('a listener that throws does not keep the next from hearing of a loss', () => {
    const late: CardLost[] = [];
    client.onCardLost(() => {
      throw new Error('a defect');
    });
    client.onCardLost((lost) => late.push(lost));
    current().tell({ type: 'card-lost', reader: 'A', eventCounter: 4, reason: 'gone' });
    expect(late).toHaveLength(1);
    expect(reported).toHaveLength(1);
    current().tell({ type: 'card-lost', reader: 'A', eventCounter: 5, reason: 'gone' });
    expect(late).toHaveLength(2);
  });

  test('a subscription can be ended', () => {
    const heard: CardServiceStatus[] = [];
    client.onStatus((status) => heard.push(status))();
    current().tell({ type: 'status', status: running });
    expect([heard, statuses]).toEqual([[], [running]]);
  });

  test('stopping loses every card and starts nothing again', () => {
    current().tell({ type: 'status', status: running });
    client.stop();
    expect(losses).toHaveLength(1);
    expect(current().posted.at(-1)).toEqual({ type: 'stop' });
    current().end();
    vi.advanceTimersByTime(60_000);
    expect(processes).toHaveLength(1);
  });
});

describe('signing in', () => {
  test('hands the passcode over once and wipes it', async () => {
    const bytes = digits('482916');
    const answer = client.signIn({ reader: 'A', eventCounter: 4, passcode: bytes, statement, lastTryConfirmed: true });
    expect([...bytes]).toEqual([0, 0, 0, 0, 0, 0]);
    const sent = current().posted.at(-1)!;
    expect(sent).toMatchObject({ type: 'sign-in', passcode: digits('482916'), lastTryConfirmed: true });
    current().tell({ type: 'signed', requestId: (sent as { requestId: number }).requestId, assertion: 'a.b.c', reader: 'A', eventCounter: 4 });
    expect(await answer).toEqual({ kind: 'signed', assertion: 'a.b.c', reader: 'A', eventCounter: 4 });
  });

  test('a refusal', async () => {
    const answer = signIn();
    current().tell({ type: 'refused', requestId: 1, refusal: { kind: 'blocked' } });
    expect(await answer).toEqual({ kind: 'refused', refusal: { kind: 'blocked' } });
  });

  test('an abort cancels it at the card', async () => {
    const abort = new AbortController();
    const answer = signIn({ signal: abort.signal });
    abort.abort();
    expect(await answer).toEqual({ kind: 'refused', refusal: { kind: 'cancelled' } });
    expect(current().posted.at(-1)).toEqual({ type: 'cancel', requestId: 1 });
  });

  test('an abort before it begins sends nothing', async () => {
    expect(await signIn({ signal: AbortSignal.abort() })).toMatchObject({ refusal: { kind: 'cancelled' } });
    expect(current().posted).toEqual([]);
  });

  test('the time limit', async () => {
    const answer = signIn({ limitMs: 2000 });
    vi.advanceTimersByTime(2000);
    expect(await answer).toMatchObject({ refusal: { kind: 'failed' } });
    expect(current().posted).toContainEqual({ type: 'cancel', requestId: 1 });
  });

  test('the end of the process', async () => {
    const answer = signIn();
    current().end();
    expect(await answer).toMatchObject({ refusal: { kind: 'failed' } });
    expect(await signIn()).toMatchObject({ refusal: { kind: 'card-gone' } });
  });
});
