/** Every way in which a screen ends that was not asked for: nothing of the patient stays, and the token is ended. */
import type { WebContentsView } from 'electron';
import { existsSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { RunningApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { lockedBy, openRecordOf, pressLockKey } from './clinician.ts';
import { expect, test } from './fixtures.ts';

/** The process behind the window now on screen. */
function rendererOf(app: RunningApp): Promise<number> {
  return app.electron.evaluate(({ BaseWindow }) => (BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as WebContentsView | undefined)?.webContents.getOSProcessId() ?? 0);
}

/** The one that the APIs take, and the one it is renewed with. */
const TOKENS_OF_A_SESSION = 2;

async function endedTokens(desk: Desk): Promise<number> {
  const response = await fetch(`${desk.simulator.ready.control}/requests`);
  const requests = (await response.json()) as { service: string; path: string }[];
  return requests.filter(({ service, path }) => service === 'identity' && /revo/.test(path)).length;
}

/** The locked screen that takes the place of a page that can no longer be asked anything. @param before that page */
async function replacedBy(app: RunningApp, before: Page, action: () => Promise<unknown>): Promise<Page> {
  await action();
  await expect.poll(async () => (await app.window()) !== before).toBe(true);
  const locked = await app.window();
  await expect(locked.getByRole('heading', { name: 'Locked' })).toBeVisible();
  await expect.poll(() => app.electron.windows()).toEqual([locked]);
  return locked;
}

async function expectGone(pid: number): Promise<void> {
  await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
}

test('the process that has shown a patient ends with the lock', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  const before = await rendererOf(app);
  await lockedBy(app, () => desk.simulator.removeCard());
  expect(await rendererOf(app)).not.toBe(before);
  await expectGone(before);
});

test('a screen that crashes locks, and comes back empty', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /ashworth/i);
  const locked = await replacedBy(app, window, () => app.electron.evaluate(({ BaseWindow }) => (BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as WebContentsView | undefined)?.webContents.forcefullyCrashRenderer()));
  await expect(locked.getByText('The screen stopped working')).toBeVisible();
  expect(await locked.content()).not.toMatch(/ashworth|999.?012/i);
  await expect.poll(() => endedTokens(desk)).toBe(TOKENS_OF_A_SESSION);
});

test('a screen that crashes again and again ends the app instead of starting for ever', async ({ app }) => {
  const exited = new Promise<number | null>((resolve) => app.electron.process().once('exit', resolve));
  await app.electron.evaluate(({ BaseWindow }) => {
    const crash = (): void => {
      const contents = (BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as WebContentsView | undefined)?.webContents;
      contents?.once('did-finish-load', crash);
      if (contents?.isLoading() === false) contents.forcefullyCrashRenderer();
    };
    crash();
    setInterval(crash, 100);
  }).catch(() => undefined);
  expect(await exited).toBe(1);
});

test('a screen that hangs is locked by the key all the same', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /ashworth/i);
  const before = await rendererOf(app);
  await window.evaluate(() => {
    setTimeout(() => {
      for (;;);
    });
  });
  await replacedBy(app, window, () => pressLockKey(app));
  await expectGone(before);
});

test('a fault that nobody caught locks, and its text is nowhere', async ({ app, desk }) => {
  for (const kind of ['thrown', 'rejected'] as const) {
    await openRecordOf(app, desk, /ashworth/i);
    await lockedBy(app, () =>
      app.electron.evaluate((_electron, how) => {
        const fault = new RangeError('the patient is ASHWORTH, Margaret');
        if (how === 'thrown') setTimeout(() => { throw fault; });
        else void Promise.reject(fault);
      }, kind),
    );
    await expect.poll(() => app.log()).toMatch(kind === 'thrown' ? /"uncaught-fault","type":"RangeError"/ : /"unhandled-fault","type":"RangeError"/);
    await desk.simulator.removeCard();
  }
  expect(app.log()).not.toMatch(/ashworth/i);
});

test('closing the window with a record open ends the token, then the app', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  const exited = new Promise<number | null>((resolve) => app.electron.process().once('exit', resolve));
  await app.electron.evaluate(({ BaseWindow }) => BaseWindow.getAllWindows()[0]?.close()).catch(() => undefined);
  expect(await exited).toBe(0);
  expect(await endedTokens(desk)).toBe(TOKENS_OF_A_SESSION);
  expect(app.log()).not.toMatch(/fault|destroyed/i);
});

test('closing the app does not wait for an identity service that hangs', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  await desk.simulator.setFault('identity', { kind: 'hang' });
  const exited = new Promise<number | null>((resolve) => app.electron.process().once('exit', resolve));
  const asked = performance.now();
  await app.electron.evaluate(({ app: electronApp }) => electronApp.quit()).catch(() => undefined);
  expect(await exited).toBe(0);
  expect(performance.now() - asked).toBeLessThan(10_000);
});
