import { defineConfig } from '@playwright/test';

/** One app at a time: there is one virtual reader. No retries: a test that fails sometimes has found something. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../out/e2e',
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: process.env['LANYARD_E2E_RESULTS'] ?? '../../out/e2e.json' }]],
});
