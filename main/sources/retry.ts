/**
 * When one request is sent once more. Only what can be repeated without harm (GET), only what may well be different in a
 * moment, and only while the source's own limit leaves time for it. Waits are random over their whole length ("full
 * jitter"), so that workstations that failed in the same moment do not come back in the same moment.
 */
import type { HttpRequest, HttpResponse, NetworkFailure } from '../net/http.ts';

/** What came of sending it: an answer, or the failure that took its place. */
export type Attempt = { readonly kind: 'answer'; readonly response: HttpResponse } | { readonly kind: 'failure'; readonly failure: NetworkFailure };

/** What has been tried before for the same request. */
export interface Tried {
  /** How often it was sent once more after a "busy" answer. */
  readonly busy: number;
  readonly resets: number;
}

export const NOTHING_TRIED: Tried = { busy: 0, resets: 0 };

/** Statuses of a server that is there and asks for patience (RFC 9110 section 15.6.4, RFC 6585 section 4). */
const BUSY = new Set([429, 503]);
const MOST_BUSY_RETRIES = 2;
const MOST_RESET_RETRIES = 1;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 4_000;
/** The least that a server which asked for a wait is spread over beyond it. */
const LEAST_SPREAD_MS = 1_000;
/** What is left of the limit after a wait must be enough for an answer. */
const ROOM_FOR_AN_ANSWER_MS = 500;

export type NextTry = { readonly kind: 'again'; readonly afterMs: number; readonly tried: Tried } | { readonly kind: 'enough' };

/**
 * @param remainingMs how long the source still has
 * @param random in [0, 1)
 * @param now milliseconds since 1970, for a Retry-After that names a time
 */
export function nextTry(request: HttpRequest, attempt: Attempt, tried: Tried, { remainingMs, random, now }: { readonly remainingMs: number; readonly random: number; readonly now: number }): NextTry {
  if (request.method !== 'GET') return { kind: 'enough' };
  const next = attempt.kind === 'answer' ? afterAnswer(attempt.response, tried, random, now) : afterFailure(attempt.failure, tried, random);
  return next.kind === 'again' && next.afterMs + ROOM_FOR_AN_ANSWER_MS <= remainingMs ? next : { kind: 'enough' };
}

function afterAnswer(response: HttpResponse, tried: Tried, random: number, now: number): NextTry {
  if (!isBusy(response) || tried.busy >= MOST_BUSY_RETRIES) return { kind: 'enough' };
  const asked = retryAfterMs(response, now);
  const afterMs = asked === null ? random * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tried.busy) : spread(asked, random, LEAST_SPREAD_MS);
  return { kind: 'again', afterMs, tried: { ...tried, busy: tried.busy + 1 } };
}

/** A connection that broke may be a server's idle one that it closed in the same moment: worth one more. */
function afterFailure({ kind }: NetworkFailure, tried: Tried, random: number): NextTry {
  if (kind !== 'reset' || tried.resets >= MOST_RESET_RETRIES) return { kind: 'enough' };
  return { kind: 'again', afterMs: random * FIRST_WAIT_MS, tried: { ...tried, resets: tried.resets + 1 } };
}

export function isBusy({ status }: HttpResponse): boolean {
  return BUSY.has(status);
}

/** Never sooner than asked, and at most twice as late: everybody who was told the same wait comes back spread over it. */
export function spread(askedMs: number, random: number, leastMs: number): number {
  return askedMs + random * Math.max(askedMs, leastMs);
}

/** Retry-After in milliseconds from now: seconds, or an HTTP date (RFC 9110 section 10.2.3). `null` where there is none that can be read. */
export function retryAfterMs({ headers }: HttpResponse, now: number): number | null {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  if (!/^[A-Za-z]{3,9},? /.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
