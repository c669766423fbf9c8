/**
 * Sign-in at NHS CIS2: the authorisation code flow (OpenID Connect Core section 3.1) with a browser, as a native app does
 * it (RFC 8252). NHS middleware asks for the card's passcode on CIS2's page; whether it was the card in the reader is for
 * the session to compare with the user identifier given here.
 */
import type { Configuration, TokenEndpointResponse } from 'openid-client';
import type { HttpPort } from '../../net/http.ts';
import type { LoadedCis2 } from '../../policy/identity-files.ts';
import { openIdClient } from '../client-authentication.ts';
import { kept } from '../discovery.ts';
import { type IdTokenClaims, verifyIdToken } from '../id-token.ts';
import { openIdStep } from '../openid.ts';
import { type IdentityProvider, type SignedIn, SignInProblem, type SignInMethod, type Tokens } from '../provider.ts';
import { checked, NOT_AN_ANSWER, postForm, send } from '../service-http.ts';
import { SigningKeys } from '../signing-keys.ts';
import { refuse, TokenRefused } from '../token-refusal.ts';
import { firstTokens, laterTokens, refreshTokenOf, tokenAnswerSchema } from '../tokens.ts';
import { endUnused, settleQuietly } from '../unused-tokens.ts';
import { askUserinfo, clinicianOf, requireUserinfo } from '../userinfo.ts';
import { type AuthorizationRequest, authorizationRequest } from './authorization-request.ts';
import type { Browser } from './browser.ts';
import { checkSignIn, checkUserinfo, checkUserinfoAlone } from './checks.ts';
import { type Cis2Service, findService, serverMetadata } from './service.ts';
import { visit } from './visit.ts';

export interface Cis2Ports {
  readonly http: HttpPort;
  readonly browser: Browser;
  readonly now: () => Date;
}

export class Cis2Provider implements IdentityProvider {
  readonly method: SignInMethod;
  readonly #site: LoadedCis2;
  readonly #ports: Cis2Ports;
  readonly #keys: SigningKeys;
  readonly #service: (signal: AbortSignal, again?: 'again') => Promise<Cis2Service>;

  constructor(site: LoadedCis2, ports: Cis2Ports) {
    this.#site = site;
    this.#ports = ports;
    this.#keys = new SigningKeys(ports.http, ports.now);
    this.#service = kept((signal) => findService(site, ports.http, signal), ports.now);
    this.method = { kind: 'browser', authenticate: (signal) => this.#authenticate(signal) };
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#ask(signal).then(
      () => true,
      () => false,
    );
  }

  /** The combined pattern has no discovery: any answer about nobody's token will do. */
  async #ask(signal: AbortSignal): Promise<void> {
    const { keys, userinfo } = await this.#service(signal, 'again');
    if (keys !== null) return;
    const { status } = await send(this.#ports.http, { method: 'GET', url: userinfo }, signal);
    if (status >= 500) throw new SignInProblem(NOT_AN_ANSWER);
  }

