import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cis2Provider } from '../../../main/identity/cis2/provider.ts';
import { VISIT_LIMIT_MS } from '../../../main/identity/cis2/visit.ts';
import { SignInProblem, type SignedIn } from '../../../main/identity/provider.ts';
import { TokenRefused } from '../../../main/identity/token-refusal.ts';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import type { LoadedCis2 } from '../../../main/policy/identity-files.ts';
import { type HandMadeProvider, startHandMadeProvider, USER } from './hand-made-provider.ts';
import { HeadlessBrowser, isListening, siteAt } from './support.ts';

let service: HandMadeProvider;
let browser: HeadlessBrowser;
let site: LoadedCis2;
let ahead = 0;
const signal = AbortSignal.timeout(50_000);
const now = (): Date => new Date(Date.now() + ahead);

beforeAll(async () => {
  service = await startHandMadeProvider();
});
afterAll(() => service.close());

beforeEach(async () => {
  service.reset();
  ahead = 0;
  browser = new HeadlessBrowser();
  site = await siteAt(service.issuer);
});

afterEach(async () => {
  expect(await isListening(site.redirectPort)).toBe(false);
});

const providerOf = (changed: Partial<LoadedCis2> = {}): Cis2Provider => new Cis2Provider((site = { ...site, ...changed }), { http: createAxiosHttp(), browser, now });

async function authenticate(provider = providerOf(), one: AbortSignal = signal): Promise<SignedIn> {
  if (provider.method.kind !== 'browser') throw new Error('CIS2 is a browser sign-in.');
  return provider.method.authenticate(one);
}

async function problemOf(work: Promise<unknown>): Promise<SignInProblem> {
  const problem = await work.then(() => new Error('It did not fail.'), (reason: unknown) => reason);
  expect(problem).toBeInstanceOf(SignInProblem);
  const { message, cause } = problem as SignInProblem;
  expect(`${message} ${String(cause)} ${JSON.stringify(cause ?? null)}`).not.toMatch(/token-\d|refresh-\d|eyJ/);
  return problem as SignInProblem;
}

const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  const problem = await problemOf(work);
  return problem instanceof TokenRefused ? problem.refusal : problem.message;
};

const revoked = (): string[] => service.forms('/token/revoke').map((form) => form.get('token') ?? '');

