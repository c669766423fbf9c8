import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { serviceSentenceFor, type CardFailure } from './failures.ts';
import type { CardEvent, CardServiceStatus } from './messages.ts';
import { isPcscError } from './pcsc/errors.ts';
import { readerListChanges, readerStateBits, type Pcsc, type PcscContext, type PcscReaderState } from './pcsc/pcsc.ts';
import { readCard } from './reading.ts';
import { findCard, lossOf, lossOfAll, observe, withCard, type CardLoss, type ObservationScope, type ReaderEntry, type ReaderTable } from './reader-table.ts';
import { lossReasons, unusable } from './sentences.ts';
import type { TransactionLimits } from './transaction.ts';

/** All in milliseconds. */
export interface WatchTimings {
  /** How long one wait for a change lasts at most; also how often everything is looked at anew. */
  readonly waitMs: number;
  /** How long a call to the service may take beyond that before the watch no longer counts as alive. */
  readonly silenceMs: number;
  /** Pauses before the service is tried again: the first, and the longest. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** Pauses before a card that another program holds, or that failed, is read again. */
  readonly readAgainMs: readonly number[];
  readonly read: TransactionLimits;
}

export const watchTimings: WatchTimings = {
  waitMs: 1000,
  silenceMs: 1500,
  firstRetryMs: 250,
  longestRetryMs: 5000,
  readAgainMs: [500, 1000, 2000, 5000],
  read: { turnMs: 5000, workMs: 10_000 },
};

export interface CardWatchOptions {
  readonly pcsc: Pcsc;
  readonly emit: (event: CardEvent) => void;
  readonly timings?: Partial<WatchTimings>;
  readonly platform?: NodeJS.Platform;
}

/**
 * Watches the readers through a context of its own, tells at once when a card is no longer provably there, reads cards
 * that are put in, and starts anew whenever the service fails. The wait only wakes it: what is true is asked afresh
 * each time, so that neither a lost event nor a sleep of the computer hides a removal.
 */
export class CardWatch {
  readonly #pcsc: Pcsc;
  readonly #emit: (event: CardEvent) => void;
  readonly #timings: WatchTimings;
  readonly #platform: NodeJS.Platform;
  readonly #stop = new AbortController();
  #table: ReaderTable = [];
  #status: CardServiceStatus = { kind: 'starting' };
  #callSince: number | null = null;
  #ended: Promise<void> | null = null;

  constructor({ pcsc, emit, timings, platform = process.platform }: CardWatchOptions) {
    this.#pcsc = pcsc;
    this.#emit = emit;
    this.#timings = { ...watchTimings, ...timings };
    this.#platform = platform;
  }

  /** Starts watching. Rejects only where the program itself has a defect. */
  start(): Promise<void> {
    this.#ended ??= this.#watch();
    return this.#ended;
  }

  /** Stops, telling every card as lost, and resolves when no call to the service is under way. */
  async stop(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#lose(lossOfAll(this.#table, lossReasons.stopped));
    this.#table = [];
    await this.#ended;
  }

  get status(): CardServiceStatus {
    return this.#status;
  }

  /** Whether the service still answers: a heartbeat that went on without it would keep a session open without proof. */
  get isAlive(): boolean {
    return this.#callSince === null || performance.now() - this.#callSince < this.#timings.waitMs + this.#timings.silenceMs;
  }

