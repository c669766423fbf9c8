/** The identity service: CIS2's tokens and claims behind a sign-in by card statement (docs/identity-and-simulator.md). */
import { createHash, randomUUID } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { header, json, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import { checkAssertion } from './assertion.ts';
import { CHALLENGE_SECONDS, createChallenges } from './challenges.ts';
import { TOKEN_SECONDS } from './tokens.ts';
import type { Tokens } from './tokens.ts';
import { userinfo, userOf } from './users.ts';
import type { User } from './users.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const KEY_ID = 'simulator-1';

interface Parts {
  readonly tokens: Tokens;
  readonly authorities: readonly X509Certificate[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** `issuer` is the address of the service, known once the port is. */
export async function createIdentity(parts: Parts): Promise<(issuer: string) => (ask: Ask) => Promise<Answer>> {
  const key = await generateKeyPair('RS256', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(key.publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
  const challenges = createChallenges(parts.now);
  const seen = new Set<string>();
  return (issuer) => {
    const rules = { issuer, authorities: parts.authorities, challenges, seen, now: parts.now };
    const routes: Readonly<Record<string, { verb: string; answer: (ask: Ask) => Answer | Promise<Answer> }>> = {
      '.well-known/openid-configuration': { verb: 'GET', answer: () => json(200, discovery(issuer)) },
      jwks: { verb: 'GET', answer: () => json(200, { keys: [jwk] }) },
      challenge: { verb: 'POST', answer: (ask) => challenge(ask, (purpose) => challenges.issue(purpose)) },
      token: { verb: 'POST', answer: (ask) => token(ask, rules, parts, (user, nonce) => idToken(user, nonce, issuer, key.privateKey, parts.now())) },
      userinfo: { verb: 'GET', answer: (ask) => info(ask, parts.tokens) },
      revoke: { verb: 'POST', answer: (ask) => revoke(ask, parts.tokens) },
    };
    return async (ask) => {
      const route = Object.hasOwn(routes, ask.path) ? routes[ask.path] : undefined;
      if (route === undefined) return refuse(404, 'invalid_request', 'there is no such endpoint');
      return ask.method === route.verb ? route.answer(ask) : wrongVerb(route.verb);
    };
  };
}

function discovery(issuer: string): Record<string, unknown> {
  return {
    issuer,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    revocation_endpoint: `${issuer}/revoke`,
    jwks_uri: `${issuer}/jwks`,
    challenge_endpoint: `${issuer}/challenge`,
    grant_types_supported: [JWT_BEARER],
    id_token_signing_alg_values_supported: ['RS256'],
    acr_values_supported: ['AAL3_ANY'],
  };
}

function challenge(ask: Ask, issue: (purpose: string) => string): Answer {
  if (purposeOf(ask.body) !== 'sign-in') return refuse(400, 'invalid_request', 'purpose is missing or not known');
  return json(200, { nonce: issue('sign-in'), expires_in: CHALLENGE_SECONDS });
}

function purposeOf(body: string): unknown {
  try {
    return (JSON.parse(body) as { purpose?: unknown } | null)?.purpose;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function token(ask: Ask, rules: Parameters<typeof checkAssertion>[1], parts: Parts, sign: (user: User, nonce: string) => Promise<string>): Promise<Answer> {
  const form = new URLSearchParams(ask.body);
  const grant = form.get('grant_type');
  if (grant === null) return refuse(400, 'invalid_request', 'grant_type is missing');
  if (grant !== JWT_BEARER) return refuse(400, 'unsupported_grant_type', 'grant_type is invalid');
  const assertion = form.get('assertion');
  if (assertion === null) return refuse(400, 'invalid_request', 'assertion is missing');
  const verdict = await checkAssertion(assertion, rules);
  if (!verdict.ok) return refuse(verdict.status, 'invalid_grant', verdict.reason);
  const user = userOf(verdict.subject);
  return json(200, { access_token: parts.tokens.issue(user), id_token: await sign(user, verdict.nonce), token_type: 'Bearer', expires_in: String(TOKEN_SECONDS) });
}

/** CIS2's ID token claims; `nonce` is the challenge's, so that the client can tell whose answer this is. */
function idToken(user: User, nonce: string, issuer: string, key: CryptoKey, now: number): Promise<string> {
  const seconds = Math.floor(now / 1_000);
  return new SignJWT({
    auditTrackingId: randomUUID(),
    amr: ['N3_SMARTCARD'],
    acr: 'AAL3_ANY',
    id_assurance_level: 3,
    authentication_assurance_level: 3,
    tokenName: 'id_token',
    tokenType: 'JWTToken',
    realm: '/NHSIdentity/Healthcare',
    azp: 'lanyard',
    auth_time: seconds,
    sid: createHash('sha256').update(nonce).digest('base64url').slice(0, 22),
    nonce,
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })
    .setIssuer(issuer)
    .setSubject(user.userId)
    .setAudience('lanyard')
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 3_600)
    .setJti(randomUUID())
    .sign(key);
}

function info(ask: Ask, tokens: Tokens): Answer {
  const bearer = tokens.bearer(header(ask, 'authorization'));
  if (bearer.kind === 'user') return json(200, userinfo(bearer.user));
  return { ...refuse(401, 'invalid_token', 'access token is missing, revoked or too old'), headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer error="invalid_token"' } };
}

/** Always 200: who revokes need not learn whether there was such a token (RFC 7009). */
function revoke(ask: Ask, tokens: Tokens): Answer {
  const value = new URLSearchParams(ask.body).get('token');
  if (value === null) return refuse(400, 'invalid_request', 'token is missing');
  tokens.revoke(value);
  return json(200, {});
}

function refuse(status: number, error: string, description: string): Answer {
  return json(status, { error, error_description: description, message_id: randomUUID() });
}
