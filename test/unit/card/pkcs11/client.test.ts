import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PasscodeWay } from '../../../../main/card/client.ts';
import { Pkcs11Client, type Pkcs11Channel } from '../../../../main/card/pkcs11/client.ts';
import type { Pkcs11Command, Pkcs11Event } from '../../../../main/card/pkcs11/messages.ts';
import { statement } from '../cards.ts';

class FakeProcess implements Pkcs11Channel {
  readonly posted: Pkcs11Command[] = [];
  readonly ways: number[] = [];
  killed = false;
  answersPings = true;
  #message: (message: unknown) => void = () => undefined;
  #exit: () => void = () => undefined;

  post(message: Pkcs11Command): void {
    this.posted.push(structuredClone(message));
    if (message.type === 'ping' && this.answersPings) this.tell({ type: 'pong', sequence: message.sequence });
  }

  sendPasscodePort(requestId: number): void {
    this.ways.push(requestId);
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

  tell(event: Pkcs11Event): void {
    this.#message(event);
  }

  end(): void {
    this.#exit();
  }

  /** The request posted last, not counting pings. */
  get request() {
    const last = this.posted.findLast((message) => 'requestId' in message && message.type !== 'cancel');
    if (!last || !('requestId' in last)) throw new Error('Nothing asked');
    return last;
  }
}

class FakeWay implements PasscodeWay {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

let processes: FakeProcess[];
let client: Pkcs11Client;
const current = () => processes.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  processes = [];
  client = new Pkcs11Client({
    open: () => {
      processes.push(new FakeProcess());
      return current();
    },
    report: (error) => {
      throw error;
    },
    lookLimitMs: 5000,
  });
  client.start();
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

const card = (changes: object = {}) => ({ reader: 'Reader A', certificate: 'MIIB', passcode: client.sendPasscode(new FakeWay())!, lastTryConfirmed: false, ...changes });

describe('looking', () => {
  test('tells what the module finds', async () => {
    const seen = client.look('Reader A');
    expect(current().request).toMatchObject({ type: 'look', reader: 'Reader A' });
    current().tell({ type: 'looked', requestId: current().request.requestId, status: { kind: 'none' } });
    expect(await seen).toEqual({ kind: 'seen', status: { kind: 'none' } });
  });

  test('longer than the limit: failed, the process killed and replaced', async () => {
    const seen = client.look('Reader A');
    vi.advanceTimersByTime(5000);
    expect(await seen).toEqual({ kind: 'failed' });
    expect(processes[0]!.killed).toBe(true);
    vi.advanceTimersByTime(250);
    expect(processes).toHaveLength(2);
  });

  test('between two processes: failed', async () => {
    current().end();
    expect(await client.look('Reader A')).toEqual({ kind: 'failed' });
  });

  test('with a module that cannot be used: its sentence, and nothing is asked of it again', async () => {
    const seen = client.look('Reader A');
    current().tell({ type: 'module-unusable', sentence: 'no /opt/lib.so' });
    expect(await seen).toEqual({ kind: 'unusable-module', sentence: 'no /opt/lib.so' });
    expect(await client.look('Reader A')).toEqual({ kind: 'unusable-module', sentence: 'no /opt/lib.so' });
    expect(current().posted.filter(({ type }) => type === 'look')).toHaveLength(1);
  });
});

describe('signing in', () => {
  test('sends the passcode’s way first, then the command of the same number', async () => {
    const way = client.sendPasscode(new FakeWay())!;
    const answer = client.signIn(card({ passcode: way }), statement);
    expect(current().ways).toContain(way.requestId);
    expect(current().request).toEqual({ type: 'sign-in', requestId: way.requestId, reader: 'Reader A', certificate: 'MIIB', entry: 'keyboard', lastTryConfirmed: false, statement });
    current().tell({ type: 'signed', requestId: way.requestId, assertion: 'a.b.c', status: null });
    expect(await answer).toEqual({ kind: 'signed', assertion: 'a.b.c', status: null });
  });

  test('on the reader’s keys, with longer for the person', async () => {
    const answer = client.signIn(card({ passcode: 'pin-pad' }), statement);
    expect(current().request).toMatchObject({ entry: 'pin-pad' });
    vi.advanceTimersByTime(31_000);
    current().tell({ type: 'refused', requestId: current().request.requestId, refusal: { kind: 'blocked' }, status: null });
    expect(await answer).toMatchObject({ kind: 'refused', refusal: { kind: 'blocked' } });
  });

  test('longer than the limit: failed, the process killed and replaced', async () => {
    const answer = client.signIn(card(), statement, { limitMs: 1000 });
    vi.advanceTimersByTime(1000);
    expect(await answer).toMatchObject({ kind: 'refused', refusal: { kind: 'failed' } });
    expect(processes[0]!.killed).toBe(true);
  });

  test('given up: cancelled, and the process told', async () => {
    const cancel = new AbortController();
    const answer = client.signIn(card(), statement, { signal: cancel.signal });
    cancel.abort();
    expect(await answer).toMatchObject({ refusal: { kind: 'cancelled' } });
    expect(current().posted.at(-1)).toEqual({ type: 'cancel', requestId: current().request.requestId });
  });

  test('given up before: the passcode is dropped, nothing is asked', async () => {
    const sent = card();
    expect(await client.signIn(sent, statement, { signal: AbortSignal.abort() })).toMatchObject({ refusal: { kind: 'cancelled' } });
    expect(current().posted).toEqual([{ type: 'cancel', requestId: sent.passcode.requestId }]);
  });

  test('with a passcode that set out for a process that has ended is refused', async () => {
    const sent = card();
    current().end();
    vi.advanceTimersByTime(250);
    expect(await client.signIn(sent, statement)).toMatchObject({ refusal: { kind: 'failed' } });
    expect(current().posted).toEqual([]);
    expect(client.owns(sent.passcode)).toBe(false);
  });

  test('while the process ends is refused', async () => {
    const answer = client.signIn(card(), statement);
    current().end();
    expect(await answer).toMatchObject({ refusal: { kind: 'failed' } });
  });
});

test('a passcode has no way to a process that is not there', () => {
  current().end();
  const way = new FakeWay();
  expect(client.sendPasscode(way)).toBeNull();
  expect(way.closed).toBe(true);
});

test('changing the passcode', async () => {
  const answer = client.changePasscode(card());
  expect(current().request).toMatchObject({ type: 'change-passcode', certificate: 'MIIB' });
  current().tell({ type: 'passcode-changed', requestId: current().request.requestId, status: null });
  expect(await answer).toEqual({ kind: 'passcode-changed', status: null });
});

describe('the process', () => {
  test('is replaced when its module has failed, when it ends, and when it hangs', () => {
    current().tell({ type: 'module-failed' });
    expect(processes[0]!.killed).toBe(true);
    vi.advanceTimersByTime(250);
    processes[1]!.end();
    vi.advanceTimersByTime(500);
    processes[2]!.answersPings = false;
    vi.advanceTimersByTime(4_000);
    expect(processes[2]!.killed).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(processes).toHaveLength(4);
  });

  test('is replaced ever more slowly until one answers', () => {
    const starts: number[] = [];
    for (let ms = 0; ms <= 2_000; ms += 250) {
      if (starts.length < processes.length) starts.push(ms);
      current().end();
      vi.advanceTimersByTime(250);
    }
    expect(starts).toEqual([0, 250, 750, 1750]);
  });

  test('is ended in order by stop, and a new one begins with start', () => {
    client.stop();
    expect(processes[0]!.posted.at(-1)).toEqual({ type: 'stop' });
    vi.advanceTimersByTime(60_000);
    expect(processes).toHaveLength(1);
    client.start();
    expect(processes).toHaveLength(2);
  });

  test('what an earlier one says late is not heard', async () => {
    const seen = client.look('Reader A');
    const { requestId } = current().request;
    processes[0]!.tell({ type: 'module-failed' });
    expect(await seen).toEqual({ kind: 'failed' });
    vi.advanceTimersByTime(250);
    const again = client.look('Reader A');
    processes[0]!.tell({ type: 'looked', requestId: current().request.requestId, status: { kind: 'none' } });
    current().tell({ type: 'looked', requestId, status: { kind: 'none' } });
    current().end();
    expect(await again).toEqual({ kind: 'failed' });
  });
});
