/** The app's window for a person: no driver, no tests, until it is closed. */
import { spawn } from 'node:child_process';
import { copyConfiguration } from '../workstation/portable-configuration.ts';
import type { Display } from '../workstation/display.ts';
import type { Staging } from '../workstation/staging.ts';

/** Opens it on a configuration that has been checked; gives the app's exit code. */
export function runWindow(staging: Staging, display: Display, configuration: string): Promise<number> {
  const folder = staging.newFolder('configuration');
  copyConfiguration(configuration, folder);
  const args = [staging.appFolder, `--user-data-dir=${staging.newFolder('user-data')}`, `--configuration=${staging.share(folder)}/configuration.json`];
  const environment = { ...process.env, ...(display.name === null ? {} : { DISPLAY: display.name }), ...staging.environment };
  const child = spawn(staging.executable, args, { stdio: ['ignore', 'inherit', 'inherit'], env: environment });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 0)));
  });
}
