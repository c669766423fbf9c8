import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type IdTokenRules, verifyIdToken } from '../../../main/identity/id-token.ts';
import { SignInProblem } from '../../../main/identity/provider.ts';
import { SigningKeys } from '../../../main/identity/signing-keys.ts';
import { TokenRefused } from '../../../main/identity/token-refusal.ts';
import { type HttpPort, type HttpRequest, NetworkFailure } from '../../../main/net/http.ts';

const ISSUER = 'https://am.cis2.example:443/openam/oauth2/realms/root';
const KEYS = `${ISSUER}/connect/jwk_uri`;
const NOW = new Date('2026-11-22T11:58:00Z');
const SECONDS = NOW.getTime() / 1_000;
const signal = new AbortController().signal;

const rules: IdTokenRules = { issuer: ISSUER, audience: 'lanyard', nonce: 'the-nonce', accessToken: 'the.token', now: NOW };

interface Pair {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function pair(alg: string, kid: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
}

const hashOf = (token: string, bits: 256 | 384 | 512): string => {
  const digest = createHash(`sha${bits}`).update(token).digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
};

const claims = { iss: ISSUER, sub: '555254240100', aud: 'lanyard', azp: 'lanyard', nonce: 'the-nonce', iat: SECONDS, exp: SECONDS + 3_600, at_hash: hashOf('the.token', 256) };

/** The key set, as often as it is asked for. */
class KeyServer implements HttpPort {
  readonly requests: HttpRequest[] = [];
  keys: unknown[] = [];
  failure: NetworkFailure | null = null;
  async send(request: HttpRequest): Promise<{ status: number; headers: Record<string, string>; body: string }> {
    this.requests.push(request);
    if (this.failure !== null) throw this.failure;
    return { status: 200, headers: {}, body: JSON.stringify({ keys: this.keys }) };
  }
}

let first: Pair;
let second: Pair;
let elliptic: Pair;
let server: KeyServer;
let keys: SigningKeys;
let clock: Date;

beforeAll(async () => {
  [first, second, elliptic] = await Promise.all([pair('RS256', 'one'), pair('RS256', 'two'), pair('ES384', 'three')]);
});

beforeEach(() => {
  server = new KeyServer();
  server.keys = [first.jwk, elliptic.jwk];
  clock = NOW;
  keys = new SigningKeys(server, () => clock);
});

const sign = (payload: Record<string, unknown>, key = first, header: Record<string, unknown> = {}): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: key.jwk.kid ?? '', ...header }).sign(key.privateKey);

const without = (...names: string[]): Record<string, unknown> => Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)));

async function refusalOf(token: string, changed: Partial<IdTokenRules> = {}): Promise<string> {
  const problem = await verifyIdToken(token, KEYS, keys, { ...rules, ...changed }, signal).then(() => null, (reason: unknown) => reason);
  if (problem === null) return 'taken';
  expect(problem).toBeInstanceOf(TokenRefused);
  return (problem as TokenRefused).refusal;
}

