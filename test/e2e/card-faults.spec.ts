/**
 * What can fail under a clinician, at each moment at which it can: locked in time if a record was open, a sentence that
 * fits, nothing of the patient left, and the same app signs in again.
 */
import { type RunningApp, startApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import {
  type Scene, beginSignature, expectNothingLeft, expectSignsInAgain, heartbeatLimitMs, holderOf, listenFor, lockedBy, openRecord, presentCard, returnLimitMs, typePasscode, untilAsked,
} from './card-scene.ts';
import { enterPasscode } from './clinician.ts';
import { expect, test } from './fixtures.ts';
import { cardProcessOf, processesOf } from './processes.ts';

test.beforeEach(({ desk }) => test.skip(desk.smartcardService === null, 'There is no real smartcard service on this computer.'));
test.afterEach(async ({ desk }) => {
  desk.smartcardService?.signal('SIGCONT');
  if (desk.smartcardService?.isRunning === false) await desk.smartcardService.start();
});

const moments = {
  'while nobody does anything': presentCard,
  'while a passcode is being typed': typePasscode,
  'during the signature': beginSignature,
  'with a record open': openRecord,
} as const;

interface Fault {
  readonly name: string;
  readonly strike: (scene: Scene) => Promise<unknown>;
  /** On the screen while it lasts, where nobody was signed in. */
  readonly says: RegExp;
  readonly mend: (scene: Scene) => Promise<unknown>;
}

const faults: readonly Fault[] = [
  {
    name: 'pcscd is killed',
    strike: async ({ desk }) => desk.smartcardService?.stop('SIGKILL'),
    says: /The smartcard service \(pcscd\) is not running on this computer/,
    mend: async ({ desk }) => {
      await desk.smartcardService?.start();
      await desk.simulator.insertCard('nair');
    },
  },
  {
    name: 'the card process is killed',
    strike: async ({ app }) => process.kill(cardProcessOf(app), 'SIGKILL'),
    says: /Lanyard lost touch with its card reader process and is starting it again/,
    mend: async () => undefined,
  },
];

for (const { name, strike, says, mend } of faults) {
  for (const [moment, reach] of Object.entries(moments)) {
    test(`${name} ${moment}`, async ({ app, desk }) => {
      const scene: Scene = { app, desk };
      await reach(scene);
      if (reach === openRecord) {
        const locked = await lockedBy(scene, () => strike(scene));
        await expect(locked.getByRole('heading', { name: 'Locked' })).toBeVisible();
        await expect(locked.getByText('The card could no longer be seen')).toBeVisible();
      } else {
        const screen = await listenFor(await app.window(), says);
        await strike(scene);
        await screen.untilSaid();
      }
      await expectNothingLeft(scene);
      await mend(scene);
      await expectSignsInAgain(scene);
    });
  }
}

test('the app is started before pcscd', async ({ desk }) => {
  await desk.simulator.reset();
  await desk.smartcardService?.stop('SIGKILL');
  const app = await startApp({ staging: desk.staging, configuration: desk.simulator.ready.configuration, display: desk.display.name });
  try {
    await expect((await app.window()).getByText(/pcscd.* is not running/).first()).toBeVisible();
    await desk.smartcardService?.start();
    await desk.simulator.insertCard('nair');
    await expectSignsInAgain({ app, desk });
  } finally {
    await app.close();
  }
});

const pulledWhile: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'it is read': async (scene) => {
    await scene.desk.simulator.setCardBehaviour('nair', { slowMs: 1_000 });
    await scene.desk.simulator.insertCard('nair');
    await untilAsked(scene, /^00a4/);
    await expect((await scene.app.window()).getByRole('heading', { name: 'Reading the card' })).toBeVisible();
  },
  'it signs': beginSignature,
  'it is mute at the signature': async (scene) => {
    const window = await presentCard(scene);
    await scene.desk.simulator.setCardBehaviour('nair', { answers: 'never', mutesAt: 'signature' });
    await enterPasscode(window, scene.desk.simulator.passcode('nair'));
    await untilAsked(scene, /^[01]087/);
  },
};

