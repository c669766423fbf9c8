import type { SignInRefusal } from '../messages.ts';
import { signInSentences } from '../sentences.ts';
import { isPkcs11Error, pkcs11Codes, Pkcs11Error, type Pkcs11CodeName } from './errors.ts';
import { tokenSentences } from './sentences.ts';

/** What a call that failed says of the card. */
export type TokenFailure =
  | 'wrong-passcode'
  | 'bad-format'
  | 'blocked'
  | 'passcode-expired'
  | 'no-passcode-set'
  /** The person gave up at the reader's own keys. */
  | 'cancelled'
  /** The card, or the session on it, is not there any more. */
  | 'gone'
  /** Another program reset the card: it has forgotten the passcode. */
  | 'reset'
  /** The card or the module failed: what it says from now on is worth nothing until it was started again. */
  | 'fault';

const failures: Partial<Readonly<Record<Pkcs11CodeName, TokenFailure>>> = {
  CKR_PIN_INCORRECT: 'wrong-passcode',
  CKR_PIN_INVALID: 'bad-format',
  CKR_PIN_LEN_RANGE: 'bad-format',
  CKR_PIN_EXPIRED: 'passcode-expired',
  CKR_PIN_LOCKED: 'blocked',
  CKR_USER_PIN_NOT_INITIALIZED: 'no-passcode-set',
  CKR_CANCEL: 'cancelled',
  CKR_FUNCTION_CANCELED: 'cancelled',
  CKR_FUNCTION_REJECTED: 'cancelled',
  CKR_TOKEN_NOT_PRESENT: 'gone',
  CKR_TOKEN_NOT_RECOGNIZED: 'gone',
  CKR_DEVICE_REMOVED: 'gone',
  CKR_SLOT_ID_INVALID: 'gone',
  CKR_SESSION_HANDLE_INVALID: 'gone',
  CKR_SESSION_CLOSED: 'gone',
  CKR_USER_NOT_LOGGED_IN: 'reset',
};

const byCode = new Map<number, TokenFailure>(Object.entries(failures).map(([name, failure]) => [pkcs11Codes[name as Pkcs11CodeName], failure]));

/** Sorts what a call threw. @throws what is no answer of the module's, but a defect of ours */
export function tokenFailureOf(error: unknown): TokenFailure {
  if (!(error instanceof Pkcs11Error)) throw error;
  return byCode.get(error.code) ?? 'fault';
}

/** Whether an attempt to end a session says that there is none: then nothing is left to end. */
export const hasEndedAlready = (error: unknown): boolean =>
  isPkcs11Error(error) && (tokenFailureOf(error) === 'gone' || tokenFailureOf(error) === 'reset');

export const refusalFor = (failure: Exclude<TokenFailure, 'wrong-passcode'>): SignInRefusal => refusals[failure];

const failed = (sentence: string): SignInRefusal => ({ kind: 'failed', sentence });

const refusals: Readonly<Record<Exclude<TokenFailure, 'wrong-passcode'>, SignInRefusal>> = {
  'bad-format': { kind: 'bad-format' },
  blocked: { kind: 'blocked' },
  'passcode-expired': failed(tokenSentences.passcodeExpired),
  'no-passcode-set': failed(tokenSentences.noPasscodeSet),
  cancelled: { kind: 'pin-pad', problem: 'cancelled' },
  gone: { kind: 'card-gone' },
  reset: failed(signInSentences.cardReset),
  fault: failed(tokenSentences.middlewareFault),
};
