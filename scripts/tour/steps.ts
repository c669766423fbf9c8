/** The steps of the tour, each standing on the one before. A step returns what it saw, or throws. */
import { type Page, expect } from '@playwright/test';
import type { TourContext } from './tour.ts';

/** The card and the patient of the tour. */
export const TOUR_CARD = 'nair';
const WRONG_PASSCODE = '111111';

export interface TourStepPlan {
  readonly name: string;
  walk(context: TourContext): Promise<string>;
}

export const TOUR_STEPS: readonly TourStepPlan[] = [
  { name: 'window', walk: seeWindow },
  { name: 'card-inserted', walk: insertCard },
  { name: 'wrong-passcode', walk: enterWrongPasscode },
  { name: 'signed-in', walk: signIn },
  { name: 'role', walk: chooseRole },
  { name: 'patient-found', walk: findPatient },
  { name: 'record', walk: readRecord },
  { name: 'source-failed', walk: loseSource },
  { name: 'locked', walk: removeCard },
];

async function seeWindow({ page }: TourContext): Promise<string> {
  const window = await page();
  await expect(window.getByRole('heading', { name: 'Sign in with your smartcard' })).toBeVisible();
  await expect(window.getByRole('heading', { name: 'Insert your smartcard' })).toBeVisible();
  return 'the sign-in screen asks for a card';
}

async function insertCard({ page, desk }: TourContext): Promise<string> {
  await desk.simulator.insertCard(TOUR_CARD);
  const window = await page();
  await expect(window.getByRole('heading', { name: 'Priya NAIR' })).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toBeFocused();
  await expect(window.getByText('3 tries left before the card locks')).toBeVisible();
  return 'the card was read: Priya NAIR, 3 tries left';
}

async function enterWrongPasscode({ page }: TourContext): Promise<string> {
  const window = await page();
  await enterPasscode(window, WRONG_PASSCODE);
  await expect(window.getByText('That passcode is not right')).toBeVisible();
  await expect(window.getByText('2 tries left before the card locks').first()).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toHaveValue('');
  return 'a wrong passcode: 2 tries left';
}

async function signIn({ page, desk }: TourContext): Promise<string> {
  const window = await page();
  await enterPasscode(window, desk.simulator.passcode(TOUR_CARD));
  await expect(window.getByRole('heading', { name: 'Choose your role' })).toBeVisible();
  await expect(window.getByRole('button', { name: /Harbour Health Centre/ })).toBeFocused();
  return 'the card signed, the identity service knows two roles';
}

async function chooseRole({ page }: TourContext): Promise<string> {
  const window = await page();
  await window.getByRole('button', { name: /Harbour Health Centre/ }).click();
  await expect(window.getByRole('heading', { name: 'Find a patient' })).toBeVisible();
  await expect(window.getByText(/NAIR/)).toBeVisible();
  await expect(window.getByText(/Harbour Health Centre \(Z99001\)/)).toBeVisible();
  return 'one role for the session, always on the screen';
}

async function findPatient({ page, desk }: TourContext): Promise<string> {
  const window = await page();
  await openPatient(window, tourPatient(desk));
  const banner = window.getByRole('region', { name: 'Patient', exact: true });
  await expect(banner.getByText('ASHWORTH, Margaret (Mrs)')).toBeVisible();
  await expect(banner.getByText(/12-Mar-1948 \(\d+y\)/)).toBeVisible();
  await expect(window.locator('[data-source-id]')).toHaveCount(3);
  return 'traced in PDS: ASHWORTH, Margaret (Mrs); three sources are asked';
}

async function readRecord({ page }: TourContext): Promise<string> {
  const window = await page();
  await expect(window.locator('[data-source-id="practice"]')).toHaveAttribute('data-state', /answered|partial/);
  await expect(window.locator('[data-source-id="wessex-record"]')).toHaveAttribute('data-state', /answered|partial/);
  await expect(window.locator('[data-source-id="wessex-summary"]')).toHaveAttribute('data-state', /answered|partial/);
  await expect(window.getByRole('group', { name: 'Allergies' })).toContainText('Known allergies');
  await expect(window.locator('[data-comparison="conflict"]').filter({ hasText: /penicillin|no known allerg/i }).first()).toBeVisible();
  const ramipril = window.locator('[data-row-id]').filter({ hasText: 'ramipril' }).first();
  await expect(ramipril).toHaveAttribute('data-comparison', 'differs');
  const copies = ramipril.getByRole('button', { name: /ramipril/ });
  await copies.click();
  await expect(copies).toHaveAttribute('aria-expanded', 'true');
  await expect(ramipril.getByText('Original record').first()).toBeVisible();
  await copies.click();
  await expect(copies).toHaveAttribute('aria-expanded', 'false');
  const evidence = window.getByRole('complementary', { name: 'Evidence' });
  await expect(evidence).toContainText('Harbour Health Centre');
  await expect(evidence).toContainText('Wessex');
  await window.getByRole('navigation').getByRole('button', { name: /^Allergies/ }).click();
  return 'one record from three sources: the allergy conflict and the changed dose are on the screen';
}

async function loseSource({ page, desk }: TourContext): Promise<string> {
  const window = await page();
  await desk.simulator.setFault('wessex', { kind: 'status', status: 503 });
  await window.getByRole('button', { name: /Find another patient/ }).click();
  await openPatient(window, tourPatient(desk));
  await expect(window.locator('[data-source-id="practice"]')).toHaveAttribute('data-state', /answered|partial/);
  await expect(window.locator('[data-source-id="wessex-record"]')).toHaveAttribute('data-state', 'failed');
  await expect(window.getByRole('button', { name: /Try again: Wessex record/ })).toBeVisible();
  await expect(window.locator('[data-row-id]').filter({ hasText: 'ramipril' }).first()).toBeVisible();
  await desk.simulator.setFault('wessex', null);
  return 'Wessex failed and says so; the practice record is there';
}

async function removeCard({ page, desk, app }: TourContext): Promise<string> {
  const replaced = (await page()).waitForEvent('close', { timeout: 10_000 });
  await desk.simulator.removeCard();
  await replaced;
  const window = await app.window();
  await expect(window.getByRole('heading', { name: 'Locked' })).toBeVisible();
  await expect(window.getByText('ASHWORTH')).toHaveCount(0);
  return 'the card left: locked, and nothing of the patient is left';
}

/** Types a passcode and sends it, as a person does. */
export async function enterPasscode(window: Page, passcode: string): Promise<void> {
  await window.getByLabel('Passcode', { exact: true }).fill(passcode);
  await window.getByLabel('Passcode', { exact: true }).press('Enter');
}

/** From the find-patient screen to the record screen. */
export async function openPatient(window: Page, nhsNumber: string): Promise<void> {
  await window.getByLabel('NHS number').fill(nhsNumber);
  await window.getByLabel('NHS number').press('Enter');
  await expect(window.locator('[data-screen="record"]')).toBeVisible();
}

/** The patient of the tour: the simulator's Margaret Ashworth. */
export function tourPatient(desk: TourContext['desk']): string {
  const person = desk.simulator.ready.people.find(({ name }) => /ashworth/i.test(name));
  if (person === undefined) throw new Error('The simulator has nobody called Ashworth.');
  return person.nhsNumber;
}
