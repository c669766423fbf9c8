import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';

test('an app started on a configuration it cannot use says why and ends', async ({ desk }) => {
  const folder = desk.staging.newFolder('configuration');
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify({ site: { name: 'Harbour Health Centre', odsCode: 'Z99001' }, sittes: 1 }));
  const file = join(desk.staging.share(folder), 'configuration.json');
  const child = spawn(desk.staging.executable, [desk.staging.appFolder, `--user-data-dir=${desk.staging.newFolder('user-data')}`, `--configuration=${file}`, '--disable-gpu'], {
    env: { ...process.env, DISPLAY: desk.display.name ?? '', ...desk.staging.environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 30_000,
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  expect(code).toBe(1);
  expect(said).toContain('there is no field "sittes"');
  expect(said).not.toMatch(/\n\s+at /);
});
