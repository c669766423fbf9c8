/**
 * What CIS2's ID token and userinfo must say before anybody is signed in. Pure; signature, issuer, audience, nonce and
 * expiry have been checked before (id-token.ts). NHS England, "CIS2 Authentication: scopes and claims"; OpenID Connect
 * Core sections 3.1.3.7 and 5.3.2.
 */
import { CLOCK_SKEW_S, type IdTokenClaims } from '../id-token.ts';
import type { TokenRefusalKind } from '../token-refusal.ts';
import type { Userinfo } from '../userinfo.ts';
import { meetsContext } from './assurance.ts';

export interface SignInRules {
  readonly acrValues: readonly string[];
  readonly maxAgeSeconds: number;
  /** Least `id_assurance_level` and `authentication_assurance_level`. */
  readonly assurance: { readonly identity: number; readonly authentication: number };
  readonly now: Date;
}

/** Whether the sign-in is fresh and strong enough; the first thing that is wrong, else `null`. */
export function checkSignIn(claims: IdTokenClaims, { acrValues, maxAgeSeconds, assurance, now }: SignInRules): TokenRefusalKind | null {
  // OpenID Connect leaves it open in this flow; CIS2 always sends it, and without it the access token could be anybody's.
  if (claims['at_hash'] === undefined) return 'access-token-hash';
  const freshness = checkSignInTime(claims['auth_time'], maxAgeSeconds, now.getTime() / 1_000);
  if (freshness !== null) return freshness;
  const context = claims['acr'];
  if (typeof context !== 'string' || !meetsContext(context, acrValues)) return 'authentication-context';
  if (!reaches(claims['id_assurance_level'], assurance.identity)) return 'identity-assurance';
  return reaches(claims['authentication_assurance_level'], assurance.authentication) ? null : 'authentication-assurance';
}

/** @param now seconds since 1970 */
function checkSignInTime(time: unknown, maxAgeSeconds: number, now: number): TokenRefusalKind | null {
  if (typeof time !== 'number') return 'sign-in-time';
  if (time > now + CLOCK_SKEW_S) return 'not-yet-valid';
  return time + maxAgeSeconds + CLOCK_SKEW_S < now ? 'sign-in-too-old' : null;
}

/** CIS2 writes levels as numbers and as texts. What is neither reaches nothing. */
function reaches(level: unknown, least: number): boolean {
  if (typeof level === 'string') return /^\d{1,2}$/.test(level) && Number(level) >= least;
  return typeof level === 'number' && level >= least;
}

/** Whether userinfo is the person's that the ID token is about. @param subject the ID token's `sub` */
export function checkUserinfo(userinfo: Userinfo, subject: string): TokenRefusalKind | null {
  if (userinfo.sub !== subject) return 'subject';
  return hasUserId(userinfo) ? null : 'user-id';
}

/**
 * The combined pattern has no ID token, so nonce, signature, `at_hash`, `auth_time`, `acr` and the authentication level
 * cannot be checked here: the API platform asks CIS2 for a fresh sign-in at the level and checks them itself. What is left
 * is who the token is for, and the identity level where userinfo tells it.
 */
export function checkUserinfoAlone(userinfo: Userinfo, { assurance }: Pick<SignInRules, 'assurance'>): TokenRefusalKind | null {
  if (!hasUserId(userinfo)) return 'user-id';
  const level = userinfo.idassurancelevel;
  return level === undefined || level === null || reaches(level, assurance.identity) ? null : 'identity-assurance';
}

/** Without it nobody could tell whether the card in the reader is this person's. */
function hasUserId({ nhsid_useruid }: Userinfo): boolean {
  return nhsid_useruid !== undefined && nhsid_useruid !== null;
}
