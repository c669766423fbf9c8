/**
 * What stays in memory after a lock, of the passcode, the tokens and the patient: by the bytes of every process of the app,
 * and by what can still be reached in the trusted one. What V8 and Chromium have freed they do not overwrite: there the bytes
 * of a token that has ended may be found for a while, and docs/security.md says so.
 */
import type { WebContentsView } from 'electron';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { RunningApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { countInMemory } from '../integration/card/process-memory.ts';
import { untilAsked } from './card-scene.ts';
import { lockedBy, nhsNumberOf, openRecordOf } from './clinician.ts';
import { expect, test } from './fixtures.ts';
import { processesOf } from './processes.ts';

test.beforeEach(({ desk }) => {
  test.skip(process.platform !== 'linux' || process.getuid?.() !== 0, 'Only root can read the memory of the app.');
  test.skip(desk.smartcardService === null, 'There is no real smartcard service on this computer.');
});

/** Eight digits, so that no other number happens to be the same. */
const passcode = '83649152';

type Kind = 'trusted' | 'screen' | 'standby' | 'card' | 'network' | 'other';

function kindOf(command: string, isOnScreen: boolean): Kind {
  if (!command.includes('--type=')) return 'trusted';
  if (command.includes('--type=renderer')) return isOnScreen ? 'screen' : 'standby';
  if (command.includes('node.mojom.NodeService')) return 'card';
  return command.includes('network.mojom.NetworkService') ? 'network' : 'other';
}

/** Which kinds of process have a text in their memory, as bytes or as UTF-16. */
async function holdersOf<Name extends string>(app: RunningApp, texts: Readonly<Record<Name, string>>): Promise<Record<Name, Kind[]>> {
  const onScreen = await app.electron.evaluate(({ BaseWindow }) => (BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as WebContentsView | undefined)?.webContents.getOSProcessId());
  const names = Object.keys(texts) as Name[];
  const sequences = Object.fromEntries(names.flatMap((name) => [[name, Buffer.from(texts[name], 'utf8')], [`${name}, wide`, Buffer.from(texts[name], 'utf16le')]]));
  const found = processesOf(app).map(({ pid, command }) => ({ kind: kindOf(command, pid === onScreen), counts: countUnlessEnded(pid, sequences) }));
  const holders = (name: Name): Kind[] => found.filter(({ counts }) => (counts[name] ?? 0) + (counts[`${name}, wide`] ?? 0) > 0).map(({ kind }) => kind);
  return Object.fromEntries(names.map((name) => [name, [...new Set(holders(name))].toSorted()])) as Record<Name, Kind[]>;
}

function countUnlessEnded(pid: number, sequences: Readonly<Record<string, Buffer>>): Readonly<Record<string, number>> {
  try {
    return countInMemory(pid, sequences);
  } catch (problem) {
    if (['ENOENT', 'ESRCH'].includes((problem as NodeJS.ErrnoException).code ?? '')) return {};
    throw problem;
  }
}

const reversed = (text: string): string => [...text].toReversed().join('');

/** Leaves a text in the memory of the trusted process, without the driver having said it. */
async function leaveInTrusted(app: RunningApp, text: string): Promise<void> {
  await app.electron.evaluate((_electron, turned) => {
    Object.assign(globalThis, { left: Buffer.from([...turned].toReversed().join('')) });
  }, reversed(text));
}

async function leaveOnScreen(window: Page, text: string): Promise<void> {
  await window.evaluate((turned) => {
    Object.assign(globalThis, { left: new TextEncoder().encode([...turned].toReversed().join('')) });
  }, reversed(text));
}

/** Key by key, as a person does: the driver's own messages go through the trusted process too. */
async function type(window: Page, label: string, digits: string): Promise<void> {
  await window.getByLabel(label, { exact: true }).focus();
  for (const digit of digits) await window.keyboard.press(digit);
}

async function changePasscode(window: Page, before: string): Promise<void> {
  await window.getByRole('button', { name: 'Change passcode' }).click();
  await type(window, 'Current passcode', before);
  await type(window, 'New passcode', passcode);
  await type(window, 'New passcode again', passcode);
  await window.keyboard.press('Enter');
  await expect(window.getByText('Your passcode was changed')).toBeVisible();
}

test('the passcode is in no process of the app after a lock, and in the trusted one at no time', async ({ app, desk }) => {
  const scene = { app, desk };
  await desk.simulator.insertCard('nair');
  const window = await app.window();
  await changePasscode(window, desk.simulator.passcode('nair'));
  await desk.simulator.setCardBehaviour('nair', { slowOperationMs: 8_000 });
  await type(window, 'Passcode', passcode);
  await window.keyboard.press('Enter');
  await untilAsked(scene, /^[01]087/);
  // The search finds it where it has to be: while the card signs.
  expect(await holdersOf(app, { passcode })).toEqual({ passcode: ['card', 'screen'] });
  await desk.simulator.setCardBehaviour('nair', null);
  await window.getByRole('button', { name: /Harbour Health Centre/ }).click({ timeout: 30_000 });
  await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();

  const locked = await lockedBy(app, () => desk.simulator.removeCard());
  const left = { trusted: '50738264', screen: '61849375' };
  await leaveInTrusted(app, left.trusted);
  await leaveOnScreen(locked, left.screen);
  await expect.poll(() => holdersOf(app, { passcode, ...left })).toEqual({ passcode: [], trusted: ['trusted'], screen: ['screen'] });
});

interface HeldTokens {
  readonly access: readonly string[];
  readonly refresh: readonly string[];
}

/** The tokens that are good now. */
async function heldTokens(desk: Desk): Promise<HeldTokens> {
  const response = await fetch(`${desk.simulator.ready.control}/identity/tokens`);
  return (await response.json()) as HeldTokens;
}

/** Which of the texts can be reached in the trusted process: of what cannot, V8 forgets where it was. */
async function reachable<Name extends string>(app: RunningApp, desk: Desk, texts: Readonly<Record<Name, string>>): Promise<Name[]> {
  const file = join(desk.staging.newFolder('heap'), 'trusted.heapsnapshot');
  await app.electron.evaluate((_electron, target) => {
    const v8 = process.getBuiltinModule('node:v8');
    // Long texts are cut in a snapshot unless they are asked for whole.
    v8.setFlagsFromString('--heap-snapshot-string-limit=10000000');
    v8.writeHeapSnapshot(target);
  }, file);
  const heap = readFileSync(file, 'utf8').toLowerCase();
  rmSync(file);
  return (Object.keys(texts) as Name[]).filter((name) => heap.includes(texts[name].toLowerCase()));
}

test('tokens and patient cannot be reached after a lock, and are in no process that had no need of them', async ({ app, desk }) => {
  // Of earlier sessions none is good any more: those that are belong to this one.
  await desk.simulator.logOut();
  await openRecordOf(app, desk, /ashworth/i);
  const { access: [access = ''], refresh: [refresh = ''] } = await heldTokens(desk);
  const tokens = { access, refresh };
  const patient = { name: 'ASHWORTH', nhsNumber: nhsNumberOf(desk, /ashworth/i) };
  expect(access.length).toBeGreaterThan(30);
  // The search finds them while they are used.
  expect(await reachable(app, desk, { ...tokens, ...patient })).toEqual(['access', 'refresh', 'name', 'nhsNumber']);
  const during = await holdersOf(app, { ...tokens, ...patient });
  expect(during.access).toContain('trusted');
  expect(during.name).toContain('screen');
  expect(withoutThoseThatCarry(during)).toEqual({ access: [], refresh: [], name: ['screen'], nhsNumber: ['screen'] });

  await lockedBy(app, () => desk.simulator.removeCard());
  // Whatever bytes of them are left somewhere are good for nothing.
  await expect.poll(() => heldTokens(desk)).toEqual({ access: [], refresh: [] });
  // The number is what the same clinician comes back by.
  await expect.poll(() => reachable(app, desk, { ...tokens, ...patient }), { timeout: 20_000 }).toEqual(['nhsNumber']);
  await expect.poll(async () => withoutThoseThatCarry(await holdersOf(app, { ...tokens, ...patient }))).toEqual({ access: [], refresh: [], name: [], nhsNumber: [] });

  await desk.simulator.insertCard('okafor');
  await expect((await app.window()).getByText('The session has ended')).toBeVisible();
  await expect.poll(() => reachable(app, desk, patient), { timeout: 20_000 }).toEqual([]);
});

/** But for the two through which requests and answers go. */
function withoutThoseThatCarry<Name extends string>(holders: Readonly<Record<Name, readonly Kind[]>>): Record<Name, Kind[]> {
  const kept = Object.entries<readonly Kind[]>(holders).map(([name, kinds]) => [name, kinds.filter((kind) => kind !== 'trusted' && kind !== 'network')]);
  return Object.fromEntries(kept) as Record<Name, Kind[]>;
}
