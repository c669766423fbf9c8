import type { CardStatus, PinPadProblem, ReplacementFault } from './messages.ts';

/** What the clinician reads, in one place. Each says what is so and what to do. */

type Unusable = Extract<CardStatus, { kind: 'unusable' }>;

export const unusableSentences: Readonly<Record<Unusable['reason'], string>> = {
  'not-piv': 'This card is not an NHS smartcard that Lanyard can read. Put in your NHS smartcard.',
  'no-certificate': 'This smartcard holds no sign-in certificate that Lanyard can use. Ask your Registration Authority to check the card.',
  blocked: 'This smartcard is locked because the wrong passcode was entered too often. Ask your Registration Authority to unlock it.',
  mute: 'The card does not answer. Take it out, check that the chip goes in first and faces the right way, and put it back.',
  'in-use': 'Another program is using this card. Lanyard tries again by itself; if it takes long, close the other program.',
  failed: 'The card could not be read. Take it out and put it back.',
};

export const unusable = (reason: Unusable['reason']): Unusable => ({ kind: 'unusable', reason, sentence: unusableSentences[reason] });

export const signInSentences = {
  cardReset: 'Another program reset the card. Enter your passcode again.',
  noSignature: 'The card did not sign. Take it out, put it back and enter your passcode again.',
  notGenuine: 'The card’s signature does not match its certificate. Ask your Registration Authority to check the card.',
  tookTooLong: 'Entering the passcode took longer than the identity service waits. Enter it again.',
  noReplacement: 'The new passcode did not reach the card. The passcode is unchanged and no try was used. Enter both again.',
  passcodeRefused: 'The card did not accept the passcode command. Take the card out, put it back and try again.',
  noPasscode: 'The passcode did not reach the card. No try was used. Enter it again.',
  notSignable: 'The identity service asked for something that Lanyard does not sign. Try again.',
  timedOut: 'The card took too long. Take it out, put it back and enter your passcode again.',
  processEnded: 'Lanyard lost touch with the card reader and is connecting again. Enter your passcode again when the card is shown.',
  cardFault: 'The card’s answer could not be read. Take it out, put it back and try again.',
  busy: 'This card is in use. Wait until that ends.',
  stillReading: 'The card is still being read. Try again in a moment.',
  serviceFault: 'The smartcard service stopped while the card was in use. Lanyard connects again by itself; then try again.',
} as const;

export const pinPadSentences: Readonly<Record<PinPadProblem, string>> = {
  'timed-out': 'No passcode was entered on the reader in time. No try was used. Start again when you are ready.',
  cancelled: 'The entry was cancelled on the reader. No try was used.',
  'wrong-length': 'The reader took too few or too many numbers. No try was used. A passcode is 6 to 8 numbers.',
  'replacements-differ': 'The two entries of the new passcode were not the same. The passcode is unchanged and no try was used.',
  unusable: 'The keys of this reader could not be used. Enter your passcode on the computer’s keyboard instead.',
  missing: 'This reader has no keys for that. Enter your passcode on the computer’s keyboard instead.',
  waiting: 'The reader still waits for an earlier entry. Press the cancel key on the reader, then try again.',
};

/** Nothing that was typed is ever repeated in one. */
export const replacementSentences: Readonly<Record<ReplacementFault, string>> = {
  format: 'A new passcode is 6 to 8 numbers, and nothing else.',
  same: 'The new passcode is the one the card already has. Choose another.',
  repeated: 'A passcode of one number over and over is too easy to guess. Choose another.',
  run: 'A passcode of numbers in a row, such as 123456, is too easy to guess. Choose another.',
  'refused-by-card': 'The card does not take this new passcode. Choose another of 6 to 8 numbers.',
};

export const serviceSentences = {
  noService: {
    win32: 'No smartcard reader is connected, or the Windows Smart Card service is not running. Plug in a reader; Lanyard tries again by itself.',
    other: 'The smartcard service (pcscd) is not running on this computer. Lanyard tries again by itself.',
  },
  noLibrary: (library: string) =>
    `The smartcard library ${library} is not installed on this computer. Ask your IT team to install smartcard support.`,
  forbidden: 'This computer does not let your account use its smartcard readers. Ask your IT team to allow it; Lanyard tries again by itself.',
  lost: 'The smartcard service stopped answering. Lanyard is connecting again.',
  processEnded: 'Lanyard lost touch with its card reader process and is starting it again.',
} as const;

/** Why a session's card is no longer provably there: for the audit trail and the lock screen. */
export const lossReasons = {
  removed: 'The card was taken out.',
  changed: 'The card was taken out and a card was put in.',
  readerGone: 'The card reader was unplugged.',
  unseen: 'The card reader was out of sight for a while.',
  notReadable: 'The card stopped answering.',
  service: 'The smartcard service stopped.',
  process: 'The card reader process stopped.',
  stopped: 'Lanyard stopped watching the card reader.',
} as const;
