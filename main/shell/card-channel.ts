/** The card process as an Electron utility process. */
import { type UtilityProcess, utilityProcess } from 'electron';
import type { CardChannel } from '../card/client.ts';
import type { ReaderPort } from '../card/messages.ts';
import { log } from './log.ts';

/**
 * Starts one. Its environment is what it needs and nothing more; what it prints goes to the log as a count only.
 * @param entry the bundle of `main/card/process.ts`
 */
export function openCardProcess(entry: string, reader: ReaderPort): CardChannel {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Lanyard card service', env: environment(reader), stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr?.on('data', (data: Buffer) => log('card-process-complained', { bytes: data.length }));
  // Its report of a fatal error may hold what the card sent; without a listener the error would be thrown here.
  child.on('error', (type) => log('card-process-failed', { type }));
  child.once('exit', (code) => log('card-process-ended', { code }));
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.once('exit', () => listener()),
    kill: () => end(child),
  };
}

/** Windows finds its system libraries by these; the PC/SC library reads no other. */
function environment(reader: ReaderPort): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'PCSCLITE_CSOCK_NAME'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), LANYARD_READER: JSON.stringify(reader) };
}

function end(child: UtilityProcess): void {
  if (!child.kill()) log('card-process-not-ended', {});
}
