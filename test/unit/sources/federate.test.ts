/** Every source is asked at once and on its own; what comes too late is thrown away. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type HttpPort, NetworkFailure } from '../../../main/net/http.ts';
import { sourceId } from '../../../main/record/values.ts';
import { type Circuit, Circuits } from '../../../main/sources/breaker.ts';
import { federate } from '../../../main/sources/federate.ts';
import type { Federation, FederationEvent, FederationOptions } from '../../../main/sources/federate.ts';
import type { Source, SourceEnd, SourcePage } from '../../../main/sources/source.ts';
import { systemTiming, type Timing } from '../../../main/sources/timing.ts';
import { NHS_NUMBER } from '../../integration/record/people.ts';

const NO_HTTP: HttpPort = { send: () => Promise.reject(new Error('not used')) };
/** The system's own alarms, which the tests move by hand. */
const FAKED: Timing = { ...systemTiming, now: () => Date.now() };
const REQUEST = { nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId: '' };
const LIMITS = { softMs: 3_000, hardMs: 10_000 };
const END: SourceEnd = { kind: 'outcome', outcome: { kind: 'answered' }, notes: [] };

/** A source whose answer the test lets go of when it wants to, and which ignores being stopped. */
function held(name: string): { readonly source: Source; readonly release: (...parts: (SourcePage | SourceEnd)[]) => void; readonly asked: () => number; readonly signal: () => AbortSignal | undefined } {
  const waiting: ((parts: readonly (SourcePage | SourceEnd)[]) => void)[] = [];
  let asked = 0;
  let last: AbortSignal | undefined;
  const source: Source = {
    id: sourceId(name),
    name,
    role: 'shared',
    async *fetch(_request, _http, signal) {
      asked += 1;
      last = signal;
      yield* await new Promise<readonly (SourcePage | SourceEnd)[]>((resolve) => waiting.push(resolve));
    },
  };
  return { source, release: (...parts) => waiting.shift()?.(parts), asked: () => asked, signal: () => last };
}

const page = (name: string): SourcePage => ({ kind: 'page', source: sourceId(name), page: 0, release: 'R4', body: {}, retrievedAt: '2026-11-22T11:58:00.000Z' as never });

let events: FederationEvent[];
const start = (...sources: Source[]): Federation => federate({ sources, request: REQUEST, http: NO_HTTP, limits: LIMITS, emit: (event) => void events.push(event), timing: FAKED });
const statesOf = (name: string): string[] => events.flatMap((event) => (event.kind === 'state' && String(event.source) === name ? [event.state.kind] : []));

