import { KeptProcess, type KeepingTimings, type ProcessChannel } from './kept-process.ts';
import type { CardCommand, CardEvent, CardServiceStatus, PasscodeEntry, SignInRefusal, SignInStatement } from './messages.ts';
import { pinPadEntryMs } from './pin-pad/entry-times.ts';
import { lossReasons, serviceSentences, signInSentences } from './sentences.ts';

/** A card process as the trusted side holds it. */
export type CardChannel = ProcessChannel<CardCommand>;

/** A port whose other end the screen holds. The trusted side passes it on and never reads it. */
export interface PasscodeWay {
  close(): void;
}

export interface CardClientOptions {
  /** Starts a card process (`main/card/process.ts`), its `open` message sent. May throw: then it is tried again. */
  readonly open: () => CardChannel;
  /** Told what a listener threw, or what starting a process did. Holds no passcode. */
  readonly report: (error: unknown) => void;
  readonly timings?: Partial<KeepingTimings>;
}

export interface CardLost {
  readonly reader: string;
  readonly eventCounter: number;
  readonly reason: string;
}

/** What needs a passcode. */
export interface CardPasscodeChange {
  /** The reader and the event counter of the card the clinician saw. */
  readonly reader: string;
  readonly eventCounter: number;
  /**
   * What was announced by {@link CardClient.sendPasscode}, its replacement with it where it is to be changed; or that
   * the reader's own keys are used.
   */
  readonly passcode: SentPasscode | 'pin-pad';
  /** Whether the clinician knows that a wrong passcode now may block the card. */
  readonly lastTryConfirmed: boolean;
}

export interface CardSignIn extends CardPasscodeChange {
  readonly statement: SignInStatement;
}

/** A passcode that is on its way to the card process, or there: of use for one request to that very process. */
export interface SentPasscode {
  readonly requestId: number;
  /** The process it set out for. */
  readonly channel: { post(message: Extract<CardCommand, { type: 'cancel' }>): void };
}

export interface SignInLimits {
  readonly signal?: AbortSignal;
  /** In milliseconds; {@link defaultSignInLimitMs} where not given, and what the reader gives a person beside it. */
  readonly limitMs?: number;
}

/** Longer than the card process's own limits for the same work. */
export const defaultSignInLimitMs = 30_000;

export type CardSignInResult =
  | { readonly kind: 'signed'; readonly assertion: string; readonly reader: string; readonly eventCounter: number }
  | Refused;

export type CardPasscodeChangeResult = { readonly kind: 'passcode-changed'; readonly reader: string; readonly eventCounter: number } | Refused;

interface Refused {
  readonly kind: 'refused';
  readonly refusal: SignInRefusal;
}

/** What the card process may answer to a request. */
type CardResult = CardSignInResult | CardPasscodeChangeResult;

/** A request but for what the client adds to it. */
type Unaddressed<Command> = Command extends { readonly requestId: number } ? Omit<Command, 'requestId' | 'entry'> : never;
type Request = Unaddressed<Extract<CardCommand, { type: 'sign-in' | 'change-passcode' }>>;

/**
 * The trusted side's view of readers and cards. Keeps one card process running: where it ends, or no longer answers
 * three pings in a row, every card is told as lost, the status becomes unavailable, and a new process is started.
 * Construct it once, subscribe, then `start()`; nothing happens before.
 */
export class CardClient {
  readonly #process: KeptProcess<CardCommand, CardEvent>;
  readonly #report: (error: unknown) => void;
  readonly #statusListeners = new Set<(status: CardServiceStatus) => void>();
  readonly #lostListeners = new Set<(lost: CardLost) => void>();
  readonly #waiting = new Map<number, (result: CardResult) => void>();
  #status: CardServiceStatus = { kind: 'starting' };
  #state: 'new' | 'running' | 'stopped' = 'new';
  #lastRequestId = 0;

