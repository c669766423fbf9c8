/** The card process as an Electron utility process. */
import { type UtilityProcess, utilityProcess } from 'electron';
import type { CardChannel } from '../card/client.ts';
import type { CardCommand, ReaderPort } from '../card/messages.ts';
import { log } from './log.ts';

/** The bundle of `main/card/process.ts` in the app's folder. */
export const CARD_PROCESS = 'main/card-process.js';

/** A card process that has been started and loads; it opens no reader before it is told which. */
export interface StartedCardProcess {
  /** Opens the readers and gives the channel; once. */
  open(reader: ReaderPort): CardChannel;
}

/**
 * Starts one. Its environment is what it needs and nothing more; what it prints goes to the log as a count only.
 * @param entry the bundle of `main/card/process.ts`
 */
export function startCardProcess(entry: string): StartedCardProcess {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Lanyard card service', env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr?.on('data', (data: Buffer) => log('card-process-complained', { bytes: data.length }));
  // Its report of a fatal error may hold what the card sent; without a listener the error would be thrown here.
  child.on('error', (type) => log('card-process-failed', { type }));
  let ended = false;
  child.once('exit', (code) => {
    ended = true;
    log('card-process-ended', { code });
  });
  return {
    open: (reader) => {
      if (ended) throw new CardProcessEnded();
      child.postMessage({ type: 'open', reader } satisfies CardCommand);
      return channelTo(child);
    },
  };
}

/** It ended before anybody opened it: another is started in its place. */
export class CardProcessEnded extends Error {
  override readonly name = 'CardProcessEnded';
  constructor() {
    super('The card process ended before it was opened.');
  }
}

function channelTo(child: UtilityProcess): CardChannel {
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.once('exit', () => listener()),
    kill: () => end(child),
  };
}

/** Windows finds its system libraries by these; the PC/SC library reads no other. */
function environment(): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'PCSCLITE_CSOCK_NAME'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}

function end(child: UtilityProcess): void {
  if (!child.kill()) log('card-process-not-ended', {});
}
