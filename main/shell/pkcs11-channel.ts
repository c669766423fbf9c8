/** The PKCS #11 process as an Electron utility process. */
import { type UtilityProcess, utilityProcess } from 'electron';
import type { Pkcs11Channel } from '../card/pkcs11/client.ts';
import type { Pkcs11Command } from '../card/pkcs11/messages.ts';
import { channelTo, environment } from './card-channel.ts';
import { kindOfProblem, log } from './log.ts';

/** The bundle of `main/card/pkcs11/process.ts` in the app's folder. */
export const PKCS11_PROCESS = 'main/pkcs11-process.js';

/** Where vendors' modules look for their parts and settings, besides what every process needs. */
const modulesLookAt = [
  'SystemDrive', 'windir', 'ProgramFiles', 'ProgramFiles(x86)', 'CommonProgramFiles', 'ProgramData',
  'APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'USERNAME', 'TEMP', 'TMP', 'HOME', 'LANG', 'OPENSC_CONF', 'SOFTHSM2_CONF',
] as const;

/**
 * Starts one and has it open the module. A module is a stranger's code: it gets a process of its own, and what it prints
 * goes to the log as a count only.
 * @param entry the bundle of `main/card/pkcs11/process.ts`
 */
export function startPkcs11Process(entry: string, open: Omit<Extract<Pkcs11Command, { type: 'open' }>, 'type'>): Pkcs11Channel {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Lanyard smartcard middleware',
    env: environment(modulesLookAt),
    stdio: ['ignore', 'ignore', 'pipe'],
    // macOS: the module is not signed by whoever signed this app.
    allowLoadingUnsignedLibraries: true,
  });
  child.stderr?.on('data', (data: Buffer) => log('middleware-process-complained', { bytes: data.length }));
  // Its report of a fatal error may hold what the card sent; without a listener the error would be thrown here.
  child.on('error', (type) => log('middleware-process-failed', { type }));
  child.once('exit', (code) => log('middleware-process-ended', { code }));
  child.postMessage({ type: 'open', ...open } satisfies Pkcs11Command);
  return {
    ...channelTo<Pkcs11Command>(child),
    kill: () => kill(child),
  };
}

/** A call into a module that does not return outlives a polite end. */
function kill({ pid }: UtilityProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (problem) {
    // It ended by itself in the same moment.
    log('middleware-process-not-ended', { type: kindOfProblem(problem) });
  }
}
