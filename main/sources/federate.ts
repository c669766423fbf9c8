/**
 * Asks every source at once and reports what happens as it happens. Each source is on its own: what one does never holds
 * up another. A late answer, after a limit, a retry or a cancellation, is thrown away.
 */
import type { HttpPort } from '../net/http.ts';
import type { SourceOutcome, SourceState } from '../record/model.ts';
import type { SourceId } from '../record/values.ts';
import { openAsking, type Settled } from './asking.ts';
import { Circuits, period, PERIOD_MS } from './breaker.ts';
import type { Source, SourcePage, SourceRequest } from './source.ts';
import { systemTiming, timeOfDay, type Timing } from './timing.ts';

export type FederationEvent =
  /** The source is asked (again): what it sent before no longer counts. */
  | { readonly kind: 'asking'; readonly source: SourceId }
  | { readonly kind: 'page'; readonly source: SourceId; readonly page: SourcePage }
  | { readonly kind: 'state'; readonly source: SourceId; readonly state: SourceState; readonly notes: readonly string[]; readonly elapsedMs: number };

/** Milliseconds: after `softMs` a source is called slow, after `hardMs` it is given up. */
export interface Limits {
  readonly softMs: number;
  readonly hardMs: number;
}

export interface FederationOptions {
  readonly sources: readonly Source[];
  readonly request: SourceRequest;
  readonly http: HttpPort;
  readonly limits: Limits;
  /** Takes one event. Where it gives back a promise for a page, the source is read on only when that has settled. */
  readonly emit: (event: FederationEvent) => void | Promise<void>;
  /** How the sources did before, and where it is kept; without it every source starts afresh. */
  readonly circuits?: Circuits;
  /** `true`: a source of which nothing came for now is asked again by itself, later and later. */
  readonly asksAgain?: boolean;
  readonly timing?: Timing;
  /** In [0, 1). */
  readonly random?: () => number;
}

export interface Federation {
  /** Settles when every source has come to an outcome, retries included; what is asked again later is not waited for. */
  readonly settled: () => Promise<void>;
  /** Asks one source again, held off or not. Nothing happens where it is being asked or does not exist. */
  readonly retry: (source: SourceId) => void;
  /** Stops everything; no event follows. */
  readonly cancel: () => void;
  /** Pages and outcomes that came too late, after a limit or a cancellation, and were thrown away. */
  readonly thrownAway: () => number;
}

export function federate(given: FederationOptions): Federation {
  const federating: Federating = { circuits: new Circuits(), asksAgain: false, timing: systemTiming, random: Math.random, ...given, cancelled: new AbortController(), thrownAway: 0 };
  const { sources, timing, random, asksAgain, cancelled } = federating;
  const running = new Map<SourceId, Promise<void>>();
  const later = new Map<SourceId, () => void>();
  const start = (source: Source, how: { readonly probe: boolean; readonly failedBefore: number }): void => {
    later.get(source.id)?.();
    later.delete(source.id);
    const plan = ({ failedForNow, heldOffUntil }: Settled): number | null => {
      if (!asksAgain || !failedForNow || cancelled.signal.aborted) return null;
      const at = heldOffUntil ?? timing.now() + untilNextAsking(how.failedBefore, random());
      later.set(source.id, timing.after(at - timing.now(), () => start(source, { probe: false, failedBefore: how.failedBefore + 1 })));
      return at;
    };
    const run = askSource(source, federating, how.probe, plan).finally(() => running.delete(source.id));
    running.set(source.id, run);
  };
  for (const source of sources) start(source, { probe: false, failedBefore: 0 });
  return {
    settled: async () => {
      while (running.size > 0) await Promise.all(running.values());
    },
    retry: (id) => {
      const source = sources.find((one) => one.id === id);
      if (source !== undefined && !running.has(id) && !cancelled.signal.aborted) start(source, { probe: true, failedBefore: 0 });
    },
    cancel: () => {
      cancelled.abort();
      for (const cancel of later.values()) cancel();
      later.clear();
    },
    thrownAway: () => federating.thrownAway,
  };
}

