/** A site's own identity service: CIS2's tokens and claims behind a sign-in by card statement (docs/identity-and-simulator.md). */
import type { X509Certificate } from 'node:crypto';
import { header, json, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import { refuse, refuseToken, tokenAnswer, userinfoAnswer, webPage } from './answers.ts';
import { checkAssertion } from './assertion.ts';
import type { AssertionRules } from './assertion.ts';
import { CHALLENGE_SECONDS, createChallenges } from './challenges.ts';
import type { ClientAuthentication } from './clients.ts';
import { ACCESS_TOKEN_TYPE, exchange, ID_TOKEN_TYPE, refreshed, TOKEN_EXCHANGE } from './exchange.ts';
import type { ReadSubject } from './exchange.ts';
import type { IdTokens } from './id-tokens.ts';
import type { AnsweringEndpoint, Behaviour } from './modes.ts';
import type { Tokens } from './tokens.ts';
import { userById, userinfo, userOf } from './users.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export interface IdentityParts {
  /** The address of the service. */
  readonly issuer: string;
  readonly tokens: Tokens;
  readonly idTokens: IdTokens;
  readonly behaviour: Behaviour;
  readonly authorities: readonly X509Certificate[];
  /** Whether the authority took the certificate back. */
  readonly isRevoked: (certificate: X509Certificate) => boolean;
  readonly clients: ClientAuthentication;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Route {
  readonly verb: 'GET' | 'POST';
  readonly endpoint?: AnsweringEndpoint;
  readonly answer: (ask: Ask) => Answer | Promise<Answer>;
}

export function createIdentity(parts: IdentityParts): (ask: Ask) => Promise<Answer> {
  const challenges = createChallenges(parts.now);
  const rules: AssertionRules = { issuer: parts.issuer, authorities: parts.authorities, isRevoked: parts.isRevoked, challenges, seen: new Set(), now: parts.now };
  const routes: Readonly<Record<string, Route>> = {
    '.well-known/openid-configuration': { verb: 'GET', endpoint: 'discovery', answer: () => json(200, discovery(parts.issuer)) },
    jwks: { verb: 'GET', endpoint: 'jwks', answer: async () => json(200, await parts.idTokens.keySet()) },
    challenge: { verb: 'POST', answer: (ask) => challenge(ask, (purpose) => challenges.issue(purpose)) },
    token: { verb: 'POST', endpoint: 'token', answer: (ask) => token(ask, rules, parts) },
    exchange: { verb: 'POST', endpoint: 'token', answer: (ask) => exchangeToken(ask, parts) },
    userinfo: { verb: 'GET', endpoint: 'userinfo', answer: (ask) => info(ask, parts) },
    revoke: { verb: 'POST', answer: (ask) => revoke(ask, parts.tokens) },
  };
  return async (ask) => {
    const route = Object.hasOwn(routes, ask.path) ? routes[ask.path] : undefined;
    if (route === undefined) return refuse(404, 'invalid_request', 'there is no such endpoint');
    if (ask.method !== route.verb) return wrongVerb(route.verb);
    if (route.endpoint !== undefined && route.endpoint === parts.behaviour.mode.webPage) return webPage();
    return route.answer(ask);
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
    token_exchange_endpoint: `${issuer}/exchange`,
    grant_types_supported: [JWT_BEARER, 'refresh_token', TOKEN_EXCHANGE],
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

async function token(ask: Ask, rules: AssertionRules, parts: IdentityParts): Promise<Answer> {
  const form = new URLSearchParams(ask.body);
  switch (form.get('grant_type')) {
    case null:
      return refuse(400, 'invalid_request', 'grant_type is missing');
    case JWT_BEARER:
      return signIn(form, rules, parts);
    case 'refresh_token':
      return refreshed(form, parts.tokens, parts.behaviour.mode);
    default:
      return refuse(400, 'unsupported_grant_type', 'grant_type is invalid');
  }
}

/** The ID token's `nonce` is the challenge's, so that the client can tell whose answer this is. */
async function signIn(form: URLSearchParams, rules: AssertionRules, { tokens, idTokens, issuer, behaviour, now }: IdentityParts): Promise<Answer> {
  const assertion = form.get('assertion');
  if (assertion === null) return refuse(400, 'invalid_request', 'assertion is missing');
  const verdict = await checkAssertion(assertion, rules);
  if (!verdict.ok) return refuse(verdict.status, 'invalid_grant', verdict.reason);
  const set = tokens.open(userOf(verdict.subject));
  const idToken = await idTokens.sign({
    user: set.user,
    issuer,
    clientId: 'lanyard',
    nonce: verdict.nonce,
    sid: set.sid,
    authTime: Math.floor(now() / 1_000),
    acr: 'AAL3_ANY',
    method: 'N3_SMARTCARD',
    level: 3,
    selectedRoleId: null,
    accessToken: set.accessToken,
    code: null,
    state: null,
  });
  return tokenAnswer(set, behaviour.mode, { id_token: idToken });
}

/** For sites whose APIs take another token than the broker's own. */
async function exchangeToken(ask: Ask, { clients, issuer, tokens, idTokens, behaviour }: IdentityParts): Promise<Answer> {
  const form = new URLSearchParams(ask.body);
  const client = await clients(form, `${issuer}/exchange`);
  if (!client.ok) return refuse(client.status, client.error, client.description);
  const byIdToken: ReadSubject = async (value) => {
    const claims = await idTokens.verify(value, issuer);
    return claims?.sub === undefined ? null : { user: userById(claims.sub), sid: String(claims.sid) };
  };
  const byAccessToken: ReadSubject = async (value) => {
    const bearer = tokens.bearer(`Bearer ${value}`);
    return bearer.kind === 'user' ? bearer : null;
  };
  switch (form.get('grant_type')) {
    case null:
      return refuse(400, 'invalid_request', 'grant_type is missing');
    case TOKEN_EXCHANGE:
      return exchange(form, { tokens, mode: behaviour.mode, subjects: { [ID_TOKEN_TYPE]: byIdToken, [ACCESS_TOKEN_TYPE]: byAccessToken } });
    case 'refresh_token':
      return refreshed(form, tokens, behaviour.mode);
    default:
      return refuse(400, 'unsupported_grant_type', 'grant_type is invalid');
  }
}

function info(ask: Ask, { tokens, behaviour }: IdentityParts): Answer {
  const bearer = tokens.bearer(header(ask, 'authorization'));
  return bearer.kind === 'user' ? userinfoAnswer(userinfo(bearer.user), behaviour.mode) : refuseToken();
}

/** Always 200: who revokes need not learn whether there was such a token (RFC 7009). */
function revoke(ask: Ask, tokens: Tokens): Answer {
  const value = new URLSearchParams(ask.body).get('token');
  if (value === null) return refuse(400, 'invalid_request', 'token is missing');
  tokens.revoke(value);
  return json(200, {});
}
