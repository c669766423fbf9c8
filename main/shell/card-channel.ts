/** The card process as an Electron utility process. */
import { type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type { CardChannel } from '../card/client.ts';
import type { ProcessChannel } from '../card/kept-process.ts';
import type { CardCommand, CardSettings, ReaderPort } from '../card/messages.ts';
import type { PasscodePortMessage } from '../card/passcode-port.ts';
import { log } from './log.ts';

/** The bundle of `main/card/process.ts` in the app's folder. */
export const CARD_PROCESS = 'main/card-process.js';

/** A card process that has been started and loads; it opens no reader before it is told which. */
export interface StartedCardProcess {
  /** Opens the readers and gives the channel; once. */
  open(reader: ReaderPort, settings: CardSettings): CardChannel;
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
    open: (reader, settings) => {
      if (ended) throw new CardProcessEnded();
      child.postMessage({ type: 'open', reader, settings } satisfies CardCommand);
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

/**
 * A utility process of the card room as the trusted side holds it. Once it has ended nothing is sent to it any more:
 * a message posted by a listener of its own end takes the whole app down in Electron versions before the fix of
 * electron/electron#53293.
 */
export function channelTo<Command>(child: UtilityProcess): ProcessChannel<Command> {
  let ended = false;
  // Before any listener that may want to send.
  child.once('exit', () => (ended = true));
  return {
    post: (message) => ended || child.postMessage(message),
    sendPasscodePort: (requestId, way) => {
      if (ended) return way.close();
      // Every way comes from the window's `PasscodeDoor`, which knows no other kind.
      child.postMessage({ type: 'passcode-port', requestId } satisfies PasscodePortMessage, [way as MessagePortMain]);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.once('exit', () => listener()),
    kill: () => ended || end(child),
  };
}

/** Windows finds its system libraries by these; the PC/SC library reads no other. */
const needed = ['PATH', 'SystemRoot', 'PCSCLITE_CSOCK_NAME'] as const;

/** What a process of the card room gets of this one's environment. @param beside names of further variables */
export function environment(beside: readonly string[] = []): Record<string, string> {
  const kept = [...needed, ...beside].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}

function end(child: UtilityProcess): void {
  if (!child.kill()) log('card-process-not-ended', {});
}
