/** The app as a person would start it, driven through Playwright: real Electron, sandbox on, unprivileged. */
import { join } from 'node:path';
import { type ElectronApplication, type Page, _electron } from '@playwright/test';
import { appArguments } from './app-arguments.ts';
import type { Staging } from './staging.ts';
import { waitUntil } from './wait-until.ts';

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

/** How long a page may take to say whether it has drawn something: one that hangs never says so. */
const PAGE_LIMIT_MS = 1_000;

/** The window that has drawn something: one that stands by has not. */
async function readyWindow(electron: ElectronApplication): Promise<Page> {
  let ready: Page | null = null;
  await waitUntil('a window that has drawn its view', 30_000, async () => (ready = await firstReady(electron.windows())) !== null);
  if (ready === null) throw new Error('There is no window.');
  return ready;
}

async function firstReady(pages: readonly Page[]): Promise<Page | null> {
  const asked = pages.map(async (page) => {
    await page.waitForSelector(READY, { state: 'attached', timeout: PAGE_LIMIT_MS });
    return page.isClosed() ? Promise.reject(new Error('The page has gone.')) : page;
  });
  // A page that stands by, hangs or goes while it is asked is not the one.
  return Promise.any(asked).catch(() => null);
}
