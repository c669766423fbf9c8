import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.mjs';
import { SetUpRefusal, say } from './say.mjs';
import { STAND_IN_VERSION, installStandIn, standInFolder } from './stand-in-runtime.mjs';
import { toolchainNode } from './toolchain-node.mjs';

/**
 * @typedef {{kind: 'override' | 'official' | 'stand-in', folder: string, executable: string, name: string}} ElectronRuntime
 *   `name` is what the screens and the terminal say is in use.
 */

/**
 * The Electron that runs the app, in this order: the folder in ELECTRON_OVERRIDE_DIST_PATH; the pinned official binary,
 * installed or downloaded; a stock Electron 33 for tests only. The last is never shipped.
 * @param {string} root the project's folder
 * @returns {Promise<ElectronRuntime>}
 */
export async function resolveElectron(root) {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override !== undefined && override !== '') return overridden(override);
  const pinned = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')).version;
  const official = runtimeIn('official', join(root, 'node_modules/electron/dist'), `Electron ${pinned}`);
  // The package writes this file when it has unpacked everything.
  if (existsSync(join(root, 'node_modules/electron/path.txt')) && existsSync(official.executable)) return official;
  const standIn = runtimeIn('stand-in', standInFolder(), `Electron ${STAND_IN_VERSION} (test-only stand-in for ${pinned})`);
  if (existsSync(standIn.executable)) return standIn;
  if (await downloadOfficial(root, pinned)) return official;
  await installStandIn(root);
  return standIn;
}

function overridden(folder) {
  const runtime = runtimeIn('override', folder, `Electron from ELECTRON_OVERRIDE_DIST_PATH (${folder})`);
  if (existsSync(runtime.executable)) return runtime;
  throw new SetUpRefusal(`ELECTRON_OVERRIDE_DIST_PATH is ${folder}, but there is no ${runtime.executable}. Name the folder that holds the Electron executable, or unset it.`);
}

function runtimeIn(kind, folder, name) {
  return { kind, folder, executable: join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron'), name };
}

async function downloadOfficial(root, version) {
  say(`looking for the official Electron ${version}`);
  const { code } = await runProgram(toolchainNode(root), [join(root, 'node_modules/electron/install.js')], { cwd: root, limitMs: 300_000 });
  if (code !== 0) say(`the official Electron ${version} cannot be downloaded from here`);
  return code === 0;
}
