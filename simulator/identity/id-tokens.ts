/**
 * ID tokens as CIS2 makes them: RS256, assurance levels as numbers, its own names for what OpenID Connect leaves open.
 * What a mode says is wrong with them is put in here, in one place for every service.
 */
import { createHash, randomUUID } from 'node:crypto';
import { errors, importJWK, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { SOMEBODY_ELSE } from './modes.ts';
import type { Behaviour, TokenFlaw } from './modes.ts';
import { createSigningKeys } from './signing-keys.ts';
import type { SigningKey, SigningKeys } from './signing-keys.ts';
import type { User } from './users.ts';

/** One sign-in, as its ID token tells it. Times are seconds since 1970. */
export interface SignInFacts {
  readonly user: User;
  readonly issuer: string;
  readonly clientId: string;
  readonly nonce: string | null;
  readonly sid: string;
  readonly authTime: number;
  readonly acr: string;
  /** The authenticator: `N3_SMARTCARD`, `TOTP`, … */
  readonly method: string;
  /** Authentication assurance level. */
  readonly level: number;
  /** `person_roleid`, where the role was chosen on the sign-in page. */
  readonly selectedRoleId: string | null;
  /** What the hashes are taken of (OpenID Connect Core section 3.3.2.11). */
  readonly accessToken: string;
  readonly code: string | null;
  readonly state: string | null;
}

export interface IdTokens {
  sign(facts: SignInFacts): Promise<string>;
  keySet(): Promise<JSONWebKeySet>;
  /** The claims of a token that this service signed for this issuer; `null` for any other, and for one that has expired. */
  verify(token: string, issuer: string, options?: { readonly evenExpired: boolean }): Promise<JWTPayload | null>;
  readonly keys: SigningKeys;
}

const LIFETIME_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** `now` in milliseconds since 1970. */
export function createIdTokens(now: () => number, behaviour: Behaviour): IdTokens {
  const keys = createSigningKeys();
  const flaw = (): TokenFlaw | undefined => behaviour.mode.idToken;
  return {
    keys,
    async sign(facts) {
      const claims = { ...claimsOf(facts, Math.floor(now() / 1_000)), ...assuranceOf(facts, behaviour) };
      return signed(flawed(claims, flaw()), await keyFor(keys, flaw()), flaw());
    },
    async keySet() {
      const key = flaw() === 'rotated-key' ? await keys.next() : await keys.current();
      return { keys: [key.jwk] };
    },
    async verify(token, issuer, { evenExpired } = { evenExpired: false }) {
      const known = [await keys.current(), await keys.next()];
      try {
        const resolve = (header: { kid?: string }): ReturnType<typeof importJWK> => importJWK(known.find(({ keyId }) => keyId === header.kid)?.jwk ?? {}, 'RS256');
        return (await jwtVerify(token, resolve, { issuer, algorithms: ['RS256'], currentDate: new Date(now()), clockTolerance: evenExpired ? Number.MAX_SAFE_INTEGER : 0 })).payload;
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof TypeError) return null;
        throw error;
      }
    },
  };
}

function claimsOf(facts: SignInFacts, now: number): JWTPayload {
  return {
    at_hash: leftHalf(facts.accessToken),
    sub: facts.user.userId,
    auditTrackingId: `${randomUUID()}-${Math.floor(Math.random() * 1e6)}`,
    amr: [facts.method],
    iss: facts.issuer,
    tokenName: 'id_token',
    ...(facts.nonce === null ? {} : { nonce: facts.nonce }),
    sid: facts.sid,
    aud: facts.clientId,
    ...(facts.code === null ? {} : { c_hash: leftHalf(facts.code) }),
    acr: facts.acr,
    ...(facts.state === null ? {} : { s_hash: leftHalf(facts.state) }),
    azp: facts.clientId,
    auth_time: facts.authTime,
    realm: '/NHSIdentity/Healthcare',
    exp: now + LIFETIME_SECONDS,
    tokenType: 'JWTToken',
    iat: now,
    ...(facts.selectedRoleId === null ? {} : { selected_roleid: facts.selectedRoleId }),
  };
}

function assuranceOf({ user, level }: SignInFacts, { mode }: Behaviour): JWTPayload {
  return { id_assurance_level: mode.assurance?.identity ?? user.identityAssurance ?? 3, authentication_assurance_level: mode.assurance?.authentication ?? level };
}

/** For RS256: the left half of the SHA-256 of the ASCII text, in base64url. */
function leftHalf(text: string): string {
  return createHash('sha256').update(text, 'ascii').digest().subarray(0, 16).toString('base64url');
}

function flawed(claims: JWTPayload, flaw: TokenFlaw | undefined): JWTPayload {
  const { nonce, auth_time, at_hash, ...others } = claims;
  const issuedAt = claims.iat as number;
  switch (flaw) {
    case 'wrong-nonce':
      return { ...claims, nonce: 'another-request' };
    case 'no-nonce':
      return { ...others, auth_time, at_hash };
    case 'wrong-issuer':
      return { ...claims, iss: 'https://elsewhere.example/openam/oauth2' };
    case 'wrong-audience':
      return { ...claims, aud: 'another-client' };
    case 'wrong-authorised-party':
      return { ...claims, aud: [claims.aud as string, 'another-client'], azp: 'another-client' };
    case 'expired':
      return { ...claims, iat: issuedAt - 2 * LIFETIME_SECONDS, exp: issuedAt - LIFETIME_SECONDS };
    case 'from-the-future':
      return { ...claims, iat: issuedAt + DAY_SECONDS, exp: issuedAt + DAY_SECONDS + LIFETIME_SECONDS };
    case 'old-auth-time':
      return { ...claims, auth_time: (auth_time as number) - DAY_SECONDS };
    case 'no-auth-time':
      return { ...others, nonce, at_hash };
    case 'wrong-at-hash':
      return { ...claims, at_hash: leftHalf('another token') };
    case 'no-at-hash':
      return { ...others, nonce, auth_time };
    case 'other-subject':
      return { ...claims, sub: SOMEBODY_ELSE };
    case 'bad-signature':
    case 'no-signature':
    case 'unknown-key':
    case 'rotated-key':
    case undefined:
      return claims;
  }
}

async function keyFor(keys: SigningKeys, flaw: TokenFlaw | undefined): Promise<SigningKey> {
  return flaw === 'unknown-key' || flaw === 'rotated-key' ? keys.next() : keys.current();
}

async function signed(claims: JWTPayload, key: SigningKey, flaw: TokenFlaw | undefined): Promise<string> {
  const payload = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  if (flaw === 'no-signature') return new UnsecuredJWT(payload).encode();
  const token = await new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.keyId }).sign(key.privateKey);
  return flaw === 'bad-signature' ? withAnotherSignature(token) : token;
}

/** One bit of the signature turned over. */
function withAnotherSignature(token: string): string {
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}
