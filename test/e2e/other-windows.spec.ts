/** What is beside the page on the screen: the provider's window, which is a stranger's, and the page that stands by. */
import type { Page } from '@playwright/test';
import type { WebContentsView } from 'electron';
import type { LanyardBridge } from '../../preload/contract.ts';
import { type RunningApp, startApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { lockedBy, openRecordOf, pressLockKey, signInAsNair } from './clinician.ts';
import { expect, test } from './fixtures.ts';

/** The app at a site that signs in at CIS2, with a card in the reader. */
async function atCis2(desk: Desk): Promise<RunningApp> {
  await desk.simulator.reset();
  const app = await startApp({ staging: desk.staging, configuration: desk.simulator.ready.configurationCis2, display: desk.display.name });
  await desk.simulator.insertCard('nair');
  return app;
}

async function openProviderPage(app: RunningApp): Promise<Page> {
  const window = await app.window();
  const opened = app.electron.waitForEvent('window', { predicate: (candidate) => /127\.0\.0\.1|localhost/.test(candidate.url()), timeout: 20_000 });
  await window.getByRole('button', { name: /Sign in with NHS Care Identity/ }).click();
  const page = await opened;
  await expect(page.getByLabel('Passcode')).toBeVisible();
  return page;
}

test('the provider’s page has no bridge and no permission, opens nothing, and goes nowhere in the clear or on this disk', async ({ desk }) => {
  const app = await atCis2(desk);
  try {
    const page = await openProviderPage(app);
    const address = page.url();
    const { host } = new URL(address);
    const effects = await page.evaluate(async () => {
      document.title = 'Sign in: nhs.uk';
      const opened = globalThis.open('https://example.org/') === null;
      const loads = (url: string): Promise<string> => fetch(url, { mode: 'no-cors' }).then(() => 'loaded', () => 'refused');
      return {
        globals: ['lanyard', 'require', 'process', 'ipcRenderer'].filter((name) => name in globalThis),
        opened,
        camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'given', () => 'refused'),
        notifications: await Notification.requestPermission(),
        inTheClear: await loads('http://192.0.2.1/'),
        ownPages: await loads('lanyard://app/index.html'),
        disk: await loads('file:///etc/passwd'),
      };
    });
    expect(effects).toEqual({ globals: [], opened: true, camera: 'refused', notifications: 'denied', inTheClear: 'refused', ownPages: 'refused', disk: 'refused' });
    for (const target of ['http://192.0.2.1/', 'lanyard://app/index.html', 'file:///etc/passwd', 'mailto:somebody@example.org']) {
      await page.evaluate((to) => void (location.href = to), target);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
      expect(page.url()).toBe(address);
    }
    const titles = await app.electron.evaluate(({ BaseWindow }) => BaseWindow.getAllWindows().map((one) => one.getTitle()));
    expect(titles).toContain(`Sign in: ${host}`);
    expect(titles).not.toContain('Sign in: nhs.uk');
  } finally {
    await app.close();
  }
});

test('nothing of a visit to the provider is there for the next person', async ({ desk }) => {
  const app = await atCis2(desk);
  try {
    const first = await openProviderPage(app);
    await first.evaluate(() => {
      document.cookie = 'who=nair; path=/';
      localStorage.setItem('who', 'nair');
    });
    await first.close();
    await expect((await app.window()).getByRole('button', { name: /Sign in with NHS Care Identity/ })).toBeEnabled();
    const second = await openProviderPage(app);
    expect(await second.evaluate(() => [document.cookie.includes('nair'), localStorage.length])).toEqual([false, 0]);
  } finally {
    await app.close();
  }
});

test('a card that leaves while its holder is at the provider’s page ends the visit', async ({ desk }) => {
  const app = await atCis2(desk);
  try {
    const page = await openProviderPage(app);
    const closed = page.waitForEvent('close');
    await desk.simulator.removeCard();
    await closed;
    await expect((await app.window()).getByRole('heading', { name: 'Insert your smartcard' })).toBeVisible();
  } finally {
    await app.close();
  }
});

/** The page that stands by. */
async function standbyOf(app: RunningApp): Promise<Page> {
  const shown = await app.window();
  await expect.poll(() => app.electron.windows().length).toBe(2);
  const found = app.electron.windows().find((page) => page !== shown);
  if (found === undefined) throw new Error('No page stands by.');
  await found.waitForLoadState('load');
  return found;
}

interface PageFacts {
  readonly pid: number;
  readonly hasKeyboard: boolean;
}

/** The pages of the window, the one on top last. */
function pagesOf(app: RunningApp): Promise<PageFacts[]> {
  return app.electron.evaluate(({ BaseWindow }) =>
    (BaseWindow.getAllWindows()[0]?.contentView.children ?? []).map((view) => {
      const { webContents } = view as WebContentsView;
      return { pid: webContents.getOSProcessId(), hasKeyboard: webContents.isFocused() };
    }),
  );
}

test('the page that stands by has a process of its own, and is told nothing whatever it asks', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  const standby = await standbyOf(app);
  expect(new Set((await pagesOf(app)).map(({ pid }) => pid)).size).toBe(2);
  const replies = await standby.evaluate(async () => {
    const { lanyard } = globalThis as unknown as { lanyard: LanyardBridge };
    const told: unknown[] = [];
    lanyard.onView((view) => told.push(view));
    const rows = { section: null, from: 0, count: 10, onlyDiffering: false, includeWithdrawn: false };
    const asked = [await lanyard.view(), await lanyard.rows(rows), await lanyard.lock(), await lanyard.signOut(), await lanyard.findPatient({ nhsNumber: '9990123454' }), await lanyard.drawn()];
    return { asked, told };
  });
  const refused = { ok: false, sentence: expect.any(String) };
  expect(replies).toEqual({ asked: [{ ok: true, value: null }, refused, refused, refused, refused, refused], told: [] });
  await expect((await app.window()).locator('[data-screen="record"]')).toBeVisible();
  expect(await standby.content()).not.toMatch(/ashworth|NAIR/i);
});

test('the keyboard stays with the page on the screen when another stands by behind it', async ({ app, desk }) => {
  await signInAsNair(app, desk);
  await standbyOf(app);
  await expect.poll(async () => (await pagesOf(app)).map(({ hasKeyboard }) => hasKeyboard)).toEqual([false, true]);
});

test('the lock key locks whichever page it goes to', async ({ app, desk }) => {
  await signInAsNair(app, desk);
  await standbyOf(app);
  await lockedBy(app, () =>
    app.electron.evaluate(({ BaseWindow }) => (BaseWindow.getAllWindows()[0]?.contentView.children[0] as WebContentsView | undefined)?.webContents.sendInputEvent({ type: 'keyDown', keyCode: 'F12' })),
  );
});

test('a page that stood by and crashed is not waited for: the lock opens another', async ({ app, desk }) => {
  await signInAsNair(app, desk);
  await standbyOf(app);
  await app.electron.evaluate(({ BaseWindow }) => (BaseWindow.getAllWindows()[0]?.contentView.children[0] as WebContentsView | undefined)?.webContents.forcefullyCrashRenderer());
  await expect.poll(async () => (await pagesOf(app)).length).toBe(1);
  await lockedBy(app, () => pressLockKey(app));
});
