import type { CardSettings, SignInRefusal } from '../messages.ts';
import { passcodeArrivalMs, type PasscodeHold, type TypedPasscode, wipe } from '../passcode-hold.ts';
import { signInSentences } from '../sentences.ts';
import { changeTokenPasscode } from './change-passcode.ts';
import { refusalFor, tokenFailureOf } from './failures.ts';
import type { Pkcs11Command, Pkcs11Event } from './messages.ts';
import type { Pkcs11Module } from './module.ts';
import { readTokenStatus } from './read.ts';
import { signInWithToken } from './sign-in.ts';
import type { TokenRequest, TokenResult } from './with-card.ts';

type LookCommand = Extract<Pkcs11Command, { type: 'look' }>;
export type CardCommand = Extract<Pkcs11Command, { type: 'sign-in' | 'change-passcode' }>;

export interface TokenDeskOptions {
  readonly module: Pkcs11Module;
  readonly pinPad: CardSettings['pinPad'];
  readonly passcodes: PasscodeHold;
  readonly emit: (event: Pkcs11Event) => void;
  /** Called after the answer, when what the module says is worth nothing any more. */
  readonly onModuleFailed: () => void;
  readonly now?: () => Date;
  readonly arrivalMs?: number;
}

/** Answers commands about cards, one at a time: the module is called by nobody else meanwhile. */
export class TokenDesk {
  readonly #options: TokenDeskOptions;
  readonly #cancels = new Map<number, AbortController>();
  #turn: Promise<void> = Promise.resolve();

  constructor(options: TokenDeskOptions) {
    this.#options = options;
  }

  look(command: LookCommand): Promise<void> {
    return this.#inTurn(() => this.#look(command));
  }

  /** Signs or changes the passcode, tells the outcome exactly once, and wipes the request's passcode, claimed or not. */
  serve(command: CardCommand): Promise<void> {
    const cancel = new AbortController();
    this.#cancels.set(command.requestId, cancel);
    return this.#inTurn(async () => {
      try {
        this.#tell(command.requestId, await this.#serveTyped(command, cancel.signal));
      } finally {
        this.#cancels.delete(command.requestId);
        this.#options.passcodes.drop(command.requestId);
      }
    });
  }

  /** Asks a request to stop: no try is spent after this unless the card has it already. */
  cancel(requestId: number): void {
    this.#options.passcodes.drop(requestId);
    this.#cancels.get(requestId)?.abort();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }

  async #look({ requestId, reader }: LookCommand): Promise<void> {
    const { module, pinPad, emit, onModuleFailed, now = () => new Date() } = this.#options;
    try {
      emit({ type: 'looked', requestId, status: await readTokenStatus(module, reader, pinPad, now()) });
    } catch (error) {
      const failure = tokenFailureOf(error);
      const refusal: SignInRefusal = failure === 'wrong-passcode' ? { kind: 'card-gone' } : refusalFor(failure);
      emit({ type: 'refused', requestId, refusal, status: null });
      if (failure === 'fault') onModuleFailed();
    }
  }

  async #serveTyped(command: CardCommand, cancelled: AbortSignal): Promise<TokenResult> {
    if (command.entry === 'pin-pad') return this.#serve(command, { passcode: null, replacement: null }, cancelled);
    const limit = AbortSignal.timeout(this.#options.arrivalMs ?? passcodeArrivalMs);
    const typed = await this.#options.passcodes.claim(command.requestId, AbortSignal.any([cancelled, limit]));
    if (typed === null) return refused(cancelled.aborted ? { kind: 'cancelled' } : { kind: 'failed', sentence: signInSentences.noPasscode });
    try {
      return await this.#serve(command, typed, cancelled);
    } finally {
      wipe(typed);
    }
  }

  #serve(command: CardCommand, typed: TypedPasscode | { passcode: null; replacement: null }, signal: AbortSignal): Promise<TokenResult> {
    const { module, pinPad } = this.#options;
    const { reader, certificate, lastTryConfirmed } = command;
    const request: TokenRequest = { reader, certificate, passcode: typed.passcode, lastTryConfirmed, pinPad, signal };
    if (command.type === 'sign-in') return signInWithToken(module, { ...request, statement: command.statement });
    if (typed.passcode !== null && typed.replacement === null) return Promise.resolve(refused({ kind: 'unfit-replacement', fault: 'format' }));
    return changeTokenPasscode(module, { ...request, replacement: typed.replacement });
  }

  #tell(requestId: number, { outcome, status, failed }: TokenResult): void {
    const { emit, onModuleFailed } = this.#options;
    switch (outcome.kind) {
      case 'signed':
        emit({ type: 'signed', requestId, assertion: outcome.assertion, status });
        break;
      case 'passcode-changed':
        emit({ type: 'passcode-changed', requestId, status });
        break;
      case 'refused':
        emit({ type: 'refused', requestId, refusal: outcome.refusal, status });
        break;
    }
    if (failed) onModuleFailed();
  }
}

const refused = (refusal: SignInRefusal): TokenResult => ({ outcome: { kind: 'refused', refusal }, status: null, failed: false });