/** What one federation runs on, and its count of what came too late. */
interface Federating extends Required<FederationOptions> {
  readonly cancelled: AbortController;
  thrownAway: number;
}

const LEAST_WAIT_MS = 10_000;

/**
 * First at a random moment of a whole period, then about once in each: workstations that failed together lose their common
 * beat with the first wait and keep apart from then on, so that an exchange that is back meets them evenly over one period.
 */
function untilNextAsking(failedBefore: number, random: number): number {
  return failedBefore === 0 ? LEAST_WAIT_MS + random * PERIOD_MS : period(random);
}

/**
 * One asking of one source, from the first request to its outcome.
 * @param plan told how it went; answers when the source is asked again by itself, or `null`
 */
async function askSource(source: Source, federating: Federating, probe: boolean, plan: (settled: Settled) => number | null): Promise<void> {
  const { request, http, limits, emit, timing, random, circuits } = federating;
  const cancelled = federating.cancelled.signal;
  const startedAt = timing.now();
  const limit = new AbortController();
  let over = false;
  const report = (event: FederationEvent): void | Promise<void> => {
    if (!over && !cancelled.aborted) return emit(event);
    federating.thrownAway += 1;
  };
  const state = (to: SourceState, notes: readonly string[] = []): void => void report({ kind: 'state', source: source.id, state: to, notes, elapsedMs: Math.round(timing.now() - startedAt) });

  void report({ kind: 'asking', source: source.id });
  const notSlow = timing.after(limits.softMs, () => state({ kind: 'slow', sentence: `${source.name} is slow to answer. Still waiting.` }));
  const notLate = timing.after(limits.hardMs, () => limit.abort(new DOMException('The source did not answer in time.', 'TimeoutError')));
  const asking = openAsking({ source, http, circuits, timing, random, deadline: startedAt + limits.hardMs, probe });
  try {
    const signal = AbortSignal.any([limit.signal, cancelled]);
    const reading = readSource(source, request, asking.http, signal, report);
    // What a source that was given up still comes to.
    void reading.then(() => {
      if (over) federating.thrownAway += 1;
    });
    const end = await Promise.race([reading, givenUp(source, limits, timing, limit.signal, cancelled)]);
    notSlow();
    if (cancelled.aborted) return;
    const again = plan(asking.settle());
    state(end.outcome, again === null ? end.notes : [...end.notes, `${source.name} is asked again by itself at ${timeOfDay(again)}.`]);
  } finally {
    over = true;
    notSlow();
    notLate();
  }
}

interface End {
  readonly outcome: SourceOutcome;
  readonly notes: readonly string[];
}

async function readSource(source: Source, request: SourceRequest, http: HttpPort, signal: AbortSignal, report: (event: FederationEvent) => void | Promise<void>): Promise<End> {
  try {
    for await (const part of source.fetch(request, http, signal)) {
      if (part.kind === 'outcome') return part;
      const taken = report({ kind: 'page', source: source.id, page: part });
      if (taken !== undefined) await taken;
    }
    return { outcome: { kind: 'failed', sentence: `${source.name} ended without an answer. Try again.` }, notes: [] };
  } catch {
    // A mistake in one source's code must not take the others or the program with it; the text of the error may hold
    // what the source sent, so it is not repeated.
    return { outcome: { kind: 'failed', sentence: `${source.name} sent something this program could not read. Tell the service desk.` }, notes: [] };
  }
}

/** How long a source has to say what it has after the limit, in milliseconds, before it is said for it. */
const GRACE_MS = 250;

/** Settles after the hard limit for a source that does not stop by itself, at once when everything is cancelled. */
function givenUp(source: Source, limits: Limits, timing: Timing, limit: AbortSignal, cancelled: AbortSignal): Promise<End> {
  const end: End = { outcome: { kind: 'timed-out', sentence: `${source.name} did not answer in ${limits.hardMs / 1_000} s. Try again.` }, notes: [] };
  return new Promise((resolve) => {
    limit.addEventListener('abort', () => void timing.after(GRACE_MS, () => resolve(end)), { once: true });
    cancelled.addEventListener('abort', () => resolve(end), { once: true });
    if (cancelled.aborted) resolve(end);
  });
}
