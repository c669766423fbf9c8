/**
 * Five thousand workstations, each with a record open, while their exchange is down for a minute and a half and comes back with
 * less room than it needs for all at once. Everything that decides when a request is sent is the real code (`federate`, `retry`, `breaker`);
 * the clock, the network and the exchange are simulated. Counted from the moment the exchange is back until everybody has
 * their record: `herd` is requests sent ÷ requests needed, `herd-peak` the fullest second ÷ the mean of all seconds.
 */
import type { HttpPort, HttpResponse } from '../../main/net/http.ts';
import { NetworkFailure } from '../../main/net/http.ts';
import { sourceId } from '../../main/record/values.ts';
import { federate } from '../../main/sources/federate.ts';
import type { Source } from '../../main/sources/source.ts';
import { type Benchmark, rounded } from './benchmark.ts';
import { SimulatedTime } from './herd/simulated-time.ts';

const WORKSTATIONS = 5_000;
/** When the workstations ask for the first time: over this short a time, the exchange having gone down under them. */
const OPENED_OVER_MS = 5_000;
const DOWN_UNTIL_MS = 90_000;
/** How long the exchange turns everybody away after it is back: it is there and not yet ready. */
const WARMS_UP_MS = 3_000;
const ANSWER_MS = 120;
/** Requests that the exchange takes in one second; beyond that it answers 503 and how long it wants to be left alone. */
const ROOM_PER_SECOND = 120;
const RETRY_AFTER_SECONDS = 20;
const LIMITS = { softMs: 3_000, hardMs: 10_000 };
const GIVEN_UP_MS = 30 * 60_000;

/** A source whose record is one request. */
function source(): Source {
  return {
    id: sourceId('exchange'),
    name: 'Exchange',
    role: 'shared',
    async *fetch(_request, http, signal) {
      try {
        const { status } = await http.send({ method: 'GET', url: 'https://exchange.example/summary' }, signal);
        yield { kind: 'outcome', outcome: status === 200 ? { kind: 'answered' } : { kind: 'failed', sentence: 'Busy.' }, notes: [] };
      } catch (problem) {
        if (!(problem instanceof NetworkFailure)) throw problem;
        yield { kind: 'outcome', outcome: { kind: 'failed', sentence: problem.message }, notes: [] };
      }
    },
  };
}

interface Herd {
  readonly sentAfterRestart: number;
  readonly served: number;
  readonly bySecond: readonly number[];
}

/** Numbers that look random and are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function runHerd(): Promise<Herd> {
  const time = new SimulatedTime();
  const random = seeded(5);
  const bySecond: number[] = [];
  let served = 0;
  const http: HttpPort = {
    send: () =>
      new Promise<HttpResponse>((resolve, reject) => {
        if (time.now() < DOWN_UNTIL_MS) return void time.after(1, () => reject(new NetworkFailure('unreachable', 'Down.')));
        const second = Math.floor((time.now() - DOWN_UNTIL_MS) / 1_000);
        bySecond[second] = (bySecond[second] ?? 0) + 1;
        if (time.now() < DOWN_UNTIL_MS + WARMS_UP_MS || bySecond[second] > ROOM_PER_SECOND) return void time.after(5, () => resolve({ status: 503, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) }, body: '' }));
        time.after(ANSWER_MS, () => resolve({ status: 200, headers: {}, body: '' }));
      }),
  };
  for (let workstation = 0; workstation < WORKSTATIONS; workstation += 1) {
    time.after(random() * OPENED_OVER_MS, () => {
      federate({
        sources: [source()],
        request: { nhsNumber: '9990000018' as never, organisation: 'Z99001', roleId: '' },
        http, limits: LIMITS, timing: time, random, asksAgain: true,
        emit: (event) => {
          if (event.kind === 'state' && event.state.kind === 'answered') served += 1;
        },
      });
    });
  }
  await time.runUntil(() => served === WORKSTATIONS, GIVEN_UP_MS);
  if (served !== WORKSTATIONS) throw new Error(`${served} of ${WORKSTATIONS} workstations had their record after ${GIVEN_UP_MS / 60_000} minutes: this run proves nothing.`);
  const seconds = Array.from(bySecond, (count) => count ?? 0);
  return { sentAfterRestart: seconds.reduce((total, count) => total + count, 0), served, bySecond: seconds };
}

let herd: Promise<Herd> | null = null;
const runOnce = (): Promise<Herd> => (herd ??= runHerd());

export const herdRequests: Benchmark = {
  name: 'herd',
  run: async () => {
    const { sentAfterRestart, served, bySecond } = await runOnce();
    return { value: sentAfterRestart, unit: 'requests', floor: served, ratio: rounded(sentAfterRestart / served), limit: 1.1, peers: { 'seconds until all had it': bySecond.length } };
  },
};

export const herdPeak: Benchmark = {
  name: 'herd-peak',
  run: async () => {
    const { sentAfterRestart, bySecond } = await runOnce();
    const mean = sentAfterRestart / bySecond.length;
    const peak = Math.max(...bySecond);
    return { value: peak, unit: 'requests/s', floor: rounded(mean), ratio: rounded(peak / mean), limit: 2, peers: { room: ROOM_PER_SECOND } };
  },
};
