import { defaultSignInLimitMs, type PasscodeWay, type SentPasscode, type SignInLimits } from '../client.ts';
import { pinPadEntryMs } from '../pin-pad/entry-times.ts';
import { KeptProcess, type KeepingTimings, type ProcessChannel } from '../kept-process.ts';
import type { SignInRefusal, SignInStatement } from '../messages.ts';
import type { Pkcs11Command, Pkcs11Event } from './messages.ts';
import type { TokenStatus } from './read.ts';
import { tokenSentences } from './sentences.ts';

export type Pkcs11Channel = ProcessChannel<Pkcs11Command>;

export interface Pkcs11ClientOptions {
  /** Starts a process (`main/card/pkcs11/process.ts`), its `open` message sent. May throw: then it is tried again. */
  readonly open: () => Pkcs11Channel;
  /** Told what starting a process threw. Holds no passcode. */
  readonly report: (error: unknown) => void;
  readonly timings?: Partial<KeepingTimings>;
  /** How long the module may take to say what is in a reader, its own start included; in milliseconds. */
  readonly lookLimitMs?: number;
}

/** Modules take seconds to start, and read a card in as many. */
const defaultLookLimitMs = 20_000;

export type LookResult =
  | { readonly kind: 'seen'; readonly status: TokenStatus }
  /** The module failed, took too long or is being started again: it may be asked again. */
  | { readonly kind: 'failed' }
  /** The module cannot be used at all; the sentence names its file. */
  | { readonly kind: 'unusable-module'; readonly sentence: string };

/** A card that was seen, and how its passcode comes. */
export interface TokenCard {
  readonly reader: string;
  readonly certificate: string;
  readonly passcode: SentPasscode | 'pin-pad';
  readonly lastTryConfirmed: boolean;
}

export interface TokenSigned {
  readonly kind: 'signed';
  readonly assertion: string;
  readonly status: TokenStatus | null;
}

export interface TokenPasscodeChanged {
  readonly kind: 'passcode-changed';
  readonly status: TokenStatus | null;
}

export interface TokenRefused {
  readonly kind: 'refused';
  readonly refusal: SignInRefusal;
  readonly status: TokenStatus | null;
}

/** A request for the work on a card, but for the kind of work. */
type AddressedCard = Omit<Extract<Pkcs11Command, { type: 'change-passcode' }>, 'type'>;

/**
 * The trusted side's view of the PKCS #11 process. Modules of vendors hang and crash: every request has a limit, after
 * which the process is killed and another takes over.
 */
export class Pkcs11Client {
  readonly #process: KeptProcess<Pkcs11Command, Pkcs11Event>;
  readonly #lookLimitMs: number;
  readonly #waiting = new Map<number, (event: Pkcs11Event | null) => void>();
  #problem: string | null = null;
  #lastRequestId = 0;

