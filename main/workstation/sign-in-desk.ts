/** Everything that is done with a card before anybody is signed in: signing in by card or browser, changing the passcode. */
import type { MessageView, Reply } from '../../preload/contract.ts';
import type { PasscodeWay, SentPasscode } from '../card/client.ts';
import { SignInProblem, type SignInMethod, type SignedIn } from '../identity/provider.ts';
import { entryOf } from '../identity/roles.ts';
import { type BoundCard, type SessionEvent, isNobody } from '../identity/session.ts';
import type { CardRequest, WorkstationPorts } from './ports.ts';
import { changeMessage, problemMessage, refusalMessage, signInMessage } from './refusal-message.ts';
import type { SessionKeeper } from './session-keeper.ts';
import { type ReadyReader, cardId, readyReaders } from './sign-in-view.ts';

/** Longest a sign-in may take altogether, in milliseconds: challenge, card and token; or a person at the provider's page. */
const LIMIT_MS = { 'card-statement': 120_000, browser: 300_000 } as const;
/** A passcode typed three times on the keys of a reader takes a while. */
const CHANGE_LIMIT_MS = 120_000;

const CARD_LOST: MessageView = {
  tone: 'warning',
  title: 'You are not signed in',
  sentence: 'The card could no longer be seen while you were signing in. When it is back, enter the passcode again.',
};

const DONE: Reply<null> = { ok: true, value: null };

/**
 * `cardId`: the card that was on the screen when the passcode was entered. `passcode`: the way it comes by, past this
 * side; `null` where it is typed on the reader's own keys or at the provider's page.
 */
export interface SignInRequest {
  readonly cardId: string;
  readonly passcode: PasscodeWay | null;
  readonly lastTryConfirmed: boolean;
}

type SignInOutcome = { readonly kind: 'signed-in'; readonly signedIn: SignedIn } | { readonly kind: 'refused'; readonly message: MessageView | null };

export class SignInDesk {
  readonly #ports: WorkstationPorts;
  readonly #session: SessionKeeper;
  readonly #onChange: () => void;
  #message: MessageView | null = null;
  #abort = new AbortController();
  #isChanging = false;

  constructor(ports: WorkstationPorts, session: SessionKeeper, onChange: () => void) {
    this.#ports = ports;
    this.#session = session;
    this.#onChange = onChange;
  }

  /** What the last sign-in came to. */
  get message(): MessageView | null {
    return this.#message;
  }

  clear(): void {
    this.#message = null;
  }

  /** Gives up what is under way. */
  abort(): void {
    this.#abort.abort();
  }

  /** The session has given the sign-in up. Where the card was the cause, that outlasts what the reader says of the moment. */
  end(because: SessionEvent['type']): void {
    this.abort();
    if (because === 'card-lost' || because === 'cards-seen') this.#message = CARD_LOST;
  }

