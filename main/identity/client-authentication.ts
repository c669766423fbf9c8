/** How Lanyard proves itself at a token endpoint (OpenID Connect Core section 9). */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { ClientAuth, Configuration, ModifyAssertionOptions, ServerMetadata } from 'openid-client';
import type { HttpPort } from '../net/http.ts';
import type { LoadedClientAuthentication } from '../policy/identity-files.ts';
import { CLOCK_SKEW_S } from './id-token.ts';
import { openIdFetch } from './openid.ts';

/** NHS England's limit is five minutes; a shorter life is of less use to a thief, and two clocks may still differ. */
const ASSERTION_LIFETIME_S = 180;

type PrivateKeyJwt = Extract<LoadedClientAuthentication, { kind: 'private-key-jwt' }>;

const KEY_KINDS: Readonly<Record<PrivateKeyJwt['algorithm'], { readonly type: string; readonly curve?: string; readonly named: string }>> = {
  RS256: { type: 'rsa', named: 'an RSA key' },
  RS384: { type: 'rsa', named: 'an RSA key' },
  RS512: { type: 'rsa', named: 'an RSA key' },
  ES256: { type: 'ec', curve: 'prime256v1', named: 'a P-256 key' },
  ES384: { type: 'ec', curve: 'secp384r1', named: 'a P-384 key' },
};

const LEAST_RSA_BITS = 2_048;

/** Why a client cannot prove itself so, as the end of a sentence that names the field; `null` where it can. */
export function refuseClientAuthentication(client: LoadedClientAuthentication): string | null {
  if (client.kind === 'client-secret-post') return client.secret === '' ? 'the file is empty.' : null;
  if (client.kind === 'none') return null;
  const key = readKey(client.key);
  if (key === null) return 'there is no private key in PEM form in it, or it needs a password.';
  const wanted = KEY_KINDS[client.algorithm];
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== wanted.type || (wanted.curve !== undefined && details.namedCurve !== wanted.curve)) return `${client.algorithm} needs ${wanted.named}.`;
  return wanted.type === 'rsa' && (details.modulusLength ?? 0) < LEAST_RSA_BITS ? `the key is too short: it needs ${LEAST_RSA_BITS} bits or more.` : null;
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    // Whatever is wrong with it, its text must not be said.
    return null;
  }
}

export interface OpenIdClientOptions {
  readonly metadata: ServerMetadata;
  readonly clientId: string;
  readonly authentication: LoadedClientAuthentication;
  /** The address that a signed statement will be sent to: CIS2 and the API platform take it for no other. */
  readonly audience: string;
  readonly http: HttpPort;
}

/** openid-client for one client at one service, each request of which ends with `signal`. */
export async function openIdClient({ metadata, clientId, authentication, audience, http }: OpenIdClientOptions, signal: AbortSignal): Promise<Configuration> {
  const openid = await import('openid-client');
  const client = new openid.Configuration(metadata, clientId, { [openid.clockTolerance]: CLOCK_SKEW_S }, await clientAuth(authentication, audience));
  client[openid.customFetch] = openIdFetch(http, signal);
  // Which addresses may go in the clear (this computer itself only) is the door's decision.
  openid.allowInsecureRequests(client);
  return client;
}

async function clientAuth(authentication: LoadedClientAuthentication, audience: string): Promise<ClientAuth> {
  const { ClientSecretPost, None, PrivateKeyJwt } = await import('openid-client');
  switch (authentication.kind) {
    case 'none':
      return None();
    case 'client-secret-post':
      return ClientSecretPost(authentication.secret);
    case 'private-key-jwt':
      return PrivateKeyJwt(await signingKey(authentication), await assertionFor(audience));
  }
}

async function signingKey({ key, keyId, algorithm }: PrivateKeyJwt): Promise<{ readonly key: CryptoKey; readonly kid: string }> {
  const { importPKCS8 } = await import('jose');
  const pkcs8 = createPrivateKey(key).export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key: await importPKCS8(pkcs8, algorithm), kid: keyId };
}

async function assertionFor(audience: string): Promise<ModifyAssertionOptions> {
  const openid = await import('openid-client');
  return {
    [openid.modifyAssertion]: (header, payload) => {
      header['typ'] = 'JWT';
      payload['aud'] = audience;
      payload['exp'] = Number(payload['iat']) + ASSERTION_LIFETIME_S;
      // A service whose clock is behind ours would have to refuse it.
      delete payload['nbf'];
    },
  };
}
