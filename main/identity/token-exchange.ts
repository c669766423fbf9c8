/**
 * A provider whose tokens are exchanged for those that the APIs take (RFC 8693; at CIS2 the "separate authentication and
 * authorisation" pattern of the API platform). The session sees the exchanged token; what it came from stays beside it.
 */
import type { Configuration } from 'openid-client';
import type { HttpPort } from '../net/http.ts';
import type { LoadedTokenExchange } from '../policy/identity-files.ts';
import { openIdClient } from './client-authentication.ts';
import { openIdStep } from './openid.ts';
import type { IdentityProvider, SignedIn, SignInMethod, Tokens } from './provider.ts';
import { checked } from './service-http.ts';
import { laterTokens, refuseEnded, type TokenAnswer, tokenAnswerSchema } from './tokens.ts';
import { endUnused } from './unused-tokens.ts';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

export interface TokenExchangePorts {
  readonly http: HttpPort;
  readonly now: () => Date;
}

export function withTokenExchange(provider: IdentityProvider, site: LoadedTokenExchange, ports: TokenExchangePorts): IdentityProvider {
  const signedIn = async ({ clinician, tokens }: SignedIn, signal: AbortSignal): Promise<SignedIn> =>
    endUnused(provider, tokens, async () => ({ clinician, tokens: await exchangeTokens(site, ports, tokens, signal) }));
  return {
    method: exchanging(provider.method, signedIn),
    isReachable: (signal) => provider.isReachable(signal),
    // The exchange has no such question: the sign-in that it was made from answers for it.
    isTokenGood: (tokens, signal) => provider.isTokenGood(subjectOf(tokens), signal),
    signOut: (tokens, signal) => provider.signOut(subjectOf(tokens), signal),
    async refresh(tokens, signal) {
      refuseEnded(tokens, ports.now().getTime());
      const before = subjectOf(tokens);
      const subject = before.refreshToken === null ? before : await provider.refresh(before, signal);
      const bounded = { ...subject, endsAt: tokens.endsAt };
      return tokens.refreshToken === null ? exchangeTokens(site, ports, bounded, signal) : refreshExchanged(site, ports, bounded, tokens.refreshToken, signal);
    },
  };
}

function exchanging(method: SignInMethod, signedIn: (one: SignedIn, signal: AbortSignal) => Promise<SignedIn>): SignInMethod {
  if (method.kind === 'browser') return { kind: 'browser', authenticate: async (signal) => signedIn(await method.authenticate(signal), signal) };
  return {
    kind: 'card-statement',
    statement: (signal) => method.statement(signal),
    redeem: async (assertion, statement, signal) => signedIn(await method.redeem(assertion, statement, signal), signal),
  };
}

function subjectOf(tokens: Tokens): Tokens {
  return tokens.exchangedFrom ?? tokens;
}

async function exchangeTokens(site: LoadedTokenExchange, ports: TokenExchangePorts, subject: Tokens, signal: AbortSignal): Promise<Tokens> {
  const proof = subject.idToken === null ? { subject_token: subject.accessToken, subject_token_type: ACCESS_TOKEN } : { subject_token: subject.idToken, subject_token_type: ID_TOKEN };
  const parameters = { ...proof, ...(site.audience === undefined ? {} : { audience: site.audience }) };
  const { genericGrantRequest } = await import('openid-client');
  const answer = await openIdStep(async () => genericGrantRequest(await clientOf(site, ports, signal), TOKEN_EXCHANGE, parameters), signal);
  return exchanged(subject, checked(tokenAnswerSchema, answer), ports);
}

/** Where the exchange gave a refresh token of its own, the same exchanged sign-in goes on with it. */
async function refreshExchanged(site: LoadedTokenExchange, ports: TokenExchangePorts, subject: Tokens, refreshToken: string, signal: AbortSignal): Promise<Tokens> {
  const { refreshTokenGrant } = await import('openid-client');
  const answer = await openIdStep(async () => refreshTokenGrant(await clientOf(site, ports, signal), refreshToken), signal);
  const later = exchanged(subject, checked(tokenAnswerSchema, answer), ports);
  return { ...later, refreshToken: later.refreshToken ?? refreshToken };
}

/** Neither ceiling is passed: that of the sign-in, and that of the exchange so far. */
function exchanged(subject: Tokens, answer: TokenAnswer, { now }: TokenExchangePorts): Tokens {
  const tokens = laterTokens({ ...subject, refreshToken: null }, answer, now().getTime());
  return { ...tokens, exchangedFrom: subject };
}

/** `issuer` is only openid-client's key: no answer of an exchange is checked against it. */
function clientOf({ tokenEndpoint, clientId, clientAuthentication }: LoadedTokenExchange, { http }: TokenExchangePorts, signal: AbortSignal): Promise<Configuration> {
  const metadata = { issuer: tokenEndpoint, token_endpoint: tokenEndpoint };
  return openIdClient({ metadata, clientId, authentication: clientAuthentication, audience: tokenEndpoint, http }, signal);
}
