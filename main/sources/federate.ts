/**
 * Asks every source at once and reports what happens as it happens. Each source is on its own: what one does never holds
 * up another. A late answer, after a limit, a retry or a cancellation, is thrown away.
 */
import type { HttpPort } from '../net/http.ts';
import type { SourceOutcome, SourceState } from '../record/model.ts';
import type { SourceId } from '../record/values.ts';
import type { Source, SourcePage, SourceRequest } from './source.ts';

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
  readonly emit: (event: FederationEvent) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly clock?: () => number;
}

export interface Federation {
  /** Settles when every source has come to an outcome, retries included. */
  readonly settled: () => Promise<void>;
  /** Asks one source again. Nothing happens where it is being asked or does not exist. */
  readonly retry: (source: SourceId) => void;
  /** Stops everything; no event follows. */
  readonly cancel: () => void;
}

export function federate(options: FederationOptions): Federation {
  const cancelled = new AbortController();
  const running = new Map<SourceId, Promise<void>>();
  const start = (source: Source): void => {
    const run = askSource(source, options, cancelled.signal).finally(() => running.delete(source.id));
    running.set(source.id, run);
  };
  for (const source of options.sources) start(source);
  return {
    settled: async () => {
      while (running.size > 0) await Promise.all(running.values());
    },
    retry: (id) => {
      const source = options.sources.find((one) => one.id === id);
      if (source !== undefined && !running.has(id) && !cancelled.signal.aborted) start(source);
    },
    cancel: () => cancelled.abort(),
  };
}

/** One asking of one source, from the first request to its outcome. */
async function askSource(source: Source, { request, http, limits, emit, clock = () => performance.now() }: FederationOptions, cancelled: AbortSignal): Promise<void> {
  const startedAt = clock();
  const limit = new AbortController();
  let over = false;
  const report = (event: FederationEvent): void => {
    if (!over && !cancelled.aborted) emit(event);
  };
  const state = (to: SourceState, notes: readonly string[] = []): void =>
    report({ kind: 'state', source: source.id, state: to, notes, elapsedMs: Math.round(clock() - startedAt) });

  report({ kind: 'asking', source: source.id });
  const slow = setTimeout(() => state({ kind: 'slow', sentence: `${source.name} is slow to answer. Still waiting.` }), limits.softMs);
  const deadline = setTimeout(() => limit.abort(new DOMException('The source did not answer in time.', 'TimeoutError')), limits.hardMs);
  try {
    const signal = AbortSignal.any([limit.signal, cancelled]);
    const end = await Promise.race([readSource(source, request, http, signal, report), givenUp(source, limits, limit.signal, cancelled)]);
    clearTimeout(slow);
    state(end.outcome, end.notes);
  } finally {
    over = true;
    clearTimeout(slow);
    clearTimeout(deadline);
  }
}

interface End {
  readonly outcome: SourceOutcome;
  readonly notes: readonly string[];
}

async function readSource(source: Source, request: SourceRequest, http: HttpPort, signal: AbortSignal, report: (event: FederationEvent) => void): Promise<End> {
  try {
    for await (const part of source.fetch(request, http, signal)) {
      if (part.kind === 'outcome') return part;
      report({ kind: 'page', source: source.id, page: part });
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
function givenUp(source: Source, limits: Limits, limit: AbortSignal, cancelled: AbortSignal): Promise<End> {
  const end: End = { outcome: { kind: 'timed-out', sentence: `${source.name} did not answer in ${limits.hardMs / 1_000} s. Try again.` }, notes: [] };
  return new Promise((resolve) => {
    limit.addEventListener('abort', () => setTimeout(resolve, GRACE_MS, end), { once: true });
    cancelled.addEventListener('abort', () => resolve(end), { once: true });
    if (cancelled.aborted) resolve(end);
  });
}
