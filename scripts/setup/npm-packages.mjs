import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.mjs';
import { SetUpRefusal, say } from './say.mjs';

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
  const { code, output } = await runProgram('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    limitMs: 900_000,
  });
  if (code !== 0) {
    throw new SetUpRefusal(`npm could not install the packages of package-lock.json. Run "npm ci" and mend what it says:\n${lastLines(output)}`);
  }
  writeFileSync(stamp, wanted);
}

function lastLines(text) {
  return text.trimEnd().split('\n').slice(-15).join('\n');
}