describe('signing in at CIS2', () => {
  test('gives who it is, every role and the tokens', async () => {
    const { clinician, tokens } = await authenticate();
    expect(clinician).toEqual({
      userId: USER,
      name: 'Dr Priya NAIR',
      selectedRoleId: null,
      roles: [
        { id: '555254240101', name: 'General Medical Practitioner', organisation: 'HARBOUR HEALTH CENTRE', odsCode: 'Z99001', roleCode: 'S8000:G8000:R8000', activityCodes: ['B0360'] },
        { id: '555254240102', name: 'Nurse', organisation: 'Z99007', odsCode: 'Z99007', roleCode: null, activityCodes: null },
      ],
    });
    expect(tokens).toMatchObject({ accessToken: expect.stringMatching(/^token-/), refreshToken: expect.stringMatching(/^refresh-/), idToken: expect.stringMatching(/^eyJ/) });
    expect((tokens.expiresAt ?? 0) - Date.now()).toBeGreaterThan(590_000);
    expect((tokens.endsAt ?? 0) - Date.now()).toBeLessThanOrEqual(35_999_000);
    expect(revoked()).toEqual([]);
    expect(browser.closed).toBe(1);
  });

  test('asks for a fresh sign-in at the level, bound to this request', async () => {
    await authenticate();
    const asked = Object.fromEntries(browser.opened[0]?.searchParams ?? []);
    expect(asked).toEqual({
      client_id: 'lanyard',
      response_type: 'code',
      response_mode: 'query',
      redirect_uri: `http://localhost:${site.redirectPort}/signed-in`,
      scope: site.scope,
      acr_values: 'AAL3_ANY',
      max_age: '300',
      prompt: 'login',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    await authenticate();
    for (const name of ['state', 'nonce', 'code_challenge']) expect(browser.opened[1]?.searchParams.get(name)).not.toBe(browser.opened[0]?.searchParams.get(name));
  });

  test('leaves PKCE out where the site has switched it off', async () => {
    await authenticate(providerOf({ pkce: false }));
    expect(browser.opened[0]?.searchParams.has('code_challenge')).toBe(false);
    expect(service.forms('/access_token')[0]?.has('code_verifier')).toBe(false);
  });

  test('takes the role that was chosen on its page', async () => {
    service.breaking.claims = (claims) => ({ ...claims, selected_roleid: '555254240102' });
    expect((await authenticate(providerOf({ scope: 'openid nationalrbacaccess selectedrole' }))).clinician.selectedRoleId).toBe('555254240102');
  });

  test('gives the browser a page that says so and can do nothing', async () => {
    await authenticate();
    await expect.poll(() => browser.pages).toHaveLength(2);
    const page = browser.pages.at(-1);
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('You are signed in. Go back to Lanyard.') });
    expect(page?.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    expect(page?.headers.get('cache-control')).toBe('no-store');
    expect(page?.body).not.toContain(new URL(page?.url ?? '').searchParams.get('code'));
  });
});

describe('proving itself', () => {
  test.each([['RS256'], ['RS512']] as const)('by a statement signed with %s', async (algorithm) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const provider = providerOf({ clientAuthentication: { kind: 'private-key-jwt', key, keyId: 'thumbprint', algorithm } });
    const { tokens } = await authenticate(provider);
    await provider.refresh(tokens, signal);
    const statements = service.forms('/access_token').map((form) => {
      expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      return form.get('client_assertion') ?? '';
    });
    const identifiers = new Set<unknown>();
    for (const statement of statements) {
      expect(decodeProtectedHeader(statement)).toEqual({ alg: algorithm, kid: 'thumbprint', typ: 'JWT' });
      const { payload } = await jwtVerify(statement, publicKey, { audience: `${service.issuer}/access_token`, issuer: 'lanyard', subject: 'lanyard' });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(300);
      expect(payload).not.toHaveProperty('nbf');
      identifiers.add(payload.jti);
    }
    expect(identifiers.size).toBe(2);
  });

  test('by an elliptic key', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
    await authenticate(providerOf({ clientAuthentication: { kind: 'private-key-jwt', key, keyId: 'k', algorithm: 'ES256' } }));
    expect(decodeProtectedHeader(service.forms('/access_token')[0]?.get('client_assertion') ?? '')).toMatchObject({ alg: 'ES256' });
  });

  test('by a secret, or by its name alone', async () => {
    const secret = randomUUID();
    await authenticate(providerOf({ clientAuthentication: { kind: 'client-secret-post', secret } }));
    await authenticate(providerOf({ clientAuthentication: { kind: 'none' } }));
    expect(service.forms('/access_token').map((form) => [form.get('client_id'), form.get('client_secret')])).toEqual([['lanyard', secret], ['lanyard', null]]);
  });
});

const now_s = (): number => Math.floor(Date.now() / 1_000);
const without = (name: string) => (claims: object): Record<string, unknown> => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

