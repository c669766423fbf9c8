import type { MessageView } from '../../preload/contract.ts';
import { passcodeBytes } from './passcode.ts';

export type ChangeField = 'current' | 'replacement' | 'again';

/** What was typed to change a passcode, as the card takes it, or which field it falls short in. */
export type TypedChange =
  | { readonly kind: 'complete'; readonly passcode: Uint8Array; readonly replacement: Uint8Array }
  | { readonly kind: 'fault'; readonly field: ChangeField; readonly message: MessageView };

const NOTHING_SENT = 'Nothing was sent to the card and no try was used.';

const FAULTS: Readonly<Record<ChangeField, MessageView>> = {
  current: { tone: 'warning', title: 'The current passcode is 6 to 8 numbers', sentence: NOTHING_SENT },
  replacement: { tone: 'warning', title: 'A new passcode is 6 to 8 numbers', sentence: NOTHING_SENT },
  again: { tone: 'warning', title: 'The two new passcodes are not the same', sentence: `${NOTHING_SENT} Enter all three again.` },
};

/**
 * Reads the three fields. Whether the new passcode is good enough the card's own process says, before a try is used.
 * Every array but the two that are handed back is wiped; the caller wipes those once they are sent.
 */
export function typedChange(typed: Readonly<Record<ChangeField, string>>): TypedChange {
  const passcode = passcodeBytes(typed.current);
  const replacement = passcodeBytes(typed.replacement);
  const again = passcodeBytes(typed.again);
  const field = faultyField(passcode, replacement, again);
  again?.fill(0);
  if (field === null && passcode !== null && replacement !== null) return { kind: 'complete', passcode, replacement };
  passcode?.fill(0);
  replacement?.fill(0);
  const fault = field ?? 'current';
  return { kind: 'fault', field: fault, message: FAULTS[fault] };
}

function faultyField(passcode: Uint8Array | null, replacement: Uint8Array | null, again: Uint8Array | null): ChangeField | null {
  if (passcode === null) return 'current';
  if (replacement === null) return 'replacement';
  const same = again?.length === replacement.length && again.every((digit, index) => digit === replacement[index]);
  return same ? null : 'again';
}
