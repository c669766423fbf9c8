/** What the trusted side and the card process say to each other. Plain data only: it crosses a process boundary. */

/** What the card process tells of one reader. `eventCounter` moves with every insertion and removal (upper half of dwEventState). */
export interface ReaderStatus {
  readonly name: string;
  readonly eventCounter: number;
  readonly card: CardStatus;
}

export type CardStatus =
  | { readonly kind: 'none' }
  | { readonly kind: 'reading' }
  | {
      readonly kind: 'ready';
      readonly driver: 'piv' | 'pkcs11';
      readonly holder: CardHolder;
      readonly triesLeft: number | null;
      /** Where the passcode is typed: on the computer's keyboard, or on keys of the reader's own. */
      readonly entry: PasscodeEntry;
      readonly canChangePasscode: boolean;
      /** What its holder should know before signing in. Said by the trusted side, which judges the certificate. */
      readonly notices?: readonly CardNotice[];
    }
  /** Answers, but is no card that Lanyard can use, or cannot be used now. `sentence` says which and what to do. */
  | { readonly kind: 'unusable'; readonly reason: 'not-piv' | 'no-certificate' | 'blocked' | 'mute' | 'in-use' | 'failed'; readonly sentence: string };

export interface CardNotice {
  readonly title: string;
  readonly sentence: string;
}

export type PasscodeEntry = 'keyboard' | 'pin-pad';

/** What the authentication certificate says of its holder. */
export interface CardHolder {
  /** Subject common name as issued; `null` where the certificate has none. */
  readonly commonName: string | null;
  /** 12-digit user identifier where the subject carries one (serialNumber or UID attribute), else `null`. */
  readonly userId: string | null;
  /** DER of the authentication certificate (PIV object 5FC105), base64. */
  readonly certificate: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

export type CardServiceStatus =
  | { readonly kind: 'starting' }
  /** The PC/SC service (or the simulator's reader) cannot be reached; tried again with back-off. */
  | { readonly kind: 'unavailable'; readonly sentence: string }
  | { readonly kind: 'running'; readonly readers: readonly ReaderStatus[] };

/**
 * What is signed to sign in. The card process builds the JWT (RFC 7523 bearer assertion) itself from these and the
 * card's own certificate, so that nobody can hand it a digest: the signature is bound to origin, nonce and purpose.
 */
export interface SignInStatement {
  /** The identity service's issuer address: the `aud` claim. */
  readonly audience: string;
  readonly nonce: string;
  readonly purpose: 'sign-in';
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly id: string;
}

export type CardCommand =
  /** The first message to a card process, once: until then it only loads. */
  | { readonly type: 'open'; readonly reader: ReaderPort; readonly settings: CardSettings }
  | PasscodeMessage
  /** Bound to the reader and counter the clinician saw. With `entry` `keyboard` the request's passcode has come or comes in a message of its own. */
  | { readonly type: 'sign-in'; readonly requestId: number; readonly reader: string; readonly eventCounter: number; readonly entry: PasscodeEntry; readonly statement: SignInStatement; readonly lastTryConfirmed: boolean }
  | { readonly type: 'change-passcode'; readonly requestId: number; readonly reader: string; readonly eventCounter: number; readonly entry: PasscodeEntry; readonly lastTryConfirmed: boolean }
  | { readonly type: 'cancel'; readonly requestId: number }
  | { readonly type: 'ping'; readonly sequence: number }
  | { readonly type: 'stop' };

/**
 * The passcode of the request with that number, as ASCII digits; `replacement` where it is to be changed. In the app it
 * comes through a port of its own, from the screen straight to the process that uses it. Whoever holds it wipes it.
 */
export interface PasscodeMessage {
  readonly type: 'passcode';
  readonly requestId: number;
  readonly passcode: Uint8Array;
  readonly replacement: Uint8Array | null;
}

/** How the site wants its readers used. */
export interface CardSettings {
  /** `polling`: the readers are asked every half second instead of waited for. */
  readonly watch: 'events' | 'polling';
  /** `ignore`: keys of a reader's own are not used. */
  readonly pinPad: 'use' | 'ignore';
}

export const defaultCardSettings: CardSettings = { watch: 'events', pinPad: 'use' };

export type SignInRefusal =
  | { readonly kind: 'wrong-passcode'; readonly triesLeft: number | null }
  | { readonly kind: 'bad-format' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'last-try-unconfirmed' }
  | { readonly kind: 'card-gone' }
  | { readonly kind: 'card-changed' }
  | { readonly kind: 'in-use' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'pin-pad'; readonly problem: PinPadProblem }
  | { readonly kind: 'unfit-replacement'; readonly fault: ReplacementFault }
  | { readonly kind: 'failed'; readonly sentence: string };

/** What came of asking for the passcode on the reader's own keys, where the card was not asked or did not hear. */
export type PinPadProblem =
  /** Nothing was typed in time. */
  | 'timed-out'
  /** Cancel was pressed on the reader. */
  | 'cancelled'
  /** Too few or too many keys were pressed. */
  | 'wrong-length'
  /** The new passcode was not typed the same twice. */
  | 'replacements-differ'
  /** The reader could not do what it says it can: from now on its keys are not used. */
  | 'unusable'
  /** The reader has no keys, or none for this. */
  | 'missing'
  /** An earlier request still waits for keys to be pressed; no program can end that on this reader. */
  | 'waiting';

/** Why a new passcode may not be taken. No try was used. */
export type ReplacementFault =
  /** No 6 to 8 digits. */
  | 'format'
  | 'same'
  /** One digit, over and over. */
  | 'repeated'
  /** Digits in the order of the keys, such as 123456. */
  | 'run'
  /** By a rule of the card's own, which it does not tell. */
  | 'refused-by-card';

export type CardEvent =
  /** Sent whenever anything about readers or cards changed. */
  | { readonly type: 'status'; readonly status: CardServiceStatus }
  /** The reader a session may be bound to no longer provably holds the same card. Sent before any other work. */
  | { readonly type: 'card-lost'; readonly reader: string; readonly eventCounter: number; readonly reason: string }
  | { readonly type: 'signed'; readonly requestId: number; readonly assertion: string; readonly reader: string; readonly eventCounter: number }
  | { readonly type: 'passcode-changed'; readonly requestId: number; readonly reader: string; readonly eventCounter: number }
  | { readonly type: 'refused'; readonly requestId: number; readonly refusal: SignInRefusal }
  | { readonly type: 'pong'; readonly sequence: number };

/** Where the card process finds its readers. `simulated` is refused by packaged builds. */
export type ReaderPort =
  | { readonly kind: 'pcsc' }
  /** The simulator's reader over loopback TCP, for machines without pcscd or vpcd. */
  | { readonly kind: 'simulated'; readonly host: '127.0.0.1'; readonly port: number };