describe('an ID token', () => {
  test('of this sign-in is taken', async () => {
    expect(await verifyIdToken(await sign(claims), KEYS, keys, rules, signal)).toMatchObject({ sub: '555254240100' });
  });

  test.each([
    ['another issuer', { iss: 'https://elsewhere.example' }, 'issuer'],
    ['the issuer without its port', { iss: ISSUER.replace(':443', '') }, 'issuer'],
    ['the issuer with a slash more', { iss: `${ISSUER}/` }, 'issuer'],
    ['another audience', { aud: 'somebody-else' }, 'audience'],
    ['no audience in a list', { aud: [] }, 'audience'],
    ['another authorised party', { azp: 'somebody-else' }, 'authorised-party'],
    ['several audiences with another authorised party', { aud: ['lanyard', 'other'], azp: 'other' }, 'authorised-party'],
    ['another nonce', { nonce: 'another' }, 'nonce'],
    ['a nonce that is no text', { nonce: ['the-nonce'] }, 'nonce'],
    ['an end that has passed', { exp: SECONDS - 60 }, 'expired'],
    ['an issue in the future', { iat: SECONDS + 61 }, 'not-yet-valid'],
    ['a beginning in the future', { nbf: SECONDS + 61 }, 'not-yet-valid'],
    ['an end that is no number', { exp: 'never' }, 'incomplete'],
    ['an issue that is no number', { iat: 'now' }, 'incomplete'],
    ['an empty subject', { sub: '' }, 'incomplete'],
    ['a subject that is no text', { sub: 555_254_240_100 }, 'incomplete'],
    ['the hash of another token', { at_hash: hashOf('another', 256) }, 'access-token-hash'],
    ['the hash by another function', { at_hash: hashOf('the.token', 512) }, 'access-token-hash'],
    ['a hash that is no text', { at_hash: null }, 'access-token-hash'],
  ])('with %s is refused', async (_name, broken, refusal) => {
    expect(await refusalOf(await sign({ ...claims, ...broken }))).toBe(refusal);
  });

  test.each([
    ['iss', 'incomplete'],
    ['aud', 'incomplete'],
    ['sub', 'incomplete'],
    ['exp', 'incomplete'],
    ['iat', 'incomplete'],
    ['nonce', 'nonce'],
  ])('without %s is refused', async (name, refusal) => {
    expect(await refusalOf(await sign(without(name)))).toBe(refusal);
  });

  test('for several audiences needs an authorised party', async () => {
    expect(await refusalOf(await sign({ ...without('azp'), aud: ['lanyard', 'other'] }))).toBe('authorised-party');
    expect(await refusalOf(await sign({ ...claims, aud: ['lanyard', 'other'] }))).toBe('taken');
    expect(await refusalOf(await sign(without('azp')))).toBe('taken');
  });

  test('may differ by a minute from this clock, and no more', async () => {
    expect(await refusalOf(await sign({ ...claims, iat: SECONDS + 60, exp: SECONDS + 600 }))).toBe('taken');
    expect(await refusalOf(await sign({ ...claims, exp: SECONDS - 59 }))).toBe('taken');
  });

  test('after a refresh needs no nonce', async () => {
    expect(await refusalOf(await sign(without('nonce')), { nonce: null })).toBe('taken');
  });

  test('hashes with the function of its own signature', async () => {
    const token = (hash: string): Promise<string> => sign({ ...claims, at_hash: hash }, elliptic, { alg: 'ES384' });
    expect(await refusalOf(await token(hashOf('the.token', 384)))).toBe('taken');
    expect(await refusalOf(await token(hashOf('the.token', 256)))).toBe('access-token-hash');
  });
});

describe('its signature', () => {
  test('none is refused', async () => {
    expect(await refusalOf(new UnsecuredJWT(claims).encode())).toBe('algorithm');
  });

  test('a shared secret is refused, also where it is the public key', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(first.jwk));
    expect(await refusalOf(await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret))).toBe('algorithm');
  });

  test('by a way of signing that is not on the list is refused, though the service publishes its key', async () => {
    const modern = await pair('Ed25519', 'four');
    server.keys = [modern.jwk];
    expect(await refusalOf(await sign(claims, modern, { alg: 'Ed25519' }))).toBe('algorithm');
  });

  test.each([['of other content', 1], ['with another signature', 2]])('%s is refused', async (_name, part) => {
    const parts = (await sign(claims)).split('.');
    const other = (await sign({ ...claims, sub: '555254240999' })).split('.');
    parts[part] = other[part] ?? '';
    expect(await refusalOf(parts.join('.'))).toBe('signature');
  });

  test("by somebody else's key under the service's name is refused", async () => {
    expect(await refusalOf(await sign(claims, { ...second, jwk: first.jwk }))).toBe('signature');
  });

  test('with a key of its own inside is refused', async () => {
    const { jwk } = second;
    expect(await refusalOf(await sign(claims, second, { jwk }))).toBe('signing-key');
  });

  test.each([['not a token'], ['a.b'], ['a.b.c'], ['....'], ['']])('%j is refused', async (text) => {
    expect(await refusalOf(text)).toBe('unreadable');
  });

  test('with a header that must be understood is refused', async () => {
    const [, payload, signature] = (await sign(claims)).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'one', crit: ['b64'], b64: false })).toString('base64url');
    expect(await refusalOf(`${header}.${payload}.${signature}`)).not.toBe('taken');
  });

  test('by a key that is too short is refused', async () => {
    server.keys = [{ ...first.jwk, n: Buffer.alloc(96, 255).toString('base64url') }];
    expect(await refusalOf(await sign(claims))).toBe('signing-key');
  });
});

