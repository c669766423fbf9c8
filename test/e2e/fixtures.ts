/** What every end-to-end test starts from: a workstation whose world is as new, and an app with a folder of its own. */
import { test as base } from '@playwright/test';
import { type RunningApp, startApp } from '../../scripts/workstation/app.ts';
import { type Desk, openDesk } from '../../scripts/workstation/desk.ts';

export const test = base.extend<{ app: RunningApp }, { desk: Desk }>({
  desk: [
    async ({}, use) => {
      const desk = await openDesk({ display: 'virtual' });
      await use(desk);
      await desk.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  app: async ({ desk }, use) => {
    await desk.simulator.reset();
    const app = await startApp({ staging: desk.staging, configuration: desk.simulator.ready.configuration, display: desk.display.name });
    await use(app);
    await app.close();
  },
});

export { expect } from '@playwright/test';
