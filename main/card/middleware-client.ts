import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { CardClient, CardLost, CardPasscodeChange, CardPasscodeChangeResult, CardSignIn, CardSignInResult, PasscodeWay, SentPasscode, SignInLimits } from './client.ts';
import type { CardServiceStatus, CardStatus, ReaderStatus, SignInRefusal } from './messages.ts';
import type { Pkcs11Client, TokenCard, TokenRefused } from './pkcs11/client.ts';
import type { TokenStatus } from './pkcs11/read.ts';
import { slotNameOf } from './pkcs11/reader-slots.ts';
import { tokenSentences } from './pkcs11/sentences.ts';

/** What the workstation needs of a card client, with middleware beside it or without. */
export type CardService = Pick<CardClient, 'status' | 'onStatus' | 'onCardLost' | 'start' | 'stop' | 'sendPasscode' | 'dropPasscode' | 'signIn' | 'changePasscode'>;

export interface MiddlewareCardClientOptions {
  /** The card process: the only authority on which card is where. */
  readonly cards: CardService;
  readonly tokens: Pick<Pkcs11Client, 'start' | 'stop' | 'look' | 'sendPasscode' | 'owns' | 'dropPasscode' | 'signIn' | 'changePasscode'>;
  /** Told what a listener threw. */
  readonly report: (error: unknown) => void;
  /** Pauses in milliseconds before the middleware is asked again for a card that it did not see or failed over. */
  readonly lookAgainMs?: readonly number[];
  /** How long after a failure of the middleware the card process may still see the card go; in milliseconds. */
  readonly removalMs?: number;
}

/** A module may learn of a card later than the card process does, and takes a while to start again. */
const defaultLookAgainMs: readonly number[] = [500, 1000, 2000, 4000];

/** Services look for cards a few times a second. */
const defaultRemovalMs = 1000;

type Unusable = Extract<CardStatus, { kind: 'unusable' }>;
type Ready = Extract<CardStatus, { kind: 'ready' }>;

/** A card that the middleware was asked for, as long as it is in its reader. */
interface AskedCard {
  readonly reader: string;
  readonly eventCounter: number;
  /** What the card process says of it. */
  readonly own: Unusable;
  /** What is shown of it. */
  shown: CardStatus;
  pause: ReturnType<typeof setTimeout> | null;
}

type CardPlace = Pick<CardSignIn, 'reader' | 'eventCounter'>;

/**
 * A card client that has a vendor's middleware look at cards that the card process cannot sign in with. What is in which
 * reader comes from the card process alone: the middleware only reads and signs, and what it signed counts only while
 * the card process still has that very card.
 */
export class MiddlewareCardClient implements CardService {
  readonly #cards: CardService;
  readonly #tokens: MiddlewareCardClientOptions['tokens'];
  readonly #report: (error: unknown) => void;
  readonly #lookAgainMs: readonly number[];
  readonly #removalMs: number;
  readonly #listeners = new Set<(status: CardServiceStatus) => void>();
  readonly #asked = new Map<string, AskedCard>();
  #status: CardServiceStatus;

