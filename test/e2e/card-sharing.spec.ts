/**
 * The card is there, and not Lanyard's alone: other programs hold it, keep it busy or reset it, and a second card is in a
 * second reader. Presence is what a session lives on: none of that ends it, and none of that hides the card's leaving.
 */
import { type RunningApp, startApp } from '../../scripts/workstation/app.ts';
import {
  type OtherProgram, type Scene, expectNothingLeft, expectSessionGoesOn, expectSignsInAgain, holderOf, lockedBy, openRecord, presentCard, putFarrowIn, readerNames, startOtherProgram, untilAsked,
} from './card-scene.ts';
import { enterPasscode, nhsNumberOf, openPatient, pressLockKey } from './clinician.ts';
import { expect, test } from './fixtures.ts';

const [reader] = readerNames;
let other: OtherProgram;

test.beforeEach(({ desk }) => {
  test.skip(desk.smartcardService === null, 'There is no real smartcard service on this computer.');
  other = startOtherProgram();
});

test.afterEach(() => other?.end());

/** What another program does to a card under an open session. */
const uses: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'holds the card exclusively': () => other.ask({ do: 'connect', reader, share: 'exclusive' }),
  'holds a transaction': async () => {
    await other.ask({ do: 'connect', reader, share: 'shared' });
    await other.ask({ do: 'begin-transaction' });
  },
  'waits for a slow answer of the card': async (scene) => {
    await other.ask({ do: 'connect', reader, share: 'shared' });
    await scene.desk.simulator.setCardBehaviour('nair', { slowMs: 60_000 });
    void other.ask({ do: 'transmit', command: '00ca000000' }).catch(() => undefined);
    await untilAsked(scene, /^00ca/);
  },
  'resets the card': async () => {
    await other.ask({ do: 'connect', reader, share: 'shared' });
    await other.ask({ do: 'reset' });
  },
};

for (const [use, begin] of Object.entries(uses)) {
  test(`another program ${use} under an open record: the session goes on, and the card leaving locks it`, async ({ app, desk }) => {
    const scene: Scene = { app, desk };
    await openRecord(scene);
    await begin(scene);
    await expectSessionGoesOn(scene, putFarrowIn);
    await desk.simulator.removeCard(2);
    const locked = await lockedBy(scene, () => desk.simulator.removeCard(1));
    await expect(locked.getByText('The card left the reader')).toBeVisible();
    await expectNothingLeft(scene);
    other.end();
    await desk.simulator.setCardBehaviour('nair', null);
    await desk.simulator.insertCard('nair');
    await expectSignsInAgain(scene);
  });
}

test('a card that another program has reset under a session signs in again where it is', async ({ app, desk }) => {
  const scene: Scene = { app, desk };
  await openRecord(scene);
  await uses['resets the card']?.(scene);
  await lockedBy(scene, () => pressLockKey(app));
  await expectSignsInAgain(scene);
});

test('another program holds the card at a sign-in: the screen says so, and the next try is good', async ({ app, desk }) => {
  const window = await presentCard({ app, desk });
  await other.ask({ do: 'connect', reader, share: 'exclusive' });
  await enterPasscode(window, desk.simulator.passcode('nair'));
  await expect(window.getByText('Another program is using the card')).toBeVisible();
  await other.ask({ do: 'disconnect' });
  await expectSignsInAgain({ app, desk });
});

test('another program keeps the card busy for a moment at a sign-in, which waits for it', async ({ app, desk }) => {
  const window = await presentCard({ app, desk });
  await other.ask({ do: 'connect', reader, share: 'shared' });
  await other.ask({ do: 'begin-transaction' });
  await enterPasscode(window, desk.simulator.passcode('nair'));
  await expect(window.getByText('Checking the passcode')).toBeVisible();
  await other.ask({ do: 'end-transaction' });
  await expect(window.getByRole('heading', { name: 'Choose your role' })).toBeVisible();
});

test('a card that another program holds at the start is said to be in use, and read by itself once it is free', async ({ desk }) => {
  await desk.simulator.reset();
  await desk.simulator.insertCard('nair');
  await other.ask({ do: 'connect', reader, share: 'exclusive' });
  const app: RunningApp = await startApp({ staging: desk.staging, configuration: desk.simulator.ready.configuration, display: desk.display.name });
  try {
    await expect((await app.window()).getByText(/Another program is using this card/).first()).toBeVisible();
    await other.ask({ do: 'disconnect' });
    await expectSignsInAgain({ app, desk });
  } finally {
    await app.close();
  }
});

test('a second card coming and going changes nothing for the session of the first, whose own leaving locks', async ({ app, desk }) => {
  const scene: Scene = { app, desk };
  await openRecord(scene);
  await expectSessionGoesOn(scene, (simulator) => simulator.insertCard('okafor', 2));
  await expectSessionGoesOn(scene, (simulator) => simulator.removeCard(2));
  const locked = await lockedBy(scene, () => desk.simulator.removeCard(1));
  await expect(locked.getByText('The card left the reader')).toBeVisible();
  await desk.simulator.insertCard('nair');
  await expectSignsInAgain(scene);
});

test('with two cards in, the screen says whose is where, and a session is bound to the one that was chosen', async ({ app, desk }) => {
  const scene: Scene = { app, desk };
  const window = await presentCard(scene);
  await desk.simulator.insertCard('okafor', 2);
  await expect(window.getByRole('radio')).toHaveCount(2);
  await expect(window.locator('[data-card-id]').filter({ hasText: holderOf.nair })).toContainText('Reader 1');
  await expect(window.locator('[data-card-id]').filter({ hasText: holderOf.okafor })).toContainText('Reader 2');
  await window.getByRole('radio', { name: holderOf.okafor }).click();
  await enterPasscode(window, desk.simulator.passcode('okafor'));
  await openPatient(window, nhsNumberOf(desk, /ashworth/i));
  await expectSessionGoesOn(scene, (simulator) => simulator.removeCard(1));
  await lockedBy(scene, () => desk.simulator.removeCard(2));
  await expectNothingLeft(scene);
});
