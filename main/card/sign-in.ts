import { failureOf, refusalFor } from './failures.ts';
import type { CardCommand, CardEvent, CardStatus, SignInRefusal } from './messages.ts';
import type { Pcsc } from './pcsc/pcsc.ts';
import { signInWithPiv, type PivSignInResult } from './piv/sign-in.ts';
import type { PivCard } from './piv/read.ts';
import type { ReaderEntry } from './reader-table.ts';
import { signInSentences } from './sentences.ts';
import { withTransaction, type TransactionLimits } from './transaction.ts';
import type { CardWatch } from './watch.ts';

export type SignInCommand = Extract<CardCommand, { type: 'sign-in' }>;

export const signInLimits: TransactionLimits = { turnMs: 5000, workMs: 20_000 };

export interface SignInDeskOptions {
  readonly pcsc: Pcsc;
  readonly watch: CardWatch;
  readonly emit: (event: CardEvent) => void;
  readonly limits?: TransactionLimits;
}

/** Answers sign-in commands, one at a time, against the cards the watch knows. */
export class SignInDesk {
  readonly #pcsc: Pcsc;
  readonly #watch: CardWatch;
  readonly #emit: (event: CardEvent) => void;
  readonly #limits: TransactionLimits;
  #current: { readonly requestId: number; readonly cancel: AbortController } | null = null;

  constructor({ pcsc, watch, emit, limits = signInLimits }: SignInDeskOptions) {
    this.#pcsc = pcsc;
    this.#watch = watch;
    this.#emit = emit;
    this.#limits = limits;
  }

  /** Signs, tells the outcome exactly once, and wipes the command's passcode. */
  async signIn(command: SignInCommand): Promise<void> {
    const { requestId, reader, eventCounter } = command;
    const cancel = new AbortController();
    try {
      const outcome = await this.#attempt(command, cancel);
      const event: CardEvent = outcome.kind === 'signed'
        ? { type: 'signed', requestId, assertion: outcome.assertion, reader, eventCounter }
        : { type: 'refused', requestId, refusal: outcome.refusal };
      this.#emit(event);
    } finally {
      command.passcode.fill(0);
    }
  }

  /** Asks a running sign-in to stop: no try is spent after this unless the card has it already. */
  cancel(requestId: number): void {
    if (this.#current?.requestId === requestId) this.#current.cancel.abort();
  }

  async #attempt(command: SignInCommand, cancel: AbortController): Promise<PivSignInResult['outcome']> {
    const entry = this.#watch.find(command.reader, command.eventCounter);
    if (entry === null) return refused(this.#watch.hasCard(command.reader) ? { kind: 'card-changed' } : { kind: 'card-gone' });
    if (entry.card === null) return refused(refusalOf(entry.status));
    if (this.#current !== null) return refused({ kind: 'failed', sentence: signInSentences.busy });
    this.#current = { requestId: command.requestId, cancel };
    try {
      return await this.#signWith(entry, entry.card, command, cancel.signal);
    } finally {
      this.#current = null;
    }
  }

  async #signWith(entry: ReaderEntry, card: PivCard, command: SignInCommand, cancelled: AbortSignal): Promise<PivSignInResult['outcome']> {
    try {
      const { outcome, status } = await withTransaction(this.#pcsc, entry.name, this.#limits, (transaction, late) =>
        signInWithPiv(transaction, { ...command, card, signal: AbortSignal.any([cancelled, late]) }),
      );
      if (this.#watch.find(command.reader, command.eventCounter) === null) return refused({ kind: 'card-gone' });
      if (status !== null) this.#watch.update(entry, { status, card });
      return outcome;
    } catch (error) {
      const failure = failureOf(error);
      if (failure !== 'in-use' && failure !== 'reset') this.#watch.doubt(entry);
      return refused(refusalFor(failure));
    }
  }
}

const refused = (refusal: SignInRefusal) => ({ kind: 'refused', refusal }) as const;

/** Why a card that is there cannot sign in now. */
function refusalOf(status: CardStatus): SignInRefusal {
  if (status.kind !== 'unusable') return { kind: 'failed', sentence: signInSentences.stillReading };
  if (status.reason === 'in-use') return { kind: 'in-use' };
  return { kind: 'failed', sentence: status.sentence };
}
