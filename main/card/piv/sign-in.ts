import { exchange } from '../apdu.ts';
import type { CardStatus, SignInRefusal, SignInStatement } from '../messages.ts';
import { signInSentences } from '../sentences.ts';
import { TlvError } from '../tlv.ts';
import type { CardTransaction } from '../transaction.ts';
import { isSignable, signedAssertion, unsignedAssertion } from './assertion.ts';
import { signWithAuthenticationKey } from './commands.ts';
import { dropPasscode, padPasscode, presentPasscode, readPasscodeState, type PasscodeOutcome, type PasscodeState } from './passcode.ts';
import { selectPivApplication, statusOf, type PivCard } from './read.ts';
import { isGenuine, joseSignature, signatureIn, signatureInput } from './signature.ts';

export interface PivSignIn {
  readonly card: PivCard;
  readonly statement: SignInStatement;
  readonly passcode: Uint8Array;
  readonly lastTryConfirmed: boolean;
  /** The reader's event counter when the clinician saw the card. */
  readonly eventCounter: number;
  readonly signal: AbortSignal;
}

export interface PivSignInResult {
  readonly outcome: { readonly kind: 'signed'; readonly assertion: string } | { readonly kind: 'refused'; readonly refusal: SignInRefusal };
  /** The card's new status where the exchange told it: the tries left change. */
  readonly status: CardStatus | null;
}

const refused = (refusal: SignInRefusal) => ({ kind: 'refused', refusal }) as const;

const refuse = (refusal: SignInRefusal, status: CardStatus | null = null): PivSignInResult => ({ outcome: refused(refusal), status });

/**
 * The whole sign-in, inside the caller's transaction: SELECT, same card?, tries left?, VERIFY, GENERAL AUTHENTICATE,
 * and at the end the card forgets the passcode. The passcode stays the caller's to wipe; copies made here are wiped.
 * Never spends the card's last try, or one it cannot count, unless that was confirmed.
 */
export async function signInWithPiv(transaction: CardTransaction, request: PivSignIn): Promise<PivSignInResult> {
  if (!isSignable(request.statement)) return refuse({ kind: 'failed', sentence: signInSentences.notSignable });
  const padded = padPasscode(request.passcode);
  if (padded === null) return refuse({ kind: 'bad-format' });
  try {
    return await signInWithPadded(transaction, request, padded);
  } finally {
    padded.fill(0);
  }
}

async function signInWithPadded(transaction: CardTransaction, request: PivSignIn, padded: Uint8Array): Promise<PivSignInResult> {
  if (!(await selectPivApplication(transaction))) return refuse({ kind: 'card-changed' });
  if ((await transaction.readEventCounter()) !== request.eventCounter) return refuse({ kind: 'card-changed' });
  const before = await countTries(transaction, request.card);
  const barred = mayTry(before, request.lastTryConfirmed);
  if (barred !== null) return refuse(barred, statusOf(request.card, before));
  if (request.signal.aborted) return refuse({ kind: 'cancelled' });
  const presented = await presentPasscode(transaction, request.card.passcodeReference, padded);
  if (presented.kind !== 'right') return refusedPasscode(request.card, presented, before);
  try {
    const outcome = await signOnce(transaction, request);
    await forget(transaction, request.card);
    return { outcome, status: statusOf(request.card, await readPasscodeState(transaction, request.card.passcodeReference)) };
  } catch (error) {
    transaction.resetAtEnd();
    throw error;
  }
}

/** Cards older than SP 800-73-4 do not know the command that drops the passcode; a reset makes them forget it. */
async function forget(transaction: CardTransaction, card: PivCard): Promise<void> {
  const { sw } = await dropPasscode(transaction, card.passcodeReference);
  if (sw !== 0x9000) transaction.resetAtEnd();
}

/** Another program may have left the passcode verified, which hides the counter: the card forgets it first. */
async function countTries(transaction: CardTransaction, { passcodeReference }: PivCard): Promise<PasscodeState> {
  const state = await readPasscodeState(transaction, passcodeReference);
  if (state.kind !== 'verified') return state;
  await dropPasscode(transaction, passcodeReference);
  return readPasscodeState(transaction, passcodeReference);
}

function mayTry(state: PasscodeState, lastTryConfirmed: boolean): SignInRefusal | null {
  if (state.kind === 'blocked') return { kind: 'blocked' };
  const mayBeLast = state.kind === 'untold' || (state.kind === 'tries' && state.left <= 1);
  return mayBeLast && !lastTryConfirmed ? { kind: 'last-try-unconfirmed' } : null;
}

function refusedPasscode(card: PivCard, outcome: Exclude<PasscodeOutcome, { kind: 'right' }>, before: PasscodeState): PivSignInResult {
  switch (outcome.kind) {
    case 'wrong':
      if (outcome.triesLeft === 0) return refuse({ kind: 'blocked' }, statusOf(card, { kind: 'blocked' }));
      return refuse(
        { kind: 'wrong-passcode', triesLeft: outcome.triesLeft },
        statusOf(card, outcome.triesLeft === null ? { kind: 'untold' } : { kind: 'tries', left: outcome.triesLeft }),
      );
    case 'blocked':
      return refuse({ kind: 'blocked' }, statusOf(card, { kind: 'blocked' }));
    case 'bad-format':
      return refuse({ kind: 'bad-format' }, statusOf(card, before));
    case 'failed':
      return refuse({ kind: 'failed', sentence: signInSentences.passcodeRefused });
  }
}

async function signOnce(transaction: CardTransaction, { card, statement, signal }: PivSignIn): Promise<PivSignInResult['outcome']> {
  if (signal.aborted) return refused({ kind: 'cancelled' });
  const { certificate, scheme } = card;
  const unsigned = unsignedAssertion(certificate, scheme, statement);
  const message = Buffer.from(unsigned, 'ascii');
  const answer = await exchange(transaction, signWithAuthenticationKey(scheme.algorithm, signatureInput(scheme, message)));
  if (answer.sw === 0x6982) return refused({ kind: 'failed', sentence: signInSentences.cardReset });
  const signature = answer.sw === 0x9000 ? readSignature(card, answer.data) : null;
  if (signature === null) return refused({ kind: 'failed', sentence: signInSentences.noSignature });
  if (!isGenuine(scheme, certificate.publicKey, message, signature)) {
    return refused({ kind: 'failed', sentence: signInSentences.notGenuine });
  }
  if (signal.aborted) return refused({ kind: 'cancelled' });
  return { kind: 'signed', assertion: signedAssertion(unsigned, signature) };
}

function readSignature({ scheme }: PivCard, answer: Uint8Array): Uint8Array | null {
  try {
    const signature = signatureIn(answer);
    return signature === null ? null : joseSignature(scheme, signature);
  } catch (error) {
    if (error instanceof TlvError) return null;
    throw error;
  }
}