beforeEach(() => {
  events = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('federate', () => {
  test('asks all at once and reports each as it ends', async () => {
    const [a, b] = [held('a'), held('b')];
    const federation = start(a.source, b.source);
    expect([a.asked(), b.asked()]).toEqual([1, 1]);
    b.release(page('b'), END);
    await vi.advanceTimersByTimeAsync(1);
    expect(events.map(({ kind, source }) => `${kind} ${source}`)).toEqual(['asking a', 'asking b', 'page b', 'state b']);
    a.release(END);
    await federation.settled();
    expect(statesOf('a')).toEqual(['answered']);
  });

  test('says slow after the soft limit and gives up after the hard one, though the source goes on', async () => {
    const a = held('a');
    const federation = start(a.source);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(statesOf('a')).toEqual(['slow']);
    await vi.advanceTimersByTimeAsync(7_300);
    await federation.settled();
    expect(statesOf('a')).toEqual(['slow', 'timed-out']);
    expect(a.signal()?.reason).toMatchObject({ name: 'TimeoutError' });
    a.release(page('a'), END);
    await vi.advanceTimersByTimeAsync(1);
    expect(events.some(({ kind }) => kind === 'page')).toBe(false);
  });

  test('nothing is reported after it was cancelled, and the sources are told', async () => {
    const a = held('a');
    const federation = start(a.source);
    federation.cancel();
    expect(a.signal()?.aborted).toBe(true);
    a.release(page('a'), END);
    await federation.settled();
    expect(events.map(({ kind }) => kind)).toEqual(['asking']);
  });

  test('one source is asked again by itself, and not while it is being asked', async () => {
    const [a, b] = [held('a'), held('b')];
    const federation = start(a.source, b.source);
    federation.retry(a.source.id);
    expect(a.asked()).toBe(1);
    a.release(END);
    b.release(END);
    await federation.settled();
    federation.retry(a.source.id);
    a.release(END);
    await federation.settled();
    expect([a.asked(), b.asked()]).toEqual([2, 1]);
    expect(events.filter(({ kind, source }) => kind === 'asking' && source === a.source.id)).toHaveLength(2);
  });

  test('a mistake in one source is its own outcome, and what it held is not repeated', async () => {
    const broken: Source = { id: sourceId('broken'), name: 'Broken', role: 'shared', async *fetch() { yield page('broken'); throw new Error('patient 9990000018'); } };
    const a = held('a');
    const federation = start(broken, a.source);
    a.release(END);
    await federation.settled();
    expect(statesOf('a')).toEqual(['answered']);
    expect(statesOf('broken')).toEqual(['failed']);
    expect(JSON.stringify(events)).not.toContain('9990000018');
  });

  test('a source that ends without an outcome has failed', async () => {
    const silent: Source = { id: sourceId('silent'), name: 'Silent', role: 'shared', async *fetch() { yield page('silent'); } };
    await start(silent).settled();
    expect(statesOf('silent')).toEqual(['failed']);
  });

  test('counts what came after the limit or a cancellation', async () => {
    const [a, b] = [held('a'), held('b')];
    const federation = start(a.source, b.source);
    await vi.advanceTimersByTimeAsync(10_300);
    await federation.settled();
    a.release(page('a'), END);
    await vi.advanceTimersByTimeAsync(1);
    expect(federation.thrownAway()).toBe(2);
    federation.retry(b.source.id);
    federation.cancel();
    b.release(page('b'), page('b'), END);
    await federation.settled();
    await vi.advanceTimersByTimeAsync(1);
    expect(federation.thrownAway()).toBeGreaterThanOrEqual(3);
    expect(events.some(({ kind }) => kind === 'page')).toBe(false);
  });

  test('the next page is read when the one before has been taken', async () => {
    let read = 0;
    const pages: Source = { id: sourceId('a'), name: 'a', role: 'shared', async *fetch() { for (; read < 3; read += 1) yield page('a'); yield END; } };
    const taken: (() => void)[] = [];
    const federation = federate({ sources: [pages], request: REQUEST, http: NO_HTTP, limits: LIMITS, timing: FAKED, emit: (event) => (event.kind === 'page' ? new Promise<void>((resolve) => taken.push(resolve)) : undefined) });
    await vi.advanceTimersByTimeAsync(1);
    expect([read, taken.length]).toEqual([0, 1]);
    taken.shift()?.();
    await vi.advanceTimersByTimeAsync(1);
    expect([read, taken.length]).toEqual([1, 1]);
    federation.cancel();
  });
});

describe('a source that brings nothing for now', () => {
  /** Sends one request and tells what came of it. */
  const asker: Source = {
    id: sourceId('a'), name: 'Exchange', role: 'shared',
    async *fetch(_request, http, signal) {
      const answered = await http.send({ method: 'GET', url: 'https://exchange.example/summary' }, signal).catch((problem: unknown) => problem as NetworkFailure);
      yield { kind: 'outcome', outcome: answered instanceof NetworkFailure ? { kind: 'failed', sentence: answered.message } : { kind: 'answered' }, notes: [] };
    },
  };
  let sent: number[];
  let isDown: boolean;
  const http: HttpPort = { send: async () => {
    sent.push(Date.now() - startedAt);
    if (isDown) throw new NetworkFailure('unreachable', 'Down.');
    return { status: 200, headers: {}, body: '' };
  } };
  let startedAt: number;
  const ask = (more: Partial<FederationOptions> = {}): Federation => federate({ sources: [asker], request: REQUEST, http, limits: LIMITS, timing: FAKED, random: () => 0.5, asksAgain: true, emit: (event) => void events.push(event), ...more });
  const states = (): string[] => events.flatMap((event) => (event.kind === 'state' ? [event.state.kind] : []));

  beforeEach(() => {
    [sent, isDown, startedAt] = [[], true, Date.now()];
  });

  test('is asked again by itself at a random moment, then about once a minute, until it answers; and says when', async () => {
    vi.setSystemTime(Date.parse('2026-11-22T12:00:00Z'));
    startedAt = Date.now();
    const federation = ask();
    await federation.settled();
    expect(events.at(-1)).toMatchObject({ notes: ['Exchange is asked again by itself at 12:00:40.'] });
    await vi.advanceTimersByTimeAsync(40_000);
    isDown = false;
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(sent).toEqual([0, 40_000, 107_500]);
    expect(states()).toEqual(['failed', 'failed', 'answered']);
    federation.cancel();
  });

  test('is asked at once by the button, and not a second time for the plan that stood before', async () => {
    const federation = ask();
    await federation.settled();
    isDown = false;
    federation.retry(asker.id);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(sent).toEqual([0, 0]);
  });

  test('is not asked any more when the record is closed', async () => {
    const federation = ask();
    await federation.settled();
    federation.cancel();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(sent).toHaveLength(1);
  });

  test('is left alone after three times, for the next patient too; the button asks it all the same', async () => {
    const kept = new Map<string, Circuit>();
    const circuits = (): Circuits => new Circuits(kept, (key, circuit) => kept.set(key, circuit));
    for (let patient = 0; patient < 4; patient += 1) {
      const federation = ask({ circuits: circuits(), asksAgain: false });
      await federation.settled();
      federation.cancel();
    }
    expect(sent).toHaveLength(3);
    expect(events.at(-1)).toMatchObject({ state: { kind: 'failed', sentence: expect.stringMatching(/Exchange could not answer the last times, so it was not asked now\. It is asked again from \d\d:\d\d:\d\d/) } });
    isDown = false;
    const federation = ask({ circuits: circuits(), asksAgain: false });
    await federation.settled();
    federation.retry(asker.id);
    await federation.settled();
    expect(sent).toHaveLength(4);
    expect(states().at(-1)).toBe('answered');
    const next = ask({ circuits: circuits(), asksAgain: false });
    await next.settled();
    expect(sent).toHaveLength(5);
  });
});
