/** The session in the real app: who it belongs to, what ends it, and what the log says of it. */
import type { WebContentsView } from 'electron';
import type { Page } from '@playwright/test';
import type { LanyardBridge, ScreenView } from '../../preload/contract.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { enterPasscode, lockedBy, openRecordOf, pressLockKey } from './clinician.ts';
import { expect, test } from './fixtures.ts';

async function control(desk: Desk, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${desk.simulator.ready.control}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  expect(response.status, path).toBe(200);
}

/** What the trusted side lets the screen show. */
function screenOf(window: Page): Promise<ScreenView> {
  return window.evaluate(async () => {
    const reply = await (globalThis as unknown as { lanyard: LanyardBridge }).lanyard.view();
    if (!reply.ok || reply.value === null) throw new Error('There is no view.');
    return reply.value.screen;
  });
}

test('a session that the identity service has ended locks with the next thing that is asked for, and is not come back to', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /ashworth/i);
  await control(desk, '/identity/logout', {});
  const locked = await lockedBy(app, () => window.getByRole('button', { name: /Find another patient/ }).click().then(() => window.getByLabel('NHS number').fill('9990123454')).then(() => window.getByLabel('NHS number').press('Enter')));
  await expect(locked.getByText('The identity service ended your session')).toBeVisible();
  await enterPasscode(locked, desk.simulator.passcode('nair'));
  await expect(locked.getByRole('heading', { name: 'Choose your role' })).toBeVisible();
});

test('a token that runs out is renewed under the session, which does not notice', async ({ app, desk }) => {
  await control(desk, '/identity/lifetimes', { accessSeconds: 3 });
  const window = await openRecordOf(app, desk, /ashworth/i);
  await expect.poll(() => app.log().split('"token-refreshed"').length - 1, { timeout: 20_000 }).toBeGreaterThan(2);
  await window.getByRole('button', { name: /Find another patient/ }).click();
  await window.getByLabel('NHS number').fill('9990123454');
  await window.getByLabel('NHS number').press('Enter');
  await expect(window.locator('[data-screen="record"]')).toBeVisible();
});

test('the longest time of a sign-in is announced, and ends the session', async ({ app, desk }) => {
  await control(desk, '/identity/lifetimes', { refreshSeconds: 12 });
  const window = await openRecordOf(app, desk, /ashworth/i);
  expect(await screenOf(window)).toMatchObject({ signedIn: { notices: [{ title: 'Your sign-in ends soon' }] } });
  await window.waitForEvent('close', { timeout: 30_000 });
  const ended = await app.window();
  await expect(ended.getByText('The session has ended')).toBeVisible();
  expect(await ended.content()).not.toMatch(/ashworth|999.?012/i);
});

test('another clinician’s card ends what the first would have come back to, before any passcode', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  const locked = await lockedBy(app, () => desk.simulator.removeCard());
  expect(await screenOf(locked)).toMatchObject({ kind: 'sign-in', locked: { resumes: 'Dr Priya NAIR' } });
  await desk.simulator.insertCard('okafor');
  await expect(locked.getByText('The session has ended')).toBeVisible();
  await desk.simulator.removeCard();
  await desk.simulator.insertCard('nair');
  await expect(locked.getByRole('heading', { name: 'Priya NAIR' })).toBeVisible();
  await enterPasscode(locked, desk.simulator.passcode('nair'));
  await expect(locked.getByRole('heading', { name: 'Choose your role' })).toBeVisible();
});

test('the window tells keys, clicks and the wheel by the names that count as somebody being there', async ({ app, desk }) => {
  const window = await openRecordOf(app, desk, /ashworth/i);
  const count = (): Promise<Record<string, number>> => app.electron.evaluate(() => ({ ...(globalThis as unknown as { inputs?: Record<string, number> }).inputs }));
  await app.electron.evaluate(({ BaseWindow }) => {
    const inputs: Record<string, number> = {};
    (globalThis as unknown as { inputs: Record<string, number> }).inputs = inputs;
    const shown = BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as WebContentsView | undefined;
    shown?.webContents.on('input-event', (_event, { type }) => void (inputs[type] = (inputs[type] ?? 0) + 1));
  });
  await window.mouse.move(200, 200);
  await window.mouse.move(300, 300);
  await window.keyboard.press('Tab');
  await window.mouse.click(640, 20);
  await window.mouse.wheel(0, 100);
  await expect.poll(async () => Object.keys(await count())).toEqual(expect.arrayContaining(['mouseDown', 'mouseMove', 'mouseWheel', 'rawKeyDown']));
});

test('each step of a session is a line of kinds in the log', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  await lockedBy(app, () => pressLockKey(app));
  const lines = app.log().split('\n').filter((line) => line.includes('"event":"session"')).map((line) => JSON.parse(line) as { from: string; to: string });
  expect(lines.map(({ from, to }) => `${from} > ${to}`)).toEqual([
    'signed-out > card-present',
    'card-present > authenticating',
    'authenticating > authenticating',
    'authenticating > choosing-role',
    'choosing-role > active',
    'active > locked',
  ]);
});