for (const [moment, reach] of Object.entries(pulledWhile)) {
  test(`the card is pulled while ${moment}`, async ({ app, desk }) => {
    const scene: Scene = { app, desk };
    await reach(scene);
    await desk.simulator.removeCard();
    await expect((await app.window()).getByRole('heading', { name: 'Insert your smartcard' })).toBeVisible();
    await expectNothingLeft(scene);
    await desk.simulator.setCardBehaviour('nair', null);
    await desk.simulator.insertCard('nair');
    await expectSignsInAgain(scene);
  });
}

test('a mute card is said to be one, and is good once it is put in the right way', async ({ app, desk }) => {
  await desk.simulator.setCardBehaviour('nair', { answers: 'never' });
  await desk.simulator.insertCard('nair');
  await expect((await app.window()).getByText(/The card does not answer\. Take it out/).first()).toBeVisible({ timeout: returnLimitMs });
  await desk.simulator.removeCard();
  await desk.simulator.setCardBehaviour('nair', null);
  await desk.simulator.insertCard('nair');
  await expectSignsInAgain({ app, desk });
});

/** What happens to the card while the whole app is stopped, as under a computer that sleeps. */
const behindItsBack: Readonly<Record<string, (desk: Desk) => Promise<unknown>>> = {
  'the card is swapped': ({ simulator }) => simulator.insertCard('okafor'),
  // A new pcscd counts from the beginning: the other card comes under the number that the first one had.
  'pcscd is killed, starts again and has another card': async ({ simulator, smartcardService }) => {
    await smartcardService?.stop('SIGKILL');
    await smartcardService?.start();
    await simulator.insertCard('okafor');
  },
};

for (const [event, happen] of Object.entries(behindItsBack)) {
  test(`${event} while the whole app is stopped`, async ({ app, desk }) => {
    const scene: Scene = { app, desk };
    await restart(desk.smartcardService);
    await openRecord(scene);
    const next = await lockedBy(scene, () => whileStopped(app, () => happen(desk)));
    await expect(next.getByText('Another clinician’s card is in the reader')).toBeVisible({ timeout: returnLimitMs });
    await expect(next.getByRole('heading', { name: holderOf.okafor })).toBeVisible();
    await expectNothingLeft(scene);
    await expectSignsInAgain(scene, 'okafor');
  });
}

async function restart(service: Desk['smartcardService']): Promise<void> {
  await service?.stop('SIGKILL');
  await service?.start();
}

async function whileStopped(app: RunningApp, happen: () => Promise<unknown>): Promise<void> {
  const processes = processesOf(app).map(({ pid }) => pid);
  for (const pid of processes) process.kill(pid, 'SIGSTOP');
  try {
    await happen();
  } finally {
    for (const pid of processes) process.kill(pid, 'SIGCONT');
  }
}

/** What is there and does nothing proves nothing: the heartbeat notices. */
test('the card process hangs with a record open', async ({ app, desk }) => {
  const scene: Scene = { app, desk };
  await openRecord(scene);
  const hanging = cardProcessOf(app);
  await expectLockedByHeartbeat(scene, () => process.kill(hanging, 'SIGSTOP'));
  await expect.poll(() => processesOf(app).some(({ pid }) => pid === hanging), { message: 'the one that hangs is there', timeout: returnLimitMs }).toBe(false);
  await expectSignsInAgain(scene);
});

test('pcscd hangs with a record open', async ({ app, desk }) => {
  const scene: Scene = { app, desk };
  await openRecord(scene);
  await expectLockedByHeartbeat(scene, () => desk.smartcardService?.signal('SIGSTOP'));
  desk.smartcardService?.signal('SIGCONT');
  await expectSignsInAgain(scene);
});

async function expectLockedByHeartbeat(scene: Scene, strike: () => unknown): Promise<void> {
  const locked = await lockedBy(scene, async () => strike(), heartbeatLimitMs);
  await expect(locked.getByText('The card could no longer be seen')).toBeVisible();
  await expectNothingLeft(scene);
}
