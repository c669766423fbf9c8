/**
 * `npm test`: every check there is. Types, lint, build, unit and integration tests, and the end-to-end tests in the real
 * Electron. All stages run even where an early one fails; the last line sums up.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './workstation/say.ts';

const ROOT = join(import.meta.dirname, '..');
const RESULTS = join(ROOT, 'out/test');

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const VITEST_RESULTS = join(RESULTS, 'vitest.json');
const E2E_RESULTS = join(RESULTS, 'e2e.json');

/** In the order of how soon they tell something. */
const STAGES: readonly { readonly name: string; run(): Promise<Tally> }[] = [
  { name: 'types', run: () => check([join(ROOT, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', ROOT]) },
  { name: 'lint', run: () => check([join(ROOT, 'scripts/lint.ts')]) },
  { name: 'build', run: () => check([join(ROOT, 'scripts/build.ts')]) },
  { name: 'unit and integration', run: runVitest },
  { name: 'end to end', run: runEndToEnd },
];

async function main(): Promise<number> {
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  const tallies: Tally[] = [];
  for (const stage of STAGES) {
    const started = Date.now();
    say(`${stage.name} …`);
    const tally = await stage.run();
    tallies.push(tally);
    say(`${stage.name}: ${describe(tally)} (${Math.round((Date.now() - started) / 1000)} s)`);
  }
  const total = tallies.reduce((sum, tally) => ({
    passed: sum.passed + tally.passed,
    failed: sum.failed + tally.failed,
    skipped: sum.skipped + tally.skipped,
  }));
  process.stdout.write(`${describe(total)}\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

function describe({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/** A check that is one thing: it holds or it does not. */
async function check(args: readonly string[]): Promise<Tally> {
  const code = await runNode(args);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

async function runVitest(): Promise<Tally> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_RESULTS}`];
  const code = await runNode([join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters]);
  const counts = readCounts(VITEST_RESULTS, (report) => ({
    passed: Number(report['numPassedTests']),
    failed: Number(report['numFailedTests']),
    skipped: Number(report['numPendingTests']) + Number(report['numTodoTests']),
  }));
  return withExitCode(code, counts);
}

async function runEndToEnd(): Promise<Tally> {
  const code = await runNode([join(ROOT, 'scripts/e2e.ts')], { LANYARD_E2E_RESULTS: E2E_RESULTS });
  const counts = readCounts(E2E_RESULTS, (report) => {
    const stats = report['stats'] as Record<string, number>;
    return { passed: (stats['expected'] ?? 0) + (stats['flaky'] ?? 0), failed: stats['unexpected'] ?? 0, skipped: stats['skipped'] ?? 0 };
  });
  return withExitCode(code, counts);
}

/** A runner that fails without a failing test (it crashed, or found none) has failed all the same. */
function withExitCode(code: number, counts: Tally | null): Tally {
  const tally = counts ?? { passed: 0, failed: 0, skipped: 0 };
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

function readCounts(file: string, read: (report: Record<string, unknown>) => Tally): Tally | null {
  try {
    return read(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>);
  } catch (problem) {
    say(`no results in ${file}: ${problem instanceof Error ? problem.message : String(problem)}`);
    return null;
  }
}

function runNode(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...more }, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main();
