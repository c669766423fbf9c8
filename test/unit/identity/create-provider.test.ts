import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createProvider } from '../../../main/identity/create-provider.ts';
import type { HttpPort } from '../../../main/net/http.ts';
import type { LoadedCardAssertion, LoadedCis2, LoadedClientAuthentication } from '../../../main/policy/identity-files.ts';

const http: HttpPort = {
  send: async () => {
    throw new Error('Nothing may be asked of any network.');
  },
};
const ports = { http, browser: { open: () => Promise.reject(new Error('No page may be opened.')) }, now: () => new Date() };

const broker: LoadedCardAssertion = { kind: 'card-assertion', issuer: 'https://signin.example' };
const cis2: LoadedCis2 = {
  kind: 'cis2',
  issuer: 'https://am.example:443/openam',
  clientId: 'lanyard',
  clientAuthentication: { kind: 'none' },
  redirectPort: 51_000,
  redirectPath: '/signed-in',
  scope: 'openid',
  acrValues: ['AAL3_ANY'],
  maxAgeSeconds: 300,
  pkce: true,
  pattern: 'separate',
  browser: 'own-window',
  assurance: { identity: 3, authentication: 3 },
};

const pem = (type: 'rsa' | 'ec', size: number | string): string => {
  const { privateKey } = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: size as number }) : generateKeyPairSync('ec', { namedCurve: size as string });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};
const byKey = (key: string, algorithm: 'RS512' | 'ES256' | 'ES384' = 'RS512'): LoadedClientAuthentication => ({ kind: 'private-key-jwt', key, keyId: 'k', algorithm });

describe("the site's identity provider", () => {
  test.each([
    ['a broker', broker, 'card-statement'],
    ['CIS2', cis2, 'browser'],
    ['a broker with an exchange', { ...broker, tokenExchange: { tokenEndpoint: 'https://api.example/token', clientId: 'c', clientAuthentication: { kind: 'none' } } } satisfies LoadedCardAssertion, 'card-statement'],
    ['CIS2 with an exchange', { ...cis2, tokenExchange: { tokenEndpoint: 'https://api.example/token', clientId: 'c', clientAuthentication: byKey(pem('rsa', 2_048)) } } satisfies LoadedCis2, 'browser'],
    ['CIS2 with an elliptic key', { ...cis2, clientAuthentication: byKey(pem('ec', 'P-256'), 'ES256') } satisfies LoadedCis2, 'browser'],
  ])('%s', (_name, identity, kind) => {
    const created = createProvider(identity, ports);
    expect(created.ok && created.value.method.kind).toBe(kind);
  });

  test.each([
    ['no key', byKey('hello'), 'identity.clientAuthentication.keyFile: there is no private key in PEM form in it, or it needs a password.'],
    ['a key of another kind', byKey(pem('ec', 'P-256')), 'identity.clientAuthentication.keyFile: RS512 needs an RSA key.'],
    ['another curve', byKey(pem('ec', 'P-256'), 'ES384'), 'identity.clientAuthentication.keyFile: ES384 needs a P-384 key.'],
    ['a short key', byKey(pem('rsa', 1_024)), 'identity.clientAuthentication.keyFile: the key is too short: it needs 2048 bits or more.'],
    ['an empty secret', { kind: 'client-secret-post', secret: '' } as const, 'identity.clientAuthentication.secretFile: the file is empty.'],
  ])('%s is said before anybody signs in', (_name, clientAuthentication, sentence) => {
    expect(createProvider({ ...cis2, clientAuthentication }, ports)).toEqual({ ok: false, sentences: [sentence] });
  });

  test("an exchange's key is looked at too, and no key is ever said", () => {
    const created = createProvider({ ...broker, tokenExchange: { tokenEndpoint: 'https://api.example/token', clientId: 'c', clientAuthentication: byKey('-----BEGIN PRIVATE KEY-----\nsecret') } }, ports);
    expect(created).toEqual({ ok: false, sentences: ['identity.tokenExchange.clientAuthentication.keyFile: there is no private key in PEM form in it, or it needs a password.'] });
  });
});
