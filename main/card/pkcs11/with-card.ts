import type { CardSettings, SignInRefusal } from '../messages.ts';
import { signInSentences, unusable } from '../sentences.ts';
import { isBlocked, type TokenCertificate } from './choice.ts';
import { tokenFlags } from './constants.ts';
import { hasEndedAlready, refusalFor, tokenFailureOf, type TokenFailure } from './failures.ts';
import type { Handle, Pkcs11Module, TokenInfo } from './module.ts';
import { isFinalTry, readTokens, statusOf, type TokenStatus } from './read.ts';

/** A request to the card that the clinician saw. */
export interface TokenRequest {
  readonly reader: string;
  /** DER of the certificate that was shown, base64: no other one is used. */
  readonly certificate: string;
  /** `null`: it is typed on the reader. The caller wipes it. */
  readonly passcode: Uint8Array | null;
  readonly lastTryConfirmed: boolean;
  readonly pinPad: CardSettings['pinPad'];
  readonly signal: AbortSignal;
}

export type TokenOutcome =
  | { readonly kind: 'signed'; readonly assertion: string }
  | { readonly kind: 'passcode-changed' }
  | { readonly kind: 'refused'; readonly refusal: SignInRefusal };

export interface TokenResult {
  readonly outcome: TokenOutcome;
  /** The card as it shows itself afterwards; `null` where that was not told. */
  readonly status: TokenStatus | null;
  /** Whether the module must be started again before it is asked anything. */
  readonly failed: boolean;
}

export const refused = (refusal: SignInRefusal) => ({ kind: 'refused', refusal }) as const;

/** Finds the very card, spends no try that must not be spent, and says what became of it. */
export async function withCard(module: Pkcs11Module, request: TokenRequest, work: (card: TokenCertificate) => Promise<TokenOutcome>): Promise<TokenResult> {
  let card: TokenCertificate | null = null;
  try {
    const { tokens, certificates } = await readTokens(module, request.reader);
    card = certificates.find(({ certificate }) => certificate.raw.toString('base64') === request.certificate) ?? null;
    if (card === null) return { outcome: refused({ kind: tokens === 0 ? 'card-gone' : 'card-changed' }), status: null, failed: false };
    const barred = mayTry(card.token, request);
    const outcome = barred === null ? await work(card) : refused(barred);
    return { outcome, status: statusOf(card, await module.readToken(card.slot), request.pinPad), failed: false };
  } catch (error) {
    const failure = tokenFailureOf(error);
    return card === null ? resultOf(failure) : afterFailure(module, card, failure, request.pinPad);
  }
}

function mayTry(token: TokenInfo, { passcode, lastTryConfirmed, signal }: TokenRequest): SignInRefusal | null {
  if (isBlocked(token)) return { kind: 'blocked' };
  if (isFinalTry(token) && !lastTryConfirmed) return { kind: 'last-try-unconfirmed' };
  if (passcode === null && (token.flags & tokenFlags.protectedAuthenticationPath) === 0) return { kind: 'failed', sentence: signInSentences.noPasscode };
  if (!hasFittingLength(token, passcode)) return { kind: 'bad-format' };
  return signal.aborted ? { kind: 'cancelled' } : null;
}

/** A passcode that the token says it cannot have is not tried. Modules that know no longest one say 0 or the largest number. */
export function hasFittingLength({ shortestPasscode, longestPasscode }: TokenInfo, passcode: Uint8Array | null): boolean {
  if (passcode === null) return true;
  const isTooLong = longestPasscode > 0 && passcode.length > longestPasscode;
  return passcode.length > 0 && passcode.length >= shortestPasscode && !isTooLong;
}

/** Runs `work` in a session of its own. @throws {Pkcs11Error} */
export async function inSession(
  module: Pkcs11Module,
  slot: Handle,
  access: 'read-only' | 'read-write',
  work: (session: Handle) => Promise<TokenOutcome>,
): Promise<TokenOutcome> {
  const session = await module.openSession(slot, access);
  try {
    return await work(session);
  } finally {
    await endingNothing(module.closeSession(session));
  }
}

/** A card that has gone took its session along. Anything else that keeps a login from ending is a failure. */
export async function endingNothing(ending: Promise<void>): Promise<void> {
  try {
    await ending;
  } catch (error) {
    if (!hasEndedAlready(error)) throw error;
  }
}

/** What a failed call means, with what the token tells of its passcode now. */
async function afterFailure(module: Pkcs11Module, card: TokenCertificate, failure: TokenFailure, pinPad: CardSettings['pinPad']): Promise<TokenResult> {
  if (failure === 'fault' || failure === 'gone') return resultOf(failure);
  if (failure === 'blocked') return { ...resultOf('blocked'), status: unusable('blocked') };
  try {
    const token = await module.readToken(card.slot);
    const status = statusOf(card, token, pinPad);
    if (failure !== 'wrong-passcode') return { ...resultOf(failure), status };
    const refusal: SignInRefusal = isBlocked(token) ? { kind: 'blocked' } : { kind: 'wrong-passcode', triesLeft: isFinalTry(token) ? 1 : null };
    return { outcome: refused(refusal), status, failed: false };
  } catch (error) {
    return { ...resultOf(failure), failed: tokenFailureOf(error) === 'fault' };
  }
}

function resultOf(failure: TokenFailure): TokenResult {
  const refusal: SignInRefusal = failure === 'wrong-passcode' ? { kind: 'wrong-passcode', triesLeft: null } : refusalFor(failure);
  return { outcome: refused(refusal), status: null, failed: failure === 'fault' };
}
