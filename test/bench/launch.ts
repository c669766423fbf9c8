/** Starts an Electron app without any driver and waits until its log says that it can be used. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { appArguments } from '../../scripts/workstation/app-arguments.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';

export interface Launched {
  /** From spawn to a screen that can be used, in milliseconds. */
  readonly startupMs: number;
  /** Resident memory of all its processes together, in MiB. */
  residentMiB(): number;
  close(): Promise<void>;
}

export const BARE_WINDOW = `${import.meta.dirname}/bare-window`;

/** The bare window on this desk's runtime and display. */
export function launchBareWindow(desk: Desk): Promise<Launched> {
  return launch(desk, [desk.staging.share(BARE_WINDOW), `--user-data-dir=${desk.staging.newFolder('user-data')}`], ['"screen-drawn"']);
}

/** The app on this desk's simulator: the sign-in screen is drawn and the readers are being watched, so that a card counts. */
export function launchApp(desk: Desk): Promise<Launched> {
  const { words } = appArguments(desk.staging, desk.simulator.ready.configuration);
  return launch(desk, words, ['"screen-drawn"', '"card-service","state":"running"']);
}

/** @param signs what the log has said, in whatever order, once the app can be used */
async function launch(desk: Desk, args: readonly string[], signs: readonly string[]): Promise<Launched> {
  const environment = { ...process.env, ...(desk.display.name === null ? {} : { DISPLAY: desk.display.name }), ...desk.staging.environment };
  const started = performance.now();
  const child = spawn(desk.staging.executable, [...args, '--disable-gpu'], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  await saidAll(child, signs);
  const startupMs = performance.now() - started;
  return { startupMs, residentMiB: () => residentMiB(child.pid ?? 0), close: () => end(child) };
}

function saidAll(child: ChildProcess, signs: readonly string[]): Promise<void> {
  const missing = new Set(signs);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The app did not say ${[...missing].join(' and ')} within 60 s.`)), 60_000);
    child.once('exit', (code) => reject(new Error(`The app ended with code ${code} before it could be used.`)));
    if (child.stderr === null) return reject(new Error('The app has no log.'));
    createInterface(child.stderr).on('line', (line) => {
      for (const sign of signs) if (line.includes(sign)) missing.delete(sign);
      if (missing.size > 0) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** Resident set of a process and all that descend from it (Linux: VmRSS of /proc/PID/status). */
function residentMiB(root: number): number {
  const parents = new Map<number, number>();
  const resident = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const status = readStatus(name);
    parents.set(Number(name), status.parent);
    resident.set(Number(name), status.residentKiB);
  }
  const descends = (pid: number): boolean => pid === root || (parents.has(pid) && descends(parents.get(pid) ?? 0));
  const total = [...resident].filter(([pid]) => descends(pid)).reduce((sum, [, kib]) => sum + kib, 0);
  return total / 1024;
}

function readStatus(pid: string): { parent: number; residentKiB: number } {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return { parent: Number(/^PPid:\s+(\d+)/m.exec(text)?.[1] ?? 0), residentKiB: Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) };
  } catch {
    return { parent: 0, residentKiB: 0 };
  }
}
