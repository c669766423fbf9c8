import { failureOf, refusalFor } from './failures.ts';
import type { CardCommand, CardEvent, CardStatus, PasscodeEntry, SignInRefusal } from './messages.ts';
import { passcodeArrivalMs, type PasscodeHold, type TypedPasscode, wipe } from './passcode-hold.ts';
import type { Pcsc } from './pcsc/pcsc.ts';
import { pinPadEntryMs } from './pin-pad/entry-times.ts';
import type { PinPads } from './pin-pad/pin-pads.ts';
import { changePivPasscode, type PivPasscodeChangeResult } from './piv/change-passcode.ts';
import { refuse, refused } from './piv/passcode-try.ts';
import type { PivCard } from './piv/read.ts';
import { signInWithPiv, type PivSignInResult } from './piv/sign-in.ts';
import type { ReaderEntry } from './reader-table.ts';
import { signInSentences } from './sentences.ts';
import { withTransaction, type CardTransaction, type TransactionLimits } from './transaction.ts';
import type { CardWatch } from './watch.ts';

/** What a passcode is asked for. */
export type PasscodeCommand = Extract<CardCommand, { type: 'sign-in' | 'change-passcode' }>;

/** What the desk needs of the watch. */
export type WatchedCards = Pick<CardWatch, 'find' | 'hasCard' | 'update' | 'doubt'>;

type Result = PivSignInResult | PivPasscodeChangeResult;
type Outcome = Result['outcome'];

/** What was typed on the keyboard, or that the reader's keys are used. */
type Passcode = TypedPasscode | 'pin-pad';

export const deskLimits: TransactionLimits = { turnMs: 5000, workMs: 20_000 };

export interface CardDeskOptions {
  readonly pcsc: Pcsc;
  readonly watch: WatchedCards;
  readonly passcodes: PasscodeHold;
  readonly pinPads: PinPads;
  readonly emit: (event: CardEvent) => void;
  /** Without what a person may take at the reader's keys. */
  readonly limits?: TransactionLimits;
  readonly arrivalMs?: number;
}

/** Answers what needs a passcode, one command at a time, against the cards the watch knows. */
export class CardDesk {
  readonly #pcsc: Pcsc;
  readonly #watch: WatchedCards;
  readonly #passcodes: PasscodeHold;
  readonly #pinPads: PinPads;
  readonly #emit: (event: CardEvent) => void;
  readonly #limits: TransactionLimits;
  readonly #arrivalMs: number;
  #current: { readonly requestId: number; readonly entry: PasscodeEntry; readonly cancel: AbortController } | null = null;

  constructor({ pcsc, watch, passcodes, pinPads, emit, limits = deskLimits, arrivalMs = passcodeArrivalMs }: CardDeskOptions) {
    this.#pcsc = pcsc;
    this.#watch = watch;
    this.#passcodes = passcodes;
    this.#pinPads = pinPads;
    this.#emit = emit;
    this.#limits = limits;
    this.#arrivalMs = arrivalMs;
  }

  /** Does what is asked, tells the outcome exactly once, and wipes the request's passcode, claimed or not. */
  async serve(command: PasscodeCommand): Promise<void> {
    try {
      this.#emit(eventOf(command, await this.#attempt(command)));
    } finally {
      this.#passcodes.drop(command.requestId);
    }
  }

