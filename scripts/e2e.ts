/** Runs the end-to-end tests, in a network and smartcard service of their own where that can be had. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { namespaceState, runInNamespace } from './workstation/namespace.ts';

const ROOT = join(import.meta.dirname, '..');

async function main(): Promise<number> {
  if (namespaceState() === 'possible') return runInNamespace([import.meta.filename, ...process.argv.slice(2)]);
  const playwright = [join(ROOT, 'node_modules/@playwright/test/cli.js'), 'test', '-c', join(ROOT, 'test/e2e/playwright.config.ts')];
  const child = spawn(process.execPath, [...playwright, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main();
