/** Starts the real simulator as its own process and stops it again. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ReadyLine } from '../../../simulator/world.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const START_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 10_000;

export interface Simulator {
  readonly ready: ReadyLine;
  readonly process: ChildProcess;
  /** Everything it wrote to standard error so far. */
  readonly errors: () => string;
  /** Hangs up and waits for it to end; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Rejects with what it said where it does not become ready. */
export async function startSimulator(...argv: readonly string[]): Promise<Simulator> {
  const child = spawn(process.execPath, ['simulator/index.ts', '--reader', 'simulated', ...argv], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
  const errors = collect(child.stderr);
  try {
    const line = await firstLine(child);
    return { ready: JSON.parse(line) as ReadyLine, process: child, errors, stop: () => stop(child) };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`the simulator did not start: ${errors()}`, { cause: error });
  }
}

/** Runs it to its end, for starts that must fail. */
export async function runSimulator(...argv: readonly string[]): Promise<{ code: number | null; errors: string; output: string }> {
  const child = spawn(process.execPath, ['simulator/index.ts', ...argv], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const [errors, output] = [collect(child.stderr), collect(child.stdout)];
  const code = await ended(child, START_WITHIN_MS);
  return { code, errors: errors(), output: output() };
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.stdin?.end();
  return ended(child, STOP_WITHIN_MS);
}

export function ended(child: ChildProcess, withinMs: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the simulator was still running after ${withinMs} ms`));
    }, withinMs);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no ready line in time')), START_WITHIN_MS);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      resolve(text.slice(0, end));
    });
    child.once('close', () => {
      clearTimeout(timer);
      reject(new Error('it ended before it was ready'));
    });
  });
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return () => text;
}