  constructor({ open, report, timings }: CardClientOptions) {
    this.#report = report;
    this.#process = new KeptProcess({
      open,
      onEvent: (event) => this.#take(event),
      onEnd: () => this.#end(),
      report: (error) => {
        report(error);
        this.#tellUnavailable();
      },
      timings,
    });
  }

  get status(): CardServiceStatus {
    return this.#status;
  }

  /** Tells every change of status; @returns what ends the subscription */
  onStatus(listener: (status: CardServiceStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /**
   * Tells, before any status, that a card is no longer provably in its reader: whoever bound a session to that reader
   * and event counter locks it now. @returns what ends the subscription
   */
  onCardLost(listener: (lost: CardLost) => void): () => void {
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'running';
    this.#process.start();
  }

  /** Ends the card process; every card is told as lost. Cannot be started again. */
  stop(): void {
    if (this.#state === 'stopped') return;
    const wasStarted = this.#state === 'running';
    this.#state = 'stopped';
    if (wasStarted) this.#process.stop();
    else this.#tellUnavailable();
  }

  /**
   * Lets the passcode for a card set out before the command that uses it; `null`, and the way closed, where there is no
   * process to take it.
   */
  sendPasscode(_card: Pick<CardSignIn, 'reader' | 'eventCounter'>, way: PasscodeWay): SentPasscode | null {
    const { channel } = this.#process;
    if (!channel) {
      way.close();
      return null;
    }
    const requestId = ++this.#lastRequestId;
    channel.sendPasscodePort(requestId, way);
    return { requestId, channel };
  }

  /** Has a passcode wiped that will not be used. */
  dropPasscode({ requestId, channel }: SentPasscode): void {
    if (channel === this.#process.channel) channel.post({ type: 'cancel', requestId });
  }

  /**
   * Has the card sign in. Resolves with a refusal rather than rejecting: also when `signal` aborts (`cancelled`), the
   * time is up, or the process ends. The passcode is used up whatever comes of it.
   */
  async signIn({ passcode, ...request }: CardSignIn, limits: SignInLimits = {}): Promise<CardSignInResult> {
    const result = await this.#ask({ type: 'sign-in', ...request }, passcode, defaultSignInLimitMs + (passcode === 'pin-pad' ? pinPadEntryMs.verify : 0), limits);
    return result.kind === 'passcode-changed' ? misanswered : result;
  }

  /**
   * Has the card take a new passcode for the one it has. Resolves as {@link signIn} does, under the same rules for its
   * last try. A change that is broken off may have happened: only `passcode-changed` says that it has.
   */
  async changePasscode({ passcode, ...request }: CardPasscodeChange, limits: SignInLimits = {}): Promise<CardPasscodeChangeResult> {
    const result = await this.#ask({ type: 'change-passcode', ...request }, passcode, defaultSignInLimitMs + (passcode === 'pin-pad' ? pinPadEntryMs.modify : 0), limits);
    return result.kind === 'signed' ? misanswered : result;
  }

  #ask(request: Request, passcode: SentPasscode | 'pin-pad', defaultLimitMs: number, { signal, limitMs = defaultLimitMs }: SignInLimits): Promise<CardResult> {
    const { channel } = this.#process;
    if (signal?.aborted) {
      if (passcode !== 'pin-pad') this.dropPasscode(passcode);
      return Promise.resolve(refused({ kind: 'cancelled' }));
    }
    if (!channel) return Promise.resolve(refused({ kind: 'card-gone' }));
    if (passcode !== 'pin-pad' && passcode.channel !== channel) return Promise.resolve(refused({ kind: 'failed', sentence: signInSentences.processEnded }));
    const requestId = passcode === 'pin-pad' ? ++this.#lastRequestId : passcode.requestId;
    const entry: PasscodeEntry = passcode === 'pin-pad' ? 'pin-pad' : 'keyboard';
    const answer = this.#answerTo(requestId, channel, signal, limitMs);
    channel.post({ ...request, requestId, entry });
    return answer;
  }

  #answerTo(requestId: number, channel: CardChannel, signal: AbortSignal | undefined, limitMs: number): Promise<CardResult> {
    return new Promise((resolve) => {
      const settle = (result: CardResult) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        this.#waiting.delete(requestId);
        resolve(result);
      };
      const giveUp = (refusal: SignInRefusal) => {
        channel.post({ type: 'cancel', requestId });
        settle(refused(refusal));
      };
      const cancel = () => giveUp({ kind: 'cancelled' });
      const timer = setTimeout(() => giveUp({ kind: 'failed', sentence: signInSentences.timedOut }), limitMs);
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiting.set(requestId, settle);
    });
  }

  #take(event: CardEvent): void {
    switch (event.type) {
      case 'card-lost':
        return this.#tellLost({ reader: event.reader, eventCounter: event.eventCounter, reason: event.reason });
      case 'status':
        return this.#tellStatus(event.status);
      case 'signed':
        return this.#waiting.get(event.requestId)?.({
          kind: 'signed', assertion: event.assertion, reader: event.reader, eventCounter: event.eventCounter,
        });
      case 'passcode-changed':
        return this.#waiting.get(event.requestId)?.({ kind: 'passcode-changed', reader: event.reader, eventCounter: event.eventCounter });
      case 'refused':
        return this.#waiting.get(event.requestId)?.(refused(event.refusal));
      case 'pong':
        return;
    }
  }

  /** Tells what it means that the process was let go. */
  #end(): void {
    const reason = this.#state === 'stopped' ? lossReasons.stopped : lossReasons.process;
    for (const lost of cardsIn(this.#status, reason)) this.#tellLost(lost);
    this.#tellUnavailable();
    for (const settle of this.#waiting.values()) settle(refused({ kind: 'failed', sentence: signInSentences.processEnded }));
  }

  #tellUnavailable(): void {
    this.#tellStatus({ kind: 'unavailable', sentence: serviceSentences.processEnded });
  }

  #tellLost(lost: CardLost): void {
    this.#tell(this.#lostListeners, lost);
  }

  #tellStatus(status: CardServiceStatus): void {
    if (this.#status.kind === 'unavailable' && status.kind === 'unavailable' && this.#status.sentence === status.sentence) return;
    this.#status = status;
    this.#tell(this.#statusListeners, status);
  }

  /** One listener that throws must not keep the next from locking its session. */
  #tell<Value>(listeners: ReadonlySet<(value: Value) => void>, value: Value): void {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

const refused = (refusal: SignInRefusal): Refused => ({ kind: 'refused', refusal });

/** The answer to another kind of request than the one with this number. */
const misanswered = refused({ kind: 'failed', sentence: signInSentences.cardFault });

function cardsIn(status: CardServiceStatus, reason: string): readonly CardLost[] {
  if (status.kind !== 'running') return [];
  return status.readers
    .filter(({ card }) => card.kind !== 'none')
    .map(({ name, eventCounter }) => ({ reader: name, eventCounter, reason }));
}
