/**
 * The screens of signing in, in states that are hard to bring about: the page and its bridge are the real ones, and views
 * are sent to it as the trusted side sends them.
 */
import type { WebContentsView } from 'electron';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { CHANNELS, type CommandName } from '../../preload/channels.ts';
import type { Reply, WorkstationView } from '../../preload/contract.ts';
import type { RunningApp } from '../../scripts/workstation/app.ts';
import { fiftyRoles, findScreen, okafor, roleScreen, states, twoCards } from '../unit/renderer/states.ts';
import { cardOf, recordScreen, signIn, viewOf } from '../unit/renderer/views.ts';
import { signInAsNair } from './clinician.ts';
import { expect, test } from './fixtures.ts';

/** Past any that the app itself sends: those are then out of date, and the page drops them. */
let revision = 1_000_000;

async function show(app: RunningApp, view: WorkstationView): Promise<void> {
  revision += 1;
  await app.electron.evaluate(
    ({ BaseWindow }, { channel, sent }) => (BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as WebContentsView | undefined)?.webContents.send(channel, sent),
    { channel: CHANNELS.viewChanged, sent: { ...view, revision } },
  );
  const page = await app.window();
  // The view has been drawn when the page has had time for a frame after it.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

interface Asked {
  readonly command: CommandName;
  readonly request: Record<string, unknown> | undefined;
}

/** Answers a command in the trusted side's place, at once or when `release` lets it; what was asked is noted. */
async function answer(app: RunningApp, command: CommandName, reply: Reply<unknown>, when: 'at once' | 'when released' = 'at once'): Promise<void> {
  await app.electron.evaluate(
    ({ ipcMain }, { name, channel, said, held }) => {
      const here = globalThis as unknown as { asked?: unknown[]; released?: PromiseWithResolvers<void> };
      const noted = (here.asked ??= []);
      const released = (here.released ??= Promise.withResolvers<void>());
      ipcMain.removeHandler(channel);
      ipcMain.handle(channel, async (_event, request) => {
        noted.push({ command: name, request });
        if (held) await released.promise;
        return said;
      });
    },
    { name: command, channel: CHANNELS[command], said: reply, held: when === 'when released' },
  );
}

function release(app: RunningApp): Promise<void> {
  return app.electron.evaluate(() => (globalThis as unknown as { released?: PromiseWithResolvers<void> }).released?.resolve());
}

function asked(app: RunningApp): Promise<readonly Asked[]> {
  return app.electron.evaluate(() => (globalThis as unknown as { asked?: Asked[] }).asked ?? []);
}

const DONE: Reply<null> = { ok: true, value: null };
const passcode = (page: Page) => page.getByLabel('Passcode', { exact: true });
const hasFocus = (page: Page): Promise<boolean> => page.evaluate(() => document.activeElement !== document.body && document.activeElement !== null);

test('no state of a screen breaks a rule of accessibility that a machine can check, and none loses the focus', async ({ app }) => {
  test.setTimeout(120_000);
  const page = await app.window();
  for (const [name, view] of Object.entries(states)) {
    await show(app, view);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), name).toEqual([]);
    expect(await hasFocus(page), `${name}: something has the focus`).toBe(true);
  }
});

test('at 200 % zoom nothing is cut off at the side', async ({ app }) => {
  test.setTimeout(60_000);
  const page = await app.window();
  await app.electron.evaluate(({ BaseWindow }) => (BaseWindow.getAllWindows()[0]?.contentView.children.at(-1) as WebContentsView | undefined)?.webContents.setZoomFactor(2));
  for (const [name, view] of Object.entries(states)) {
    await show(app, view);
    const found = await page.evaluate(() => {
      const scrolls = (part: Element): boolean => part === document.documentElement || /auto|scroll/.test(getComputedStyle(part).overflowX);
      const wide = [...document.querySelectorAll('*')].filter((part) => scrolls(part) && part.scrollWidth > part.clientWidth);
      return { width: document.documentElement.clientWidth, wide: wide.map((part) => `${part.localName}.${part.className}`) };
    });
    expect(found.width, 'the zoom is on').toBeLessThan(700);
    expect(found.wide, name).toEqual([]);
  }
});

