import type { Page } from '@playwright/test';
import type { RunningApp } from '../../scripts/workstation/app.ts';
import { enterPasscode, lockedBy, openRecordOf, pressLockKey } from './clinician.ts';
import { expect, test } from './fixtures.ts';

test('pulling the card ends the renderer that showed the patient and locks', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  const locked = await lockedBy(app, () => desk.simulator.removeCard());
  expect(await locked.content()).not.toMatch(/ashworth|999.?012/i);
});

test('one key locks, and the same card and passcode come back to the same role and patient', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  const locked = await lockedBy(app, () => pressLockKey(app));
  expect(await locked.content()).not.toMatch(/ashworth|999.?012/i);
  await enterPasscode(locked, desk.simulator.passcode('nair'));
  await expect(locked.locator('[data-screen="record"]')).toBeVisible();
  await expect(locked.getByText('ASHWORTH, Margaret (Mrs)').first()).toBeVisible();
  await expect(locked.getByText(/Harbour Health Centre \(Z99001\)/).first()).toBeVisible();
});

/** Everything on the page, by the page's own copying. */
function copyAll(window: Page): Promise<unknown> {
  return window.evaluate(() => {
    getSelection()?.selectAllChildren(document.body);
    return document.execCommand('copy');
  });
}

function clipboardOf(app: RunningApp): Promise<string> {
  return app.electron.evaluate(({ clipboard }) => clipboard.readText());
}

test('what was copied from a record is off the clipboard with the lock', async ({ app, desk }) => {
  await copyAll(await openRecordOf(app, desk, /ashworth/i));
  await expect.poll(() => clipboardOf(app)).toMatch(/ashworth/i);
  await lockedBy(app, () => pressLockKey(app));
  await expect.poll(() => clipboardOf(app)).toBe('');
});

test('what was merely marked in a record is nowhere to be pasted after the lock', async ({ app, desk }) => {
  test.skip(process.platform !== 'linux', 'Only Linux keeps what was marked.');
  const marked = (): Promise<string> =>
    app.electron.evaluate(({ clipboard }) => {
      const either = clipboard as unknown as { selection?: { readText(): Promise<string> }; readText(type: string): string };
      return either.selection?.readText() ?? either.readText('selection');
    });
  const window = await openRecordOf(app, desk, /ashworth/i);
  await window.getByText('ASHWORTH, Margaret (Mrs)').first().dblclick();
  await expect.poll(marked).toMatch(/ashworth|margaret/i);
  await lockedBy(app, () => pressLockKey(app));
  await expect.poll(marked).toBe('');
});

test('what somebody else has put on the clipboard stays there', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  await app.electron.evaluate(({ clipboard }) => clipboard.writeText('a shopping list'));
  await lockedBy(app, () => pressLockKey(app));
  expect(await clipboardOf(app)).toBe('a shopping list');
});

test('another clinician at the same computer sees nothing of the first', async ({ app, desk }) => {
  await openRecordOf(app, desk, /ashworth/i);
  const next = await lockedBy(app, () => desk.simulator.removeCard());
  await desk.simulator.insertCard('okafor');
  await expect(next.getByRole('heading', { name: /OKAFOR/ })).toBeVisible();
  await enterPasscode(next, desk.simulator.passcode('okafor'));
  await expect(next.locator('[data-screen="find-patient"]')).toBeVisible();
  expect(await next.content()).not.toMatch(/ashworth|NAIR/i);
});
