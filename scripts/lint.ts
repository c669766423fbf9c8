/** Lint: the rules of .oxlintrc.json, the boundaries between the rooms among them. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const run = spawnSync(join(ROOT, 'node_modules/.bin/oxlint'), ['--deny-warnings', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
process.exitCode = run.status ?? 1;
