/**
 * Electron refuses to run as root with its sandbox on, so root hands over to an unprivileged user; that user may not be
 * able to read the checkout, so what it needs is copied where it can.
 */
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronRuntime } from '../setup/electron-runtime.mjs';

/** Debian's user without rights. */
const NOBODY = 65534;

export interface Staging {
  /** The program to start in Electron's place; it takes Electron's own arguments. */
  readonly executable: string;
  /** The app's folder, for Electron's command line. */
  readonly appFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A new empty folder that the app may write to. */
  newFolder(name: string): string;
  /** A copy of a file or folder that the app must read. */
  share(file: string): string;
  dispose(): void;
}

/** Prepares one runtime and one built app. Used by the tour, the end-to-end tests and the benchmarks alike. */
export function stage(runtime: ElectronRuntime, builtApp: string): Staging {
  const unprivileged = process.getuid?.() === 0;
  const folder = mkdtempSync(join(tmpdir(), 'lanyard-'));
  chmodSync(folder, 0o755);
  const own = (path: string): string => {
    if (unprivileged) chownSync(path, NOBODY, NOBODY);
    return path;
  };
  let counter = 0;
  const newFolder = (name: string): string => {
    counter += 1;
    const path = join(folder, `${name}-${counter}`);
    mkdirSync(path, { mode: 0o700 });
    return own(path);
  };
  const appFolder = unprivileged ? join(folder, 'app') : builtApp;
  if (unprivileged) cpSync(builtApp, appFolder, { recursive: true });
  const home = newFolder('home');
  return {
    executable: unprivileged ? writeHandOver(folder, readable(runtime, folder)) : runtime.executable,
    appFolder,
    // Chromium leaves folders in TMPDIR when it is ended from outside: there they go with the staging.
    environment: { TMPDIR: home, ...(unprivileged ? { HOME: home, XDG_RUNTIME_DIR: home, ...displayCookie(folder) } : {}) },
    newFolder,
    share: (file) => {
      counter += 1;
      const copy = join(folder, `shared-${counter}`);
      cpSync(file, copy, { recursive: true });
      makeReadable(copy);
      return copy;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function makeReadable(path: string): void {
  const folder = statSync(path).isDirectory();
  chmodSync(path, folder ? 0o755 : 0o644);
  if (folder) for (const name of readdirSync(path)) makeReadable(join(path, name));
}

/** The runtime where an unprivileged user can read it: in place where everybody may, else a copy. */
function readable(runtime: ElectronRuntime, folder: string): string {
  if (runtime.folder.startsWith('/var/cache/')) return runtime.executable;
  const copy = join(folder, 'electron-runtime');
  cpSync(runtime.folder, copy, { recursive: true });
  return join(copy, 'electron');
}

function writeHandOver(folder: string, executable: string): string {
  const path = join(folder, 'electron');
  writeFileSync(path, `#!/bin/sh\nexec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups "${executable}" "$@"\n`, { mode: 0o755 });
  return path;
}

/** A person's own display is behind a cookie that only they can read. */
function displayCookie(folder: string): Record<string, string> {
  const cookie = process.env['XAUTHORITY'];
  if (cookie === undefined || !existsSync(cookie)) return {};
  const copy = join(folder, 'xauthority');
  cpSync(cookie, copy);
  chmodSync(copy, 0o400);
  chownSync(copy, NOBODY, NOBODY);
  return { XAUTHORITY: copy };
}