test('with two cards a passcode is asked for once one is chosen, and never reaches the other', async ({ app }) => {
  const page = await app.window();
  await answer(app, 'signIn', DONE);
  await show(app, viewOf(twoCards));
  await expect(passcode(page)).toHaveCount(0);
  await expect(page.getByRole('radio', { name: /NAIR/ })).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(passcode(page)).toBeFocused();
  await page.keyboard.type('482916');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: /OKAFOR/ })).toBeFocused();
  await expect(passcode(page)).toHaveValue('');
  await page.getByRole('radio', { name: /NAIR/ }).click();
  await expect(passcode(page)).toBeFocused();
  await expect(passcode(page)).toHaveValue('');
  await page.getByText('Chidi OKAFOR').click();
  await expect(passcode(page)).toBeFocused();
  await page.keyboard.type('735102');
  await page.keyboard.press('Enter');
  await expect.poll(() => asked(app)).toMatchObject([{ command: 'signIn', request: { cardId: okafor.id, lastTryConfirmed: false } }]);
  await expect(passcode(page)).toHaveValue('');
});

test('a card that is left over when the chosen one goes takes no passcode by itself; a card that comes alone does', async ({ app }) => {
  const page = await app.window();
  await show(app, viewOf(signIn()));
  await page.keyboard.type('48');
  await show(app, viewOf(twoCards));
  await expect(passcode(page)).toBeFocused();
  await expect(passcode(page)).toHaveValue('48');
  await show(app, viewOf(signIn({ cards: [okafor] })));
  await expect(passcode(page)).toHaveCount(0);
  await expect(page.getByRole('radio', { name: /OKAFOR/ })).toBeFocused();
  await show(app, viewOf(signIn({ cards: [], step: 'insert-card' })));
  await show(app, viewOf(signIn({ cards: [{ ...okafor, id: '11 Reader B' }] })));
  await expect(passcode(page)).toBeFocused();
  await expect(passcode(page)).toHaveValue('');
});

test('a passcode is gone from the page once it is sent, undo does not bring it back, and Escape gives up', async ({ app }) => {
  const page = await app.window();
  await answer(app, 'signIn', DONE, 'when released');
  await answer(app, 'cancelSignIn', DONE);
  await show(app, viewOf(signIn()));
  await page.keyboard.type('482916');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Checking the passcode')).toBeVisible();
  await expect(passcode(page)).toBeFocused();
  await page.keyboard.type('1');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+z');
  await expect(passcode(page)).toHaveValue('');
  expect(await page.content()).not.toContain('482916');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(async () => (await asked(app)).map(({ command }) => command)).toEqual(['signIn', 'cancelSignIn', 'cancelSignIn']);
  await release(app);
  await expect(page.getByText('Checking the passcode')).toHaveCount(0);
  await expect(passcode(page)).toBeFocused();
  await expect(page.getByText('Enter 6 to 8 numbers')).toHaveCount(0);
});

test('nothing is typed for a card whose reader has keys, nor where another window asks', async ({ app }) => {
  const page = await app.window();
  await answer(app, 'signIn', DONE);
  await show(app, viewOf(signIn({ cards: [cardOf({ entry: 'pin-pad' })] })));
  await expect(page.locator('input')).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign in using the reader’s keys' }).press('Enter');
  await show(app, viewOf(signIn({ cards: [cardOf({ entry: 'pin-pad', triesLeft: 1 })] })));
  await expect(page.getByRole('checkbox')).toBeFocused();
  await expect(page.getByRole('button', { name: 'Sign in using the reader’s keys' })).toBeDisabled();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await show(app, viewOf(signIn({ method: 'browser' })));
  await page.getByRole('button', { name: 'Sign in with NHS Care Identity' }).click();
  await expect
    .poll(async () => (await asked(app)).map(({ request }) => request))
    .toEqual([false, true, false].map((lastTryConfirmed) => ({ cardId: cardOf().id, passcodeWay: null, lastTryConfirmed })));
});

