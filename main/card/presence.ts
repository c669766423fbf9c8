import { isPcscError } from './pcsc/errors.ts';
import { readerListChanges, readerStateBits, type PcscContext, type PcscReaderState } from './pcsc/pcsc.ts';
import type { ObservationScope } from './reader-table.ts';

/** In milliseconds, but for the count. */
export interface PresenceTimings {
  /** How long one wait for a change lasts at most; also how often everything is looked at anew. */
  readonly waitMs: number;
  /** How often the readers are asked where they are polled. */
  readonly pollMs: number;
  /** Of so many rounds of polling, one also asks which readers there are. */
  readonly roundsPerList: number;
}

/** What looking at the readers needs of whoever wants to know. */
export interface Onlooker {
  readonly timings: PresenceTimings;
  readonly stopped: AbortSignal;
  /** Awaits a call to the service, while its silence is measured. */
  call<Result>(call: Promise<Result>): Promise<Result>;
  /** A pause that ends when the watch is stopped. */
  pause(ms: number): Promise<void>;
  /** Takes what was seen. @returns whether anything changed */
  take(states: readonly PcscReaderState[], scope: ObservationScope): boolean;
}

/** Looks at the readers through one context until it fails or is stopped. @throws {PcscError} where the service fails */
export type Look = (context: PcscContext, onlooker: Onlooker) => Promise<void>;

/**
 * Waits for changes. The wait only wakes it: what is true is asked afresh each time, so that neither a lost event (which
 * Windows and remote desktops are known for) nor a sleep of the computer hides a removal.
 */
export const lookByEvents: Look = async (context, onlooker) => {
  const { waitMs } = onlooker.timings;
  let readerList: PcscReaderState = { name: readerListChanges, state: 0 };
  while (!onlooker.stopped.aborted) {
    const states = await readStates(context, onlooker, await onlooker.call(context.listReaders()));
    onlooker.take(states, 'all');
    const woken = await wait(context, onlooker, [...states, readerList]);
    if (woken === 'timeout') continue;
    const changed = onlooker.take(woken.filter(({ name }) => name !== readerListChanges), 'some');
    // The upper half of the pseudo-reader's state counts the readers: it is handed back whole.
    const list = woken.find(({ name }) => name === readerListChanges) ?? readerList;
    // A service that ends its waits without a change (seen with the pseudo-reader on Windows) must not be asked in a tight loop.
    if (!changed && list.state === readerList.state) await onlooker.pause(waitMs / 10);
    readerList = list;
  }
};

/**
 * Asks instead of waiting, for services across a network where a wait keeps the line busy and each call costs a round
 * trip: one call a round, and the list of readers only now and then or when one is missing.
 */
export const lookByPolling: Look = async (context, onlooker) => {
  const { pollMs, roundsPerList } = onlooker.timings;
  let names: readonly string[] = [];
  for (let round = 0; !onlooker.stopped.aborted; round++) {
    if (round % roundsPerList === 0) names = await onlooker.call(context.listReaders());
    const states = await readStates(context, onlooker, names);
    onlooker.take(states, 'all');
    const isMissing = states.length < names.length || states.some(isUnknown);
    if (isMissing) round = -1;
    await onlooker.pause(pollMs);
  }
};

/** These readers' states now, without those that have gone: one that goes meanwhile makes the call for all of them fail. */
async function readStates(context: PcscContext, onlooker: Onlooker, names: readonly string[]): Promise<readonly PcscReaderState[]> {
  if (names.length === 0) return [];
  const together = await ask(context, onlooker, names);
  if (together !== 'gone') return together;
  const states: PcscReaderState[] = [];
  for (const name of names) {
    const state = await ask(context, onlooker, [name]);
    if (state !== 'gone') states.push(...state);
  }
  return states;
}

async function ask(context: PcscContext, onlooker: Onlooker, names: readonly string[]): Promise<readonly PcscReaderState[] | 'gone'> {
  try {
    const states = await onlooker.call(context.waitForChange(names.map((name) => ({ name, state: 0 })), 0));
    // A state asked for as unknown is always news: a service without any knows nothing of these readers.
    return states === 'timeout' ? 'gone' : states.map(settled);
  } catch (error) {
    if (isReaderGone(error)) return 'gone';
    throw error;
  }
}

async function wait(context: PcscContext, onlooker: Onlooker, known: readonly PcscReaderState[]): Promise<readonly PcscReaderState[] | 'timeout'> {
  const { waitMs } = onlooker.timings;
  try {
    const woken = await onlooker.call(context.waitForChange(known, waitMs));
    return woken === 'timeout' ? woken : woken.map(settled);
  } catch (error) {
    if (!isReaderGone(error)) throw error;
    // No reader at all, or one just went, or the service does not know the pseudo-reader: look again shortly.
    await onlooker.pause(waitMs / 2);
    return 'timeout';
  }
}

const isReaderGone = (error: unknown): boolean =>
  isPcscError(error, 'SCARD_E_UNKNOWN_READER', 'SCARD_E_READER_UNAVAILABLE', 'SCARD_E_NO_READERS_AVAILABLE');

const isUnknown = ({ state }: PcscReaderState): boolean => (state & readerStateBits.unknown) !== 0;

/** A state as the service wants it back: with the event counter, without the mark that it changed. */
const settled = ({ name, state }: PcscReaderState): PcscReaderState => ({ name, state: (state & ~readerStateBits.changed) >>> 0 });
