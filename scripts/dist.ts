/** `npm run dist`: the packaged folder, in dist/. With the test-only stand-in it says so, in the folder too. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from './build.ts';
import { chosenRuntime } from './workstation/runtime.ts';
import { say } from './workstation/say.ts';

const ROOT = join(import.meta.dirname, '..');

async function main(): Promise<number> {
  const runtime = chosenRuntime();
  await buildApp();
  const version = readFileSync(join(runtime.folder, 'version'), 'utf8').trim().replace(/^v/, '');
  say(`packing with ${runtime.name}`);
  const builder = join(ROOT, 'node_modules/electron-builder/cli.js');
  const args = ['--dir', '--publish', 'never', `-c.electronDist=${runtime.folder}`, `-c.electronVersion=${version}`];
  const run = spawnSync(process.execPath, [builder, ...args], { cwd: ROOT, stdio: 'inherit' });
  if (run.status !== 0) return run.status ?? 1;
  if (runtime.kind === 'stand-in') warn();
  say('packed: dist/');
  return 0;
}

/** Nobody who finds the folder later may take it for a release. */
function warn(): void {
  const sentence = 'Packed with a test-only Electron, to try packaging. Not a release: do not install it anywhere.';
  writeFileSync(join(ROOT, 'dist/NOT-A-RELEASE.txt'), `${sentence}\n`);
  say(sentence);
}

process.exitCode = await main();
