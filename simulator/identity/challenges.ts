/** Nonces: 32 random bytes, good for sixty seconds and one use. */
import { randomBytes } from 'node:crypto';

export const CHALLENGE_SECONDS = 60;
const MOST_OPEN = 1_000;

export interface Challenges {
  issue(purpose: string): string;
  /** Takes the nonce out of circulation; whether it was good for this purpose. */
  redeem(nonce: string, purpose: string): boolean;
}

/** `now` in milliseconds. */
export function createChallenges(now: () => number): Challenges {
  const open = new Map<string, { purpose: string; expires: number }>();
  return {
    issue(purpose) {
      const nonce = randomBytes(32).toString('base64url');
      open.set(nonce, { purpose, expires: now() + CHALLENGE_SECONDS * 1_000 });
      const oldest = open.keys().next().value;
      if (open.size > MOST_OPEN && oldest !== undefined) open.delete(oldest);
      return nonce;
    },
    redeem(nonce, purpose) {
      const challenge = open.get(nonce);
      open.delete(nonce);
      return challenge !== undefined && challenge.purpose === purpose && now() <= challenge.expires;
    },
  };
}
