/**
 * Whether an ID token is this sign-in's (OpenID Connect Core section 3.1.3.7). `jose` checks signature, issuer, audience
 * and expiry; the rest is checked here, purely.
 */
import { createHash } from 'node:crypto';
import type { JWTPayload, JWTVerifyResult, LocalJWKSet } from 'jose';
import type { SigningKeys } from './signing-keys.ts';
import { type TokenRefusalKind, TokenRefused, refuse } from './token-refusal.ts';

/** How far two clocks may differ, in seconds. */
export const CLOCK_SKEW_S = 60;

/** Signatures with a key that only the service has: never `none`, never a shared secret (RFC 8725 section 3.1). */
export const SIGNING_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384'] as const;

export interface IdTokenRules {
  readonly issuer: string;
  /** The client it must be for. */
  readonly audience: string;
  /** What the request carried; `null` after a refresh, where the token need not have one (section 12.2). */
  readonly nonce: string | null;
  /** The token it came with. */
  readonly accessToken: string;
  readonly now: Date;
}

export interface IdTokenClaims extends JWTPayload {
  readonly sub: string;
}

/** @throws {TokenRefused} for each thing that can be wrong with it; `SignInProblem` where the keys cannot be had */
export async function verifyIdToken(token: string, address: string, keys: SigningKeys, rules: IdTokenRules, signal: AbortSignal): Promise<IdTokenClaims> {
  const { jwtVerify } = await import('jose');
  const options = {
    algorithms: [...SIGNING_ALGORITHMS],
    issuer: rules.issuer,
    audience: rules.audience,
    requiredClaims: ['sub', 'exp', 'iat'],
    clockTolerance: CLOCK_SKEW_S,
    currentDate: rules.now,
  };
  const verify = (set: LocalJWKSet): Promise<JWTVerifyResult> => jwtVerify(token, set, options).catch(refuseUnusableKey);
  const { payload, protectedHeader } = await keys.verify(address, verify, signal).catch(throwRefusal);
  refuse(checkIdToken(payload, protectedHeader.alg, rules));
  return payload as IdTokenClaims;
}

/** What jose leaves to its caller. Pure. @param algorithm the token's own `alg` */
export function checkIdToken(claims: JWTPayload, algorithm: string, rules: IdTokenRules): TokenRefusalKind | null {
  if (typeof claims.sub !== 'string' || claims.sub === '') return 'incomplete';
  if (!isAuthorisedParty(claims, rules.audience)) return 'authorised-party';
  if (rules.nonce !== null && claims['nonce'] !== rules.nonce) return 'nonce';
  if ((claims.iat ?? 0) > rules.now.getTime() / 1_000 + CLOCK_SKEW_S) return 'not-yet-valid';
  return isHashOf(claims['at_hash'], rules.accessToken, algorithm) ? null : 'access-token-hash';
}

/** Several audiences need an authorised party; and wherever there is one it must be us (steps 4 and 5). */
function isAuthorisedParty({ aud, azp }: JWTPayload, audience: string): boolean {
  if (azp === undefined) return !Array.isArray(aud) || aud.length === 1;
  return azp === audience;
}

/** Section 3.1.3.6: the left half of the token's hash, by the hash of the signature's algorithm. Absent is not wrong here. */
function isHashOf(hash: unknown, token: string, algorithm: string): boolean {
  if (hash === undefined) return true;
  const digest = createHash(`sha${algorithm.slice(-3)}`).update(token, 'ascii').digest();
  return hash === digest.subarray(0, digest.length / 2).toString('base64url');
}

async function throwRefusal(problem: unknown): Promise<never> {
  const { errors } = await import('jose');
  if (problem instanceof errors.JWTExpired) throw new TokenRefused('expired');
  if (problem instanceof errors.JWTClaimValidationFailed) throw new TokenRefused(claimRefusal(problem));
  if (problem instanceof errors.JWKSNoMatchingKey || problem instanceof errors.JWKSMultipleMatchingKeys) throw new TokenRefused('signing-key');
  if (problem instanceof errors.JWSSignatureVerificationFailed) throw new TokenRefused('signature');
  if (problem instanceof errors.JOSEAlgNotAllowed || problem instanceof errors.JOSENotSupported) throw new TokenRefused('algorithm');
  if (problem instanceof errors.JOSEError) throw new TokenRefused('unreadable');
  throw problem;
}

/** A key that is too weak or of another kind than it says: what the engine throws for it is no error of jose's own. */
function refuseUnusableKey(problem: unknown): never {
  if (problem instanceof TypeError || problem instanceof DOMException) throw new TokenRefused('signing-key');
  throw problem;
}

const CLAIM_REFUSALS: Readonly<Record<string, TokenRefusalKind>> = { iss: 'issuer', aud: 'audience', exp: 'expired', nbf: 'not-yet-valid', iat: 'not-yet-valid' };

function claimRefusal({ claim, reason }: { readonly claim: string; readonly reason: string }): TokenRefusalKind {
  if (reason !== 'check_failed') return 'incomplete';
  return CLAIM_REFUSALS[claim] ?? 'incomplete';
}
