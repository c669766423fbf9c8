/** The app's processes as the system sees them. */
import { readFileSync, readdirSync } from 'node:fs';
import type { RunningApp } from '../../scripts/workstation/app.ts';

export interface ProcessFacts {
  readonly pid: number;
  readonly command: string;
  readonly uid: number;
  readonly seccomp: number;
}

/** A process and every one below it, from /proc. */
export function processesBelow(root: number): ProcessFacts[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        const field = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent: field('PPid'), command, uid: field('Uid'), seccomp: field('Seccomp') }];
      } catch {
        return [];
      }
    });
  const below = (pid: number): boolean => pid === root || all.some((one) => one.pid === pid && one.parent !== 0 && below(one.parent));
  return all.filter((one) => below(one.pid));
}

/** Of the app, its windows, its helpers: all there are. */
export function processesOf(app: RunningApp): ProcessFacts[] {
  return processesBelow(app.electron.process().pid ?? 0);
}

/** The card process, which is the app's only one of its kind where no middleware is used. */
export function cardProcessOf(app: RunningApp): number {
  const found = processesOf(app).filter(({ command }) => command.includes('node.mojom.NodeService'));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`The app has ${found.length} processes that may be the card process.`);
  return only.pid;
}
