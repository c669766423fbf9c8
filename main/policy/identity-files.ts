/** The files a client proves itself with at its identity provider: read once at start, and never shown. */
import type { Checked } from './checked.ts';
import type { CardAssertionConfiguration, Cis2Configuration, ClientAuthenticationConfiguration, IdentityConfiguration, TokenExchangeConfiguration } from './configuration.ts';

export type LoadedClientAuthentication =
  /** `key`: the PEM text. */
  | (Omit<Extract<ClientAuthenticationConfiguration, { kind: 'private-key-jwt' }>, 'keyFile'> & { readonly key: string })
  | { readonly kind: 'client-secret-post'; readonly secret: string }
  | { readonly kind: 'none' };

export interface LoadedTokenExchange extends Omit<TokenExchangeConfiguration, 'clientAuthentication'> {
  readonly clientAuthentication: LoadedClientAuthentication;
}

export interface LoadedCis2 extends Omit<Cis2Configuration, 'clientAuthentication' | 'tokenExchange'> {
  readonly clientAuthentication: LoadedClientAuthentication;
  readonly tokenExchange?: LoadedTokenExchange;
}

export interface LoadedCardAssertion extends Omit<CardAssertionConfiguration, 'tokenExchange'> {
  readonly tokenExchange?: LoadedTokenExchange;
}

/** The identity provider with nothing left to look up. */
export type LoadedIdentity = LoadedCis2 | LoadedCardAssertion;

/** Gives a file's text, or the sentence that says why not. `path` as written in the configuration. */
export type ReadFile = (field: string, path: string) => Promise<Checked<string>>;

export async function loadIdentity(identity: IdentityConfiguration, readFile: ReadFile): Promise<Checked<LoadedIdentity>> {
  const exchange = identity.tokenExchange === undefined ? undefined : await loadExchange(identity.tokenExchange, readFile);
  if (exchange?.ok === false) return exchange;
  const loaded = exchange === undefined ? {} : { tokenExchange: exchange.value };
  const { tokenExchange: _read, ...rest } = identity;
  if (rest.kind === 'card-assertion') return { ok: true, value: { ...rest, ...loaded } };
  const client = await loadClient('identity.clientAuthentication', rest.clientAuthentication, readFile);
  if (!client.ok) return client;
  return { ok: true, value: { ...rest, ...loaded, clientAuthentication: client.value } };
}

async function loadExchange(exchange: TokenExchangeConfiguration, readFile: ReadFile): Promise<Checked<LoadedTokenExchange>> {
  const client = await loadClient('identity.tokenExchange.clientAuthentication', exchange.clientAuthentication, readFile);
  return client.ok ? { ok: true, value: { ...exchange, clientAuthentication: client.value } } : client;
}

async function loadClient(field: string, client: ClientAuthenticationConfiguration, readFile: ReadFile): Promise<Checked<LoadedClientAuthentication>> {
  switch (client.kind) {
    case 'none':
      return { ok: true, value: client };
    case 'client-secret-post': {
      const secret = await readFile(`${field}.secretFile`, client.secretFile);
      return secret.ok ? { ok: true, value: { kind: client.kind, secret: secret.value.trim() } } : secret;
    }
    case 'private-key-jwt': {
      const { keyFile, ...rest } = client;
      const key = await readFile(`${field}.keyFile`, keyFile);
      return key.ok ? { ok: true, value: { ...rest, key: key.value } } : key;
    }
  }
}
