/** Checks the statement a card signed to sign in (RFC 7523 bearer assertion; docs/identity-and-simulator.md). */
import { createHash, X509Certificate } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { checkChain } from './certificates.ts';
import type { Challenges } from './challenges.ts';
import type { CardSubject } from './users.ts';

const ALGORITHMS = ['RS256', 'ES256', 'ES384'];
const MOST_SECONDS = 60;
const LEEWAY_SECONDS = 5;

export interface AssertionRules {
  readonly issuer: string;
  readonly authorities: readonly X509Certificate[];
  /** Whether the authority took the certificate back. */
  readonly isRevoked: (certificate: X509Certificate) => boolean;
  readonly challenges: Challenges;
  /** Identifiers of assertions already used. */
  readonly seen: Set<string>;
  readonly now: () => number;
}

export type AssertionVerdict = { readonly ok: true; readonly subject: CardSubject; readonly nonce: string } | { readonly ok: false; readonly status: 400 | 401; readonly reason: string };

const refuse = (status: 400 | 401, reason: string): AssertionVerdict => ({ ok: false, status, reason });

/** The reason of a refusal says what was wrong with the statement, never what it should have been. */
export async function checkAssertion(assertion: string, rules: AssertionRules): Promise<AssertionVerdict> {
  const chain = readChain(assertion);
  if (chain === null) return refuse(400, 'assertion is not a signed statement with a certificate');
  const [leaf] = chain as [X509Certificate, ...X509Certificate[]];
  const verdict = checkChain(chain, rules.authorities, new Date(rules.now()));
  if (!verdict.ok) return refuse(401, verdict.reason);
  if (rules.isRevoked(leaf)) return refuse(401, "the card's certificate was revoked");
  const claims = await verify(assertion, leaf, rules);
  if (typeof claims === 'string') return refuse(401, claims);
  const refusal = checkClaims(claims, leaf, rules);
  return refusal === null ? { ok: true, subject: verdict.subject, nonce: String(claims.nonce) } : refuse(401, refusal);
}

function readChain(assertion: string): X509Certificate[] | null {
  try {
    const { x5c, typ, alg } = decodeProtectedHeader(assertion);
    if (typ !== 'JWT' || !ALGORITHMS.includes(alg ?? '') || x5c === undefined || x5c.length === 0) return null;
    return x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
  } catch {
    // Whatever cannot be read as a token or a certificate is the caller's to mend; there is nothing more to tell.
    return null;
  }
}

async function verify(assertion: string, leaf: X509Certificate, rules: AssertionRules): Promise<JWTPayload | string> {
  try {
    const { payload } = await jwtVerify(assertion, leaf.publicKey, {
      algorithms: ALGORITHMS,
      issuer: 'lanyard',
      audience: rules.issuer,
      requiredClaims: ['sub', 'nonce', 'purpose', 'iat', 'exp', 'jti'],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(rules.now()),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'assertion has expired';
    if (error instanceof errors.JWTClaimValidationFailed) return `assertion has a wrong or missing ${error.claim}`;
    if (error instanceof errors.JOSEError || error instanceof TypeError) return 'assertion has a wrong signature';
    throw error;
  }
}

/** The nonce is spent last, so that nobody without a good card can spend another's. */
function checkClaims(claims: JWTPayload, leaf: X509Certificate, rules: AssertionRules): string | null {
  const issuedAt = claims.iat as number;
  if (typeof claims.jti !== 'string' || claims.jti === '') return 'assertion has a wrong or missing jti';
  if (claims.sub !== createHash('sha256').update(leaf.raw).digest('base64url')) return 'assertion has a wrong or missing sub';
  if (claims.purpose !== 'sign-in') return 'assertion has a wrong or missing purpose';
  if (issuedAt > rules.now() / 1_000 + LEEWAY_SECONDS) return 'assertion is from the future';
  if ((claims.exp as number) - issuedAt > MOST_SECONDS) return 'assertion is good for too long';
  if (rules.seen.has(claims.jti)) return 'assertion was used before';
  rules.seen.add(claims.jti);
  if (typeof claims.nonce !== 'string' || !rules.challenges.redeem(claims.nonce, claims.purpose)) return 'nonce is unknown, used or too old';
  return null;
}
