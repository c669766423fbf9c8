/**
 * Set-up: everything a command needs, brought once. Runs on the machine's own Node.js with its built-ins alone, because
 * nothing else is there yet. Running it again costs a moment and changes nothing.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installDebianPackages } from './setup/debian-packages.mjs';
import { resolveElectron } from './setup/electron-runtime.mjs';
import { installNpmPackages } from './setup/npm-packages.mjs';
import { SetUpRefusal, say } from './setup/say.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

const OLDEST_NODE = [20, 19];

/**
 * @param {'packages' | 'everything'} extent `packages`: npm's alone. `everything`: Debian's and Electron too.
 * @returns {Promise<import('./setup/electron-runtime.mjs').ElectronRuntime | null>} the Electron to use, with `everything`
 */
export async function setUp(extent) {
  requireNode();
  if (extent === 'everything') await installDebianPackages();
  await installNpmPackages(ROOT);
  if (extent === 'packages') return null;
  const runtime = await resolveElectron(ROOT);
  say(`using ${runtime.name}`);
  return runtime;
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetUpRefusal(`Node.js ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

/** Runs `work`; a refusal is a sentence and exit code 1, never a stack trace. */
export async function orRefuse(work) {
  try {
    await work();
  } catch (problem) {
    if (!(problem instanceof SetUpRefusal)) throw problem;
    say(problem.message);
    process.exitCode = 1;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await orRefuse(() => setUp('everything'));
}
