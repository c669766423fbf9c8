/**
 * A card that this project did not make, from an authority it has never seen, in the real app: it signs in once its
 * authority is named as a trust anchor, and not before. Needs vpcd, since the card comes over it like any other.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type RunningApp, startApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { Simulator } from '../../scripts/workstation/simulator.ts';
import { type ForeignIssuer, makeForeignIssuer } from '../support/foreign-card/authority.ts';
import { type ForeignCardName, foreignCards } from '../support/foreign-card/cards.ts';
import type { ForeignHostRequest } from '../support/foreign-card/host.ts';
import { hasOpenssl } from '../support/foreign-card/openssl.ts';
import { enterPasscode, everySourceSettled, lockedBy, nhsNumberOf, openPatient } from './clinician.ts';
import { expect, test } from './fixtures.ts';

/** The card's process; it ends with this one. */
function startForeignCard(): { insert(card: ForeignCardName, issuer: ForeignIssuer): Promise<void>; remove(): Promise<void>; end(): Promise<unknown> } {
  const host = fork(join(import.meta.dirname, '../support/foreign-card/host.ts'), { execArgv: ['--no-warnings'] });
  let lastId = 0;
  const ask = async (request: ForeignHostRequest): Promise<void> => {
    const answered = once(host, 'message', { signal: AbortSignal.timeout(20_000) });
    host.send({ id: ++lastId, request });
    const [{ error }] = (await answered) as [{ error?: string }];
    if (error !== undefined) throw new Error(error);
  };
  return {
    insert: (card, { folder }) => ask({ do: 'insert', card, folder }),
    remove: () => ask({ do: 'remove' }),
    end: () => {
      const ended = once(host, 'exit');
      host.disconnect();
      return ended;
    },
  };
}

/** What a test opened, to be closed in the opposite order. */
let closers: (() => unknown)[] = [];

test.beforeEach(async ({ desk }) => {
  test.skip(desk.smartcardService === null, 'There is no real smartcard service on this computer.');
  test.skip(!hasOpenssl(), 'There is no openssl on this computer.');
  await desk.simulator.reset();
});

test.afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});

interface Scene {
  readonly app: RunningApp;
  readonly takeOut: () => Promise<void>;
}

/** The app on a simulator without cards, and the foreign card in the reader. */
async function present(desk: Desk, name: ForeignCardName, trust: 'trusted' | 'unknown'): Promise<Scene> {
  const issuer = makeForeignIssuer(name);
  closers.push(() => issuer.remove());
  const simulator = await Simulator.start(['--no-card', ...(trust === 'trusted' ? ['--trust', issuer.chain] : [])]);
  closers.push(() => simulator.stop());
  const app = await startApp({ staging: desk.staging, configuration: simulator.ready.configuration, display: desk.display.name });
  closers.push(() => app.close());
  const card = startForeignCard();
  closers.push(() => card.end());
  await card.insert(name, issuer);
  return { app, takeOut: () => card.remove() };
}

for (const [name, { passcode, name: holder }] of Object.entries(foreignCards) as [ForeignCardName, (typeof foreignCards)[ForeignCardName]][]) {
  test(`a foreign card (${name}) signs in, opens a record and locks when it leaves`, async ({ desk }) => {
    const { app, takeOut } = await present(desk, name, 'trusted');
    const window = await app.window();
    await expect(window.getByRole('heading', { name: holder })).toBeVisible();
    await enterPasscode(window, passcode);
    await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
    await expect(window.getByText(/CLINICIAN/)).toBeVisible();
    await openPatient(window, nhsNumberOf(desk, /ashworth/i));
    await everySourceSettled(window);
    await expect(window.locator('[data-row-id]').first()).toBeVisible();
    await lockedBy(app, takeOut);
  });
}

test('a foreign card whose authority nobody named is refused by name of the reason, and asked for nothing', async ({ desk }) => {
  const { app } = await present(desk, 'kereru', 'unknown');
  const window = await app.window();
  await expect(window.getByText(/not issued by an authority that this site accepts/)).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toHaveCount(0);
});
