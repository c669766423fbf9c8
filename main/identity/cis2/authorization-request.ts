/** The address that the clinician's browser is sent to (OpenID Connect Core section 3.1.2.1). */
import type { Configuration } from 'openid-client';
import type { LoadedCis2 } from '../../policy/identity-files.ts';
import { redirectAddress } from './redirect-listener.ts';

export interface AuthorizationRequest {
  readonly address: string;
  readonly state: string;
  /** `null` in the combined pattern, where no ID token would bring it back. */
  readonly nonce: string | null;
  /** RFC 7636; `null` where the site has switched it off. */
  readonly verifier: string | null;
}

export async function authorizationRequest(client: Configuration, site: LoadedCis2): Promise<AuthorizationRequest> {
  const { buildAuthorizationUrl, calculatePKCECodeChallenge, randomNonce, randomPKCECodeVerifier, randomState } = await import('openid-client');
  const state = randomState();
  const nonce = site.pattern === 'separate' ? randomNonce() : null;
  const verifier = site.pkce ? randomPKCECodeVerifier() : null;
  const parameters = {
    redirect_uri: redirectAddress({ port: site.redirectPort, path: site.redirectPath }),
    scope: site.scope,
    state,
    acr_values: site.acrValues.join(' '),
    // A ward's computer is shared: whoever signed in before must not be taken for whoever signs in now.
    prompt: 'login',
    ...(nonce === null ? {} : { nonce, response_mode: 'query', max_age: String(site.maxAgeSeconds) }),
    ...(verifier === null ? {} : { code_challenge: await calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }),
  };
  return { address: buildAuthorizationUrl(client, parameters).href, state, nonce, verifier };
}