describe("the service's keys", () => {
  test('are asked for once', async () => {
    for (let times = 0; times < 3; times += 1) expect(await refusalOf(await sign(claims))).toBe('taken');
    expect(server.requests.map(({ url, maxBytes }) => [url, maxBytes])).toEqual([[KEYS, 1_048_576]]);
  });

  test('are asked for once more where the token names another', async () => {
    await refusalOf(await sign(claims));
    server.keys = [second.jwk];
    expect(await refusalOf(await sign(claims, second))).toBe('taken');
    expect(server.requests).toHaveLength(2);
  });

  test('are asked for no more than once for one token', async () => {
    await refusalOf(await sign(claims));
    expect(await refusalOf(await sign(claims, second))).toBe('signing-key');
    expect(server.requests).toHaveLength(2);
    expect(await new SigningKeys(server, () => NOW).verify(KEYS, async () => 'used', signal)).toBe('used');
    expect(server.requests).toHaveLength(3);
  });

  test('are asked for again after ten minutes, and after the clock went back', async () => {
    const ask = async (at: number): Promise<number> => {
      clock = new Date(NOW.getTime() + at);
      await refusalOf(await sign(claims));
      return server.requests.length;
    };
    expect([await ask(0), await ask(599_999), await ask(600_000), await ask(599_000)]).toEqual([1, 1, 2, 3]);
  });

  test('of another service are not those of this', async () => {
    await refusalOf(await sign(claims));
    await verifyIdToken(await sign(claims), 'https://other.example/keys', keys, rules, signal);
    expect(server.requests).toHaveLength(2);
  });

  test('a key without a name serves where it is the only one of its kind', async () => {
    const { kid: _kid, ...nameless } = first.jwk;
    server.keys = [nameless];
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(first.privateKey);
    expect(await refusalOf(token)).toBe('taken');
    server.keys = [first.jwk, second.jwk];
    keys = new SigningKeys(server, () => NOW);
    expect(await refusalOf(token)).toBe('signing-key');
  });

  test.each([
    ['not a list', { keys: 'all' }],
    ['without end', { keys: Array.from({ length: 101 }, () => ({ kty: 'RSA' })) }],
  ])('%s: a sentence', async (_name, body) => {
    const odd: HttpPort = { send: async () => ({ status: 200, headers: {}, body: JSON.stringify(body) }) };
    await expect(verifyIdToken(await sign(claims), KEYS, new SigningKeys(odd, () => NOW), rules, signal)).rejects.toThrow(SignInProblem);
  });

  test('that cannot be had: the network says why, and a cancelled wait is no refusal', async () => {
    server.failure = new NetworkFailure('unreachable', 'am.cis2.example cannot be reached.');
    await expect(verifyIdToken(await sign(claims), KEYS, keys, rules, signal)).rejects.toThrow('am.cis2.example cannot be reached.');
    const abort = new AbortController();
    server.failure = new NetworkFailure('cancelled', 'The request was cancelled.');
    abort.abort();
    await expect(verifyIdToken(await sign(claims), KEYS, keys, rules, abort.signal)).rejects.toBe(abort.signal.reason);
  });
});
