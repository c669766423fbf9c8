/** The site's identity provider, from its configuration. A further kind is a further folder and a further case here. */
import type { HttpPort } from '../net/http.ts';
import type { Checked } from '../policy/checked.ts';
import type { LoadedClientAuthentication, LoadedIdentity } from '../policy/identity-files.ts';
import { CardAssertionProvider } from './card-assertion/provider.ts';
import type { Browser } from './cis2/browser.ts';
import { Cis2Provider } from './cis2/provider.ts';
import { refuseClientAuthentication } from './client-authentication.ts';
import type { IdentityProvider } from './provider.ts';
import { withTokenExchange } from './token-exchange.ts';

export interface IdentityPorts {
  /** Without any token: what each request carries is the provider's to say. */
  readonly http: HttpPort;
  /** Used by sites that sign in at CIS2 alone. */
  readonly browser: Browser;
  readonly now: () => Date;
}

/** Nothing is asked of any network yet. A key that cannot be used comes back as a sentence that names its field. */
export function createProvider(identity: LoadedIdentity, ports: IdentityPorts): Checked<IdentityProvider> {
  const sentences = [
    ...(identity.kind === 'cis2' ? refusals('identity.clientAuthentication', identity.clientAuthentication) : []),
    ...(identity.tokenExchange === undefined ? [] : refusals('identity.tokenExchange.clientAuthentication', identity.tokenExchange.clientAuthentication)),
  ];
  if (sentences.length > 0) return { ok: false, sentences };
  const provider = identity.kind === 'cis2' ? new Cis2Provider(identity, ports) : new CardAssertionProvider(identity, ports);
  return { ok: true, value: identity.tokenExchange === undefined ? provider : withTokenExchange(provider, identity.tokenExchange, ports) };
}

const FILES = { 'private-key-jwt': 'keyFile', 'client-secret-post': 'secretFile', none: '' } as const;

function refusals(field: string, client: LoadedClientAuthentication): readonly string[] {
  const refusal = refuseClientAuthentication(client);
  return refusal === null ? [] : [`${field}.${FILES[client.kind]}: ${refusal}`];
}
