/**
 * Twelve sources, 60,000 resources in pages, 20 to 200 ms before each answer, over real HTTP on loopback from a process of
 * its own. `federate`: until everything is there; `federate-first`: until allergies, medication and problems of every source
 * are; `federate-blocked`: the longest that the main side's event loop was kept busy
 * at a stretch in any of the runs. The floor is the same requests
 * by plain fetch and JSON.parse: the patient and what the server can do, then every search at once, each page when the one before has named it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MessageChannel, Worker } from 'node:worker_threads';
import { authorised } from '../../main/net/authorised.ts';
import { createAxiosHttp } from '../../main/net/axios-http.ts';
import { serveHttp } from '../../main/net/remote-http.ts';
import { type Benchmark, type BenchmarkResult, median, rounded } from './benchmark.ts';
import { type Blocked, watchEventLoop } from './federate/blocked.ts';
import { FIRST, NHS_NUMBER, RESOURCES, SOURCES } from './federate/chart.ts';
import { PEERS } from './federate/peers.ts';
import { type Plan, planOf } from './federate/raw.ts';
import type { RawDone } from './federate/raw-worker.ts';
import type { FederateDone } from './federate/worker.ts';

const RUNS = 5;
const EXPECTED = SOURCES * (1 + Object.values(RESOURCES).reduce((total, count) => total + count, 0));
const FIRST_EXPECTED = SOURCES * FIRST.reduce((total, type) => total + (RESOURCES[type] ?? 0), 1);
const MOST_BLOCKED_MS = 20;

interface Measured {
  readonly complete: readonly number[];
  readonly first: readonly number[];
  readonly blocked: readonly Blocked[];
  readonly rawComplete: readonly number[];
  readonly rawFirst: readonly number[];
  readonly peers: Readonly<Record<string, readonly number[]>>;
}

let measured: Promise<Measured> | null = null;

export const federateComplete: Benchmark = {
  name: 'federate',
  run: async () => {
    const { complete, rawComplete, peers } = await measureOnce();
    return against(complete, rawComplete, 1.15, Object.fromEntries(Object.entries(peers).map(([name, times]) => [name, rounded(median(times))])));
  },
};

export const federateFirst: Benchmark = {
  name: 'federate-first',
  run: async () => {
    const { first, rawFirst } = await measureOnce();
    return against(first, rawFirst, 1.1, {});
  },
};

export const federateBlocked: Benchmark = {
  name: 'federate-blocked',
  run: async () => {
    const { blocked } = await measureOnce();
    const own = Math.max(...blocked.map(({ ownMs }) => ownMs));
    return { value: rounded(own), unit: 'ms', floor: MOST_BLOCKED_MS, ratio: rounded(own / MOST_BLOCKED_MS), limit: 1, peers: { 'on the wall': rounded(Math.max(...blocked.map(({ wallMs }) => wallMs))) } };
  },
};

function against(ours: readonly number[], floor: readonly number[], limit: number, peers: Readonly<Record<string, number>>): BenchmarkResult {
  return { value: rounded(median(ours)), unit: 'ms', floor: rounded(median(floor)), ratio: rounded(median(ours) / median(floor)), limit, peers };
}

/** The three benchmarks are three readings of the same runs. */
function measureOnce(): Promise<Measured> {
  measured ??= measure();
  return measured;
}

/** Ours and the floor in turns, so that a busy moment of the machine meets both; the first turn warms both up and is not counted. */
async function measure(): Promise<Measured> {
  const exchange = spawn(process.execPath, [new URL('./federate/exchange.ts', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] });
  const raw = new Worker(new URL('./federate/raw-worker.ts', import.meta.url));
  try {
    const origins = await originsOf(exchange);
    const plans = planOf((await federateOnce(origins)).asked);
    const firstPlans = plans.map(({ before, searches }): Plan => ({ before, searches: searches.filter((url) => FIRST.some((type) => url.includes(`/${type}?`))) }));
    const turns: { ours: Ours; rawComplete: number; rawFirst: number; peers: Record<string, number> }[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      const rawComplete = await rawOnce(raw, plans, EXPECTED);
      const ours = await federateOnce(origins);
      const rawFirst = await rawOnce(raw, firstPlans, FIRST_EXPECTED);
      const peers: Record<string, number> = {};
      for (const [name, read] of Object.entries(PEERS)) peers[name] = await timed(() => read(origins, NHS_NUMBER));
      if (run > 0) turns.push({ ours, rawComplete, rawFirst, peers });
    }
    return {
      complete: turns.map(({ ours }) => ours.completeMs),
      first: turns.map(({ ours }) => ours.firstMs),
      blocked: turns.map(({ ours }) => ours.blocked),
      rawComplete: turns.map((turn) => turn.rawComplete),
      rawFirst: turns.map((turn) => turn.rawFirst),
      peers: Object.fromEntries(Object.keys(PEERS).map((name) => [name, turns.map(({ peers }) => peers[name] ?? Number.NaN)])),
    };
  } finally {
    await raw.terminate();
    exchange.stdin.end();
    exchange.kill();
  }
}

async function originsOf(exchange: ChildProcess): Promise<readonly string[]> {
  if (exchange.stdout === null) throw new Error('The exchange has no output to read.');
  for await (const line of createInterface({ input: exchange.stdout })) return (JSON.parse(line) as { origins: string[] }).origins;
  throw new Error('The exchange ended before it was ready.');
}

async function rawOnce(raw: Worker, plans: readonly Plan[], expected: number): Promise<number> {
  raw.postMessage(plans);
  const [{ elapsedMs, resources }] = (await once(raw, 'message')) as [RawDone];
  return allCame(resources, expected, elapsedMs);
}

async function timed(read: () => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  return allCame(await read(), EXPECTED, performance.now() - startedAt);
}

function allCame(count: number, expected: number, elapsedMs: number): number {
  if (count !== expected) throw new Error(`${count} resources came, not ${expected}: this run proves nothing.`);
  return elapsedMs;
}

interface Ours {
  readonly completeMs: number;
  readonly firstMs: number;
  readonly blocked: Blocked;
  /** Every address that was asked for. */
  readonly asked: readonly string[];
}

/** As in the app: the token is added on the main side, the sources are read in a thread of their own. */
async function federateOnce(origins: readonly string[]): Promise<Ours> {
  const { port1, port2 } = new MessageChannel();
  const asked: string[] = [];
  const http = authorised(createAxiosHttp(), () => 'a-token-of-no-use', origins);
  serveHttp(port1, {
    send: (request, signal) => {
      asked.push(request.url);
      return http.send(request, signal);
    },
  });
  const worker = new Worker(new URL('./federate/worker.ts', import.meta.url), { workerData: { origins, http: port2 }, transferList: [port2] });
  await once(worker, 'online');
  const stopWatching = watchEventLoop();
  worker.postMessage('start');
  const [done] = (await once(worker, 'message')) as [FederateDone];
  const blocked = stopWatching();
  port1.close();
  await worker.terminate();
  if (done.resources !== EXPECTED || done.states.some((state) => state !== 'answered')) throw new Error(`${done.resources} of ${EXPECTED} resources came (${[...new Set(done.states)].join(' ')}): this run proves nothing.`);
  return { completeMs: done.completeMs, firstMs: done.firstMs, blocked, asked };
}
