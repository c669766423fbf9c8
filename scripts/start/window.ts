/** The app's window for a person: no driver, no tests, until it is closed. */
import { spawn } from 'node:child_process';
import { appArguments } from '../workstation/app-arguments.ts';
import { passOnLog } from '../workstation/app-log.ts';
import type { Display } from '../workstation/display.ts';
import { say } from '../workstation/say.ts';
import type { Staging } from '../workstation/staging.ts';

/** Opens it on a configuration that has been checked; gives the app's exit code, 1 where no window came. */
export async function runWindow(staging: Staging, display: Display, configuration: string): Promise<number> {
  const environment = { ...process.env, ...(display.name === null ? {} : { DISPLAY: display.name }), ...staging.environment };
  const child = spawn(staging.executable, appArguments(staging, configuration).words, { stdio: ['ignore', 'inherit', 'pipe'], env: environment });
  // `on`, not `once`: at Ctrl-C the terminal and npm both send the signal, and the second must not end us before we have put away.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 0)));
  });
  const [code, drawn] = await Promise.all([ended, passOnLog(child.stderr)]);
  if (drawn) return code;
  say(`no window opened${display.name === null ? '' : ` on display ${display.name}`}`);
  return code === 0 ? 1 : code;
}
