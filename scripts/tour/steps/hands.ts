/** What a person does at the workstation, for the tour and for the tests. */
import { type Page, expect } from '@playwright/test';
import type { Desk } from '../../workstation/desk.ts';

/** The card of the tour. */
export const TOUR_CARD = 'nair';

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
export function tourPatient(desk: Desk): string {
  const person = desk.simulator.ready.people.find(({ name }) => /ashworth/i.test(name));
  if (person === undefined) throw new Error('The simulator has nobody called Ashworth.');
  return person.nhsNumber;
}
