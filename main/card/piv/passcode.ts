import { forgetPasscode, queryTries, verifyPasscode, type PasscodeReference } from './commands.ts';
import { exchange, type ApduChannel, type CardAnswer } from '../apdu.ts';

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
  | { readonly kind: 'failed'; readonly sw: number };

const shortest = 6;
const longest = 8;
const padding = 0xff;
/** "Verification failed" of ISO/IEC 7816-4, with no counter. */
const withoutCounter = 0x6300;

/** Eight bytes, padded with FF, or `null` where it is no 6 to 8 ASCII digits (SP 800-73-5 part 2, section 2.4.3). */
export function padPasscode(passcode: Uint8Array): Uint8Array | null {
  if (passcode.length < shortest || passcode.length > longest) return null;
  if (!passcode.every((byte) => byte >= 0x30 && byte <= 0x39)) return null;
  const padded = new Uint8Array(longest).fill(padding);
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

/** Presents the passcode: spends a try where it is wrong. `padded` stays the caller's to wipe. */
export async function presentPasscode(channel: ApduChannel, reference: PasscodeReference, padded: Uint8Array): Promise<PasscodeOutcome> {
  const answer = await exchange(channel, verifyPasscode(reference, padded));
  if (answer.sw === 0x9000) return { kind: 'right' };
  if (isBlocked(answer.sw)) return { kind: 'blocked' };
  const left = triesIn(answer.sw);
  if (left !== null) return { kind: 'wrong', triesLeft: left };
  // 6A80: bad format (section 3.2.1); 6700: some cards say so where the length is not one they keep.
  if (answer.sw === 0x6a80 || answer.sw === 0x6700) return { kind: 'bad-format' };
  // Wrong, without saying what it cost: the counter tells. 6982 is how some issued CACs answer.
  if (answer.sw === 0x6982 || answer.sw === withoutCounter) return wrongByCounter(await readPasscodeState(channel, reference));
  return { kind: 'failed', sw: answer.sw };
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