  async signIn(request: SignInRequest): Promise<Reply<null>> {
    const reader = this.#readerFor(request);
    if (typeof reader === 'string') return { ok: false, sentence: reader };
    const { method } = this.#ports.identity;
    const attempt = this.#begin(reader, method);
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(LIMIT_MS[method.kind])]);
    try {
      const outcome = await this.#authenticate(attempt, reader, request, signal);
      if (outcome.kind === 'refused') this.#fail(attempt, outcome.message);
      else this.#enter(attempt, reader, outcome.signedIn);
    } catch (problem) {
      if (!(problem instanceof SignInProblem)) this.#ports.log('sign-in-failed', { type: problem instanceof Error ? problem.name : typeof problem });
      this.#fail(attempt, signInMessage(problem));
    }
    return DONE;
  }

  /** Changes the passcode of a card while nobody is signed in. Answers when the card has. */
  async changePasscode(request: SignInRequest): Promise<Reply<MessageView>> {
    const reader = this.#readerFor(request);
    if (typeof reader === 'string') return { ok: false, sentence: reader };
    this.#isChanging = true;
    this.#message = null;
    this.#abort = new AbortController();
    try {
      const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(CHANGE_LIMIT_MS)]);
      const outcome = await this.#withPasscode(boundTo(reader), request, (card) => this.#ports.card.changePasscode(card, signal));
      this.#ports.log('passcode-change', { outcome: outcome.kind === 'refused' ? outcome.refusal.kind : outcome.kind });
      return { ok: true, value: changeMessage(outcome) };
    } finally {
      this.#isChanging = false;
      this.#onChange();
    }
  }

  /** The reader whose card may be used now, or why none may: then the passcode's way is closed. */
  #readerFor(request: SignInRequest): ReadyReader | string {
    const reader = this.#findReader(request.cardId);
    if (typeof reader === 'string') request.passcode?.close();
    return reader;
  }

  #findReader(shown: string): ReadyReader | string {
    if (this.#isChanging) return 'The passcode is being changed. Wait until that ends.';
    if (this.#session.state.kind === 'authenticating') return 'A sign-in is under way. Wait until it ends.';
    if (!isNobody(this.#session.state)) return 'Somebody is signed in already. Lock first.';
    const readers = readyReaders(this.#ports.card.status);
    if (readers.length === 0) return 'There is no card in the reader. Insert your card first.';
    return readers.find((candidate) => cardId(candidate) === shown) ?? 'Another card is in the reader now. Check the name, then enter the passcode. No try was used.';
  }

  #begin(reader: ReadyReader, method: SignInMethod): number {
    this.#message = null;
    this.#abort = new AbortController();
    return this.#session.begin({ step: method.kind === 'browser' ? 'service' : 'passcode', card: boundTo(reader), holderId: reader.card.holder.userId });
  }

  async #authenticate(attempt: number, reader: ReadyReader, request: SignInRequest, signal: AbortSignal): Promise<SignInOutcome> {
    const { method } = this.#ports.identity;
    if (method.kind === 'browser') {
      request.passcode?.close();
      return { kind: 'signed-in', signedIn: await method.authenticate(signal) };
    }
    const outcome = await this.#withPasscode(boundTo(reader), request, async (card) => {
      const statement = await method.statement(signal);
      return { ...(await this.#ports.card.signIn({ ...card, statement }, signal)), statement };
    });
    if (outcome.kind === 'refused') {
      this.#ports.log('card-refused', { kind: outcome.refusal.kind });
      return { kind: 'refused', message: refusalMessage(outcome.refusal) };
    }
    this.#session.apply({ type: 'card-signed', attempt });
    return { kind: 'signed-in', signedIn: await method.redeem(outcome.assertion, outcome.statement, signal) };
  }

  /** Lets the passcode set out at once, and has it wiped where the card is not asked after all. */
  async #withPasscode<Outcome>(
    card: BoundCard,
    { passcode: way, lastTryConfirmed }: SignInRequest,
    ask: (request: CardRequest) => Promise<Outcome>,
  ): Promise<Outcome | { readonly kind: 'refused'; readonly refusal: { readonly kind: 'card-gone' } }> {
    const passcode: SentPasscode | 'pin-pad' | null = way === null ? 'pin-pad' : this.#ports.card.sendPasscode(card, way);
    if (passcode === null) return { kind: 'refused', refusal: { kind: 'card-gone' } };
    try {
      return await ask({ card, passcode, lastTryConfirmed });
    } catch (problem) {
      if (passcode !== 'pin-pad') this.#ports.card.dropPasscode(passcode);
      throw problem;
    }
  }

  /** Somebody whom the provider vouches for may still not come in: another's card, or no role. */
  #enter(attempt: number, reader: ReadyReader, signedIn: SignedIn): void {
    const entry = entryOf(signedIn.clinician, reader.card.holder.userId);
    if (entry.kind === 'refused' && this.#session.isUnderWay(attempt)) this.#message = problemMessage(entry.sentence);
    this.#session.enter(attempt, signedIn);
  }

  #fail(attempt: number, message: MessageView | null): void {
    if (this.#session.isUnderWay(attempt)) this.#message = message;
    this.#session.apply({ type: 'authentication-failed', attempt });
  }
}

function boundTo({ name, eventCounter }: ReadyReader): BoundCard {
  return { reader: name, eventCounter };
}
