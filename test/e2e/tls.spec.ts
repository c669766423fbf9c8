/** Real TLS from the real app: an authority that only the site's configuration names, and none at all. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApp } from '../../scripts/workstation/app.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { type TlsProxy, startTlsProxy } from '../support/tls-proxy.ts';
import { enterPasscode, everySourceSettled, nhsNumberOf, openPatient } from './clinician.ts';
import { expect, test } from './fixtures.ts';

interface Deployment {
  readonly trust: { readonly card: readonly string[]; readonly tls: readonly string[] };
}

let proxy: TlsProxy;

test.beforeEach(async ({ desk }) => {
  await desk.simulator.reset();
  proxy = await startTlsProxy(desk.simulator.ready.control);
});

test.afterEach(() => proxy.close());

/** The simulator's configuration with PDS, practice and region behind TLS; the identity service stays on plain loopback. */
function behindTls(desk: Desk, tls: readonly string[]): string {
  const { ready } = desk.simulator;
  const text = readFileSync(ready.configuration, 'utf8').replaceAll(ready.control, proxy.origin).replaceAll(`${proxy.origin}/identity`, ready.identity.issuer);
  const deployment = JSON.parse(text) as Deployment;
  const folder = desk.staging.newFolder('behind-tls');
  const card = readFileSync(deployment.trust.card[0] ?? '', 'utf8');
  writeFileSync(join(folder, 'cards.pem'), card);
  writeFileSync(join(folder, 'servers.pem'), proxy.authority);
  writeFileSync(join(folder, 'deployment.json'), JSON.stringify({ ...deployment, trust: { card: ['cards.pem'], tls } }));
  return join(folder, 'deployment.json');
}

for (const [name, tls, outcome] of [
  ['a server whose authority the configuration names is trusted', ['servers.pem'], 'record'],
  ['a server whose authority nobody names is not, and nothing is sent to it', [], 'no record'],
] as const) {
  test(name, async ({ desk }) => {
    const app = await startApp({ staging: desk.staging, configuration: behindTls(desk, tls), display: desk.display.name });
    try {
      await desk.simulator.insertCard('okafor');
      const window = await app.window();
      await enterPasscode(window, desk.simulator.passcode('okafor'));
      await expect(window.locator('[data-screen="find-patient"]')).toBeVisible();
      if (outcome === 'record') {
        await openPatient(window, nhsNumberOf(desk, /ashworth/i));
        await everySourceSettled(window);
        await expect(window.locator('[data-source-id="practice"]')).toHaveAttribute('data-state', 'answered');
        await expect(window.locator('[data-source-id="wessex-record"]')).toHaveAttribute('data-state', 'answered');
        return;
      }
      await window.getByLabel('NHS number').fill(nhsNumberOf(desk, /ashworth/i));
      await window.getByLabel('NHS number').press('Enter');
      await expect(window.getByText('No record was opened')).toBeVisible();
      await expect(window.getByText(/certificate/i)).toBeVisible();
      expect(proxy.requests()).toBe(0);
    } finally {
      await app.close();
    }
  });
}
