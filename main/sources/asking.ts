/**
 * The network as one source sees it while it is asked once: requests that may be repeated are (`retry.ts`), and a source
 * that is held off is not asked at all (`breaker.ts`).
 */
import { type HttpPort, type HttpRequest, NetworkFailure } from '../net/http.ts';
import type { SourceId } from '../record/values.ts';
import { afterBeingToldToWait, afterFailure, afterSuccess, type Circuits, circuitKey, heldOff } from './breaker.ts';
import { type Attempt, isBusy, nextTry, NOTHING_TRIED, retryAfterMs, spread } from './retry.ts';
import { timeOfDay, type Timing, wait } from './timing.ts';

export interface AskingOptions {
  readonly source: { readonly id: SourceId; readonly name: string };
  readonly http: HttpPort;
  readonly circuits: Circuits;
  readonly timing: Timing;
  readonly random: () => number;
  /** When the source is given up, on the clock of `timing`. */
  readonly deadline: number;
  /** Somebody pressed "Try again": a source that is held off is asked all the same. */
  readonly probe: boolean;
}

export interface Asking {
  readonly http: HttpPort;
  /** Counts what came of it, once, when the source has come to its end. */
  settle(): Settled;
}

export interface Settled {
  /** Whether nothing came but failures that may be over in a moment. */
  readonly failedForNow: boolean;
  /** The moment before which it should not be asked again, where there is one. */
  readonly heldOffUntil: number | null;
}

/** What one origin has given in this asking; the best of it counts: one answer of a page proves that somebody is there. */
type Verdict = 'untried' | 'held-off' | 'failed' | 'lives';

/** The least that those who were told the same time are spread over beyond it. */
const LEAST_SPREAD_MS = 10_000;

export function openAsking(options: AskingOptions): Asking {
  const verdicts = new Map<string, Verdict>();
  const toldToWait = new Set<string>();
  return {
    http: {
      send: async (request, signal) => {
        const key = circuitKey(options.source.id, request.url);
        admit(options, key, verdicts);
        const note = (verdict: Verdict): void => void (verdicts.get(key) === 'lives' || verdicts.set(key, verdict));
        const attempt = await sendAndRetry(options, request, signal, note);
        if (isToldToWait(options, key, attempt)) toldToWait.add(key);
        if (attempt.kind === 'failure') throw attempt.failure;
        return attempt.response;
      },
    },
    settle: () => settle(options, verdicts, toldToWait),
  };
}

/** An asking that was let in stays in: what one of its searches meets does not take the others away. */
function admit({ source, circuits, timing, probe }: AskingOptions, key: string, verdicts: Map<string, Verdict>): void {
  const known = verdicts.get(key);
  if (known !== undefined && known !== 'held-off') return;
  const until = probe ? null : heldOff(circuits.of(key), timing.now());
  verdicts.set(key, until === null ? 'untried' : 'held-off');
  if (until !== null) throw new NetworkFailure('held-off', `${source.name} could not answer the last times, so it was not asked now. It is asked again from ${timeOfDay(until)}; “Try again” asks it at once.`);
}

/** The last attempt, after which no other would help. */
async function sendAndRetry({ http, timing, random, deadline }: AskingOptions, request: HttpRequest, signal: AbortSignal, note: (verdict: Verdict) => void): Promise<Attempt> {
  for (let tried = NOTHING_TRIED; ; ) {
    const attempt = await attemptOf(http, request, signal);
    if (isAlive(attempt)) note('lives');
    else if (isFailure(attempt)) note('failed');
    const next = nextTry(request, attempt, tried, { remainingMs: deadline - timing.now(), random: random(), now: timing.now() });
    if (next.kind === 'enough') return attempt;
    tried = next.tried;
    await wait(timing, next.afterMs, signal).catch(() => {
      throw new NetworkFailure(isTimeout(signal.reason) ? 'timed-out' : 'cancelled', 'The request was not waited for.');
    });
  }
}

/** A server that still wants to be waited for is not asked before, by any asking. */
function isToldToWait({ circuits, timing, random }: AskingOptions, key: string, attempt: Attempt): boolean {
  if (attempt.kind === 'failure' || !isBusy(attempt.response)) return false;
  const now = timing.now();
  const asked = retryAfterMs(attempt.response, now) ?? 0;
  if (asked > 0) circuits.set(key, afterBeingToldToWait(circuits.of(key), now + spread(asked, random(), LEAST_SPREAD_MS)));
  return asked > 0;
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}

async function attemptOf(http: HttpPort, request: HttpRequest, signal: AbortSignal): Promise<Attempt> {
  try {
    return { kind: 'answer', response: await http.send(request, signal) };
  } catch (problem) {
    if (problem instanceof NetworkFailure) return { kind: 'failure', failure: problem };
    throw problem;
  }
}

function isAlive(attempt: Attempt): boolean {
  return attempt.kind === 'answer' && attempt.response.status < 500 && !isBusy(attempt.response);
}

/** What is nobody's fault over there (a person cancelled, the answer was too large) says nothing about the server. */
function isFailure(attempt: Attempt): boolean {
  return attempt.kind === 'answer' || ['unreachable', 'untrusted', 'reset', 'timed-out'].includes(attempt.failure.kind);
}

function settle({ circuits, timing, random }: AskingOptions, verdicts: ReadonlyMap<string, Verdict>, toldToWait: ReadonlySet<string>): Settled {
  const now = timing.now();
  for (const [key, verdict] of verdicts) {
    const circuit = circuits.of(key);
    if (verdict === 'lives') circuits.set(key, afterSuccess(circuit, toldToWait.has(key)));
    if (verdict === 'failed') circuits.set(key, afterFailure(circuit, now, random()));
  }
  const until = [...verdicts.keys()].map((key) => heldOff(circuits.of(key), now)).filter((time) => time !== null);
  return {
    failedForNow: verdicts.size > 0 && [...verdicts.values()].every((verdict) => verdict === 'failed' || verdict === 'held-off'),
    heldOffUntil: until.length === 0 ? null : Math.max(...until),
  };
}