test('a passcode is changed: a slip is told at its field, every field is emptied, the outcome leads back to sign-in', async ({ app }) => {
  const page = await app.window();
  await answer(app, 'changePasscode', { ok: true, value: { tone: 'information', title: 'Your passcode was changed', sentence: 'Use the new passcode from now on.' } });
  await show(app, viewOf(signIn()));
  await page.getByRole('button', { name: 'Change passcode' }).click();
  await expect(page.getByLabel('Current passcode')).toBeFocused();
  const type = async (texts: readonly [string, string, string]) => {
    for (const [index, label] of ['Current passcode', 'New passcode', 'New passcode again'].entries()) await page.getByLabel(label, { exact: true }).fill(texts[index] ?? '');
    await page.keyboard.press('Enter');
  };
  await type(['482916', '735102', '735103']);
  await expect(page.getByText('The two new passcodes are not the same')).toBeVisible();
  await expect(page.getByLabel('New passcode again')).toBeFocused();
  await expect(page.getByLabel('New passcode again')).toHaveAttribute('aria-invalid', 'true');
  for (const field of await page.locator('input').all()) await expect(field).toHaveValue('');
  expect(await asked(app)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Change passcode' })).toBeFocused();
  await page.keyboard.press('Enter');
  await type(['482916', '735102', '735102']);
  await expect(page.getByText('Your passcode was changed')).toBeVisible();
  await expect(passcode(page)).toBeFocused();
  expect(await asked(app)).toMatchObject([{ command: 'changePasscode', request: { cardId: cardOf().id, lastTryConfirmed: false } }]);
});

test('a change that the card refuses says so and stays where it is', async ({ app }) => {
  const page = await app.window();
  await answer(app, 'changePasscode', { ok: true, value: { tone: 'problem', title: 'That passcode is not right', sentence: '2 tries left before the card locks.' } });
  await show(app, viewOf(signIn({ cards: [cardOf({ entry: 'pin-pad' })] })));
  await page.getByRole('button', { name: 'Change passcode' }).click();
  await expect(page.locator('input')).toHaveCount(0);
  await page.getByRole('button', { name: 'Change it using the reader’s keys' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText('That passcode is not right');
  await expect(page.getByRole('button', { name: 'Change it using the reader’s keys' })).toBeFocused();
  expect(await asked(app)).toMatchObject([{ request: { passcodeWay: null } }]);
});

test('what a change came to is told even where the card has left by then', async ({ app }) => {
  const page = await app.window();
  await answer(app, 'changePasscode', { ok: true, value: { tone: 'warning', title: 'The card left the reader', sentence: 'Put it back and see whether the new passcode works.' } }, 'when released');
  await show(app, viewOf(signIn({ cards: [cardOf({ entry: 'pin-pad' })] })));
  await page.getByRole('button', { name: 'Change passcode' }).click();
  await page.getByRole('button', { name: 'Change it using the reader’s keys' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible();
  await show(app, viewOf(signIn({ cards: [], step: 'insert-card' })));
  await release(app);
  await expect(page.getByText('see whether the new passcode works')).toBeVisible();
  await show(app, viewOf(signIn()));
  await expect(page.getByText('see whether the new passcode works')).toBeVisible();
  await answer(app, 'signIn', DONE);
  await page.keyboard.type('482916');
  await page.keyboard.press('Enter');
  await expect(page.getByText('see whether the new passcode works')).toHaveCount(0);
});

test('a card that locks while its passcode is changed is asked for no other', async ({ app }) => {
  const page = await app.window();
  await show(app, viewOf(signIn()));
  await page.getByRole('button', { name: 'Change passcode' }).click();
  await show(app, viewOf(signIn({ cards: [cardOf({ triesLeft: 0 })] })));
  await expect(page.getByText('This card is locked')).toBeVisible();
  await expect(page.locator('input')).toHaveCount(0);
});

test('the idle warning takes any key, keeps it from the record behind, is read out once, and gives the focus back', async ({ app }) => {
  const page = await app.window();
  await answer(app, 'stayActive', DONE);
  await answer(app, 'closePatient', DONE);
  const record = recordScreen();
  await show(app, viewOf(record));
  const before = page.getByRole('button', { name: /^Medication/ });
  await before.focus();
  await show(app, viewOf(record, { idleWarning: { locksAt: (await page.evaluate(() => Date.now())) + 42_000 } }));
  const warning = page.getByRole('alertdialog', { name: 'Still there?' });
  await expect(warning.getByRole('button', { name: 'Stay signed in' })).toBeFocused();
  const described = await warning.evaluate((dialog) => document.getElementById(dialog.getAttribute('aria-describedby') ?? '')?.textContent);
  expect(described).toMatch(/^Lanyard locks in \d\d seconds/);
  const seen = page.locator('.idle-seconds');
  const first = await seen.textContent();
  await expect(seen).not.toHaveText(first ?? '');
  expect(await warning.evaluate((dialog) => document.getElementById(dialog.getAttribute('aria-describedby') ?? '')?.textContent)).toBe(described);
  for (const key of ['Tab', 'd', 'Control+k', 'Escape', 'Escape', 'Enter']) {
    await page.keyboard.press(key);
    await expect(warning).toBeVisible();
    expect(await warning.evaluate((dialog) => dialog.contains(document.activeElement)), key).toBe(true);
  }
  const commands = (await asked(app)).map(({ command }) => command);
  expect(commands.length).toBeGreaterThanOrEqual(6);
  expect(new Set(commands)).toEqual(new Set(['stayActive']));
  await expect(page.getByRole('checkbox', { name: /Only what differs/ })).not.toBeChecked();
  await show(app, viewOf(record));
  await expect(warning).toHaveCount(0);
  await expect(before).toBeFocused();
});

test('fifty roles: this site’s first, by keyboard to the last, and the heading stays', async ({ app }) => {
  const page = await app.window();
  await answer(app, 'chooseRole', DONE);
  await show(app, viewOf(roleScreen(fiftyRoles)));
  await expect(page.getByRole('button', { name: /access role 31 at Harbour Health Centre/ })).toBeFocused();
  await page.keyboard.press('End');
  const last = page.getByRole('button', { name: /access role 50 at/ });
  await expect(last).toBeFocused();
  await expect(last).toBeInViewport();
  await expect(page.getByRole('heading', { name: 'Choose your role' })).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollHeight <= document.documentElement.clientHeight)).toBe(true);
  await page.keyboard.press('3');
  await page.keyboard.press('Enter');
  await expect.poll(() => asked(app)).toEqual([{ command: 'chooseRole', request: { roleId: 'role-32' } }]);
});

test('a role that may not open records offers another and no field; a change of role says first what it closes', async ({ app }) => {
  const page = await app.window();
  await answer(app, 'changeRole', DONE);
  await show(app, viewOf(findScreen({ allows: { viewRecord: false, viewSensitive: false }, canChangeRole: true })));
  await expect(page.locator('input')).toHaveCount(0);
  await page.getByRole('button', { name: 'Choose another role' }).press('Enter');
  await show(app, states['a record, with notices'] as WorkstationView);
  await page.getByRole('button', { name: 'Change role' }).click();
  await expect(page.getByText('This closes the patient.')).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await asked(app)).length).toBe(2);
});

test('the page that stands by shows that Lanyard is locked and nothing of anybody, and says nothing aloud', async ({ app, desk }) => {
  await signInAsNair(app, desk);
  const shown = await app.window();
  await expect.poll(() => app.electron.windows().length).toBe(2);
  const standby = app.electron.windows().find((page) => page !== shown);
  await standby?.waitForLoadState('load');
  const found = () =>
    standby?.evaluate(() => ({
      words: document.body.innerText.split(/\s+/),
      aloud: [...document.querySelectorAll('#root > *')].filter((part) => part.getAttribute('aria-hidden') !== 'true').length,
      beside: document.body.querySelectorAll(':scope > div').length,
      ready: document.documentElement.dataset['ready'],
      title: document.title,
    }));
  await expect.poll(found).toEqual({ words: ['Lanyard', 'Locked'], aloud: 0, beside: 1, ready: undefined, title: 'Lanyard' });
});