  async refresh(tokens: Tokens, signal: AbortSignal): Promise<Tokens> {
    const refreshToken = refreshTokenOf(tokens, this.#milliseconds());
    const service = await this.#service(signal);
    const { refreshTokenGrant } = await import('openid-client');
    const answer = await openIdStep(async () => refreshTokenGrant(await this.#client(service, signal), refreshToken), signal);
    const later = laterTokens(tokens, checked(tokenAnswerSchema, answer), this.#milliseconds());
    if (answer.id_token !== undefined) await this.#refuseAnother(service, tokens.idToken, later, signal);
    return later;
  }

  /** An ID token that comes with a refresh must be the same person's (OpenID Connect Core section 12.2). */
  async #refuseAnother(service: Cis2Service, before: string | null, { idToken, accessToken }: Tokens, signal: AbortSignal): Promise<void> {
    const claims = await this.#verify(service, idToken, { nonce: null, accessToken }, signal);
    const { decodeJwt } = await import('jose');
    if (before !== null && claims !== null && decodeJwt(before).sub !== claims.sub) throw new TokenRefused('subject');
  }

  async isTokenGood({ accessToken }: Tokens, signal: AbortSignal): Promise<boolean> {
    const { userinfo } = await this.#service(signal);
    return (await askUserinfo(this.#ports.http, userinfo, accessToken, signal)) !== null;
  }

  async signOut(tokens: Tokens, signal: AbortSignal): Promise<void> {
    await settleQuietly(async () => {
      const service = await this.#service(signal);
      await Promise.all([this.#revoke(service, tokens.refreshToken, signal), this.#revoke(service, tokens.accessToken, signal), this.#endSession(service, tokens.idToken, signal)]);
    }, signal);
  }

  /** RFC 7009. */
  async #revoke(service: Cis2Service, token: string | null, signal: AbortSignal): Promise<void> {
    const { revocation } = service;
    if (revocation === null || token === null) return;
    const { tokenRevocation } = await import('openid-client');
    await settleQuietly(() => openIdStep(async () => tokenRevocation(await this.#client(service, signal, revocation), token), signal), signal);
  }

  /** OpenID Connect RP-Initiated Logout section 2: by form, so that the ID token is in nobody's log. */
  async #endSession({ endSession }: Cis2Service, idToken: string | null, signal: AbortSignal): Promise<void> {
    if (endSession === null || idToken === null) return;
    const request = postForm(endSession, { id_token_hint: idToken, client_id: this.#site.clientId });
    await settleQuietly(async () => void (await send(this.#ports.http, request, signal)), signal);
  }

  async #authenticate(signal: AbortSignal): Promise<SignedIn> {
    const service = await this.#service(signal);
    const client = await this.#client(service, signal);
    const request = await authorizationRequest(client, this.#site);
    const target = { port: this.#site.redirectPort, path: this.#site.redirectPath, state: request.state };
    const arrived = await visit(this.#ports.browser, request.address, target, signal);
    const answer = await redeem(client, arrived, request, signal);
    const tokens = firstTokens(checked(tokenAnswerSchema, answer), this.#milliseconds());
    return endUnused(this, tokens, async () => ({ clinician: await this.#clinician(service, tokens, request, signal), tokens }));
  }

  async #clinician(service: Cis2Service, tokens: Tokens, { nonce }: AuthorizationRequest, signal: AbortSignal): Promise<SignedIn['clinician']> {
    const claims = await this.#verify(service, tokens.idToken, { nonce, accessToken: tokens.accessToken }, signal);
    const rules = { ...this.#site, now: this.#ports.now() };
    if (claims !== null) refuse(checkSignIn(claims, rules));
    const userinfo = await requireUserinfo(this.#ports.http, service.userinfo, tokens, signal);
    refuse(claims === null ? checkUserinfoAlone(userinfo, rules) : checkUserinfo(userinfo, claims.sub));
    return clinicianOf(userinfo, selectedRole(claims));
  }

  /** `null` where the service gives no ID token. */
  async #verify({ issuer, keys }: Cis2Service, idToken: string | null, expected: { readonly nonce: string | null; readonly accessToken: string }, signal: AbortSignal): Promise<IdTokenClaims | null> {
    if (keys === null) return null;
    if (idToken === null) throw new TokenRefused('incomplete');
    const rules = { issuer, audience: this.#site.clientId, now: this.#ports.now(), ...expected };
    return verifyIdToken(idToken, keys, this.#keys, rules, signal);
  }

  #client(service: Cis2Service, signal: AbortSignal, audience = service.token): Promise<Configuration> {
    const { clientId, clientAuthentication: authentication } = this.#site;
    return openIdClient({ metadata: serverMetadata(service), clientId, authentication, audience, http: this.#ports.http }, signal);
  }

  #milliseconds(): number {
    return this.#ports.now().getTime();
  }
}

/** Trades the code for tokens. openid-client checks state, and of an ID token issuer, audience, expiry and nonce. */
async function redeem(client: Configuration, arrived: URL, { state, nonce, verifier }: AuthorizationRequest, signal: AbortSignal): Promise<TokenEndpointResponse> {
  const { authorizationCodeGrant } = await import('openid-client');
  const checks = {
    expectedState: state,
    ...(verifier === null ? {} : { pkceCodeVerifier: verifier }),
    ...(nonce === null ? {} : { expectedNonce: nonce, idTokenExpected: true }),
  };
  return openIdStep(() => authorizationCodeGrant(client, arrived, checks), signal);
}

/** `selected_roleid`: where the scope asks for a role, CIS2 has it chosen on its own page. */
function selectedRole(claims: IdTokenClaims | null): string | null {
  const selected = claims?.['selected_roleid'];
  return typeof selected === 'string' || typeof selected === 'number' ? String(selected) : null;
}
