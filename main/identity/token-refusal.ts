/** Why an ID token, or what came with it, is not taken: one kind for each check, one sentence for each kind. */
import { SignInProblem } from './provider.ts';

const TELL = 'Tell the service desk.';

const SENTENCES = {
  unreadable: `The identity service's proof of who you are cannot be read. ${TELL}`,
  incomplete: `The identity service's proof of who you are lacks something that is required. ${TELL}`,
  algorithm: `The identity service's proof of who you are is not signed in a way that Lanyard accepts. ${TELL}`,
  'signing-key': `The identity service's proof of who you are was signed with a key that it does not publish. Try again in a minute, and tell the service desk if it happens again.`,
  signature: `The identity service's proof of who you are does not carry its signature. ${TELL}`,
  issuer: `The proof of who you are came from another identity service than this site's. ${TELL}`,
  audience: `The proof of who you are was made for another program. ${TELL}`,
  'authorised-party': `The proof of who you are was given to another program. ${TELL}`,
  expired: "The proof of who you are has run out. Check this computer's clock, then sign in again.",
  'not-yet-valid': "The proof of who you are is from the future. Check this computer's clock, then sign in again.",
  nonce: 'The proof of who you are belongs to another sign-in. Sign in again, and tell the service desk if it happens again.',
  state: 'The answer that came back belongs to another sign-in. Sign in again, and tell the service desk if it happens again.',
  'access-token-hash': `The proof of who you are does not belong to the token that came with it. ${TELL}`,
  'sign-in-time': `The identity service does not say when you signed in. ${TELL}`,
  'sign-in-too-old': 'Your sign-in at the identity service is too long ago. Sign in again with your card and passcode.',
  'authentication-context': 'You signed in in another way than this site requires. Sign in again with your smartcard.',
  'identity-assurance': 'Your identity has not been checked to the level that this site requires. Ask your registration authority.',
  'authentication-assurance': 'The way you signed in is not strong enough for this site. Sign in again with your smartcard.',
  subject: `The identity service gave the details of somebody else. ${TELL}`,
  'user-id': 'The identity service does not give your user identifier. Ask your registration authority to check your profile.',
} as const;

export type TokenRefusalKind = keyof typeof SENTENCES;

/** A sign-in that the identity service made and Lanyard does not take. */
export class TokenRefused extends SignInProblem {
  readonly refusal: TokenRefusalKind;
  constructor(refusal: TokenRefusalKind) {
    super(SENTENCES[refusal]);
    this.refusal = refusal;
  }
}

/** @throws {TokenRefused} for any other than `null` */
export function refuse(refusal: TokenRefusalKind | null): void {
  if (refusal !== null) throw new TokenRefused(refusal);
}
