import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { serviceSentenceFor, type CardFailure } from './failures.ts';
import type { CardEvent, CardServiceStatus, CardSettings } from './messages.ts';
import { isPcscError } from './pcsc/errors.ts';
import type { Pcsc, PcscContext, PcscReaderState } from './pcsc/pcsc.ts';
import { PinPads } from './pin-pad/pin-pads.ts';
import { lookByEvents, lookByPolling, type Look, type Onlooker, type PresenceTimings } from './presence.ts';
import { readCard } from './reading.ts';
import { afterGap, findCard, lossOf, lossOfAll, observe, withCard, type CardLoss, type ObservationScope, type ReaderEntry, type ReaderTable } from './reader-table.ts';
import { lossReasons, unusable } from './sentences.ts';
import type { TransactionLimits } from './transaction.ts';

/** All in milliseconds, but for counts. */
export interface WatchTimings extends PresenceTimings {
  /** How long a call to the service may take beyond a wait before the watch no longer counts as alive. */
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
  pollMs: 500,
  roundsPerList: 10,
  silenceMs: 1500,
  firstRetryMs: 250,
  longestRetryMs: 5000,
  readAgainMs: [500, 1000, 2000, 5000],
  read: { turnMs: 5000, workMs: 10_000 },
};

export interface CardWatchOptions {
  readonly pcsc: Pcsc;
  readonly emit: (event: CardEvent) => void;
  /** `events` where not given. */
  readonly mode?: CardSettings['watch'];
  /** None are used where not given. */
  readonly pinPads?: PinPads;
  readonly timings?: Partial<WatchTimings>;
  readonly platform?: NodeJS.Platform;
  /** In milliseconds. `Date.now` where not given: a clock that goes on while the computer sleeps. */
  readonly clock?: () => number;
}

const looks: Readonly<Record<CardSettings['watch'], Look>> = { events: lookByEvents, polling: lookByPolling };

/**
 * Watches the readers through a context of its own, tells at once when a card is no longer provably there, reads cards
 * that are put in, and starts anew whenever the service fails.
 */
export class CardWatch {
  readonly #pcsc: Pcsc;
  readonly #emit: (event: CardEvent) => void;
  readonly #timings: WatchTimings;
  readonly #platform: NodeJS.Platform;
  readonly #look: Look;
  readonly #pinPads: PinPads;
  readonly #clock: () => number;
  readonly #stop = new AbortController();
  #table: ReaderTable = [];
  #status: CardServiceStatus = { kind: 'starting' };
  #callSince: number | null = null;
  /** When the service last answered, by the clock. */
  #lastAnswer: number | null = null;
  #ended: Promise<void> | null = null;

  constructor({ pcsc, emit, mode = 'events', pinPads = new PinPads('ignore'), timings, platform = process.platform, clock = Date.now }: CardWatchOptions) {
    this.#pcsc = pcsc;
    this.#emit = emit;
    this.#timings = { ...watchTimings, ...timings };
    this.#platform = platform;
    this.#look = looks[mode];
    this.#pinPads = pinPads;
    this.#clock = clock;
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
    return this.#callSince === null || performance.now() - this.#callSince < this.#silenceLimit;
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
      await this.#look(context, this.#onlooker());
    } finally {
      this.#stop.signal.removeEventListener('abort', cancel);
      await this.#release(context);
    }
  }

  #onlooker(): Onlooker {
    return {
      timings: this.#timings,
      stopped: this.#stop.signal,
      call: (call) => this.#alive(call),
      pause: (ms) => this.#pause(ms),
      take: (states, scope) => this.#take(states, scope),
    };
  }

  /** @returns whether anything changed */
  #take(states: readonly PcscReaderState[], scope: ObservationScope): boolean {
    if (this.#stop.signal.aborted) return false;
    const { table, lost, found, changed } = observe(this.#table, states, scope);
    this.#replace(table, lost, found, changed);
    return changed;
  }

  /** After a time in which nobody looked, a reader whose counter does not count proves nothing of its card. */
  #doubtAfterGap(): void {
    const { table, lost, found } = afterGap(this.#table);
    if (lost.length > 0) this.#replace(table, lost, found, true);
  }

  #replace(table: ReaderTable, lost: readonly CardLoss[], found: readonly ReaderEntry[], changed: boolean): void {
    this.#table = table;
    this.#lose(lost);
    if (changed || this.#status.kind !== 'running') this.#tellRunning();
    for (const entry of found) void this.#readWithRetries(entry);
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
    const result = await readCard(this.#pcsc, entry, this.#timings.read, this.#pinPads);
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
      this.#noteAnswer();
    }
  }

  #noteAnswer(): void {
    const now = this.#clock();
    const gap = this.#lastAnswer === null ? 0 : now - this.#lastAnswer;
    this.#lastAnswer = now;
    if (gap > this.#silenceLimit) this.#doubtAfterGap();
  }

  /** How long nobody may have looked for a card to count as seen all the time. */
  get #silenceLimit(): number {
    return this.#timings.waitMs + this.#timings.silenceMs;
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

const isFinal = (failure: CardFailure): boolean => failure === 'mute' || failure === 'broken';
