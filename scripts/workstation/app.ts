/** The app as a person would start it, driven through Playwright: real Electron, sandbox on, unprivileged. */
import { join } from 'node:path';
import { type ElectronApplication, type Page, _electron } from '@playwright/test';
import { appArguments } from './app-arguments.ts';
import type { Staging } from './staging.ts';

export interface RunningApp {
  readonly electron: ElectronApplication;
  /** The window now on screen, once it has drawn its first view. A lock puts a new one in its place. */
  window(): Promise<Page>;
  /** What the app wrote to its log so far. */
  log(): string;
  /** The folder that the app keeps its own files in. */
  readonly userData: string;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly staging: Staging;
  readonly configuration: string;
  readonly display: string | null;
}

/** See the file: it lets the driver connect before the app goes on. */
const DRIVER_GATE = join(import.meta.dirname, 'driver-gate.cjs');

/** Starts the app and waits for its ready signal (`data-ready` on the page). Ends it again where that does not come. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { staging } = options;
  const { userData, words } = appArguments(staging, options.configuration);
  const electron = await _electron.launch({
    executablePath: staging.executable,
    args: ['-r', staging.share(DRIVER_GATE), ...words, '--disable-gpu'],
    env: environment(options),
    // The driver would otherwise switch the sandbox off: what is tested is what ships.
    chromiumSandbox: true,
    timeout: 60_000,
  });
  const lines: string[] = [];
  electron.process().stderr?.on('data', (data: Buffer) => lines.push(data.toString()));
  const running: RunningApp = {
    electron,
    window: () => readyWindow(electron),
    log: () => lines.join(''),
    userData,
    close: () => electron.close(),
  };
  try {
    await running.window();
  } catch (problem) {
    await electron.close();
    throw new Error(`The app did not become ready. Its log:\n${running.log()}`, { cause: problem });
  }
  return running;
}

/** Nothing of the developer's own environment that could change what is tested. */
function environment({ staging, display }: AppOptions): Record<string, string> {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'TZ'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...(display === null ? {} : { DISPLAY: display }), ...staging.environment };
}

const READY = 'html[data-ready="true"]';

async function readyWindow(electron: ElectronApplication): Promise<Page> {
  const open = (): Page | undefined => electron.windows().findLast((page) => !page.isClosed());
  const page = open() ?? (await electron.waitForEvent('window', { timeout: 30_000 }));
  await page.waitForSelector(READY, { timeout: 30_000, state: 'attached' });
  return page;
}
