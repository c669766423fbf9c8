import { encodeCommand, type CardRequest } from '../apdu.ts';
import { enterOnPad } from '../pin-pad/entry.ts';
import type { PinPad } from '../pin-pad/features.ts';
import { pinModifyStructure, pinVerifyStructure } from '../pin-pad/structures.ts';
import type { CardTransaction } from '../transaction.ts';
import { changePasscode, verifyPasscode, type PasscodeReference } from './commands.ts';
import { countTries, outcomeOf, unfilledPasscode, type PasscodeOutcome, type PasscodeState } from './passcode.ts';

/** PIV's passcode commands by way of a reader's keys. No digit of the passcode ever comes here. */

interface PadEntry {
  readonly transaction: CardTransaction;
  readonly pinPad: PinPad;
  readonly reference: PasscodeReference;
  readonly signal: AbortSignal;
}

/** VERIFY with what is typed on the reader. */
export function presentOnPad(entry: PadEntry, before: PasscodeState): Promise<PasscodeOutcome> {
  const { pinPad, reference } = entry;
  return enter(entry, pinPad.verify, pinVerifyStructure, verifyPasscode(reference, unfilledPasscode), before);
}

/** CHANGE REFERENCE DATA with what is typed on the reader: the passcode, then the new one twice. */
export function changeOnPad(entry: PadEntry, modify: NonNullable<PinPad['modify']>, before: PasscodeState): Promise<PasscodeOutcome> {
  return enter(entry, modify, pinModifyStructure, changePasscode(entry.reference, unfilledPasscode, unfilledPasscode), before);
}

async function enter(
  { transaction, pinPad, reference, signal }: PadEntry,
  operation: PinPad['verify'],
  structure: typeof pinVerifyStructure,
  command: CardRequest,
  before: PasscodeState,
): Promise<PasscodeOutcome> {
  const template = structure(encodeCommand(0, command, transaction.protocol), pinPad.display);
  const answer = await enterOnPad(transaction, operation, pinPad.abort, template, signal);
  if (answer.kind === 'answered') return outcomeOf(transaction, reference, answer.sw);
  // What a reader says of an entry that went wrong is not proof: the card knows what it cost.
  const state = await countTries(transaction, reference);
  if (state.kind === 'blocked') return state;
  const isTrySpent = state.kind === 'tries' && before.kind === 'tries' && state.left < before.left;
  return isTrySpent ? { kind: 'wrong', triesLeft: state.left } : { kind: 'pin-pad', problem: answer.problem, state };
}
