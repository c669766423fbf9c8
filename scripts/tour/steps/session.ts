/** Who is at the keyboard: coming back, handing over, choosing a role, being ended from afar. */
import { expect } from '@playwright/test';
import { openPatient, enterPasscode, tourPatient, TOUR_CARD } from './hands.ts';
import type { TourContext } from '../tour.ts';

/** From whatever is in the reader to the screen that follows the passcode. */
export async function signInWith({ page, desk }: Pick<TourContext, 'page' | 'desk'>, card: string): Promise<void> {
  await desk.simulator.insertCard(card);
  const window = await page();
  await expect(window.getByLabel('Passcode', { exact: true })).toBeEditable();
  await enterPasscode(window, desk.simulator.passcode(card));
  await expect(window.locator('[data-screen="role"], [data-screen="find-patient"], [data-screen="record"]')).toBeVisible();
}

export async function resumeSession(context: TourContext): Promise<string> {
  const window = await context.page();
  await expect(window.getByText(/Priya NAIR/).first()).toBeVisible();
  await signInWith(context, TOUR_CARD);
  await expect(window.locator('[data-screen="record"]')).toBeVisible();
  await expect(window.getByText('ASHWORTH, Margaret (Mrs)').first()).toBeVisible();
  return 'the same clinician, with card and passcode, is back at the patient, traced anew';
}

export async function handOver(context: TourContext): Promise<string> {
  await signInWith(context, 'okafor');
  const window = await context.page();
  await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
  await expect(window.getByText(/OKAFOR/).first()).toBeVisible();
  await expect(window.getByText(/ASHWORTH|NAIR/)).toHaveCount(0);
  return 'the next clinician starts afresh: nothing of the first, nothing of the patient';
}

export async function loseSessionRemotely(context: TourContext): Promise<string> {
  const { page, desk } = context;
  const before = await page();
  await openPatient(before, tourPatient(desk));
  await desk.simulator.logOut();
  const replaced = before.waitForEvent('close', { timeout: 10_000 });
  await before.getByRole('button', { name: /Find another patient/ }).click();
  await before.getByLabel('NHS number').fill(tourPatient(desk));
  await before.getByLabel('NHS number').press('Enter');
  await replaced;
  const window = await page();
  await expect(window.getByRole('heading', { name: 'Locked' })).toBeVisible();
  await expect(window.getByText(/identity service ended/i)).toBeVisible();
  return 'the identity service ended the session: locked at the next question that any service was asked';
}

export async function chooseAmongRoles(context: TourContext): Promise<string> {
  await signInWith(context, 'brandt');
  const window = await context.page();
  await expect(window.getByRole('heading', { name: 'Choose your role' })).toBeVisible();
  const roles = window.locator('[data-screen="role"] [data-role-id]');
  expect(await roles.count()).toBeGreaterThan(2);
  return `${await roles.count()} roles at several organisations, one of them to be chosen`;
}
