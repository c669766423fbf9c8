/** `npm run bench -- [name…]`: runs benchmarks, prints a table and writes out/bench.json. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkResult } from '../test/bench/benchmark.ts';
import { federateBlocked, federateComplete, federateFirst } from '../test/bench/federate.ts';
import { herdPeak, herdRequests } from '../test/bench/herd.ts';
import { lock } from '../test/bench/lock.ts';
import { memory } from '../test/bench/memory.ts';
import { signin } from '../test/bench/signin.ts';
import { pipeline } from '../test/bench/pipeline.ts';
import { startup } from '../test/bench/startup.ts';
import { buildApp } from './build.ts';
import { openDesk } from './workstation/desk.ts';
import { namespaceState, runInNamespace } from './workstation/namespace.ts';
import { say } from './workstation/say.ts';

const ROOT = join(import.meta.dirname, '..');
const BENCHMARKS: readonly Benchmark[] = [startup, memory, lock, signin, federateComplete, federateFirst, federateBlocked, herdRequests, herdPeak, pipeline];

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    say(`there is no benchmark "${unknown.join('", "')}". There are: ${BENCHMARKS.map((benchmark) => benchmark.name).join(', ')}.`);
    return 2;
  }
  if (namespaceState() === 'possible') return runInNamespace([import.meta.filename, ...names]);
  await buildApp();
  const results = await runAll(BENCHMARKS.filter((benchmark) => names.length === 0 || names.includes(benchmark.name)));
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  writeFileSync(join(ROOT, 'out/bench.json'), `${JSON.stringify(results, null, 2)}\n`);
  printTable(results);
  return 0;
}

async function runAll(benchmarks: readonly Benchmark[]): Promise<Record<string, BenchmarkResult>> {
  const screenFolder = mkdtempSync(join(tmpdir(), 'lanyard-screen-'));
  const desk = await openDesk({ display: 'virtual', screenFolder });
  try {
    const results: Record<string, BenchmarkResult> = {};
    for (const benchmark of benchmarks) {
      say(`benchmark ${benchmark.name} …`);
      results[benchmark.name] = await benchmark.run(desk);
    }
    return results;
  } finally {
    await desk.close();
    rmSync(screenFolder, { recursive: true, force: true });
  }
}

function printTable(results: Readonly<Record<string, BenchmarkResult>>): void {
  const rows = Object.entries(results).map(([name, result]) => [
    name,
    `${result.value} ${result.unit}`,
    `${result.floor} ${result.unit}`,
    String(result.ratio),
    result.limit === undefined ? '' : `≤ ${result.limit}`,
    Object.entries(result.peers)
      .map(([peer, value]) => `${peer} ${value}`)
      .join(', '),
  ]);
  const table = [['benchmark', 'value', 'floor', 'ratio', 'wanted', 'peers'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table) process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`);
}

process.exitCode = await main(process.argv.slice(2));
