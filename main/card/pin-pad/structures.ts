import { passcodeDigits } from '../passcode-rules.ts';
import { pinPadSeconds } from './entry-times.ts';
import type { PinPad } from './features.ts';

/**
 * PIN_VERIFY_STRUCTURE and PIN_MODIFY_STRUCTURE (PC/SC part 10, sections 2.5.2 and 2.5.3), without gaps. Numbers are in
 * the computer's own order, which is low byte first on every system we run on. Both end with a command for the card in
 * which the reader puts the digits: blocks of eight bytes, filled up with FF.
 */

/** System units are bytes (bit 7), the block begins at the data (bits 6 to 3), digits on the left (bit 2) as ASCII (bits 1, 0). */
const asciiFromTheLeft = 0x82;
/** No length of the passcode in the command (high half), a block of eight bytes (low half). */
const blockOfEight = 0x08;
const noLengthInCommand = 0x00;
/** The entry ends with the reader's own key for that, since passcodes differ in length. */
const untilConfirmed = 0x02;
/** `wLangId`: English, United Kingdom. */
const britishEnglish = 0x0809;
/** The reader asks for the passcode there was, and for the new one twice. */
const askForOldAndConfirmNew = 0x03;
/** The reader's own prompts: for a passcode, for a new one, and for that again. */
const prompts = { passcode: 0x00, replacement: 0x01, again: 0x02 } as const;
/** The driver fills in the prologue of T=1. */
const noPrologue = [0x00, 0x00, 0x00] as const;
/** Of the new passcode's block in the command's data. */
const replacementOffset = 8;

const word = (value: number): readonly number[] => [value & 0xff, value >>> 8];

const doubleWord = (value: number): readonly number[] => [...word(value & 0xffff), ...word(value >>> 16)];

/** `wPINMaxExtraDigit`: the fewest digits in the high byte, the most in the low one. */
const digits = word((passcodeDigits.fewest << 8) | passcodeDigits.most);

/** `bNumberMessage`: how many prompts to show; FF leaves that to a reader that does not tell whether it has a display. */
function promptCount(display: PinPad['display'], count: number): number {
  if (display === 'untold') return 0xff;
  return display === 'none' ? 0 : count;
}

/** Has a passcode typed into `command`, a VERIFY with eight bytes of FF. */
export function pinVerifyStructure(command: Uint8Array, display: PinPad['display']): Uint8Array {
  const { verify: seconds } = pinPadSeconds;
  return Uint8Array.from([
    seconds, seconds, asciiFromTheLeft, blockOfEight, noLengthInCommand, ...digits, untilConfirmed,
    promptCount(display, 1), ...word(britishEnglish), prompts.passcode, ...noPrologue, ...doubleWord(command.length), ...command,
  ]);
}

/** Has the passcode there is and a new one typed into `command`, a CHANGE REFERENCE DATA with sixteen bytes of FF. */
export function pinModifyStructure(command: Uint8Array, display: PinPad['display']): Uint8Array {
  const { modify: seconds } = pinPadSeconds;
  return Uint8Array.from([
    seconds, seconds, asciiFromTheLeft, blockOfEight, noLengthInCommand, 0, replacementOffset, ...digits,
    askForOldAndConfirmNew, untilConfirmed, promptCount(display, 3), ...word(britishEnglish),
    prompts.passcode, prompts.replacement, prompts.again, ...noPrologue, ...doubleWord(command.length), ...command,
  ]);
}
