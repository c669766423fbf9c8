/** `node scripts/run.mjs COMMAND [ARGUMENTS]`: sets up what the command needs and hands over to it on the pinned Node.js. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, orRefuse, setUp } from './setup.mjs';
import { say } from './setup/say.mjs';
import { toolchainNode } from './setup/toolchain-node.mjs';

/** What each command is, and how much it needs. Standard output is the command's own. */
const COMMANDS = {
  start: { extent: 'everything', file: 'scripts/start.ts' },
  test: { extent: 'everything', file: 'scripts/test.ts' },
  bench: { extent: 'everything', file: 'scripts/bench.ts' },
  dist: { extent: 'everything', file: 'scripts/dist.ts' },
  simulator: { extent: 'packages', file: 'simulator/index.ts' },
  record: { extent: 'packages', file: 'scripts/record.ts' },
  build: { extent: 'packages', file: 'scripts/build.ts' },
  fuzz: { extent: 'packages', file: 'test/fuzz/card.ts' },
  lint: { extent: 'packages', file: 'scripts/lint.ts' },
};

const [name = '', ...rest] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  say(`there is no command "${name}". There are: ${Object.keys(COMMANDS).join(', ')}.`);
  process.exitCode = 2;
} else {
  await orRefuse(async () => {
    const runtime = await setUp(command.extent);
    await handOver(command.file, rest, runtime);
  });
}

function handOver(file, args, runtime) {
  const env = { ...process.env, NODE_NO_WARNINGS: '1' };
  // Some tools colour what they print even where it goes to a file.
  if (!process.stdout.isTTY) env['NO_COLOR'] ??= '1';
  if (runtime !== null) env['LANYARD_ELECTRON'] = JSON.stringify(runtime);
  const child = spawn(toolchainNode(ROOT), [join(ROOT, file), ...args], { cwd: ROOT, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 1);
      resolve();
    });
  });
}
