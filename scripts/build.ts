/** Builds the app into out/app: a folder that an Electron runs as it is and the packager packs as it is. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'electron-vite';
import { say } from './workstation/say.ts';

const ROOT = join(import.meta.dirname, '..');
export const APP_FOLDER = join(ROOT, 'out/app');

/** Native, so not bundled: the packages that go beside the bundles as they are. */
const NATIVE_PACKAGES = ['koffi', '@koromix'];

/** Builds main, preload and renderer and puts beside them what they read at run time. */
export async function buildApp(): Promise<void> {
  say('building the app');
  rmSync(APP_FOLDER, { recursive: true, force: true });
  await build({ root: ROOT, logLevel: 'warn' });
  for (const name of NATIVE_PACKAGES) {
    cpSync(join(ROOT, 'node_modules', name), join(APP_FOLDER, 'node_modules', name), { recursive: true });
  }
  cpSync(join(ROOT, 'regions'), join(APP_FOLDER, 'regions'), { recursive: true });
  writePackage();
}

type Project = Readonly<Record<'name' | 'productName' | 'version' | 'description' | 'author' | 'license' | 'type', string>> & {
  readonly dependencies: Readonly<Record<string, string>>;
};

/** The app's own description: its name, version and entry, and nothing of the tools. */
function writePackage(): void {
  const project = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Project;
  const { name, productName, version, description, author, license, type, dependencies } = project;
  mkdirSync(APP_FOLDER, { recursive: true });
  const own = { name, productName, version, description, author, license, type, main: 'main/index.js', dependencies: { koffi: dependencies['koffi'] } };
  writeFileSync(join(APP_FOLDER, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
}

if (import.meta.main) await buildApp();
