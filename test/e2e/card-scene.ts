/** A clinician at a workstation whose card, reader or card service is about to fail: how to get there, and what must hold after. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { RunningApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { askHost } from '../integration/card/card-process.ts';
import type { OtherProgramRequest } from '../support/card/other-program.ts';
import { enterPasscode, openRecordOf } from './clinician.ts';
import { expect } from './fixtures.ts';

export interface Scene {
  readonly app: RunningApp;
  readonly desk: Desk;
}

/** How soon a fault locks a session that is open: far more than it takes, on a computer that does much else. */
export const lockLimitMs = 5_000;
/** The same where it takes a heartbeat to notice. */
export const heartbeatLimitMs = 15_000;
/** pcscd, or the card process, and the card in it are back. */
export const returnLimitMs = 20_000;

/** What pcscd calls its two readers. */
export const readerNames = ['Virtual PCD 00 00', 'Virtual PCD 00 01'] as const;

export const holderOf = { nair: /Priya NAIR/, okafor: /Daniel OKAFOR/ } as const;
type Card = keyof typeof holderOf;

const passcodeField = (window: Page) => window.getByLabel('Passcode', { exact: true });

/** Dr Nair's card is in, and read. */
export async function presentCard({ app, desk }: Scene): Promise<Page> {
  await desk.simulator.insertCard('nair');
  const window = await app.window();
  await expect(window.getByRole('heading', { name: holderOf.nair })).toBeVisible();
  return window;
}

export async function typePasscode(scene: Scene): Promise<void> {
  const window = await presentCard(scene);
  await passcodeField(window).fill(scene.desk.simulator.passcode('nair'));
}

/** The passcode was right, and the card takes its time to sign. */
export async function beginSignature(scene: Scene): Promise<void> {
  const { simulator } = scene.desk;
  const window = await presentCard(scene);
  await simulator.setCardBehaviour('nair', { slowOperationMs: 3_000 });
  await enterPasscode(window, simulator.passcode('nair'));
  await untilAsked(scene, /^[01]087/);
  await simulator.setCardBehaviour('nair', null);
}

export async function openRecord({ app, desk }: Scene): Promise<void> {
  await openRecordOf(app, desk, /ashworth/i);
}

/** Until Dr Nair's card has got a command that begins so, in hexadecimal. */
export async function untilAsked({ desk }: Scene, command: RegExp): Promise<void> {
  const heard = async (): Promise<boolean> => (await desk.simulator.cardCommands()).some((one) => one.card === 'nair' && command.test(one.command));
  await expect.poll(heard, { intervals: [20], timeout: 10_000 }).toBe(true);
}

/** The sign-in screen that takes the record's place within the limit. */
export async function lockedBy({ app }: Scene, strike: () => Promise<unknown>, limitMs = lockLimitMs): Promise<Page> {
  const window = await app.window();
  const gone = window.waitForEvent('close', { timeout: limitMs });
  await strike();
  await gone;
  const next = await app.window();
  await expect(next.locator('[data-screen="sign-in"]')).toBeVisible({ timeout: lockLimitMs });
  return next;
}

/**
 * The session goes on. A card put into the second reader, or taken out of it, is seen after everything before: whatever
 * was to be locked has been locked by then.
 */
export async function expectSessionGoesOn(scene: Scene, inSecondReader: (simulator: Desk['simulator']) => Promise<void>): Promise<void> {
  const { app, desk } = scene;
  const window = await app.window();
  const statuses = (): number => app.log().split('"event":"card-service"').length;
  const before = statuses();
  await inSecondReader(desk.simulator);
  await expect.poll(statuses).toBeGreaterThan(before);
  await expect(window.locator('[data-screen="record"]')).toBeVisible();
  expect(app.log()).not.toContain('"to":"locked"');
}

export const putFarrowIn = (simulator: Desk['simulator']): Promise<void> => simulator.insertCard('farrow', 2);

/** Remembers whether the screen ever said this, from now on: some things stand there for a moment only. */
export async function listenFor(window: Page, words: RegExp): Promise<{ untilSaid(): Promise<void> }> {
  await window.evaluate((source) => {
    const pattern = new RegExp(source);
    const page = globalThis as unknown as { said: boolean };
    page.said = false;
    const look = (): void => void (page.said ||= pattern.test(document.body.innerText));
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    look();
  }, words.source);
  const said = (): Promise<boolean> => window.evaluate(() => (globalThis as unknown as { said: boolean }).said);
  return { untilSaid: () => expect.poll(said, { message: String(words), timeout: lockLimitMs }).toBe(true) };
}

/** Nothing of the patient or the passcode, in any window. */
export async function expectNothingLeft({ app, desk }: Scene): Promise<void> {
  for (const window of app.electron.windows()) {
    expect(await window.content()).not.toMatch(new RegExp(`ashworth|999.?012|${desk.simulator.passcode('nair')}`, 'i'));
  }
}

/** The same app, with no restart: the card is named, its tries are all there, nothing is left in the field, and it signs in. */
export async function expectSignsInAgain({ app, desk }: Scene, card: Card = 'nair'): Promise<Page> {
  const window = await app.window();
  await expect(window.getByRole('heading', { name: holderOf[card] })).toBeVisible({ timeout: returnLimitMs });
  await expect(window.getByText('3 tries left before the card locks')).toBeVisible();
  await expect(passcodeField(window)).toHaveValue('');
  await enterPasscode(window, desk.simulator.passcode(card));
  await expect(window.locator('[data-screen="role"], [data-screen="find-patient"], [data-screen="record"]')).toBeVisible();
  return window;
}

export interface OtherProgram {
  ask(request: OtherProgramRequest): Promise<unknown>;
  end(): void;
}

/** Another program on this computer that uses the card. */
export function startOtherProgram(): OtherProgram {
  const child = fork(join(import.meta.dirname, '../support/card/other-program.ts'), { execArgv: ['--no-warnings'] });
  return { ask: askHost<OtherProgramRequest>(child), end: () => void child.kill('SIGKILL') };
}
