/**
 * Who vouches for a clinician. A site has one identity provider, chosen in its configuration: its own broker, which takes
 * a statement that the card signed, or NHS CIS2, where the clinician signs in with a browser.
 */
import type { SignInStatement } from '../card/messages.ts';
import type { Clinician } from './session.ts';

/** The provider refused or could not be used. `message` is for the person at the keyboard. */
export class SignInProblem extends Error {
  override readonly name = 'SignInProblem';
}

/** What a sign-in is worth at the APIs. Never leaves the trusted side, and never outlives the session. */
export interface Tokens {
  readonly accessToken: string;
  /** Milliseconds since 1970; `null` where the provider does not tell. */
  readonly expiresAt: number | null;
  readonly refreshToken: string | null;
  /** The ceiling: no refresh reaches past it (ten hours at CIS2). Milliseconds since 1970; `null` where the provider does not tell. */
  readonly endsAt: number | null;
  readonly idToken: string | null;
  /** Where the access token was exchanged for another (RFC 8693): what the sign-in itself gave. For the provider alone. */
  readonly exchangedFrom?: Tokens;
}

export interface SignedIn {
  readonly clinician: Clinician;
  readonly tokens: Tokens;
}

/** How a clinician proves who they are. Everything rejects with {@link SignInProblem}, or with the signal's reason. */
export type SignInMethod =
  | {
      readonly kind: 'card-statement';
      /** What the card is to sign: fresh, and good for one sign-in. */
      statement(signal: AbortSignal): Promise<SignInStatement>;
      /** Takes the signed statement (RFC 7523 assertion) and gives who it was. */
      redeem(assertion: string, statement: SignInStatement, signal: AbortSignal): Promise<SignedIn>;
    }
  | {
      readonly kind: 'browser';
      /** Opens the provider's page and resolves when the clinician has signed in there. An AbortError where they close it. */
      authenticate(signal: AbortSignal): Promise<SignedIn>;
    };

export interface IdentityProvider {
  readonly method: SignInMethod;
  /** Whether the service answers at all; for the sign-in screen's foot. Never rejects. */
  isReachable(signal: AbortSignal): Promise<boolean>;
  /** New tokens for the same sign-in; the ceiling stays. */
  refresh(tokens: Tokens, signal: AbortSignal): Promise<Tokens>;
  /** Whether the service still stands by the token. @throws {SignInProblem} where it cannot be asked: then nobody knows */
  isTokenGood(tokens: Tokens, signal: AbortSignal): Promise<boolean>;
  /** Ends the tokens. A service that cannot be reached ends them by itself when they run out: never rejects for that. */
  signOut(tokens: Tokens, signal: AbortSignal): Promise<void>;
}
