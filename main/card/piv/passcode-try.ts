import type { CardStatus, SignInRefusal } from '../messages.ts';
import { serviceCounter } from '../reader-table.ts';
import { signInSentences } from '../sentences.ts';
import type { CardTransaction } from '../transaction.ts';
import { countTries, dropPasscode, readPasscodeState, type PasscodeOutcome, type PasscodeState } from './passcode.ts';
import { selectPivApplication, statusOf, type PivCard } from './read.ts';

/** The rules that hold for whatever needs a card's passcode. */

export interface PasscodeTry {
  readonly card: PivCard;
  /** The reader's event counter when the clinician saw the card. */
  readonly eventCounter: number;
  readonly lastTryConfirmed: boolean;
  readonly signal: AbortSignal;
}

export interface Refused {
  readonly kind: 'refused';
  readonly refusal: SignInRefusal;
}

export interface PivResult<Done> {
  readonly outcome: Done | Refused;
  /** The card's new status where the exchange told it: the tries left change. */
  readonly status: CardStatus | null;
}

export const refused = (refusal: SignInRefusal): Refused => ({ kind: 'refused', refusal });

export const refuse = (refusal: SignInRefusal, status: CardStatus | null = null): PivResult<never> => ({ outcome: refused(refusal), status });

/** What is done with the passcode: `present` spends the try, `proceed` is what a right one lets happen. */
export interface PasscodeUse<Done> {
  present(before: PasscodeState): Promise<PasscodeOutcome>;
  proceed(): Promise<Done | Refused>;
}

/** With so many tries left, or more, it makes no difference whether a right passcode gave some back: nobody asks again. */
const plentyOfTries = 3;

/**
 * Inside the caller's transaction: SELECT, same card?, tries left?, the use, and at the end, however it went, the card
 * forgets the passcode. Never spends the card's last try, or one it cannot count, unless that was confirmed.
 */
export async function tryPasscode<Done>(transaction: CardTransaction, request: PasscodeTry, use: PasscodeUse<Done>): Promise<PivResult<Done>> {
  const { card, eventCounter, lastTryConfirmed, signal } = request;
  if (!(await selectPivApplication(transaction, card.applicationName))) return refuse({ kind: 'card-changed' });
  if ((await transaction.readEventCounter()) !== serviceCounter(eventCounter)) return refuse({ kind: 'card-changed' });
  const before = await countTries(transaction, card.passcodeReference);
  const barred = mayTry(before, lastTryConfirmed);
  if (barred !== null) return refuse(barred, statusOf(card, before));
  if (signal.aborted) return refuse({ kind: 'cancelled' });
  try {
    return await presentAndProceed(transaction, request, use, before);
  } catch (error) {
    // Whether the card took the passcode is not known any more.
    transaction.resetAtEnd();
    throw error;
  }
}

async function presentAndProceed<Done>(
  transaction: CardTransaction,
  { card, signal }: PasscodeTry,
  { present, proceed }: PasscodeUse<Done>,
  before: PasscodeState,
): Promise<PivResult<Done>> {
  const presented = await present(before);
  if (presented.kind !== 'right') {
    await forget(transaction, card);
    return refusedPasscode(card, presented, before, signal);
  }
  const outcome = await proceed();
  await forget(transaction, card);
  return { outcome, status: statusOf(card, await stateAfterRightPasscode(transaction, card, before)) };
}

/** A right passcode fills the counter: how far, only the card knows. It is asked where that matters to whoever tries next. */
async function stateAfterRightPasscode(transaction: CardTransaction, card: PivCard, before: PasscodeState): Promise<PasscodeState> {
  if (before.kind === 'tries' && before.left >= plentyOfTries) return before;
  return readPasscodeState(transaction, card.passcodeReference);
}

/** Cards older than SP 800-73-4 do not know the command that drops the passcode; a reset makes them forget it. */
async function forget(transaction: CardTransaction, card: PivCard): Promise<void> {
  const { sw } = await dropPasscode(transaction, card.passcodeReference);
  if (sw !== 0x9000) transaction.resetAtEnd();
}

function mayTry(state: PasscodeState, lastTryConfirmed: boolean): SignInRefusal | null {
  if (state.kind === 'blocked') return { kind: 'blocked' };
  const mayBeLast = state.kind === 'untold' || (state.kind === 'tries' && state.left <= 1);
  return mayBeLast && !lastTryConfirmed ? { kind: 'last-try-unconfirmed' } : null;
}

function refusedPasscode(
  card: PivCard,
  outcome: Exclude<PasscodeOutcome, { kind: 'right' }>,
  before: PasscodeState,
  signal: AbortSignal,
): PivResult<never> {
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
    case 'pin-pad': {
      const isEndedByUs = signal.aborted && outcome.problem !== 'unusable';
      const keys = outcome.problem === 'unusable' ? { ...card, pinPad: null } : card;
      return refuse(isEndedByUs ? { kind: 'cancelled' } : { kind: 'pin-pad', problem: outcome.problem }, statusOf(keys, outcome.state));
    }
    case 'failed':
      return refuse({ kind: 'failed', sentence: signInSentences.passcodeRefused });
  }
}
