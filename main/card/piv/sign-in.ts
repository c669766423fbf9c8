import { exchange } from '../apdu.ts';
import { isSignable, signedAssertion, unsignedAssertion } from '../assertion.ts';
import type { SignInStatement } from '../messages.ts';
import { signInSentences } from '../sentences.ts';
import { isGenuine, joseSignature } from '../signature.ts';
import { TlvError } from '../tlv.ts';
import type { CardTransaction } from '../transaction.ts';
import { signWithAuthenticationKey } from './commands.ts';
import { presentOnPad } from './pad-entry.ts';
import { padPasscode, presentPasscode, type PasscodeOutcome, type PasscodeState } from './passcode.ts';
import { refuse, refused, tryPasscode, type PasscodeTry, type PivResult } from './passcode-try.ts';
import type { PivCard } from './read.ts';
import { algorithmOf, signatureIn, signatureInput } from './signature.ts';

export interface PivSignIn extends PasscodeTry {
  readonly statement: SignInStatement;
  /** What was typed, or that it is typed on the reader's keys. */
  readonly passcode: Uint8Array | 'pin-pad';
}

export type PivSignInResult = PivResult<{ readonly kind: 'signed'; readonly assertion: string }>;

/**
 * The whole sign-in, inside the caller's transaction: VERIFY and GENERAL AUTHENTICATE under the rules of
 * {@link tryPasscode}. The passcode stays the caller's to wipe; copies made here are wiped.
 */
export async function signInWithPiv(transaction: CardTransaction, request: PivSignIn): Promise<PivSignInResult> {
  const { passcode, card, signal } = request;
  const { pinPad, passcodeReference: reference } = card;
  if (!isSignable(request.statement)) return refuse({ kind: 'failed', sentence: signInSentences.notSignable });
  if (passcode === 'pin-pad') {
    if (pinPad === null) return refuse({ kind: 'pin-pad', problem: 'missing' });
    return sign(transaction, request, (before) => presentOnPad({ transaction, pinPad, reference, signal }, before));
  }
  const padded = padPasscode(passcode);
  if (padded === null) return refuse({ kind: 'bad-format' });
  try {
    return await sign(transaction, request, () => presentPasscode(transaction, reference, padded));
  } finally {
    padded.fill(0);
  }
}

function sign(transaction: CardTransaction, request: PivSignIn, present: (before: PasscodeState) => Promise<PasscodeOutcome>): Promise<PivSignInResult> {
  const isOver = overAfter(request.statement);
  return tryPasscode(transaction, request, { present, proceed: () => signOnce(transaction, request, isOver) });
}

/** Whether a statement's time is over: a person at the reader's keys may take longer. Measured, since clocks differ. */
function overAfter({ issuedAt, expiresAt }: SignInStatement): () => boolean {
  const begun = performance.now();
  return () => performance.now() - begun >= (expiresAt - issuedAt) * 1000;
}

async function signOnce(transaction: CardTransaction, { card, statement, signal }: PivSignIn, isOver: () => boolean): Promise<PivSignInResult['outcome']> {
  if (signal.aborted) return refused({ kind: 'cancelled' });
  if (isOver()) return refused({ kind: 'failed', sentence: signInSentences.tookTooLong });
  const { certificate, scheme } = card;
  const unsigned = unsignedAssertion(certificate, scheme, statement);
  const message = Buffer.from(unsigned, 'ascii');
  const answer = await exchange(transaction, signWithAuthenticationKey(algorithmOf(scheme), signatureInput(scheme, message)));
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
