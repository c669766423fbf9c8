/** What is sent once more, when, and what never is. */
import { describe, expect, test } from 'vitest';
import { type HttpRequest, NetworkFailure, type NetworkFailureKind } from '../../../main/net/http.ts';
import { type Attempt, nextTry, NOTHING_TRIED, retryAfterMs, spread, type Tried } from '../../../main/sources/retry.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const GET: HttpRequest = { method: 'GET', url: 'https://exchange.example/Patient' };
const answered = (status: number, retryAfter?: string): Attempt => ({ kind: 'answer', response: { status, body: '', headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } } });
const failed = (kind: NetworkFailureKind): Attempt => ({ kind: 'failure', failure: new NetworkFailure(kind, 'x') });
const next = (attempt: Attempt, { request = GET, tried = NOTHING_TRIED, remainingMs = 10_000, random = 0.5 }: { request?: HttpRequest; tried?: Tried; remainingMs?: number; random?: number } = {}): number | 'enough' => {
  const found = nextTry(request, attempt, tried, { remainingMs, random, now: NOW });
  return found.kind === 'again' ? found.afterMs : 'enough';
};

describe('nextTry', () => {
  test.each([200, 304, 400, 401, 403, 404, 410, 420, 422, 500, 502, 504])('%d is an answer and is not asked again', (status) => {
    expect(next(answered(status))).toBe('enough');
  });

  test.each<NetworkFailureKind>(['unreachable', 'untrusted', 'timed-out', 'cancelled', 'too-large', 'refused-address', 'held-off'])('%s is not tried again', (kind) => {
    expect(next(failed(kind))).toBe('enough');
  });

  test.each([429, 503])('%d is tried twice more, at a random moment of a growing wait', (status) => {
    expect(next(answered(status), { random: 0 })).toBe(0);
    expect(next(answered(status), { random: 0.5 })).toBe(250);
    expect(next(answered(status), { random: 0.5, tried: { busy: 1, resets: 0 } })).toBe(500);
    expect(next(answered(status), { tried: { busy: 2, resets: 0 } })).toBe('enough');
  });

  test('a reset is tried once more', () => {
    expect(next(failed('reset'), { random: 0.5 })).toBe(250);
    expect(next(failed('reset'), { tried: { busy: 0, resets: 1 } })).toBe('enough');
  });

  test.each([answered(429), answered(503), failed('reset')])('what changes something is never sent twice', (attempt) => {
    expect(next(attempt, { request: { ...GET, method: 'POST' } })).toBe('enough');
  });

  test('a wait that the server asks for is kept, and only where the limit leaves room for it and an answer', () => {
    expect(next(answered(503, '4'), { random: 0 })).toBe(4_000);
    expect(next(answered(503, '4'), { random: 0.5 })).toBe(6_000);
    expect(next(answered(503, '4'), { random: 0, remainingMs: 4_499 })).toBe('enough');
    expect(next(answered(503, '60'))).toBe('enough');
  });
});

describe('Retry-After', () => {
  test.each<[string, number | null]>([
    ['0', 0], ['120', 120_000], ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000], ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['', null], ['soon', null], ['-5', null], ['1.5', null], ['9999999999999', null],
  ])('%j is %s', (value, expected) => {
    expect(retryAfterMs({ status: 503, body: '', headers: { 'retry-after': value } }, NOW)).toBe(expected);
  });

  test('everybody who is told the same comes back between once and twice as late, never sooner', () => {
    expect([0, 0.5, 0.999].map((random) => spread(20_000, random, 1_000))).toEqual([20_000, 30_000, 39_980]);
    expect(spread(0, 0.5, 1_000)).toBe(500);
  });
});