  /** The reader's entry if that very card is still in it. */
  find(reader: string, eventCounter: number): ReaderEntry | null {
    return findCard(this.#table, { name: reader, eventCounter });
  }

  hasCard(reader: string): boolean {
    return this.#table.some(({ name, present }) => name === reader && present);
  }

  /** Takes over what an exchange with the card told, unless the card has changed since. */
  update(meant: ReaderEntry, card: Pick<ReaderEntry, 'status' | 'card'>): void {
    const before = findCard(this.#table, meant);
    if (before === null) return;
    this.#table = withCard(this.#table, meant, card);
    if (!isDeepStrictEqual(before.status, card.status)) this.#tellRunning();
  }

  /** A card that failed in use is no longer provably the one it was: it is told as lost and read anew. */
  doubt(entry: ReaderEntry): void {
    if (findCard(this.#table, entry) === null) return;
    this.#lose([lossOf(entry, lossReasons.notReadable)]);
    this.update(entry, { status: { kind: 'reading' }, card: null });
    void this.#readWithRetries(entry);
  }

  async #watch(): Promise<void> {
    let pause = this.#timings.firstRetryMs;
    const signal = this.#stop.signal;
    while (!signal.aborted) {
      const started = performance.now();
      try {
        await this.#watchThroughOneContext();
      } catch (error) {
        if (signal.aborted) return;
        this.#becomeUnavailable(error);
      }
      if (performance.now() - started > this.#timings.longestRetryMs) pause = this.#timings.firstRetryMs;
      await this.#pause(pause);
      pause = Math.min(pause * 2, this.#timings.longestRetryMs);
    }
  }

  async #watchThroughOneContext(): Promise<void> {
    const context = await this.#alive(this.#pcsc.establish());
    const cancel = () => context.cancel();
    this.#stop.signal.addEventListener('abort', cancel, { once: true });
    try {
      await this.#watchReaders(context);
    } finally {
      this.#stop.signal.removeEventListener('abort', cancel);
      await this.#release(context);
    }
  }

  async #watchReaders(context: PcscContext): Promise<void> {
    let readerList: PcscReaderState = { name: readerListChanges, state: 0 };
    let isFirst = true;
    while (!this.#stop.signal.aborted) {
      const states = await this.#readStates(context);
      if (states === 'readers-changed') continue;
      this.#take(states, 'all', isFirst);
      isFirst = false;
      const woken = await this.#wait(context, [...states, readerList]);
      if (woken === 'timeout') continue;
      const changed = this.#take(woken.filter(({ name }) => name !== readerListChanges), 'some', false);
      const list = woken.find(({ name }) => name === readerListChanges) ?? readerList;
      // A service that ends its waits without a change (seen with the pseudo-reader on Windows) must not be asked in a tight loop.
      if (!changed && sameState(list, readerList)) await this.#pause(this.#timings.waitMs / 10);
      readerList = settled(list);
    }
  }

  /** Every reader's state now. A reader that goes between the two calls makes the second fail: then both are made again. */
  async #readStates(context: PcscContext): Promise<readonly PcscReaderState[] | 'readers-changed'> {
    const names = await this.#alive(context.listReaders());
    if (names.length === 0) return [];
    try {
      const states = await this.#alive(context.waitForChange(names.map((name) => ({ name, state: 0 })), 0));
      return states === 'timeout' ? 'readers-changed' : states.map(settled);
    } catch (error) {
      if (!isReaderGone(error)) throw error;
      await this.#pause(this.#timings.waitMs / 10);
      return 'readers-changed';
    }
  }

  async #wait(context: PcscContext, known: readonly PcscReaderState[]): Promise<readonly PcscReaderState[] | 'timeout'> {
    try {
      const woken = await this.#alive(context.waitForChange(known, this.#timings.waitMs));
      return woken === 'timeout' ? woken : woken.map(settled);
    } catch (error) {
      if (!isReaderGone(error)) throw error;
      // No reader at all, or one just went, or the service does not know the pseudo-reader: look again shortly.
      await this.#pause(this.#timings.waitMs / 2);
      return 'timeout';
    }
  }

  /** @returns whether anything changed */
  #take(states: readonly PcscReaderState[], scope: ObservationScope, isFirst: boolean): boolean {
    if (this.#stop.signal.aborted) return false;
    const { table, lost, found, changed } = observe(this.#table, states, scope);
    this.#table = table;
    this.#lose(lost);
    if (changed || isFirst) this.#tellRunning();
    for (const entry of found) void this.#readWithRetries(entry);
    return changed;
  }

  async #readWithRetries(entry: ReaderEntry): Promise<void> {
    const { readAgainMs } = this.#timings;
    for (let attempt = 0; this.#isMeant(entry); attempt++) {
      const failure = await this.#readOnce(entry);
      if (failure === null) return;
      const last = readAgainMs.length - 1;
      if (failure !== 'in-use' && (attempt >= last || isFinal(failure))) {
        return this.update(entry, { status: unusable(failure === 'mute' ? 'mute' : 'failed'), card: null });
      }
      if (failure === 'in-use') this.update(entry, { status: unusable('in-use'), card: null });
      await this.#pause(readAgainMs[Math.min(attempt, last)] ?? this.#timings.waitMs);
    }
  }

  async #readOnce(entry: ReaderEntry): Promise<CardFailure | null> {
    const result = await readCard(this.#pcsc, entry, this.#timings.read);
    if (result.kind === 'failed') return result.failure;
    if (result.kind === 'read') this.update(entry, result.reading);
    return null;
  }

  #isMeant(entry: ReaderEntry): boolean {
    return !this.#stop.signal.aborted && findCard(this.#table, entry) !== null;
  }

  #becomeUnavailable(error: unknown): void {
    const sentence = serviceSentenceFor(error, this.#platform);
    this.#lose(lossOfAll(this.#table, lossReasons.service));
    this.#table = [];
    if (this.#status.kind === 'unavailable' && this.#status.sentence === sentence) return;
    this.#tell({ kind: 'unavailable', sentence });
  }

  #lose(losses: readonly CardLoss[]): void {
    for (const loss of losses) this.#emit({ type: 'card-lost', ...loss });
  }

  #tellRunning(): void {
    const readers = this.#table.map(({ name, eventCounter, status }) => ({ name, eventCounter, card: status }));
    this.#tell({ kind: 'running', readers });
  }

  #tell(status: CardServiceStatus): void {
    this.#status = status;
    this.#emit({ type: 'status', status });
  }

  async #alive<Result>(call: Promise<Result>): Promise<Result> {
    this.#callSince = performance.now();
    try {
      return await call;
    } finally {
      this.#callSince = null;
    }
  }

  async #release(context: PcscContext): Promise<void> {
    try {
      await this.#alive(context.release());
    } catch (error) {
      // The service that failed took the context along: there is nothing to release.
      if (!isPcscError(error)) throw error;
    }
  }

  /** A pause that ends when the watch is stopped. */
  async #pause(ms: number): Promise<void> {
    const aborted = () => undefined;
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(aborted);
  }
}

const isReaderGone = (error: unknown): boolean =>
  isPcscError(error, 'SCARD_E_UNKNOWN_READER', 'SCARD_E_READER_UNAVAILABLE', 'SCARD_E_NO_READERS_AVAILABLE');

const isFinal = (failure: CardFailure): boolean => failure === 'mute' || failure === 'broken';

const sameState = (a: PcscReaderState, b: PcscReaderState): boolean => a.state === b.state;

/** A state as the service wants it back: with the event counter, without the mark that it changed. */
const settled = ({ name, state }: PcscReaderState): PcscReaderState => ({ name, state: (state & ~readerStateBits.changed) >>> 0 });
