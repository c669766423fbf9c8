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
  | { readonly kind: 'ready'; readonly driver: 'piv'; readonly holder: CardHolder; readonly triesLeft: number | null }
  /** Answers, but is no card that Lanyard can use, or cannot be used now. `sentence` says which and what to do. */
  | { readonly kind: 'unusable'; readonly reason: 'not-piv' | 'no-certificate' | 'blocked' | 'mute' | 'in-use' | 'failed'; readonly sentence: string };

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
  | { readonly type: 'open'; readonly reader: ReaderPort }
  /** `passcode` is ASCII digits; the card process wipes its copy. Bound to the reader and counter the clinician saw. */
  | { readonly type: 'sign-in'; readonly requestId: number; readonly reader: string; readonly eventCounter: number; readonly passcode: Uint8Array; readonly statement: SignInStatement; readonly lastTryConfirmed: boolean }
  | { readonly type: 'cancel'; readonly requestId: number }
  | { readonly type: 'ping'; readonly sequence: number }
  | { readonly type: 'stop' };

export type SignInRefusal =
  | { readonly kind: 'wrong-passcode'; readonly triesLeft: number | null }
  | { readonly kind: 'bad-format' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'last-try-unconfirmed' }
  | { readonly kind: 'card-gone' }
  | { readonly kind: 'card-changed' }
  | { readonly kind: 'in-use' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly sentence: string };

export type CardEvent =
  /** Sent whenever anything about readers or cards changed. */
  | { readonly type: 'status'; readonly status: CardServiceStatus }
  /** The reader a session may be bound to no longer provably holds the same card. Sent before any other work. */
  | { readonly type: 'card-lost'; readonly reader: string; readonly eventCounter: number; readonly reason: string }
  | { readonly type: 'signed'; readonly requestId: number; readonly assertion: string; readonly reader: string; readonly eventCounter: number }
  | { readonly type: 'refused'; readonly requestId: number; readonly refusal: SignInRefusal }
  | { readonly type: 'pong'; readonly sequence: number };

/** Where the card process finds its readers. `simulated` is refused by packaged builds. */
export type ReaderPort =
  | { readonly kind: 'pcsc' }
  /** The simulator's reader over loopback TCP, for machines without pcscd or vpcd. */
  | { readonly kind: 'simulated'; readonly host: '127.0.0.1'; readonly port: number };
