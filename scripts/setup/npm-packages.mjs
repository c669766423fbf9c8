import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { say } from './say.mjs';

/**
 * Installs exactly what the lock file names, unless that was done already: a stamp in node_modules holds the lock
 * file's hash.
 * @param {string} root the project's folder
 */
export async function installNpmPackages(root) {
  const stamp = join(root, 'node_modules', '.lanyard-lock');
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('installing npm packages (about a minute, only the first time)');
  await runNpm('install the packages of package-lock.json', ['ci'], { cwd: root, limitMs: 900_000 });
  writeFileSync(stamp, wanted);
}
