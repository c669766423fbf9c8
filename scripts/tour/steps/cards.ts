/** What cards and readers do to a clinician: each leaves an empty reader behind. */
import { expect } from '@playwright/test';
import { enterPasscode } from './hands.ts';
import { signInWith } from './session.ts';
import type { TourContext } from '../tour.ts';

export async function swapCard({ page, desk }: TourContext): Promise<string> {
  const before = await page();
  const replaced = before.waitForEvent('close', { timeout: 10_000 });
  await desk.simulator.insertCard('okafor');
  await replaced;
  const window = await page();
  await expect(window.getByText('The session has ended')).toBeVisible();
  await expect(window.getByRole('heading', { name: /OKAFOR/ })).toBeVisible();
  await expect(window.getByText(/ASHWORTH|NAIR/)).toHaveCount(0);
  return 'another clinician’s card in the reader: the session has ended, and the screen names whose card it is now';
}

/** Without a smartcard service of its own the tour cannot stop one: it says so. */
export async function restartReaderService({ page, desk }: TourContext): Promise<string> {
  if (desk.smartcardService === null) return 'not walked: there is no smartcard service here that could be restarted';
  await signInWith({ page, desk }, 'okafor');
  const replaced = (await page()).waitForEvent('close', { timeout: 10_000 });
  await desk.smartcardService.stop('SIGKILL');
  await replaced;
  const window = await page();
  await expect(window.getByRole('heading', { name: 'Locked' })).toBeVisible();
  await expect(window.getByText(/smartcard service/i).first()).toBeVisible();
  await desk.simulator.removeCard();
  await desk.smartcardService.start();
  await desk.simulator.insertCard('okafor');
  await expect(window.getByRole('heading', { name: /OKAFOR/ })).toBeVisible({ timeout: 20_000 });
  await enterPasscode(window, desk.simulator.passcode('okafor'));
  await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
  const locked = window.waitForEvent('close', { timeout: 10_000 });
  await window.getByRole('button', { name: /^Lock/ }).click();
  await locked;
  return 'the smartcard service died: locked at once, and signed in again when it came back, without a restart';
}

export async function meetBlockedCard({ page, desk }: TourContext): Promise<string> {
  await desk.simulator.blockCard('farrow');
  await desk.simulator.insertCard('farrow');
  const window = await page();
  await expect(window.getByText(/locked because the wrong passcode was entered too often/).first()).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toHaveCount(0);
  return 'a card without tries left asks for no passcode and says who unlocks it';
}

export async function meetRevokedCard({ page, desk }: TourContext): Promise<string> {
  await desk.simulator.insertCard('mcallister');
  const window = await page();
  await expect(window.getByText(/revoked|withdrawn|cancelled/i).first()).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toHaveCount(0);
  return 'a card whose certificate was revoked asks for no passcode';
}
