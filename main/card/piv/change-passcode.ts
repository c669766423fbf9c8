import { faultOfReplacement } from '../passcode-rules.ts';
import type { CardTransaction } from '../transaction.ts';
import { changeOnPad } from './pad-entry.ts';
import { padPasscode, replacePasscode, type PasscodeOutcome, type PasscodeState } from './passcode.ts';
import { refuse, tryPasscode, type PasscodeTry, type PivResult } from './passcode-try.ts';

export interface PivPasscodeChange extends PasscodeTry {
  /** What was typed, or that both are typed on the reader's keys. The rules for a new one hold only for the former. */
  readonly passcode: { readonly current: Uint8Array; readonly replacement: Uint8Array } | 'pin-pad';
}

export type PivPasscodeChangeResult = PivResult<{ readonly kind: 'passcode-changed' }>;

/**
 * Has the card take a new passcode, inside the caller's transaction and under the same rules as a sign-in. A new one that
 * is none, or is guessed first, is refused before the card hears of it. What was typed stays the caller's to wipe;
 * copies made here are wiped.
 */
export async function changePivPasscode(transaction: CardTransaction, request: PivPasscodeChange): Promise<PivPasscodeChangeResult> {
  const { passcode, card, signal } = request;
  if (passcode === 'pin-pad') {
    const { pinPad, passcodeReference: reference } = card;
    const modify = pinPad?.modify ?? null;
    if (pinPad === null || modify === null) return refuse({ kind: 'pin-pad', problem: 'missing' });
    return change(transaction, request, (before) => changeOnPad({ transaction, pinPad, reference, signal }, modify, before));
  }
  const fault = faultOfReplacement(passcode.current, passcode.replacement);
  if (fault !== null) return refuse({ kind: 'unfit-replacement', fault });
  const current = padPasscode(passcode.current);
  if (current === null) return refuse({ kind: 'bad-format' });
  const replacement = padPasscode(passcode.replacement)!;
  try {
    return await change(transaction, request, () => replacePasscode(transaction, card.passcodeReference, current, replacement));
  } finally {
    current.fill(0);
    replacement.fill(0);
  }
}

async function change(
  transaction: CardTransaction,
  request: PasscodeTry,
  present: (before: PasscodeState) => Promise<PasscodeOutcome>,
): Promise<PivPasscodeChangeResult> {
  const result = await tryPasscode(transaction, request, { present, proceed: async () => ({ kind: 'passcode-changed' }) as const });
  // The passcode that the card has is well formed: it is the new one that the card does not like.
  const isUnfit = result.outcome.kind === 'refused' && result.outcome.refusal.kind === 'bad-format';
  return isUnfit ? refuse({ kind: 'unfit-replacement', fault: 'refused-by-card' }, result.status) : result;
}
