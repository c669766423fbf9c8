/** Signs in to the simulator's identity service with a card of a test's own authority. */
import type { ReadyLine } from '../../../simulator/world.ts';
import type { Card, Statement } from './authority.ts';

export interface Discovery {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly userinfo_endpoint: string;
  readonly revocation_endpoint: string;
  readonly jwks_uri: string;
  readonly challenge_endpoint: string;
}

export async function discover(ready: ReadyLine): Promise<Discovery> {
  return (await (await fetch(`${ready.identity?.issuer}/.well-known/openid-configuration`)).json()) as Discovery;
}

export async function challenge(endpoints: Discovery): Promise<{ nonce: string; expires_in: number }> {
  const response = await fetch(endpoints.challenge_endpoint, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"purpose":"sign-in"}' });
  return (await response.json()) as { nonce: string; expires_in: number };
}

/** Asks for a token with a statement signed for a fresh nonce, or for the one given. */
export async function requestToken(endpoints: Discovery, card: Card, change: Partial<Statement> = {}): Promise<Response> {
  const { nonce } = await challenge(endpoints);
  const assertion = await card.sign({ audience: endpoints.issuer, nonce, ...change });
  return fetch(endpoints.token_endpoint, { method: 'POST', body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }) });
}

/** An access token for the card's holder. */
export async function signIn(ready: ReadyLine, card: Card): Promise<string> {
  const response = await requestToken(await discover(ready), card);
  if (response.status !== 200) throw new Error(`sign-in refused: ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}
