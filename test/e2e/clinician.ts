/** What a clinician does at the workstation, step by step, for the tests that start further down the line. */
import type { WebContentsView } from 'electron';
import { type Page, expect } from '@playwright/test';
import { enterPasscode, openPatient } from '../../scripts/tour/steps/hands.ts';
import type { RunningApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';

/** From an empty reader to the find-patient screen, as Dr Nair at Harbour Health Centre. */
export async function signInAsNair(app: RunningApp, desk: Desk): Promise<Page> {
  await desk.simulator.insertCard('nair');
  const window = await app.window();
  await enterPasscode(window, desk.simulator.passcode('nair'));
  await window.getByRole('button', { name: /Harbour Health Centre/ }).click();
  await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
  return window;
}

/** Signs in and opens a patient's record; every source has answered or failed when this returns. */
export async function openRecordOf(app: RunningApp, desk: Desk, name: RegExp): Promise<Page> {
  const window = await signInAsNair(app, desk);
  await openPatient(window, nhsNumberOf(desk, name));
  await everySourceSettled(window);
  return window;
}

/** Does what should lock, waits until the old window is gone and gives the one in its place. */
export async function lockedBy(app: RunningApp, action: (window: Page) => Promise<unknown>): Promise<Page> {
  const window = await app.window();
  const gone = window.waitForEvent('close');
  // The window may go while the action is still being acknowledged: whether it locked is what is asserted.
  await action(window).catch(() => undefined);
  await gone;
  const locked = await app.window();
  await expect(locked.getByRole('heading', { name: 'Locked' })).toBeVisible();
  return locked;
}

/** F12 as the keyboard sends it, to the window rather than to the page: it locks even where the page no longer answers. */
export function pressLockKey(app: RunningApp): Promise<unknown> {
  return app.electron.evaluate(({ BaseWindow }) => (BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as WebContentsView | undefined)?.webContents.sendInputEvent({ type: 'keyDown', keyCode: 'F12' }));
}

export async function everySourceSettled(window: Page): Promise<void> {
  await expect(window.locator('[data-source-id]')).toHaveCount(4);
  await expect(window.locator('[data-source-id][data-state="asking"], [data-source-id][data-state="slow"]')).toHaveCount(0, { timeout: 15_000 });
}

/** The NHS number of one of the simulator's people. */
export function nhsNumberOf(desk: Desk, name: RegExp): string {
  const person = desk.simulator.ready.people.find((candidate) => name.test(candidate.name) || name.test(candidate.story));
  if (person === undefined) throw new Error(`The simulator has nobody like ${name}.`);
  return person.nhsNumber;
}

export { enterPasscode, openPatient };
