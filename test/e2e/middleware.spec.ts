/**
 * A card that only a vendor's middleware can sign in with, in the real app: OpenSC's module stands for the vendor's. Needs
 * vpcd, since the middleware reaches the card through the smartcard service.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type RunningApp, startApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { Simulator } from '../../scripts/workstation/simulator.ts';
import type { MiddlewareHostRequest } from '../integration/card/middleware-host.ts';
import { enterPasscode, lockedBy } from './clinician.ts';
import { expect, test } from './fixtures.ts';

const openScModule = ['/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so', '/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so'].find((file) => existsSync(file));
const absentModule = '/opt/vendor/lib/no-such-module.so';

/** The cards' process; it ends with this one. */
function startCards(): { ask(request: MiddlewareHostRequest): Promise<unknown>; end(): Promise<unknown> } {
  const host = fork(join(import.meta.dirname, '../integration/card/middleware-host.ts'), { execArgv: ['--no-warnings'] });
  let lastId = 0;
  return {
    async ask(request) {
      const answered = once(host, 'message', { signal: AbortSignal.timeout(20_000) });
      host.send({ id: ++lastId, request });
      const [{ value, error }] = (await answered) as [{ value?: unknown; error?: string }];
      if (error !== undefined) throw new Error(error);
      return value;
    },
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
  test.skip(openScModule === undefined, 'There is no OpenSC on this computer.');
  await desk.simulator.reset();
});

test.afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});

/** The app with this module, on a simulator without cards, and the card in the reader. */
async function present(desk: Desk, card: string, module: string): Promise<{ app: RunningApp; cards: ReturnType<typeof startCards> }> {
  const cards = startCards();
  closers.push(() => cards.end());
  const trust = join(desk.staging.newFolder('trust'), 'cards.pem');
  writeFileSync(trust, (await cards.ask({ do: 'authorities' })) as string);
  const simulator = await Simulator.start(['--no-card', '--trust', trust]);
  closers.push(() => simulator.stop());
  const configuration = join(dirname(simulator.ready.configuration), 'with-middleware.json');
  const written = JSON.parse(readFileSync(simulator.ready.configuration, 'utf8')) as object;
  writeFileSync(configuration, JSON.stringify({ ...written, card: { middleware: { module } } }));
  const app = await startApp({ staging: desk.staging, configuration, display: desk.display.name });
  closers.push(() => app.close());
  await cards.ask({ do: 'insert', card });
  return { app, cards };
}

test('a card behind middleware signs in through it, and its removal locks', async ({ desk }) => {
  const { app, cards } = await present(desk, 'signature slot RSA-2048', openScModule ?? '');
  const window = await app.window();
  await expect(window.getByRole('heading', { name: 'Daniel OKAFOR' })).toBeVisible();
  await enterPasscode(window, '111111');
  await expect(window.getByText('That passcode is not right')).toBeVisible();
  await enterPasscode(window, '482916');
  await window.getByRole('button', { name: /Harbour Health Centre/ }).click();
  await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
  await lockedBy(app, () => cards.ask({ do: 'remove' }));
});

test('middleware that is not there is named over a card that needs it; other cards sign in all the same', async ({ desk }) => {
  const { app, cards } = await present(desk, 'signature slot P-256', absentModule);
  const window = await app.window();
  await expect(window.getByText(absentModule)).toBeVisible();
  await expect(window.getByLabel('Passcode', { exact: true })).toHaveCount(0);
  await cards.ask({ do: 'insert', card: 'P-256' });
  await expect(window.getByRole('heading', { name: 'Priya NAIR' })).toBeVisible();
  await enterPasscode(window, '482916');
  await window.getByRole('button', { name: /Harbour Health Centre/ }).click();
  await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
});
