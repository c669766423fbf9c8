/** The display the window opens on: the person's own, or Xvfb where there is none. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { say } from './say.ts';

export interface Display {
  readonly kind: 'own' | 'virtual';
  /** What DISPLAY must be, or `null` on systems without X. */
  readonly name: string | null;
  /** The file in which a virtual display keeps what is on it, in X's window dump format; only where one was asked for. */
  readonly screenFile: string | null;
  close(): void;
}

/** Whether a person could see a window here. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/**
 * An Xvfb of our own on a free display number.
 * @param screenFolder a folder for its screen file, where somebody wants to look at single points of it
 * @throws Error naming the Debian package where there is no Xvfb
 */
export async function openVirtualDisplay(screenFolder: string | null = null): Promise<Display> {
  if (!existsSync('/usr/bin/Xvfb')) throw new Error('There is no display, and Xvfb is not installed: apt-get install xvfb');
  say('no display here: using a virtual one (Xvfb)');
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp', '-noreset', ...(screenFolder === null ? [] : ['-fbdir', screenFolder])], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await displayNumber(server);
  const screenFile = screenFolder === null ? null : join(screenFolder, 'Xvfb_screen0');
  return { kind: 'virtual', name: `:${number}`, screenFile, close: () => server.kill('SIGTERM') };
}

/** The display as it is. */
export function ownDisplay(): Display {
  return { kind: 'own', name: process.env['DISPLAY'] ?? null, screenFile: null, close: () => undefined };
}

/** Xvfb writes the number it took to file descriptor 3 once it can be used. */
function displayNumber(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Xvfb did not start within 15 s.')), 15_000);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}.`)));
    server.stdio[3]?.once('data', (data: Buffer) => {
      clearTimeout(timer);
      resolve(data.toString().trim());
    });
  });
}