  /** Asks what runs to stop: no try is spent after this unless the card, or the reader's keys, have it already. */
  cancel(requestId: number): void {
    this.#passcodes.drop(requestId);
    if (this.#current?.requestId === requestId) this.#current.cancel.abort();
  }

  async #attempt(command: PasscodeCommand): Promise<Outcome> {
    const { requestId, reader, eventCounter, entry } = command;
    const there = this.#watch.find(reader, eventCounter);
    if (there === null) return refused(this.#watch.hasCard(reader) ? { kind: 'card-changed' } : { kind: 'card-gone' });
    if (there.card === null) return refused(refusalOf(there.status));
    if (this.#current !== null) return refused(refusalWhile(this.#current));
    const cancel = new AbortController();
    this.#current = { requestId, entry, cancel };
    try {
      if (entry === 'pin-pad') return await this.#work(there, there.card, command, 'pin-pad', cancel.signal);
      return await this.#workWithTyped(there, there.card, command, cancel.signal);
    } finally {
      this.#current = null;
    }
  }

  async #workWithTyped(entry: ReaderEntry, card: PivCard, command: PasscodeCommand, cancelled: AbortSignal): Promise<Outcome> {
    const limit = AbortSignal.timeout(this.#arrivalMs);
    const typed = await this.#passcodes.claim(command.requestId, AbortSignal.any([cancelled, limit]));
    if (typed === null) return refused(cancelled.aborted ? { kind: 'cancelled' } : { kind: 'failed', sentence: signInSentences.noPasscode });
    try {
      return await this.#work(entry, card, command, typed, cancelled);
    } finally {
      wipe(typed);
    }
  }

  async #work(entry: ReaderEntry, card: PivCard, command: PasscodeCommand, passcode: Passcode, cancelled: AbortSignal): Promise<Outcome> {
    try {
      const { outcome, status } = await withTransaction(this.#pcsc, entry.name, this.#limitsOf(command), (transaction, late) =>
        use(transaction, card, command, passcode, AbortSignal.any([cancelled, late])),
      );
      if (this.#watch.find(command.reader, command.eventCounter) === null) return refused({ kind: 'card-gone' });
      if (status !== null) this.#watch.update(entry, { status, card: this.#believed(entry, card, outcome) });
      return outcome;
    } catch (error) {
      const failure = failureOf(error);
      if (failure !== 'in-use' && failure !== 'reset') this.#watch.doubt(entry);
      return refused(refusalFor(failure));
    }
  }

  /** The card, without the reader's keys once these have failed. */
  #believed({ name }: ReaderEntry, card: PivCard, outcome: Outcome): PivCard {
    const hasLied = outcome.kind === 'refused' && outcome.refusal.kind === 'pin-pad' && outcome.refusal.problem === 'unusable';
    if (!hasLied) return card;
    this.#pinPads.distrust(name);
    return { ...card, pinPad: null };
  }

  #limitsOf({ entry, type }: PasscodeCommand): TransactionLimits {
    if (entry === 'keyboard') return this.#limits;
    const entryMs = type === 'sign-in' ? pinPadEntryMs.verify : pinPadEntryMs.modify;
    return { ...this.#limits, workMs: this.#limits.workMs + entryMs };
  }
}

async function use(transaction: CardTransaction, card: PivCard, command: PasscodeCommand, passcode: Passcode, signal: AbortSignal): Promise<Result> {
  const { eventCounter, lastTryConfirmed } = command;
  const request = { card, eventCounter, lastTryConfirmed, signal };
  if (command.type === 'sign-in') {
    return signInWithPiv(transaction, { ...request, statement: command.statement, passcode: passcode === 'pin-pad' ? passcode : passcode.passcode });
  }
  if (passcode === 'pin-pad') return changePivPasscode(transaction, { ...request, passcode });
  const { passcode: current, replacement } = passcode;
  if (replacement === null) return refuse({ kind: 'failed', sentence: signInSentences.noReplacement });
  return changePivPasscode(transaction, { ...request, passcode: { current, replacement } });
}

function eventOf({ requestId, reader, eventCounter }: PasscodeCommand, outcome: Outcome): CardEvent {
  switch (outcome.kind) {
    case 'signed':
      return { type: 'signed', requestId, assertion: outcome.assertion, reader, eventCounter };
    case 'passcode-changed':
      return { type: 'passcode-changed', requestId, reader, eventCounter };
    case 'refused':
      return { type: 'refused', requestId, refusal: outcome.refusal };
  }
}

/** Why a card that is there cannot be used now. */
function refusalOf(status: CardStatus): SignInRefusal {
  if (status.kind !== 'unusable') return { kind: 'failed', sentence: signInSentences.stillReading };
  if (status.reason === 'in-use') return { kind: 'in-use' };
  return { kind: 'failed', sentence: status.sentence };
}

/** Why nothing else begins while something runs. A reader may still wait for keys after its request was given up. */
const refusalWhile = ({ entry, cancel }: { readonly entry: PasscodeEntry; readonly cancel: AbortController }): SignInRefusal =>
  entry === 'pin-pad' && cancel.signal.aborted ? { kind: 'pin-pad', problem: 'waiting' } : { kind: 'failed', sentence: signInSentences.busy };