  constructor({ cards, tokens, report, lookAgainMs = defaultLookAgainMs, removalMs = defaultRemovalMs }: MiddlewareCardClientOptions) {
    this.#cards = cards;
    this.#tokens = tokens;
    this.#report = report;
    this.#lookAgainMs = lookAgainMs;
    this.#removalMs = removalMs;
    this.#status = cards.status;
    cards.onStatus((status) => this.#take(status));
  }

  get status(): CardServiceStatus {
    return this.#status;
  }

  onStatus(listener: (status: CardServiceStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onCardLost(listener: (lost: CardLost) => void): () => void {
    return this.#cards.onCardLost(listener);
  }

  start(): void {
    this.#cards.start();
  }

  stop(): void {
    this.#cards.stop();
    this.#tokens.stop();
  }

  sendPasscode(card: CardPlace, way: PasscodeWay): SentPasscode | null {
    return this.#holderIn(card) === null ? this.#cards.sendPasscode(card, way) : this.#tokens.sendPasscode(way);
  }

  dropPasscode(passcode: SentPasscode): void {
    if (this.#tokens.owns(passcode)) return this.#tokens.dropPasscode(passcode);
    this.#cards.dropPasscode(passcode);
  }

  async signIn(request: CardSignIn, limits: SignInLimits = {}): Promise<CardSignInResult> {
    const { reader, eventCounter, statement } = request;
    const token = this.#tokenFor(request);
    if (token === 'none') return this.#cards.signIn(request, limits);
    if (token === 'gone') return refused(this.#absence(request) ?? { kind: 'card-changed' });
    const answer = await this.#whileThere(request, limits, (signal) => this.#tokens.signIn(token, statement, { ...limits, signal }));
    return answer.kind === 'signed' ? { kind: 'signed', assertion: answer.assertion, reader, eventCounter } : refused(answer.refusal);
  }

  async changePasscode(request: CardPasscodeChange, limits: SignInLimits = {}): Promise<CardPasscodeChangeResult> {
    const { reader, eventCounter } = request;
    const token = this.#tokenFor(request);
    if (token === 'none') return this.#cards.changePasscode(request, limits);
    if (token === 'gone') return refused(this.#absence(request) ?? { kind: 'card-changed' });
    const answer = await this.#whileThere(request, limits, (signal) => this.#tokens.changePasscode(token, { ...limits, signal }));
    return answer.kind === 'passcode-changed' ? { kind: 'passcode-changed', reader, eventCounter } : refused(answer.refusal);
  }

  /** The card as the middleware knows it; `gone`: the passcode set out for the middleware, but its card is there no more. */
  #tokenFor({ reader, eventCounter, passcode, lastTryConfirmed }: CardPasscodeChange): TokenCard | 'none' | 'gone' {
    const holder = this.#holderIn({ reader, eventCounter });
    if (holder !== null) return { reader, certificate: holder.certificate, passcode, lastTryConfirmed };
    if (passcode === 'pin-pad' || !this.#tokens.owns(passcode)) return 'none';
    this.#tokens.dropPasscode(passcode);
    return 'gone';
  }

  /** Has the middleware work on a card; what comes of it counts only if the very card was there all the while. */
  async #whileThere<Answer extends { readonly kind: string; readonly status: TokenStatus | null }>(
    card: CardPlace,
    { signal }: SignInLimits,
    work: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | TokenRefused> {
    const gone = new AbortController();
    const stopListening = this.#cards.onCardLost((lost) => {
      if (isSame(lost, card)) gone.abort();
    });
    try {
      const ended = AbortSignal.any([gone.signal, ...(signal ? [signal] : [])]);
      const answer = await work(ended);
      // A module that fails over a card that was pulled says so before the card process has seen it go.
      if (answer.kind === 'refused' && answer.status === null) await pauseUntil(ended, this.#removalMs);
      const absence = this.#absence(card);
      if (gone.signal.aborted || absence !== null) return { kind: 'refused', refusal: absence ?? { kind: 'card-gone' }, status: null };
      this.#show(card, answer.status);
      return answer;
    } finally {
      stopListening();
    }
  }

  /** Why a card cannot have signed: it is not in its reader. `null` where it is. */
  #absence(card: CardPlace): SignInRefusal | null {
    const { status } = this.#cards;
    const there = status.kind === 'running' ? status.readers.find(({ name }) => name === card.reader) : undefined;
    if (there === undefined || there.card.kind === 'none') return { kind: 'card-gone' };
    return there.eventCounter === card.eventCounter ? null : { kind: 'card-changed' };
  }

  /** The holder of a card that signs in through the middleware. */
  #holderIn(card: CardPlace): Ready['holder'] | null {
    const asked = this.#asked.get(card.reader);
    return asked !== undefined && isSame(asked, card) && asked.shown.kind === 'ready' ? asked.shown.holder : null;
  }

  #take(status: CardServiceStatus): void {
    const readers = status.kind === 'running' ? status.readers : [];
    for (const asked of this.#asked.values()) {
      if (!readers.some((reader) => concerns(asked, reader))) this.#forget(asked);
    }
    // A module does not find its way back to a service that was started again, nor does a process that knew the old one.
    if (status.kind === 'unavailable') this.#tokens.stop();
    if (status.kind === 'running') this.#tokens.start();
    for (const reader of readers) {
      const own = askable(reader.card);
      if (own !== null && !this.#asked.has(reader.name)) this.#ask(reader, own, readers);
    }
    this.#tell();
  }

  #ask({ name, eventCounter }: ReaderStatus, own: Unusable, readers: readonly ReaderStatus[]): void {
    const asked: AskedCard = { reader: name, eventCounter, own, shown: { kind: 'reading' }, pause: null };
    this.#asked.set(name, asked);
    const isAmbiguous = readers.some((other) => other.name !== name && slotNameOf(other.name) === slotNameOf(name));
    if (isAmbiguous) asked.shown = { ...own, sentence: tokenSentences.sameName };
    else void this.#look(asked, 0);
  }

  async #look(asked: AskedCard, attempt: number): Promise<void> {
    const result = await this.#tokens.look(asked.reader);
    if (this.#asked.get(asked.reader) !== asked) return;
    if (result.kind === 'unusable-module') return this.#show(asked, { ...asked.own, sentence: result.sentence });
    if (result.kind === 'seen' && result.status.kind !== 'none') return this.#show(asked, result.status);
    const pauseMs = this.#lookAgainMs[attempt];
    if (result.kind === 'seen') this.#show(asked, { ...asked.own, sentence: tokenSentences.notSeen });
    else if (pauseMs === undefined) this.#show(asked, { ...asked.own, sentence: tokenSentences.noAnswer });
    if (pauseMs !== undefined) asked.pause = setTimeout(() => void this.#look(asked, attempt + 1), pauseMs);
  }

  #show(card: CardPlace, status: CardStatus | null): void {
    const asked = this.#asked.get(card.reader);
    if (asked === undefined || !isSame(asked, card) || status === null || status.kind === 'none') return;
    asked.shown = status;
    this.#tell();
  }

  #forget(asked: AskedCard): void {
    if (asked.pause) clearTimeout(asked.pause);
    this.#asked.delete(asked.reader);
  }

  #tell(): void {
    const status = this.#merged();
    if (isDeepStrictEqual(status, this.#status)) return;
    this.#status = status;
    for (const listener of this.#listeners) {
      try {
        listener(status);
      } catch (error) {
        // One listener that throws must not keep the next from hearing it.
        this.#report(error);
      }
    }
  }

  #merged(): CardServiceStatus {
    const { status } = this.#cards;
    if (status.kind !== 'running') return status;
    const readers = status.readers.map((reader) => {
      const asked = this.#asked.get(reader.name);
      return asked !== undefined && concerns(asked, reader) ? { ...reader, card: asked.shown } : reader;
    });
    return { kind: 'running', readers };
  }
}

const refused = (refusal: SignInRefusal) => ({ kind: 'refused', refusal }) as const;

/** A pause that ends early when the signal aborts. */
async function pauseUntil(signal: AbortSignal, ms: number): Promise<void> {
  const aborted = () => undefined;
  await delay(ms, undefined, { signal }).catch(aborted);
}

/** A card that the card process reached but cannot sign in with may be one for the middleware. */
const askable = (card: CardStatus): Unusable | null =>
  card.kind === 'unusable' && (card.reason === 'not-piv' || card.reason === 'no-certificate') ? card : null;

const isSame = (a: CardPlace, b: CardPlace): boolean => a.reader === b.reader && a.eventCounter === b.eventCounter;

const concerns = (asked: AskedCard, { name, eventCounter, card }: ReaderStatus): boolean =>
  isSame(asked, { reader: name, eventCounter }) && askable(card) !== null;
