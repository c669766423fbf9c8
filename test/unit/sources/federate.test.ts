/** Every source is asked at once and on its own; what comes too late is thrown away. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HttpPort } from '../../../main/net/http.ts';
import { sourceId } from '../../../main/record/values.ts';
import { federate } from '../../../main/sources/federate.ts';
import type { Federation, FederationEvent } from '../../../main/sources/federate.ts';
import type { Source, SourceEnd, SourcePage } from '../../../main/sources/source.ts';
import { NHS_NUMBER } from '../../integration/record/people.ts';

const NO_HTTP: HttpPort = { send: () => Promise.reject(new Error('not used')) };
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
const start = (...sources: Source[]): Federation => federate({ sources, request: { nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId: '' }, http: NO_HTTP, limits: { softMs: 3_000, hardMs: 10_000 }, emit: (event) => events.push(event), clock: () => Date.now() });
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
});
