/** Starts an Electron app without any driver and waits for its `screen-drawn` log line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { copyConfiguration } from '../../scripts/workstation/portable-configuration.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';

export interface Launched {
  /** From spawn to the drawn screen, in milliseconds. */
  readonly startupMs: number;
  /** Resident memory of all its processes together, in MiB. */
  residentMiB(): number;
  close(): Promise<void>;
}

export const BARE_WINDOW = `${import.meta.dirname}/bare-window`;

/** The bare window on this desk's runtime and display. */
export function launchBareWindow(desk: Desk): Promise<Launched> {
  return launch(desk, [desk.staging.share(BARE_WINDOW)]);
}

/** The app on this desk's simulator. */
export function launchApp(desk: Desk): Promise<Launched> {
  const folder = desk.staging.newFolder('configuration');
  copyConfiguration(desk.simulator.ready.configuration, folder);
  return launch(desk, [desk.staging.appFolder, `--configuration=${desk.staging.share(folder)}/configuration.json`]);
}

async function launch(desk: Desk, args: readonly string[]): Promise<Launched> {
  const userData = `--user-data-dir=${desk.staging.newFolder('user-data')}`;
  const environment = { ...process.env, ...(desk.display.name === null ? {} : { DISPLAY: desk.display.name }), ...desk.staging.environment };
  const started = performance.now();
  const child = spawn(desk.staging.executable, [...args, userData, '--disable-gpu'], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  await screenDrawn(child);
  const startupMs = performance.now() - started;
  return { startupMs, residentMiB: () => residentMiB(child.pid ?? 0), close: () => end(child) };
}

function screenDrawn(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('No screen within 60 s.')), 60_000);
    child.once('exit', (code) => reject(new Error(`The app ended with code ${code} before it drew a screen.`)));
    if (child.stderr === null) return reject(new Error('The app has no log.'));
    createInterface(child.stderr).on('line', (line) => {
      if (!line.includes('"screen-drawn"')) return;
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
