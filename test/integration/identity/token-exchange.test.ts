import { generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createProvider } from '../../../main/identity/create-provider.ts';
import { type IdentityProvider, SignInProblem, type Tokens } from '../../../main/identity/provider.ts';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import type { LoadedTokenExchange } from '../../../main/policy/identity-files.ts';
import { type HandMadeProvider, startHandMadeProvider } from './hand-made-provider.ts';
import { HeadlessBrowser, siteAt } from './support.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const signal = AbortSignal.timeout(50_000);

let service: HandMadeProvider;
let ahead = 0;

beforeAll(async () => {
  service = await startHandMadeProvider();
});
afterAll(() => service.close());
beforeEach(() => {
  service.reset();
  ahead = 0;
});

async function provider(changed: Partial<LoadedTokenExchange> = {}): Promise<IdentityProvider> {
  const tokenExchange: LoadedTokenExchange = {
    tokenEndpoint: `${service.issuer}/exchange`,
    clientId: 'lanyard-api',
    clientAuthentication: { kind: 'private-key-jwt', key, keyId: 'api', algorithm: 'RS512' },
    ...changed,
  };
  const created = createProvider(await siteAt(service.issuer, { tokenExchange }), { http: createAxiosHttp(), browser: new HeadlessBrowser(), now: () => new Date(Date.now() + ahead) });
  if (!created.ok) throw new Error(created.sentences.join(' '));
  return created.value;
}

async function signIn(one: IdentityProvider): Promise<Tokens> {
  if (one.method.kind !== 'browser') throw new Error('CIS2 is a browser sign-in.');
  return (await one.method.authenticate(signal)).tokens;
}

const revoked = (): Set<string | null> => new Set(service.forms('/token/revoke').map((form) => form.get('token')));

describe('an exchanged token', () => {
  test('is the one for the APIs; what it came from stays beside it', async () => {
    const tokens = await signIn(await provider());
    const [form] = service.forms('/exchange');
    expect(Object.fromEntries(form ?? [])).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      subject_token: tokens.exchangedFrom?.idToken,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    const statement = form?.get('client_assertion') ?? '';
    expect(decodeProtectedHeader(statement)).toMatchObject({ alg: 'RS512', kid: 'api' });
    await jwtVerify(statement, publicKey, { audience: `${service.issuer}/exchange`, issuer: 'lanyard-api', subject: 'lanyard-api', requiredClaims: ['jti', 'exp'] });
    expect(tokens.accessToken).not.toBe(tokens.exchangedFrom?.accessToken);
    expect(tokens.idToken).toBe(tokens.exchangedFrom?.idToken);
  });

  test('names the audience where the site has one', async () => {
    await signIn(await provider({ audience: 'https://api.example' }));
    expect(service.forms('/exchange')[0]?.get('audience')).toBe('https://api.example');
  });

  test('is refreshed with its own refresh token, beside the sign-in; no ceiling rises', async () => {
    const one = await provider();
    const tokens = await signIn(one);
    ahead = 500_000;
    const later = await one.refresh(tokens, signal);
    expect(service.forms('/exchange')[1]?.get('refresh_token')).toBe(tokens.refreshToken);
    expect(service.forms('/access_token')[1]?.get('refresh_token')).toBe(tokens.exchangedFrom?.refreshToken);
    expect(later.endsAt).toBe(tokens.endsAt);
    expect(later.exchangedFrom?.accessToken).not.toBe(tokens.exchangedFrom?.accessToken);
    expect((later.expiresAt ?? 0) - (tokens.expiresAt ?? 0)).toBeGreaterThan(490_000);
  });

  test('without a refresh token of its own is exchanged again', async () => {
    service.breaking.tokens = ({ refresh_token, refresh_token_expires_in, ...answer }) => ('issued_token_type' in answer ? answer : { ...answer, refresh_token, refresh_token_expires_in });
    const one = await provider();
    const tokens = await signIn(one);
    expect(tokens.refreshToken).toBeNull();
    const later = await one.refresh(tokens, signal);
    expect(service.forms('/exchange').map((form) => form.get('grant_type'))).toEqual(Array.from({ length: 2 }, () => 'urn:ietf:params:oauth:grant-type:token-exchange'));
    expect(later).toMatchObject({ endsAt: tokens.endsAt, refreshToken: null });
    expect(later.accessToken).not.toBe(tokens.accessToken);
  });

  test('ends with the shorter of both ceilings', async () => {
    service.breaking.tokens = (answer) => ('issued_token_type' in answer ? { ...answer, refresh_token_expires_in: '3599' } : answer);
    const one = await provider();
    const tokens = await signIn(one);
    expect((tokens.endsAt ?? 0) - Date.now()).toBeLessThanOrEqual(3_599_000);
    ahead = 60_000;
    expect((await one.refresh(tokens, signal)).endsAt).toBe(tokens.endsAt);
    ahead = 3_600_000;
    await expect(one.refresh(tokens, signal)).rejects.toThrow('longest time');
  });

  test('is asked about and ended by the sign-in it came from', async () => {
    const one = await provider();
    const tokens = await signIn(one);
    expect(await one.isTokenGood(tokens, signal)).toBe(true);
    expect(service.asked.at(-1)?.authorization).toBe(`Bearer ${tokens.exchangedFrom?.accessToken}`);
    await one.signOut(tokens, signal);
    expect(revoked()).toEqual(new Set([tokens.exchangedFrom?.accessToken, tokens.exchangedFrom?.refreshToken]));
  });

  test('that is refused: the sign-in it was for is ended', async () => {
    service.breaking.statuses['/exchange'] = 401;
    await expect(signIn(await provider())).rejects.toThrow(SignInProblem);
    expect(revoked().size).toBe(2);
  });
});
