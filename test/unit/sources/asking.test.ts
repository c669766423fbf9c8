/** One asking of one source: retries within its limit, and a source that is held off is not asked. */
import { describe, expect, test } from 'vitest';
import { type HttpPort, type HttpRequest, type HttpResponse, NetworkFailure, type NetworkFailureKind } from '../../../main/net/http.ts';
import { sourceId } from '../../../main/record/values.ts';
import { type Asking, openAsking } from '../../../main/sources/asking.ts';
import { afterBeingToldToWait, Circuits, circuitKey, CLOSED, heldOff } from '../../../main/sources/breaker.ts';
import type { Timing } from '../../../main/sources/timing.ts';

const ADDRESS = 'https://exchange.example/Patient';
const KEY = circuitKey('exchange', ADDRESS);
const START = Date.parse('2026-11-22T12:00:00Z');

type Step = number | NetworkFailureKind | { readonly status: number; readonly retryAfter: string };

/** Answers in the order given; alarms ring at once and move the clock. */
function scene(steps: readonly Step[], { probe = false, circuits = new Circuits() }: { probe?: boolean; circuits?: Circuits } = {}) {
  let now = START;
  const waits: number[] = [];
  const timing: Timing = {
    now: () => now,
    after: (milliseconds, run) => {
      waits.push(milliseconds);
      queueMicrotask(() => {
        now += milliseconds;
        run();
      });
      return () => undefined;
    },
  };
  const left = [...steps];
  const sent: HttpRequest[] = [];
  const http: HttpPort = {
    send: async (request): Promise<HttpResponse> => {
      sent.push(request);
      const step = left.shift() ?? 200;
      if (typeof step === 'string') throw new NetworkFailure(step, 'x');
      if (typeof step === 'number') return { status: step, headers: {}, body: '' };
      return { status: step.status, headers: { 'retry-after': step.retryAfter }, body: '' };
    },
  };
  const open = (again = probe): Asking => openAsking({ source: { id: sourceId('exchange'), name: 'Exchange' }, http, circuits, timing, random: () => 0, deadline: now + 10_000, probe: again });
  return { open, asking: open(), circuits, sent, waits, now: () => now };
}

const get = (asking: Asking, signal = new AbortController().signal): Promise<HttpResponse> => asking.http.send({ method: 'GET', url: ADDRESS }, signal);

describe('an asking', () => {
  test('sends once more after "busy" and gives the answer that came', async () => {
    const { asking, sent, waits } = scene([{ status: 503, retryAfter: '2' }, 200]);
    expect((await get(asking)).status).toBe(200);
    expect(sent).toHaveLength(2);
    expect(waits).toEqual([2_000]);
    expect(asking.settle()).toEqual({ failedForNow: false, heldOffUntil: null });
  });

  test('a wait that is cancelled ends at once', async () => {
    const never: Timing = { now: () => START, after: () => () => undefined };
    const abort = new AbortController();
    const asking = openAsking({ source: { id: sourceId('exchange'), name: 'Exchange' }, http: { send: async () => ({ status: 503, headers: {}, body: '' }) }, circuits: new Circuits(), timing: never, random: () => 0.5, deadline: START + 10_000, probe: false });
    const answer = get(asking, abort.signal);
    await Promise.resolve();
    abort.abort(new DOMException('Over', 'TimeoutError'));
    await expect(answer).rejects.toMatchObject({ kind: 'timed-out' });
  });

  test('three askings that bring nothing open the circuit; the next is not sent and says when', async () => {
    const { open, circuits, sent, now } = scene(['unreachable', 500, 'timed-out']);
    for (let times = 0; times < 3; times += 1) {
      const one = open();
      await get(one).catch(() => undefined);
      expect(one.settle().failedForNow).toBe(true);
    }
    expect(heldOff(circuits.of(KEY), now())).toBe(now() + 60_000);
    const held = open();
    await expect(get(held)).rejects.toMatchObject({ kind: 'held-off', message: 'Exchange could not answer the last times, so it was not asked now. It is asked again from 12:01:00; “Try again” asks it at once.' });
    await expect(get(held)).rejects.toMatchObject({ kind: 'held-off' });
    expect(held.settle()).toEqual({ failedForNow: true, heldOffUntil: now() + 60_000 });
    expect(sent).toHaveLength(3);
  });

  test('the button asks a source that is held off, and an answer closes the circuit', async () => {
    const circuits = new Circuits([[KEY, afterBeingToldToWait({ failures: 3, heldOffUntil: null }, START + 60_000)]]);
    const { asking, sent } = scene([200], { probe: true, circuits });
    expect((await get(asking)).status).toBe(200);
    expect(sent).toHaveLength(1);
    asking.settle();
    expect(circuits.of(KEY).failures).toBe(0);
  });

  test('one page that fails after others came is no failure of the source, and the rest is still asked for', async () => {
    const { asking, circuits, sent } = scene([200, 500, 500, 500, 500, 500]);
    for (let times = 0; times < 6; times += 1) await get(asking);
    expect(sent).toHaveLength(6);
    expect(asking.settle().failedForNow).toBe(false);
    expect(circuits.of(KEY)).toBe(CLOSED);
  });

  test('a server that wants to be left alone for longer than can be waited is not asked before', async () => {
    const { asking, circuits, sent, now } = scene([{ status: 429, retryAfter: '60' }]);
    await get(asking);
    expect(sent).toHaveLength(1);
    expect(heldOff(circuits.of(KEY), now())).toBe(START + 60_000);
  });

  test.each<Step>([401, 403, 404, 'cancelled', 'too-large', 'refused-address'])('%s says nothing against the server', async (step) => {
    const { asking, circuits } = scene([step]);
    await get(asking).catch(() => undefined);
    expect(asking.settle().failedForNow).toBe(false);
    expect(circuits.of(KEY)).toBe(CLOSED);
  });

  test('an asking in which nothing was sent did not fail', () => {
    expect(scene([]).asking.settle()).toEqual({ failedForNow: false, heldOffUntil: null });
  });
});