  constructor({ open, report, timings, lookLimitMs = defaultLookLimitMs }: Pkcs11ClientOptions) {
    this.#lookLimitMs = lookLimitMs;
    this.#process = new KeptProcess({
      open,
      report,
      onEvent: (event) => this.#take(event),
      onEnd: () => {
        this.#problem = null;
        this.#settleAll();
      },
      timings,
    });
  }

  start(): void {
    this.#process.start();
  }

  /** Ends the process; `start` begins with a new one, the module initialised anew. */
  stop(): void {
    this.#process.stop();
  }

  /** What the module finds in a reader. */
  async look(reader: string): Promise<LookResult> {
    const event = await this.#ask((requestId) => ({ type: 'look', requestId, reader }), this.#lookLimitMs);
    if (event?.type === 'looked') return { kind: 'seen', status: event.status };
    return this.#problem === null ? { kind: 'failed' } : { kind: 'unusable-module', sentence: this.#problem };
  }

  /** Lets a passcode set out before the command that uses it; `null`, and the way closed, where there is no process. */
  sendPasscode(way: PasscodeWay): SentPasscode | null {
    const { channel } = this.#process;
    if (!channel) {
      way.close();
      return null;
    }
    const requestId = ++this.#lastRequestId;
    channel.sendPasscodePort(requestId, way);
    return { requestId, channel };
  }

  /** Whether a passcode set out for this client's process, now or earlier. */
  owns({ channel }: SentPasscode): boolean {
    return channel === this.#process.channel;
  }

  /** Has a passcode wiped that will not be used. */
  dropPasscode({ requestId, channel }: SentPasscode): void {
    if (channel === this.#process.channel) channel.post({ type: 'cancel', requestId });
  }

  /** As `CardClient.signIn`: resolves with a refusal rather than rejecting; the passcode is used up whatever comes of it. */
  async signIn(card: TokenCard, statement: SignInStatement, limits: SignInLimits = {}): Promise<TokenSigned | TokenRefused> {
    const event = await this.#askCard(card, pinPadEntryMs.verify, limits, (request) => ({ type: 'sign-in', ...request, statement }));
    if (event?.type === 'signed') return { kind: 'signed', assertion: event.assertion, status: event.status };
    return this.#refusedBy(event, limits);
  }

  /** As `CardClient.changePasscode`. */
  async changePasscode(card: TokenCard, limits: SignInLimits = {}): Promise<TokenPasscodeChanged | TokenRefused> {
    const event = await this.#askCard(card, pinPadEntryMs.modify, limits, (request) => ({ type: 'change-passcode', ...request }));
    if (event?.type === 'passcode-changed') return { kind: 'passcode-changed', status: event.status };
    return this.#refusedBy(event, limits);
  }

  #askCard(
    { passcode, ...card }: TokenCard,
    entryMs: number,
    { signal, limitMs = defaultSignInLimitMs + (passcode === 'pin-pad' ? entryMs : 0) }: SignInLimits,
    command: (request: AddressedCard) => Pkcs11Command,
  ): Promise<Pkcs11Event | null> {
    if (passcode === 'pin-pad') return this.#ask((requestId) => command({ requestId, entry: passcode, ...card }), limitMs, signal);
    if (signal?.aborted) this.dropPasscode(passcode);
    if (signal?.aborted || passcode.channel !== this.#process.channel) return Promise.resolve(null);
    return this.#ask((requestId) => command({ requestId, entry: 'keyboard', ...card }), limitMs, signal, passcode.requestId);
  }

  #refusedBy(event: Pkcs11Event | null, { signal }: SignInLimits): TokenRefused {
    if (event?.type === 'refused') return { kind: 'refused', refusal: event.refusal, status: event.status };
    if (signal?.aborted) return { kind: 'refused', refusal: { kind: 'cancelled' }, status: null };
    return { kind: 'refused', refusal: { kind: 'failed', sentence: this.#problem ?? tokenSentences.middlewareFault }, status: null };
  }

  /** Posts a request; `null` where it was given up, the process ended or its module cannot be used. */
  #ask(
    command: (requestId: number) => Pkcs11Command,
    limitMs: number,
    signal?: AbortSignal,
    requestId: number = ++this.#lastRequestId,
  ): Promise<Pkcs11Event | null> {
    const { channel } = this.#process;
    if (channel === null || this.#problem !== null || signal?.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const settle = (event: Pkcs11Event | null) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        this.#waiting.delete(requestId);
        resolve(event);
      };
      const cancel = () => {
        channel.post({ type: 'cancel', requestId });
        settle(null);
      };
      // Nothing else ends a call into a module that does not return.
      const timer = setTimeout(() => this.#process.replace(), limitMs);
      signal?.addEventListener('abort', cancel, { once: true });
      this.#waiting.set(requestId, settle);
      channel.post(command(requestId));
    });
  }

  #take(event: Pkcs11Event): void {
    switch (event.type) {
      case 'module-unusable':
        this.#problem = event.sentence;
        return this.#settleAll();
      case 'module-failed':
        return this.#process.replace();
      case 'looked':
      case 'signed':
      case 'passcode-changed':
      case 'refused':
        return this.#waiting.get(event.requestId)?.(event);
      case 'opened':
      case 'pong':
        return;
    }
  }

  #settleAll(): void {
    for (const settle of this.#waiting.values()) settle(null);
  }
}
