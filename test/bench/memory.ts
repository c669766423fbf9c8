/** `memory`: resident memory of all processes at the sign-in screen, against a bare window, in turn on the same runtime. */
import type { Desk } from '../../scripts/workstation/desk.ts';
import { waitUntil } from '../../scripts/workstation/wait-until.ts';
import { type Benchmark, type BenchmarkResult, median, rounded } from './benchmark.ts';
import { type Launched, launchApp, launchBareWindow } from './launch.ts';

const ROUNDS = 3;

async function run(desk: Desk): Promise<BenchmarkResult> {
  const bare: number[] = [];
  const app: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await settled(launchBareWindow(desk)));
    app.push(await settled(launchApp(desk)));
  }
  const ratios = app.map((mib, index) => mib / (bare[index] ?? Number.NaN));
  return { value: rounded(median(app)), unit: 'MiB', floor: rounded(median(bare)), ratio: rounded(median(ratios)), limit: 1.4, peers: {} };
}

/** Memory once it has stopped moving: two readings within 1 % of each other, half a second apart. */
async function settled(launching: Promise<Launched>): Promise<number> {
  const launched = await launching;
  try {
    let last = { mib: launched.residentMiB(), at: Date.now() };
    await waitUntil('memory to settle', 15_000, () => {
      if (Date.now() - last.at < 500) return false;
      const mib = launched.residentMiB();
      const still = Math.abs(mib - last.mib) < last.mib / 100;
      last = { mib, at: Date.now() };
      return still;
    });
    return last.mib;
  } finally {
    await launched.close();
  }
}

export const memory: Benchmark = { name: 'memory', run };
