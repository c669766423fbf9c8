/**
 * `pipeline`: one patient of 100,000 resources from three sources, parsed, made into items, clustered, compared and counted,
 * against `JSON.parse` of the same bytes. Also how it grows from a tenth of that, and what the finished record keeps.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Benchmark, type BenchmarkResult, median, rounded } from './benchmark.ts';
import type { PipelineRun } from './pipeline-run.ts';

const LARGE = 100_000;
const SMALL = LARGE / 10;
const ROUNDS = 5;
const LIMIT_MS = 300_000;

async function run(): Promise<BenchmarkResult> {
  const small = await measure(SMALL);
  const large = await measure(LARGE);
  const ms = ofRounds(large, ({ pipelineMs }) => pipelineMs);
  return {
    value: rounded(ms),
    unit: 'ms',
    floor: rounded(ofRounds(large, ({ floorMs }) => floorMs)),
    ratio: rounded(ofRounds(large, ({ pipelineMs, floorMs }) => pipelineMs / floorMs)),
    limit: 1.4,
    peers: {
      'JSON.parse and forget, ms': rounded(ofRounds(large, ({ parseOnlyMs }) => parseOnlyMs)),
      'growth from 10,000 (≤ 11)': rounded(ms / ofRounds(small, ({ pipelineMs }) => pipelineMs)),
      'memory ÷ JSON (≤ 3)': rounded(ofRounds(large, ({ heldBytes }) => heldBytes / large.jsonBytes)),
      'view sent, KiB': rounded(ofRounds(large, ({ viewBytes }) => viewBytes / 1024)),
      'first 100 rows, ms': rounded(ofRounds(large, ({ firstRowsMs }) => firstRowsMs)),
    },
  };
}

/** In a process of its own, so that neither heap knows of the other. */
async function measure(resources: number): Promise<PipelineRun> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', join(import.meta.dirname, 'pipeline-run.ts'), String(resources), String(ROUNDS)], { timeout: LIMIT_MS, maxBuffer: 1024 * 1024 });
  return JSON.parse(stdout) as PipelineRun;
}

function ofRounds({ rounds }: PipelineRun, figure: (round: PipelineRun['rounds'][number]) => number): number {
  return median(rounds.map(figure));
}

export const pipeline: Benchmark = { name: 'pipeline', run };
