/** What the sign-in page sees of the simulator's readers: the card that is in, and its passcode being tried. */

export interface CardInReader {
  readonly holder: string;
  /** `null`: no card for signing in. */
  readonly forSignIn: CardForSignIn | null;
}

export interface CardForSignIn {
  readonly userId: string;
  readonly triesLeft: number;
  /** Counts as a passcode given to the card does. */
  tryPasscode(passcode: string): boolean;
  /** Why its certificate cannot be used, as the end of a sentence that begins with "certificate"; `null` where it can. */
  certificateFault(): string | null;
}

/** The first card that is in; `null` without one. */
export type ReadCard = () => Promise<CardInReader | null>;
