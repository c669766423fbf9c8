/** What a benchmark is: one figure, the floor it is held against in the same run, and peers doing the same work. */
import type { Desk } from '../../scripts/workstation/desk.ts';

export interface BenchmarkResult {
  readonly value: number;
  readonly unit: string;
  /** The same figure for the least that could do the work at all. */
  readonly floor: number;
  /** value ÷ floor; what else it is held against, the benchmark's own file says. */
  readonly ratio: number;
  /** The ratio this project wants to stay under, where one is set. */
  readonly limit?: number;
  readonly peers: Readonly<Record<string, number>>;
}

export interface Benchmark {
  readonly name: string;
  run(desk: Desk): Promise<BenchmarkResult>;
}

/** The middle value; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  if (upper === undefined) throw new Error('There is no median of nothing.');
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}

/** Two digits after the point are more than a noisy machine can tell. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
