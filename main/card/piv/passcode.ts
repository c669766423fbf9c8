import { exchange, type ApduChannel, type CardAnswer } from '../apdu.ts';
import type { PinPadProblem } from '../messages.ts';
import { isPasscode, passcodeDigits } from '../passcode-rules.ts';
import { secretBytes } from '../secret-bytes.ts';
import { changePasscode, forgetPasscode, queryTries, verifyPasscode, type PasscodeReference } from './commands.ts';

/** What a card says of its passcode. */
export type PasscodeState =
  /** Verified already: the counter is full, since a right passcode resets it. */
  | { readonly kind: 'verified' }
  | { readonly kind: 'tries'; readonly left: number }
  | { readonly kind: 'blocked' }
  /** The card does not tell. */
  | { readonly kind: 'untold' };

export type PasscodeOutcome =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong'; readonly triesLeft: number | null }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'bad-format' }
  /** The reader's keys brought no answer of the card's, and no try was spent. */
  | { readonly kind: 'pin-pad'; readonly problem: PinPadProblem; readonly state: PasscodeState }
  | { readonly kind: 'failed'; readonly sw: number };

const padding = 0xff;
/** "Verification failed" of ISO/IEC 7816-4, with no counter. */
const withoutCounter = 0x6300;

/** A passcode's eight bytes with nothing in them yet. */
export const unfilledPasscode: Uint8Array = new Uint8Array(passcodeDigits.most).fill(padding);

/** Eight bytes, padded with FF, or `null` where it is no 6 to 8 ASCII digits (SP 800-73-5 part 2, section 2.4.3). */
export function padPasscode(passcode: Uint8Array): Uint8Array | null {
  if (!isPasscode(passcode)) return null;
  const padded = secretBytes(passcodeDigits.most);
  padded.set(unfilledPasscode);
  padded.set(passcode);
  return padded;
}

/** Asks for the tries left; spends none. */
export async function readPasscodeState(channel: ApduChannel, reference: PasscodeReference): Promise<PasscodeState> {
  const { sw } = await exchange(channel, queryTries(reference));
  if (sw === 0x9000) return { kind: 'verified' };
  if (isBlocked(sw)) return { kind: 'blocked' };
  const left = triesIn(sw);
  return left === null ? { kind: 'untold' } : { kind: 'tries', left };
}

/** The same, where another program may have left the passcode verified, which hides the counter: the card forgets it first. */
export async function countTries(channel: ApduChannel, reference: PasscodeReference): Promise<PasscodeState> {
  const state = await readPasscodeState(channel, reference);
  if (state.kind !== 'verified') return state;
  await dropPasscode(channel, reference);
  return readPasscodeState(channel, reference);
}

/** Presents the passcode: spends a try where it is wrong. `padded` stays the caller's to wipe. */
export async function presentPasscode(channel: ApduChannel, reference: PasscodeReference, padded: Uint8Array): Promise<PasscodeOutcome> {
  const { sw } = await exchange(channel, verifyPasscode(reference, padded));
  return outcomeOf(channel, reference, sw);
}

/**
 * Puts `replacement` in the passcode's place: spends a try where `current` is wrong. A right one counts as presented
 * (section 3.2.2). Both are eight bytes and stay the caller's to wipe.
 */
export async function replacePasscode(
  channel: ApduChannel,
  reference: PasscodeReference,
  current: Uint8Array,
  replacement: Uint8Array,
): Promise<PasscodeOutcome> {
  const request = changePasscode(reference, current, replacement);
  try {
    const { sw } = await exchange(channel, request);
    return await outcomeOf(channel, reference, sw);
  } finally {
    request.data.fill(0);
  }
}

/** What the card's answer to VERIFY, or to CHANGE REFERENCE DATA, says of the passcode (sections 3.2.1 and 3.2.2). */
export async function outcomeOf(channel: ApduChannel, reference: PasscodeReference, sw: number): Promise<PasscodeOutcome> {
  if (sw === 0x9000) return { kind: 'right' };
  if (isBlocked(sw)) return { kind: 'blocked' };
  const left = triesIn(sw);
  if (left !== null) return { kind: 'wrong', triesLeft: left };
  // 6A80: bad format (section 3.2.1); 6700: some cards say so where the length is not one they keep.
  if (sw === 0x6a80 || sw === 0x6700) return { kind: 'bad-format' };
  // Wrong, without saying what it cost: the counter tells. 6982 is how some issued CACs answer.
  if (sw === 0x6982 || sw === withoutCounter) return wrongByCounter(await readPasscodeState(channel, reference));
  return { kind: 'failed', sw };
}

/** Makes the card forget a right passcode. Cards that do not know the command keep it until they lose power. */
export const dropPasscode = (channel: ApduChannel, reference: PasscodeReference): Promise<CardAnswer> =>
  exchange(channel, forgetPasscode(reference));

function wrongByCounter(state: PasscodeState): PasscodeOutcome {
  if (state.kind === 'blocked') return state;
  return { kind: 'wrong', triesLeft: state.kind === 'tries' ? state.left : null };
}

/** 63C0 is how some cards say blocked; 6983 others; 6984 where the passcode cannot be used at all. */
const isBlocked = (sw: number): boolean => sw === 0x63c0 || sw === 0x6983 || sw === 0x6984;

/** 63CX, or 630X on some older keys. */
function triesIn(sw: number): number | null {
  const high = sw & 0xfff0;
  return (high === 0x63c0 || high === 0x6300) && sw !== withoutCounter ? sw & 0x0f : null;
}
