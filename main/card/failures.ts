import { ExchangeError } from './apdu.ts';
import type { SignInRefusal } from './messages.ts';
import { isCardGone, isForbidden, isInterrupted, isPcscError, PcscLibraryMissing } from './pcsc/errors.ts';
import { serviceSentences, signInSentences } from './sentences.ts';
import { CardTimeout } from './transaction.ts';

/** What a failed exchange says of the card. */
export type CardFailure =
  /** The card, or its reader, is not there any more. */
  | 'gone'
  /** Another program has it. */
  | 'in-use'
  /** Another program reset it. */
  | 'reset'
  /** It is there but does not answer. */
  | 'mute'
  /** It answers, against the rules. */
  | 'broken'
  /** The exchange broke off on its way, in the reader or on the line. */
  | 'interrupted'
  /** The smartcard service failed. */
  | 'service';

/** Sorts what an exchange threw. @throws what is no failure of card or service, but a defect of ours */
export function failureOf(error: unknown): CardFailure {
  if (error instanceof CardTimeout) return error.phase === 'turn' ? 'in-use' : 'mute';
  // An answer of fewer than two bytes is how a card pulled in the middle of a command looks.
  if (error instanceof ExchangeError) return error.fault === 'mute' ? 'gone' : 'broken';
  if (isPcscError(error, 'SCARD_E_SHARING_VIOLATION')) return 'in-use';
  // Between being reset and speaking again a card has no protocol: pcsc-lite then says that none fits.
  if (isPcscError(error, 'SCARD_W_RESET_CARD', 'SCARD_E_PROTO_MISMATCH')) return 'reset';
  if (isPcscError(error, 'SCARD_W_UNRESPONSIVE_CARD', 'SCARD_W_UNSUPPORTED_CARD', 'SCARD_E_UNKNOWN_CARD')) return 'mute';
  if (isCardGone(error)) return 'gone';
  if (isInterrupted(error)) return 'interrupted';
  if (isPcscError(error)) return 'service';
  throw error;
}

const refusals: Readonly<Record<CardFailure, SignInRefusal>> = {
  gone: { kind: 'card-gone' },
  'in-use': { kind: 'in-use' },
  reset: { kind: 'failed', sentence: signInSentences.cardReset },
  mute: { kind: 'failed', sentence: signInSentences.timedOut },
  broken: { kind: 'failed', sentence: signInSentences.cardFault },
  interrupted: { kind: 'failed', sentence: signInSentences.cardFault },
  service: { kind: 'failed', sentence: signInSentences.serviceFault },
};

export const refusalFor = (failure: CardFailure): SignInRefusal => refusals[failure];

/**
 * Why the readers cannot be watched, for the clinician.
 * @throws what is neither the service's nor the library's doing, but a defect of ours
 */
export function serviceSentenceFor(error: unknown, platform: NodeJS.Platform): string {
  if (error instanceof PcscLibraryMissing) return serviceSentences.noLibrary(error.library);
  if (!isPcscError(error)) throw error;
  if (isForbidden(error)) return serviceSentences.forbidden;
  const isAbsent = isPcscError(error, 'SCARD_E_NO_SERVICE', 'SCARD_E_SERVICE_STOPPED');
  if (!isAbsent) return serviceSentences.lost;
  return platform === 'win32' ? serviceSentences.noService.win32 : serviceSentences.noService.other;
}
