/**
 * What the identity services do wrong on purpose, one thing at a time, so that a client's checks can be seen to hold.
 * A service that is slow, down or answers with a web page is a fault of the HTTP layer (`/fault`), not a mode.
 */
import * as z from 'zod';

const TOKEN_FLAWS = [
  'wrong-nonce',
  'no-nonce',
  'wrong-issuer',
  'wrong-audience',
  'wrong-authorised-party',
  'expired',
  'from-the-future',
  'old-auth-time',
  'no-auth-time',
  'bad-signature',
  'no-signature',
  'unknown-key',
  'rotated-key',
  'wrong-at-hash',
  'no-at-hash',
  'other-subject',
] as const;
export type TokenFlaw = (typeof TOKEN_FLAWS)[number];

const ENDPOINTS = ['discovery', 'jwks', 'token', 'userinfo'] as const;
export type AnsweringEndpoint = (typeof ENDPOINTS)[number];

/** A subject that is not the one who signed in. */
export const SOMEBODY_ELSE = '555254249998';

const level = z.number().int().min(1).max(4);

/** One mode for each thing that can differ; whatever is left out is as it should be. */
export const modeSchema = z.strictObject({
  /** What is wrong with the ID token. */
  idToken: z.enum(TOKEN_FLAWS).optional(),
  /** `id_assurance_level` and `authentication_assurance_level`, whoever signs in. */
  assurance: z.strictObject({ identity: level.optional(), authentication: level.optional() }).optional(),
  /** `no-roles`: without `nhsid_nrbac_roles`. `other-subject`: of somebody else than the ID token. */
  userinfo: z.enum(['no-roles', 'other-subject']).optional(),
  /** What comes back from the browser in place of a code. `wrong-state`: a code, but for another request. */
  authorization: z.enum(['access-denied', 'login-required', 'wrong-state']).optional(),
  /** `none`: no refresh token is given. `refused`: it is given, and not taken. */
  refresh: z.enum(['none', 'refused']).optional(),
  /** What becomes of PKCE parameters (RFC 7636). */
  pkce: z.enum(['refused', 'ignored']).optional(),
  /** This endpoint answers with a web page and 200. */
  webPage: z.enum(ENDPOINTS).optional(),
});
export type Mode = z.infer<typeof modeSchema>;

/** Seconds. The ceiling counts from the sign-in. */
export interface Lifetimes {
  readonly accessSeconds: number;
  readonly refreshSeconds: number;
}

export const PLAIN_LIFETIMES: Lifetimes = { accessSeconds: 599, refreshSeconds: 35_999 };

const seconds = z.number().int().min(1).max(86_400);
export const lifetimesSchema = z.strictObject({ accessSeconds: seconds.default(PLAIN_LIFETIMES.accessSeconds), refreshSeconds: seconds.default(PLAIN_LIFETIMES.refreshSeconds) });

/** How the services behave now. Shared by all of them, changed by control alone. */
export interface Behaviour {
  mode: Mode;
  lifetimes: Lifetimes;
}

export function plainBehaviour(): Behaviour {
  return { mode: {}, lifetimes: PLAIN_LIFETIMES };
}
