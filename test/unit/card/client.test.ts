import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CardClient, defaultSignInLimitMs, type CardChannel, type CardLost, type PasscodeWay, type SentPasscode } from '../../../main/card/client.ts';
import type { CardCommand, CardEvent, CardServiceStatus, SignInRefusal } from '../../../main/card/messages.ts';
import { pinPadEntryMs } from '../../../main/card/pin-pad/entry-times.ts';
import { statement } from './cards.ts';

class FakeProcess implements CardChannel {
  readonly posted: CardCommand[] = [];
  readonly ways: { requestId: number; way: PasscodeWay }[] = [];
  killed = false;
  answersPings = true;
  #message: (message: unknown) => void = () => undefined;
  #exit: () => void = () => undefined;

  post(message: CardCommand): void {
    this.posted.push(structuredClone(message));
    if (message.type === 'ping' && this.answersPings) this.tell({ type: 'pong', sequence: message.sequence });
  }

  sendPasscodePort(requestId: number, way: PasscodeWay): void {
    this.ways.push({ requestId, way });
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
const card = { reader: 'A', eventCounter: 4 };

/** A way whose end the test sees. */
class Way implements PasscodeWay {
  closed = false;

  close(): void {
    this.closed = true;
  }
}

const send = (): SentPasscode => client.sendPasscode(card, new Way())!;
const signIn = (limits: Parameters<CardClient['signIn']>[1] = {}, passcode: SentPasscode | 'pin-pad' = send()) =>
  client.signIn({ ...card, passcode, statement, lastTryConfirmed: false }, limits);
const change = (limits: Parameters<CardClient['changePasscode']>[1] = {}, passcode: SentPasscode | 'pin-pad' = send()) =>
  client.changePasscode({ ...card, passcode, lastTryConfirmed: false }, limits);
const refused = (refusal: SignInRefusal) => ({ kind: 'refused', refusal });

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

describe('the passcode’s way', () => {
  test('goes to the process before the command, under one number', async () => {
    const way = new Way();
    const sent = client.sendPasscode(card, way)!;
    expect(current().ways).toEqual([{ requestId: sent.requestId, way }]);
    expect(current().posted).toEqual([]);
    void client.signIn({ ...card, passcode: sent, statement, lastTryConfirmed: true });
    expect(current().posted).toEqual([{ type: 'sign-in', requestId: sent.requestId, entry: 'keyboard', ...card, statement, lastTryConfirmed: true }]);
    expect(way.closed).toBe(false);
  });

  test('each has a number of its own', () => {
    expect(new Set([send(), send(), send()].map(({ requestId }) => requestId)).size).toBe(3);
  });

  test('is closed where there is no process to take it', () => {
    current().end();
    const way = new Way();
    expect(client.sendPasscode(card, way)).toBeNull();
    expect(way.closed).toBe(true);
  });

  test('a passcode that will not be used is wiped where it is', () => {
    const sent = send();
    client.dropPasscode(sent);
    expect(current().posted).toEqual([{ type: 'cancel', requestId: sent.requestId }]);
  });

  test('a passcode sent to a process that has ended since is of no use to the next', async () => {
    const sent = send();
    const first = current();
    first.end();
    vi.advanceTimersByTime(250);
    expect(current()).not.toBe(first);
    expect(await signIn({}, sent)).toMatchObject(refused({ kind: 'failed', sentence: expect.stringContaining('Enter your passcode again') as string }));
    client.dropPasscode(sent);
    expect([...first.posted, ...current().posted]).toEqual([]);
  });
});

describe('signing in', () => {
  test('tells what the card signed, and on which', async () => {
    const answer = signIn();
    current().tell({ type: 'signed', requestId: 1, assertion: 'a.b.c', ...card });
    expect(await answer).toEqual({ kind: 'signed', assertion: 'a.b.c', ...card });
  });

  test('a refusal', async () => {
    const answer = signIn();
    current().tell({ type: 'refused', requestId: 1, refusal: { kind: 'blocked' } });
    expect(await answer).toEqual(refused({ kind: 'blocked' }));
  });

  test('an answer to another request is not this one’s', async () => {
    const answer = signIn();
    current().tell({ type: 'signed', requestId: 2, assertion: 'x.y.z', ...card });
    current().tell({ type: 'refused', requestId: 1, refusal: { kind: 'card-gone' } });
    expect(await answer).toEqual(refused({ kind: 'card-gone' }));
  });

  test('a changed passcode is no signature', async () => {
    const answer = signIn();
    current().tell({ type: 'passcode-changed', requestId: 1, ...card });
    expect(await answer).toMatchObject({ kind: 'refused', refusal: { kind: 'failed' } });
  });

  test('an abort cancels it at the card', async () => {
    const abort = new AbortController();
    const answer = signIn({ signal: abort.signal });
    abort.abort();
    expect(await answer).toEqual(refused({ kind: 'cancelled' }));
    expect(current().posted.at(-1)).toEqual({ type: 'cancel', requestId: 1 });
  });

  test('an abort before it begins sends nothing but that the passcode be wiped', async () => {
    expect(await signIn({ signal: AbortSignal.abort() })).toEqual(refused({ kind: 'cancelled' }));
    expect(current().posted).toEqual([{ type: 'cancel', requestId: 1 }]);
    expect(await signIn({ signal: AbortSignal.abort() }, 'pin-pad')).toEqual(refused({ kind: 'cancelled' }));
    expect(current().posted).toHaveLength(1);
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
    expect(await signIn({}, 'pin-pad')).toEqual(refused({ kind: 'card-gone' }));
  });
});

describe('at the keys of a reader', () => {
  test('a number, but no passcode, goes to the process', () => {
    void signIn({}, 'pin-pad');
    expect(current().ways).toEqual([]);
    expect(current().posted).toMatchObject([{ type: 'sign-in', requestId: 1, entry: 'pin-pad' }]);
  });

  test.each([['signing in', signIn, pinPadEntryMs.verify], ['a change', change, pinPadEntryMs.modify]] as const)(
    '%s is waited for as long as the reader gives a person',
    async (_name, request, entryMs) => {
      let answered = false;
      const answer = request({}, 'pin-pad').finally(() => (answered = true));
      await vi.advanceTimersByTimeAsync(defaultSignInLimitMs + entryMs - 1);
      expect(answered).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(await answer).toMatchObject({ refusal: { kind: 'failed' } });
    },
  );
});

describe('changing the passcode', () => {
  test('is asked of the card the clinician saw, and told when it has happened', async () => {
    const sent = send();
    const answer = client.changePasscode({ ...card, passcode: sent, lastTryConfirmed: true });
    expect(current().posted).toEqual([{ type: 'change-passcode', requestId: sent.requestId, entry: 'keyboard', ...card, lastTryConfirmed: true }]);
    current().tell({ type: 'passcode-changed', requestId: sent.requestId, ...card });
    expect(await answer).toEqual({ kind: 'passcode-changed', ...card });
  });

  test('a refusal', async () => {
    const answer = change();
    current().tell({ type: 'refused', requestId: 1, refusal: { kind: 'unfit-replacement', fault: 'run' } });
    expect(await answer).toEqual(refused({ kind: 'unfit-replacement', fault: 'run' }));
  });

  test('a signature is no change', async () => {
    const answer = change();
    current().tell({ type: 'signed', requestId: 1, assertion: 'a.b.c', ...card });
    expect(await answer).toMatchObject({ kind: 'refused', refusal: { kind: 'failed' } });
  });

  test('an abort, the time limit, the end of the process', async () => {
    const abort = new AbortController();
    const aborted = change({ signal: abort.signal });
    abort.abort();
    expect(await aborted).toEqual(refused({ kind: 'cancelled' }));
    const late = change({ limitMs: 2000 });
    vi.advanceTimersByTime(2000);
    expect(await late).toMatchObject({ refusal: { kind: 'failed' } });
    const cut = change();
    current().end();
    expect(await cut).toMatchObject({ refusal: { kind: 'failed' } });
  });
});