describe('an ID token with one thing wrong signs nobody in, and its tokens are ended', () => {
  test.each([
    ['iss', { iss: 'https://elsewhere.example' }, 'issuer'],
    ['aud', { aud: 'another-client' }, 'audience'],
    ['aud and azp', { aud: ['lanyard', 'another-client'], azp: 'another-client' }, 'authorised-party'],
    ['azp', { azp: 'another-client' }, 'authorised-party'],
    ['nonce', { nonce: 'another-request' }, 'nonce'],
    ['exp', { exp: now_s() - 3_600 }, 'expired'],
    ['iat', { iat: now_s() + 7_200, exp: now_s() + 9_000 }, 'not-yet-valid'],
    ['at_hash', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'access-token-hash'],
    ['auth_time', { auth_time: now_s() - 86_400 }, 'sign-in-too-old'],
    ['acr', { acr: 'AAL2_ANY' }, 'authentication-context'],
    ['id_assurance_level', { id_assurance_level: '2' }, 'identity-assurance'],
    ['authentication_assurance_level', { authentication_assurance_level: 2 }, 'authentication-assurance'],
    ['sub', { sub: '555254240999' }, 'subject'],
  ])('%s', async (_name, changed, refusal) => {
    service.breaking.claims = (claims) => ({ ...claims, ...changed });
    expect(await refusalOf(authenticate())).toEqual(refusal);
    expect(browser.closed).toBe(1);
  });

  test.each([
    ['nonce', 'nonce'],
    ['at_hash', 'access-token-hash'],
    ['auth_time', 'sign-in-time'],
    ['acr', 'authentication-context'],
    ['id_assurance_level', 'identity-assurance'],
    ['sub', 'incomplete'],
    ['exp', 'incomplete'],
  ])('%s absent', async (name, refusal) => {
    service.breaking.claims = without(name);
    expect(await refusalOf(authenticate())).toBe(refusal);
  });

  test.each([
    ['another signature', (token: string) => `${token.slice(0, -8)}AAAAAAAA`, 'signature'],
    ['none', (token: string) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`, 'algorithm'],
    ['a shared secret', (token: string) => `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${token.split('.')[1]}.AAAA`, 'algorithm'],
    ['a key that is not published', (token: string) => `${Buffer.from('{"alg":"RS256","kid":"other"}').toString('base64url')}.${token.split('.').slice(1).join('.')}`, 'signing-key'],
    ['no ID token', () => undefined, expect.stringMatching(/not a sign-in answer/)],
    ['something else', () => 'not-a-token', expect.stringMatching(/not a sign-in answer|cannot be read/)],
  ])('%s', async (_name, idToken, refusal) => {
    service.breaking.idToken = idToken;
    expect(await refusalOf(authenticate())).toEqual(refusal);
  });

  test('what openid-client let through and Lanyard refused is ended at the service', async () => {
    service.breaking.claims = (claims) => ({ ...claims, acr: 'AAL2_ANY' });
    await refusalOf(authenticate());
    expect(revoked()).toEqual([expect.stringMatching(/^refresh-/), expect.stringMatching(/^token-/)]);
    expect(service.forms('/connect/endSession')[0]?.get('id_token_hint')).toMatch(/^eyJ/);
  });
});

describe('userinfo', () => {
  test.each([
    ['of somebody else', { sub: '555254240999' }, 'subject'],
    ['without a user identifier', { nhsid_useruid: undefined }, 'user-id'],
    ['with two roles under one identifier', { nhsid_nrbac_roles: [{ person_roleid: '1', org_code: 'A' }, { person_roleid: 1, org_code: 'B' }] }, expect.stringMatching(/not a sign-in answer/)],
  ])('%s signs nobody in', async (_name, changed, refusal) => {
    service.breaking.userinfo = (userinfo) => ({ ...userinfo, ...changed });
    expect(await refusalOf(authenticate())).toEqual(refusal);
    expect(revoked()).toHaveLength(2);
  });

  test('without end is not read to its end', async () => {
    service.breaking.userinfo = (userinfo) => ({ ...userinfo, padding: 'x'.repeat(4_000_000) });
    expect((await problemOf(authenticate())).message).toMatch(/sent more than 1 MB/);
  });
});

describe('a service that is not what it should be', () => {
  test.each([
    ['another name', { issuer: 'https://am.example/openam' }, /another name/],
    ['its name with a slash', { issuer: `SELF/` }, /another name/],
    ['a token address in the clear', { token_endpoint: 'http://am.example/token' }, /another server/],
    ['a page in the clear', { authorization_endpoint: 'http://am.example/authorize' }, /another server/],
    ['a page that is a program', { authorization_endpoint: 'file:///bin/sh' }, /another server/],
    ['keys in the clear', { jwks_uri: 'http://am.example/keys' }, /another server/],
    ['no keys', { jwks_uri: undefined }, /not a sign-in answer/],
  ])('%s: no browser is opened', async (_name, changed, sentence) => {
    const answer = Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, value?.replace('SELF', service.issuer)]));
    service.breaking.discovery = (metadata) => ({ ...metadata, ...answer });
    const provider = providerOf();
    expect((await problemOf(authenticate(provider))).message).toMatch(sentence);
    expect(browser.opened).toEqual([]);
    expect(await provider.isReachable(signal)).toBe(false);
  });

  test.each([
    ['another state', { state: 'another' }, 'state'],
    ['no state', { state: undefined }, 'state'],
    ['another issuer', { iss: 'https://elsewhere.example' }, 'state'],
    ['a refusal', { code: undefined, error: 'access_denied' }, expect.stringMatching(/stopped at the identity service/)],
    ['a refusal in its own words', { code: undefined, error: 'login_required', error_description: 'sign in again.\n\u202e' }, 'The identity service did not accept this sign-in: sign in again.'],
    ['nothing', { code: undefined }, expect.any(String)],
  ])('%s comes back: nobody is signed in', async (_name, changed, refusal) => {
    service.breaking.redirect = (answer) => Object.fromEntries(Object.entries({ ...answer, ...changed }).filter((entry): entry is [string, string] => entry[1] !== undefined));
    browser.closesAtEnd = 'state' in changed;
    expect(await refusalOf(authenticate())).toEqual(refusal);
    if (!('iss' in changed)) await expect.poll(() => browser.pages.at(-1)?.body).toContain('You are not signed in.');
    expect(service.forms('/access_token').filter((form) => form.get('code') !== '')).toEqual([]);
  });

  test.each([
    ['400', 400, 'The identity service did not accept this sign-in: the code is not good.'],
    ['503', 503, expect.stringMatching(/cannot be used now \(it answered 503\)/)],
  ])('the token address answers %s', async (_name, status, sentence) => {
    service.breaking.statuses['/access_token'] = status;
    expect((await problemOf(authenticate())).message).toEqual(sentence);
  });

  test('the token address breaks off, or never stops: the network says so', async () => {
    service.breaking.breaksOff.add('/access_token');
    expect((await problemOf(authenticate())).message).toMatch(/^127\.0\.0\.1:\d+ broke off before its answer was complete/);
    service.breaking.breaksOff.clear();
    service.breaking.tokens = (answer) => ({ ...answer, padding: 'x'.repeat(4_000_000) });
    expect((await problemOf(authenticate())).message).toMatch(/sent more than 1 MB/);
  });

  test('a token of another kind, or one that would break a header, is not taken', async () => {
    service.breaking.tokens = (answer) => ({ ...answer, token_type: 'DPoP' });
    expect((await problemOf(authenticate())).message).toMatch(/not a sign-in answer/);
    service.breaking.tokens = (answer) => ({ ...answer, access_token: 'a b' });
    expect(await refusalOf(authenticate())).toMatch(/not a sign-in answer/);
  });
});

describe('the tokens of a sign-in', () => {
  test('are refreshed, and the ceiling stays', async () => {
    const provider = providerOf();
    const { tokens } = await authenticate(provider);
    ahead = 600_000;
    const later = await provider.refresh(tokens, signal);
    expect(later).toMatchObject({ idToken: tokens.idToken, endsAt: tokens.endsAt });
    expect([later.accessToken, later.refreshToken]).not.toEqual([tokens.accessToken, tokens.refreshToken]);
    expect(later.expiresAt).toBeGreaterThan(tokens.expiresAt ?? Infinity);
    expect(service.forms('/access_token')[1]?.get('refresh_token')).toBe(tokens.refreshToken);
  });

  test("take the ID token that comes with a refresh, where it is the same person's", async () => {
    const provider = providerOf();
    const { tokens } = await authenticate(provider);
    service.breaking.laterClaims = (claims) => ({ ...claims, auth_time: now_s() - 3_600 });
    const later = await provider.refresh(tokens, signal);
    expect(later.idToken).not.toBe(tokens.idToken);
    service.breaking.laterClaims = (claims) => ({ ...claims, sub: '555254240999' });
    expect(await refusalOf(provider.refresh(later, signal))).toBe('subject');
    service.breaking.laterClaims = (claims) => ({ ...claims, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' });
    expect(await refusalOf(provider.refresh(later, signal))).toBe('access-token-hash');
  });

  test('are not asked for past the ceiling, or without a refresh token', async () => {
    const provider = providerOf();
    const { tokens } = await authenticate(provider);
    expect((await problemOf(provider.refresh({ ...tokens, refreshToken: null }, signal))).message).toMatch(/run out/);
    ahead = 36_000_000;
    expect((await problemOf(provider.refresh(tokens, signal))).message).toMatch(/longest time/);
    expect(service.forms('/access_token')).toHaveLength(1);
  });

  test('are good as long as the service knows them; and otherwise nobody knows', async () => {
    const provider = providerOf();
    const { tokens } = await authenticate(provider);
    expect(await provider.isTokenGood(tokens, signal)).toBe(true);
    expect(await provider.isTokenGood({ ...tokens, accessToken: 'another' }, signal)).toBe(false);
    service.breaking.statuses['/userinfo'] = 503;
    await problemOf(provider.isTokenGood(tokens, signal));
    service.breaking.statuses['/userinfo'] = 200;
    service.breaking.userinfo = () => '<html>Log in to the guest network</html>';
    await problemOf(provider.isTokenGood(tokens, signal));
  });

  test('are ended, all of them, and a service that fails at it is no problem', async () => {
    const provider = providerOf();
    const { tokens } = await authenticate(provider);
    await provider.signOut(tokens, signal);
    expect(new Set(revoked())).toEqual(new Set([tokens.refreshToken, tokens.accessToken]));
    expect(service.forms('/connect/endSession')[0]?.get('id_token_hint')).toBe(tokens.idToken);
    service.breaking.statuses = { '/token/revoke': 500, '/connect/endSession': 404 };
    await provider.signOut(tokens, signal);
    service.breaking.hangs.add('/token/revoke');
    await provider.signOut(tokens, AbortSignal.timeout(50));
    await provider.signOut(tokens, AbortSignal.abort());
  });
});

const LOCKED = new DOMException('The card left the reader.', 'AbortError');

describe('a sign-in that is broken off', () => {
  test('by the person closing the page: nobody is blamed', async () => {
    browser.instead = ({ onClosed }) => onClosed();
    await expect(authenticate()).rejects.toMatchObject({ name: 'AbortError' });
    expect(browser.closed).toBe(1);
  });

  test('by a page that fails', async () => {
    browser.instead = ({ onFailed }) => onFailed('The sign-in page stopped working. Start again.');
    expect((await problemOf(authenticate())).message).toBe('The sign-in page stopped working. Start again.');
  });

  test.each([['/access_token'], ['/connect/jwk_uri'], ['/userinfo'], ['/.well-known/openid-configuration']])('while %s is waited for', async (path) => {
    service.breaking.hangs.add(path);
    const abort = new AbortController();
    const work = authenticate(providerOf(), abort.signal);
    void expect.poll(() => service.asked.some((one) => one.path === path), { timeout: 10_000 }).toBe(true).then(() => abort.abort(LOCKED));
    await expect(work).rejects.toBe(LOCKED);
    expect(revoked()).toHaveLength(path === '/connect/jwk_uri' || path === '/userinfo' ? 2 : 0);
  });

  test('while the page is open: it is closed', async () => {
    browser.instead = () => undefined;
    const abort = new AbortController();
    const work = authenticate(providerOf(), abort.signal);
    void expect.poll(() => browser.opened.length, { timeout: 10_000 }).toBe(1).then(() => abort.abort(LOCKED));
    await expect(work).rejects.toBe(LOCKED);
    expect(browser.closed).toBe(1);
  });

  test.each([
    ['its own limit', (_caller: AbortController) => vi.advanceTimersByTime(VISIT_LIMIT_MS)],
    ["the caller's limit", (caller: AbortController) => caller.abort(new DOMException('The limit passed.', 'TimeoutError'))],
  ])('by %s: the page is closed, and the sentence blames nobody', async (_name, pass) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      browser.instead = () => undefined;
      const caller = new AbortController();
      const work = problemOf(authenticate(providerOf(), caller.signal));
      await expect.poll(() => browser.opened.length, { timeout: 10_000 }).toBe(1);
      pass(caller);
      expect((await work).message).toBe('Signing in was not finished in time. Start again when you are ready.');
      expect(browser.closed).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('while the page is still opening: it is closed as soon as it is there', async () => {
    const opening = Promise.withResolvers<void>();
    browser.opening = () => opening.promise;
    browser.instead = () => undefined;
    const abort = new AbortController();
    const work = authenticate(providerOf(), abort.signal);
    void expect.poll(() => browser.opened.length, { timeout: 10_000 }).toBe(1).then(() => abort.abort(LOCKED));
    await expect(work).rejects.toBe(LOCKED);
    expect(browser.closed).toBe(0);
    opening.resolve();
    await expect.poll(() => browser.closed).toBe(1);
  });

  test('by a browser that cannot be opened', async () => {
    browser.opening = () => Promise.reject(new SignInProblem("This computer's browser cannot be opened. Tell the service desk."));
    expect((await problemOf(authenticate())).message).toMatch(/cannot be opened/);
  });

  test('before it began: no page is opened', async () => {
    await expect(authenticate(providerOf(), AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(browser.opened).toEqual([]);
  });

  test('by a port that another program uses: the sentence names it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(site.redirectPort, '127.0.0.1', resolve));
    try {
      expect((await problemOf(authenticate())).message).toBe(`Another program uses port ${site.redirectPort} of this computer, which sign-in needs. Close it, or tell the service desk.`);
      expect(browser.opened).toEqual([]);
    } finally {
      await new Promise<void>((resolve) => {
        other.close(() => resolve());
        other.closeAllConnections();
      });
    }
  });

  test('can be started again at once', async () => {
    const provider = providerOf();
    browser.instead = ({ onClosed }) => onClosed();
    await expect(authenticate(provider)).rejects.toThrow();
    browser.instead = null;
    expect((await authenticate(provider)).clinician.userId).toBe(USER);
  });
});

describe('the combined pattern', () => {
  const combined = (): Partial<LoadedCis2> => ({
    pattern: 'combined',
    endpoints: { authorization: `${service.issuer}/authorize`, token: `${service.issuer}/access_token`, userinfo: `${service.issuer}/userinfo` },
    clientAuthentication: { kind: 'client-secret-post', secret: 'shared' },
  });

  beforeEach(() => {
    service.breaking.idToken = () => undefined;
  });

  test('signs in without discovery and without an ID token', async () => {
    const provider = providerOf(combined());
    const { clinician, tokens } = await authenticate(provider);
    expect(clinician.userId).toBe(USER);
    expect(tokens).toMatchObject({ idToken: null, refreshToken: expect.any(String) });
    expect(new Set(service.asked.map(({ path }) => path))).toEqual(new Set(['/authorize', '/access_token', '/userinfo']));
    const asked = browser.opened[0]?.searchParams;
    expect([asked?.has('nonce'), asked?.has('max_age'), asked?.get('acr_values')]).toEqual([false, false, 'AAL3_ANY']);
    expect((await provider.refresh(tokens, signal)).endsAt).toBe(tokens.endsAt);
    await provider.signOut(tokens, signal);
  });

  test('refuses what it can still tell', async () => {
    service.breaking.userinfo = (userinfo) => ({ ...userinfo, idassurancelevel: '2' });
    expect(await refusalOf(authenticate(providerOf(combined())))).toBe('identity-assurance');
    service.breaking.redirect = (answer) => ({ ...answer, state: 'another' });
    browser.closesAtEnd = true;
    expect(await refusalOf(authenticate(providerOf(combined())))).toBe('state');
  });

  test('is reachable where it says anything about nobody', async () => {
    const provider = providerOf(combined());
    expect(await provider.isReachable(signal)).toBe(true);
    service.breaking.statuses['/userinfo'] = 502;
    expect(await provider.isReachable(signal)).toBe(false);
  });
});
