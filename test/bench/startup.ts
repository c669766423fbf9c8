/** `startup`: from process spawn to a sign-in screen one can use, against a bare window, in turn on the same runtime. */
import type { Desk } from '../../scripts/workstation/desk.ts';
import { type Benchmark, type BenchmarkResult, median, rounded } from './benchmark.ts';
import { type Launched, launchApp, launchBareWindow } from './launch.ts';

const ROUNDS = 7;

async function run(desk: Desk): Promise<BenchmarkResult> {
  await timed(launchBareWindow(desk));
  await timed(launchApp(desk));
  const bare: number[] = [];
  const app: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await timed(launchBareWindow(desk)));
    app.push(await timed(launchApp(desk)));
  }
  const ratios = app.map((ms, index) => ms / (bare[index] ?? Number.NaN));
  return { value: rounded(median(app)), unit: 'ms', floor: rounded(median(bare)), ratio: rounded(median(ratios)), limit: 1.5, peers: {} };
}

async function timed(launching: Promise<Launched>): Promise<number> {
  const launched = await launching;
  await launched.close();
  return launched.startupMs;
}

export const startup: Benchmark = { name: 'startup', run };
