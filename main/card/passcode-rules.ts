/** What a new passcode must be, whatever the card. Digits are ASCII bytes; nothing here keeps or copies them. */
import type { ReplacementFault } from './messages.ts';

/** SP 800-73-5 part 2, section 2.4.3. */
export const passcodeDigits = { fewest: 6, most: 8 } as const;

/** The step from each digit to the next, of ten, that makes a passcode one that is guessed first: 111111, 789012, 654321. */
const guessedSteps: readonly { readonly step: number; readonly fault: ReplacementFault }[] = [
  { step: 0, fault: 'repeated' },
  { step: 1, fault: 'run' },
  { step: 9, fault: 'run' },
];

export const isPasscode = (digits: Uint8Array): boolean =>
  digits.length >= passcodeDigits.fewest && digits.length <= passcodeDigits.most && digits.every((byte) => byte >= 0x30 && byte <= 0x39);

/** Why `replacement` may not take the place of `passcode`; `null` where it may. */
export function faultOfReplacement(passcode: Uint8Array, replacement: Uint8Array): ReplacementFault | null {
  if (!isPasscode(replacement)) return 'format';
  if (isSame(passcode, replacement)) return 'same';
  return guessedSteps.find(({ step }) => hasStep(replacement, step))?.fault ?? null;
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index]);

const hasStep = (digits: Uint8Array, step: number): boolean =>
  digits.every((digit, index) => index === 0 || (digit - digits[index - 1]! + 10) % 10 === step);
