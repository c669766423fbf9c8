/** Steps that need the app started on another configuration. */
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { openPatient, TOUR_CARD, tourPatient } from './hands.ts';
import { signInWith } from './session.ts';
import type { TourContext } from '../tour.ts';

/** So many minutes that the last one, which is counted down, begins after a few seconds. */
const SHORT_IDLE_MINUTES = 1.1;

export async function seeIdleWarning(context: TourContext): Promise<string> {
  const { desk, page, reopen } = context;
  const { ready } = desk.simulator;
  const configuration = { ...(JSON.parse(readFileSync(ready.configuration, 'utf8')) as object), session: { idleMinutes: SHORT_IDLE_MINUTES } };
  await reopen(configuration);
  await signInWith(context, TOUR_CARD);
  const window = await page();
  await window.getByRole('button', { name: /Harbour Health Centre/ }).click();
  await openPatient(window, tourPatient(desk));
  await expect(window.getByRole('alertdialog')).toBeVisible({ timeout: 30_000 });
  await expect(window.getByRole('button', { name: 'Stay signed in' })).toBeFocused();
  return 'nobody touched a key: the last minute is counted down before the screen locks';
}

export async function signInThroughCis2(context: TourContext): Promise<string> {
  const { desk, page, reopen } = context;
  await reopen(JSON.parse(readFileSync(desk.simulator.ready.configurationCis2, 'utf8')) as object);
  await desk.simulator.insertCard(TOUR_CARD);
  const window = await page();
  const opened = context.app().electron.waitForEvent('window', { predicate: (candidate) => /127\.0\.0\.1|localhost/.test(candidate.url()), timeout: 20_000 });
  await window.getByRole('button', { name: /Sign in with NHS Care Identity/ }).click();
  const careIdentity = await opened;
  await careIdentity.getByLabel('Passcode').fill(desk.simulator.passcode(TOUR_CARD));
  await careIdentity.getByRole('button', { name: 'Continue' }).click();
  await expect(window.getByRole('heading', { name: 'Choose your role' })).toBeVisible({ timeout: 20_000 });
  await window.getByRole('button', { name: /Harbour Health Centre/ }).click();
  await openPatient(window, tourPatient(desk));
  await expect(window.locator('[data-source-id="practice"]')).toHaveAttribute('data-state', /answered|partial/);
  return 'signed in at the Care Identity page in a window of its own; the record opens with the token it gave';
}
