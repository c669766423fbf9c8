/** From the empty screen to the first role: each of these stands on the one before. */
import { expect } from '@playwright/test';
import type { TourContext } from '../tour.ts';
import { TOUR_CARD, enterPasscode } from './hands.ts';

const WRONG_PASSCODE = '111111';

export async function seeWindow({ page }: TourContext): Promise<string> {
  const window = await page();
  await expect(window.getByRole('heading', { name: 'Sign in with your smartcard' })).toBeVisible();
  await expect(window.getByRole('heading', { name: 'Insert your smartcard' })).toBeVisible();
  return 'the sign-in screen asks for a card';
}

export async function insertCard({ page, desk }: TourContext): Promise<string> {
  await desk.simulator.insertCard(TOUR_CARD);
  const window = await page();
  await expect(window.getByRole('heading', { name: 'Priya NAIR' })).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toBeFocused();
  await expect(window.getByText('3 tries left before the card locks')).toBeVisible();
  return 'the card was read: Priya NAIR, 3 tries left';
}

export async function enterWrongPasscode({ page }: TourContext): Promise<string> {
  const window = await page();
  await enterPasscode(window, WRONG_PASSCODE);
  await expect(window.getByText('That passcode is not right')).toBeVisible();
  await expect(window.getByText('2 tries left before the card locks').first()).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toHaveValue('');
  return 'a wrong passcode: 2 tries left';
}

export async function signIn({ page, desk }: TourContext): Promise<string> {
  const window = await page();
  await enterPasscode(window, desk.simulator.passcode(TOUR_CARD));
  await expect(window.getByRole('heading', { name: 'Choose your role' })).toBeVisible();
  await expect(window.getByRole('button', { name: /Harbour Health Centre/ })).toBeFocused();
  return 'the card signed, the identity service knows two roles';
}

export async function chooseRole({ page }: TourContext): Promise<string> {
  const window = await page();
  await window.getByRole('button', { name: /Harbour Health Centre/ }).click();
  await expect(window.getByRole('heading', { name: 'Find a patient' })).toBeVisible();
  await expect(window.getByText(/NAIR/)).toBeVisible();
  await expect(window.getByText(/Harbour Health Centre \(Z99001\)/)).toBeVisible();
  return 'one role for the session, always on the screen';
}
