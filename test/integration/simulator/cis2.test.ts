import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ReadyCis2 } from '../../../simulator/ready-line.ts';
import { Browser } from './browser.ts';
import type { Visit } from './browser.ts';
import { startSimulator } from './simulator-process.ts';
import type { Simulator } from './simulator-process.ts';
import { codeOf, discoverCis2, postProven, requestFor, signInWithCard } from './workstation.ts';
import type { AssertionChange, Discovery, Request, TokenBody } from './workstation.ts';

const MARGARET = '9990123454';

let simulator: Simulator;
let cis2: ReadyCis2;
let at: Discovery;

beforeAll(async () => {
  simulator = await startSimulator();
  cis2 = simulator.ready.cis2 as ReadyCis2;
  at = await discoverCis2(cis2);
});

afterAll(() => simulator.stop());
afterEach(() => command('/reset'));

async function command(path: string, body: unknown = {}, expected = 200): Promise<unknown> {
  const response = await fetch(`${simulator.ready.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(expected);
  return response.json();
}

function passcodeOf(id: string): string {
  return simulator.ready.card.cards.find((card) => card.id === id)?.passcode ?? '';
}

async function cardIn(id: string): Promise<void> {
  await command('/card/insert', { card: id });
}

/** The whole way with a card; `change` alters the authorisation request. */
async function authorized(id: string, change: Readonly<Record<string, string | null>> = {}, browser = new Browser()): Promise<{ request: Request; visit: Visit }> {
  await cardIn(id);
  const request = requestFor(cis2, at.authorization_endpoint, change);
  return { request, visit: await signInWithCard(request, passcodeOf(id), browser) };
}

function redeem(request: Request, visit: Visit, change: AssertionChange = {}, more: Readonly<Record<string, string>> = {}): Promise<Response> {
  return postProven(cis2, at.token_endpoint, { grant_type: 'authorization_code', code: codeOf(visit), redirect_uri: cis2.redirectUri, code_verifier: request.verifier, ...more }, change);
}

async function signedIn(id: string, change: Readonly<Record<string, string | null>> = {}): Promise<{ request: Request; tokens: TokenBody }> {
  const { request, visit } = await authorized(id, change);
  const response = await redeem(request, visit);
  expect(response.status).toBe(200);
  return { request, tokens: (await response.json()) as TokenBody };
}

const refresh = (token: string): Promise<Response> => postProven(cis2, at.token_endpoint, { grant_type: 'refresh_token', refresh_token: token });
const userinfo = (token: string, endpoint = at.userinfo_endpoint): Promise<Response> => fetch(endpoint, { headers: { authorization: `Bearer ${token}` } });
const claimsOf = (tokens: TokenBody): Record<string, unknown> => decodeJwt(tokens.id_token ?? '');
const errorOf = async (response: Response): Promise<[number, string]> => [response.status, ((await response.json()) as { error: string }).error];
const away = (visit: Visit): Record<string, string> => (visit.kind === 'away' ? Object.fromEntries(visit.url.searchParams) : { page: visit.html });

describe('discovery', () => {
  it("has CIS2's addresses, with their port and path, and the code flow alone", async () => {
    expect(cis2.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/cis2\/openam\/oauth2\/realms\/root\/realms\/NHSIdentity\/realms\/Healthcare$/);
    expect(at).toMatchObject({
      issuer: cis2.issuer,
      authorization_endpoint: `${cis2.issuer}/authorize`,
      token_endpoint: `${cis2.issuer}/access_token`,
      userinfo_endpoint: `${cis2.issuer}/userinfo`,
      jwks_uri: `${cis2.issuer}/connect/jwk_uri`,
      end_session_endpoint: `${cis2.issuer}/connect/endSession`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_post', 'none'],
      token_endpoint_auth_signing_alg_values_supported: ['RS512'],
    });
  });

  it('shows the same by whatever loopback name it is asked', async () => {
    const other = `${cis2.issuer.replace('127.0.0.1', 'localhost')}/.well-known/openid-configuration`;
    expect(await (await fetch(other)).json()).toEqual(at);
  });
});

describe('signing in with a card', () => {
  it("gives a code for the state, and tokens with CIS2's claims", async () => {
    const { request, visit } = await authorized('okafor');
    expect(away(visit)).toMatchObject({ state: request.state, code: expect.any(String) as string });
    const answer = await redeem(request, visit);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const tokens = (await answer.json()) as TokenBody;
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: '599', refresh_count: '0', refresh_token_expires_in: expect.stringMatching(/^3599[89]$/) as string });
    const { payload, protectedHeader } = await jwtVerify(tokens.id_token ?? '', createRemoteJWKSet(new URL(at.jwks_uri)), { issuer: cis2.issuer, audience: cis2.clientId, algorithms: ['RS256'] });
    const half = (text: string): string => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
    expect(payload).toEqual({
      at_hash: half(tokens.access_token),
      c_hash: half(codeOf(visit)),
      s_hash: half(request.state),
      sub: '555254242102',
      auditTrackingId: expect.any(String) as string,
      amr: ['N3_SMARTCARD'],
      acr: 'AAL3_ANY',
      iss: cis2.issuer,
      aud: 'lanyard',
      azp: 'lanyard',
      tokenName: 'id_token',
      tokenType: 'JWTToken',
      realm: '/NHSIdentity/Healthcare',
      nonce: request.nonce,
      sid: expect.any(String) as string,
      id_assurance_level: 3,
      authentication_assurance_level: 3,
      auth_time: expect.closeTo(Date.now() / 1_000, -2) as number,
      iat: expect.closeTo(Date.now() / 1_000, -2) as number,
      exp: (payload.iat ?? 0) + 3_600,
    });
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'simulator-1' });
  });

  it('tells of roles as CIS2 does, and only what the scopes allow', async () => {
    const { tokens } = await signedIn('nair');
    const claims = (await (await userinfo(tokens.access_token)).json()) as Record<string, unknown> & { nhsid_nrbac_roles: Record<string, unknown>[] };
    expect(claims).toMatchObject({ sub: '555254240100', nhsid_useruid: '555254240100', given_name: 'Priya', idassurancelevel: '3' });
    expect(Object.keys(claims)).not.toContain('nhsid_org_memberships');
    expect(claims.nhsid_nrbac_roles.map(({ role_name, activity_codes }) => [role_name, activity_codes])).toEqual([
      ['"Clinical":"Clinical Provision":"General practitioner"', ['B0360', 'B0420']],
      ['"Clinical":"Clinical Provision":"Clinical practitioner"', undefined],
    ]);
    const few = await signedIn('nair', { scope: 'openid' });
    expect(await (await userinfo(few.tokens.access_token)).json()).toEqual({ sub: '555254240100' });
    const none = await signedIn('idris');
    expect(Object.keys((await (await userinfo(none.tokens.access_token)).json()) as object).filter((claim) => claim.startsWith('nhsid_'))).toEqual(['nhsid_useruid']);
  });

  it('says whose card is in, counts wrong passcodes on the card, and blocks it', async () => {
    await cardIn('okafor');
    const browser = new Browser();
    const page = await browser.open(requestFor(cis2, at.authorization_endpoint).address);
    expect(page).toMatchObject({ kind: 'page', status: 200, html: expect.stringMatching(/Daniel OKAFOR[\s\S]*<label for="passcode">Passcode<\/label>[\s\S]*<button>Continue<\/button>/) as string });
    const tryWrong = async (): Promise<string> => ((await browser.submit(page, { action: 'passcode', passcode: '000000' })) as { html: string }).html;
    expect(await tryWrong()).toContain('2 tries left');
    expect(await tryWrong()).toContain('1 try left');
    const blocked = await tryWrong();
    expect(blocked).toContain('This smartcard is blocked');
    expect(blocked).not.toContain('for="passcode"');
    expect((await browser.submit(page, { action: 'passcode', passcode: passcodeOf('okafor') })) as { html: string }).toMatchObject({ html: expect.stringContaining('blocked') as string });
  });

  it('waits for a card, and goes on once it is in', async () => {
    const browser = new Browser();
    const request = requestFor(cis2, at.authorization_endpoint);
    const empty = await browser.open(request.address);
    expect(empty).toMatchObject({ html: expect.stringMatching(/Insert your smartcard[\s\S]*<button>Check again<\/button>/) as string });
    expect(await browser.submit(empty, { action: 'passcode', passcode: '739154' })).toMatchObject({ kind: 'page', html: expect.stringContaining('was taken out') as string });
    await cardIn('loyalty');
    expect(await browser.open(empty.url.href)).toMatchObject({ html: expect.stringContaining('not for signing in') as string });
    await cardIn('okafor');
    expect(await browser.open(empty.url.href)).toMatchObject({ html: expect.stringContaining('Daniel OKAFOR') as string });
    expect(away(await browser.submit(empty, { action: 'passcode', passcode: '739154' })).state).toBe(request.state);
  });

  it('is marked as simulated, has no scripts, and lets nothing in from elsewhere', async () => {
    await cardIn('okafor');
    const page = await fetch(requestFor(cis2, at.authorization_endpoint).address, { redirect: 'manual' });
    const cookie = page.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
    const shown = await fetch(new URL(page.headers.get('location') ?? '', cis2.issuer), { headers: { cookie } });
    const html = await shown.text();
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('This is not NHS Care Identity');
    expect(html).not.toContain('<script');
  });

  it.each([
    ['mcallister', 'its certificate was revoked'],
    ['osei', 'its certificate has expired'],
  ])('refuses the card of %s in words', async (id, words) => {
    expect((await authorized(id)).visit).toMatchObject({ kind: 'page', html: expect.stringContaining(words) as string });
  });

  it('goes back with access_denied when it is cancelled', async () => {
    const browser = new Browser();
    const request = requestFor(cis2, at.authorization_endpoint);
    const visit = await browser.submit(await browser.open(request.address), { action: 'cancel' });
    expect(away(visit)).toMatchObject({ error: 'access_denied', state: request.state });
  });

  it("does not answer to another browser's sign-in", async () => {
    await cardIn('okafor');
    const page = await new Browser().open(requestFor(cis2, at.authorization_endpoint).address);
    expect(await new Browser().submit(page, { action: 'passcode', passcode: '739154' })).toMatchObject({ status: 400, html: expect.stringContaining('has ended') as string });
  });
});

describe('the role', () => {
  const scope = 'openid nationalrbacaccess selectedrole';

  it('is chosen on the page where there are several, and told in the ID token', async () => {
    const browser = new Browser();
    const { request, visit } = await authorized('brandt', { scope }, browser);
    expect(visit).toMatchObject({ kind: 'page', html: expect.stringMatching(/Dr Lena BRANDT[\s\S]*Receptionist, Southdown General Hospital/) as string });
    expect(await browser.submit(visit, { action: 'role', role: '555254240101' })).toMatchObject({ html: expect.stringContaining('Choose one of your roles') as string });
    const done = await browser.submit(visit, { action: 'role', role: '555254247122' });
    const tokens = (await (await redeem(request, done)).json()) as TokenBody;
    expect(claimsOf(tokens)).toMatchObject({ sub: '555254247103', selected_roleid: '555254247122' });
    const renewed = (await (await refresh(tokens.refresh_token ?? '')).json()) as TokenBody;
    expect(claimsOf(renewed)).toMatchObject({ selected_roleid: '555254247122' });
  });

  it('is taken where there is one, is missing where there is none, and is not told unless asked for', async () => {
    expect(claimsOf((await signedIn('okafor', { scope })).tokens)).toMatchObject({ selected_roleid: '555254242101' });
    expect(claimsOf((await signedIn('idris', { scope })).tokens)).not.toHaveProperty('selected_roleid');
    expect(claimsOf((await signedIn('brandt')).tokens)).not.toHaveProperty('selected_roleid');
  });
});

describe('other authenticators', () => {
  const withCode = async (acr: string, user: string, code: string): Promise<{ request: Request; visit: Visit }> => {
    const browser = new Browser();
    const request = requestFor(cis2, at.authorization_endpoint, { acr_values: acr });
    return { request, visit: await browser.submit(await browser.open(request.address), { action: 'authenticator', user, code }) };
  };
  const tokensOf = async ({ request, visit }: { request: Request; visit: Visit }): Promise<TokenBody> => (await (await redeem(request, visit)).json()) as TokenBody;

  it('reach the second level with an app, the third with a passkey', async () => {
    expect(claimsOf(await tokensOf(await withCode('AAL2_OR_AAL3_ANY', '555254248109', '204860')))).toMatchObject({ acr: 'AAL2_OR_AAL3_ANY', amr: ['TOTP'], authentication_assurance_level: 2, id_assurance_level: 3 });
    const weak = await tokensOf(await withCode('AAL3_ANY', '555254248207', '913577'));
    expect(claimsOf(weak)).toMatchObject({ amr: ['FIDO2'], authentication_assurance_level: 3, id_assurance_level: 2 });
    expect(await (await userinfo(weak.access_token)).json()).toMatchObject({ idassurancelevel: '2' });
  });

  it('are not enough where more is asked for', async () => {
    expect((await withCode('AAL3_ANY', '555254248109', '204860')).visit).toMatchObject({ html: expect.stringContaining('not strong enough') as string });
    expect((await withCode('AAL3_CIS2_SMARTCARD', '555254248207', '913577')).visit).toMatchObject({ html: expect.stringContaining('not strong enough') as string });
    expect((await withCode('AAL2_ANY', '555254248109', '111111')).visit).toMatchObject({ html: expect.stringContaining('do not go together') as string });
  });
});

describe('a browser that has signed in', () => {
  const open = (browser: Browser, change: Readonly<Record<string, string | null>> = {}): Promise<Visit> => browser.open(requestFor(cis2, at.authorization_endpoint, change).address);

  it('is not asked again while the same card is in, unless that is asked for', async () => {
    const browser = new Browser();
    await authorized('okafor', {}, browser);
    expect(await open(browser)).toMatchObject({ kind: 'away' });
    expect(await open(browser, { prompt: 'login' })).toMatchObject({ kind: 'page' });
    expect(await open(browser, { max_age: '0' })).toMatchObject({ kind: 'page' });
    expect(away(await open(browser, { prompt: 'none' }))).toHaveProperty('code');
  });

  it('is asked again for another card, or for none, and never goes on as somebody else', async () => {
    const browser = new Browser();
    await authorized('okafor', {}, browser);
    await command('/card/remove');
    expect(await open(browser)).toMatchObject({ html: expect.stringContaining('Insert your smartcard') as string });
    expect(away(await open(browser, { prompt: 'none' }))).toMatchObject({ error: 'login_required' });
    const { request, visit } = await authorized('farrow', {}, browser);
    expect(claimsOf((await (await redeem(request, visit)).json()) as TokenBody)).toMatchObject({ sub: '555254243104' });
  });

  it('signs another card in where the cards change hands on the page itself', async () => {
    const browser = new Browser();
    await authorized('okafor', {}, browser);
    const request = requestFor(cis2, at.authorization_endpoint, { prompt: 'login' });
    const page = await browser.open(request.address);
    await cardIn('farrow');
    const visit = await browser.submit(page, { action: 'passcode', passcode: passcodeOf('farrow') });
    expect(claimsOf((await (await redeem(request, visit)).json()) as TokenBody)).toMatchObject({ sub: '555254243104' });
  });
});

describe('the client', () => {
  it.each<[string, AssertionChange]>([
    ['another algorithm', { algorithm: 'RS256' }],
    ['no key named', { keyId: null }],
    ['a key nobody knows', { keyId: 'another' }],
    ['more than five minutes', { seconds: 900 }],
    ['the past', { seconds: -60 }],
    ['another issuer', { issuer: 'somebody' }],
    ['another audience', { audience: 'https://elsewhere.example' }],
  ])('is refused with a statement of %s, in few words', async (_, change) => {
    const { request, visit } = await authorized('okafor');
    const response = await redeem(request, visit, change);
    expect([response.status, await response.json()]).toEqual([401, { error: 'invalid_client', error_description: 'JWT is not valid' }]);
  });

  it('may use a statement once, and a code once', async () => {
    const { request, visit } = await authorized('okafor');
    expect((await redeem(request, visit, { id: 'only-one' })).status).toBe(200);
    const again = await authorized('okafor');
    expect(await errorOf(await redeem(again.request, again.visit, { id: 'only-one' }))).toEqual([401, 'invalid_client']);
    expect((await redeem(again.request, again.visit)).status).toBe(200);
    expect(await errorOf(await redeem(again.request, again.visit))).toEqual([400, 'invalid_grant']);
  });

  it('may prove itself with a secret', async () => {
    const { clientId, secretFile } = cis2.secretClient;
    const post = async (secret: string): Promise<Response> => {
      const { request, visit } = await authorized('okafor', { client_id: clientId });
      const fields = { grant_type: 'authorization_code', code: codeOf(visit), redirect_uri: cis2.redirectUri, code_verifier: request.verifier, client_id: clientId, client_secret: secret };
      return fetch(at.token_endpoint, { method: 'POST', body: new URLSearchParams(fields) });
    };
    expect((await post(readFileSync(secretFile, 'utf8'))).status).toBe(200);
    expect(await errorOf(await post('guessed'))).toEqual([401, 'invalid_client']);
  });

  it('that proves nothing must use PKCE', async () => {
    const { clientId } = cis2.publicClient;
    const request = requestFor(cis2, at.authorization_endpoint, { client_id: clientId, code_challenge: null, code_challenge_method: null });
    expect(away(await new Browser().open(request.address))).toMatchObject({ error: 'invalid_request' });
    const { request: good, visit } = await authorized('okafor', { client_id: clientId });
    const redeemed = (verifier: string): Promise<Response> =>
      fetch(at.token_endpoint, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', code: codeOf(visit), redirect_uri: cis2.redirectUri, code_verifier: verifier, client_id: clientId }) });
    expect(await errorOf(await redeemed('x'.repeat(43)))).toEqual([400, 'invalid_grant']);
    expect((await redeemed(good.verifier)).status).toBe(200);
  });

  it.each([
    [{ redirect_uri: 'http://localhost:1/signed-in' }, 'redirect_uri'],
    [{ redirect_uri: 'https://elsewhere.example/' }, 'redirect_uri'],
    [{ client_id: 'nobody' }, 'client is invalid'],
  ])('is not sent back with %j', async (change, words) => {
    expect(await new Browser().open(requestFor(cis2, at.authorization_endpoint, change).address)).toMatchObject({ kind: 'page', status: 400, html: expect.stringContaining(words) as string });
  });

  it.each([
    [{ response_type: 'id_token' }, 'unsupported_response_type'],
    [{ response_type: 'code id_token' }, 'unsupported_response_type'],
  ])('may not use %j', async (change, error) => {
    const visit = await new Browser().open(requestFor(cis2, at.authorization_endpoint, change).address);
    expect(visit.kind === 'away' ? `${visit.url.search}${visit.url.hash}` : visit.html).toContain(error);
  });

  it('is told which verb works', async () => {
    const response = await fetch(at.token_endpoint);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('refreshing', () => {
  it('counts up, counts down, and takes each refresh token once', async () => {
    const { tokens } = await signedIn('okafor');
    const renewed = (await (await refresh(tokens.refresh_token ?? '')).json()) as TokenBody;
    expect(renewed).toMatchObject({ refresh_count: '1', expires_in: '599' });
    expect(Number(renewed.refresh_token_expires_in)).toBeLessThanOrEqual(Number(tokens.refresh_token_expires_in));
    expect(claimsOf(renewed)).toMatchObject({ sub: '555254242102', auth_time: claimsOf(tokens).auth_time, sid: claimsOf(tokens).sid });
    expect((await userinfo(renewed.access_token)).status).toBe(200);
    expect(await errorOf(await refresh(tokens.refresh_token ?? ''))).toEqual([400, 'invalid_grant']);
  });

  it('never moves the ceiling', async () => {
    await command('/identity/lifetimes', { accessSeconds: 60, refreshSeconds: 2 });
    const { tokens } = await signedIn('okafor');
    expect([tokens.expires_in, Number(tokens.refresh_token_expires_in)]).toEqual([expect.stringMatching(/^[12]$|^60$/) as string, expect.closeTo(2, 0) as number]);
    let last = tokens;
    // However often it is refreshed on the way.
    const refreshAgain = async (): Promise<number> => {
      const response = await refresh(last.refresh_token ?? '');
      if (response.status === 200) last = (await response.json()) as TokenBody;
      return response.status;
    };
    await expect.poll(refreshAgain, { timeout: 10_000, interval: 100 }).toBe(400);
    expect([Number(last.refresh_count) > 0, Number(last.expires_in) <= 2]).toEqual([true, true]);
    await expect.poll(async () => (await userinfo(last.access_token)).status, { timeout: 8_000, interval: 100 }).toBe(401);
  });
});

describe('ending', () => {
  const pds = (token: string): Promise<Response> => fetch(`${simulator.ready.pds?.baseUrl}/Patient/${MARGARET}`, { headers: { authorization: `Bearer ${token}`, 'x-request-id': crypto.randomUUID(), 'nhsd-session-urid': '555254242101' } });
  const exchange = (idToken: string): Promise<Response> =>
    postProven(cis2, cis2.combined.token, { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: idToken, subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' });

  it('by revocation takes the sign-in with it, and what was exchanged for it', async () => {
    const { tokens } = await signedIn('okafor');
    const api = (await (await exchange(tokens.id_token ?? '')).json()) as TokenBody;
    expect((await pds(api.access_token)).status).toBe(200);
    expect((await postProven(cis2, at.revocation_endpoint, { token: tokens.access_token })).status).toBe(200);
    expect([(await userinfo(tokens.access_token)).status, (await refresh(tokens.refresh_token ?? '')).status, (await pds(api.access_token)).status]).toEqual([401, 400, 401]);
    expect((await exchange(tokens.id_token ?? '')).status).toBe(401);
  });

  it('by end of session, with the way back', async () => {
    const { tokens } = await signedIn('okafor');
    const end = `${at.end_session_endpoint}?${new URLSearchParams({ id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: cis2.redirectUri, state: 's1' }).toString()}`;
    const response = await fetch(end, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, `${cis2.redirectUri}?state=s1`]);
    expect((await userinfo(tokens.access_token)).status).toBe(401);
    expect(await errorOf(await fetch(`${at.end_session_endpoint}?id_token_hint=rubbish`))).toEqual([400, 'invalid_request']);
  });

  it('by remote logout ends every token of the user everywhere, also refreshed ones, and nobody else', async () => {
    const [mine, hers] = [(await signedIn('okafor')).tokens, (await signedIn('farrow')).tokens];
    const renewed = (await (await refresh(mine.refresh_token ?? '')).json()) as TokenBody;
    const api = (await (await exchange(mine.id_token ?? '')).json()) as TokenBody;
    expect((await pds(api.access_token)).status).toBe(200);
    expect(await command('/identity/logout', { user: '555254242102' })).toEqual({ loggedOut: '555254242102' });
    expect([(await userinfo(mine.access_token)).status, (await userinfo(renewed.access_token)).status, (await pds(api.access_token)).status, (await refresh(renewed.refresh_token ?? '')).status]).toEqual([401, 401, 401, 400]);
    expect((await postProven(cis2, cis2.combined.token, { grant_type: 'refresh_token', refresh_token: api.refresh_token ?? '' })).status).toBe(401);
    expect((await userinfo(hers.access_token)).status).toBe(200);
    await command('/identity/logout');
    expect((await userinfo(hers.access_token)).status).toBe(401);
  });

  it("leaves CIS2's own access token worth nothing at the APIs", async () => {
    const { tokens } = await signedIn('okafor');
    expect((await pds(tokens.access_token)).status).toBe(401);
  });
});

describe('modes', () => {
  it.each<[string, (claims: Record<string, unknown>, request: Request) => void]>([
    ['wrong-nonce', (claims, { nonce }) => expect(claims.nonce).not.toBe(nonce)],
    ['no-nonce', (claims) => expect(claims).not.toHaveProperty('nonce')],
    ['wrong-issuer', (claims) => expect(claims.iss).not.toBe(cis2.issuer)],
    ['wrong-audience', (claims) => expect(claims.aud).not.toBe('lanyard')],
    ['wrong-authorised-party', (claims) => expect([claims.aud, claims.azp]).toEqual([['lanyard', 'another-client'], 'another-client'])],
    ['expired', (claims) => expect(Number(claims.exp)).toBeLessThan(Date.now() / 1_000 - 1_000)],
    ['from-the-future', (claims) => expect(Number(claims.iat)).toBeGreaterThan(Date.now() / 1_000 + 1_000)],
    ['old-auth-time', (claims) => expect(Number(claims.auth_time)).toBeLessThan(Date.now() / 1_000 - 80_000)],
    ['no-auth-time', (claims) => expect(claims).not.toHaveProperty('auth_time')],
    ['wrong-at-hash', (claims) => expect(claims.at_hash).toHaveLength(22)],
    ['no-at-hash', (claims) => expect(claims).not.toHaveProperty('at_hash')],
    ['other-subject', (claims) => expect(claims.sub).toBe('555254249998')],
  ])('idToken %s: signed as it should be, wrong in that alone', async (idToken, check) => {
    const good = claimsOf((await signedIn('okafor')).tokens);
    await command('/identity/mode', { idToken });
    const { request, tokens } = await signedIn('okafor');
    check(claimsOf(tokens), request);
    const keys = (await (await fetch(at.jwks_uri)).json()) as JSONWebKeySet;
    const { payload } = await jwtVerify(tokens.id_token ?? '', createLocalJWKSet(keys), { currentDate: new Date(((claimsOf(tokens).exp as number) - 1) * 1_000) });
    expect(Object.keys(payload).length).toBeGreaterThanOrEqual(Object.keys(good).length - 1);
  });

  it('idToken bad-signature, no-signature, unknown-key and rotated-key', async () => {
    const keySet = async (): Promise<JSONWebKeySet> => (await (await fetch(at.jwks_uri)).json()) as JSONWebKeySet;
    const made = async (idToken: string): Promise<string> => {
      await command('/identity/mode', { idToken });
      return (await signedIn('okafor')).tokens.id_token ?? '';
    };
    const plain = await keySet();
    await expect(jwtVerify(await made('bad-signature'), createLocalJWKSet(plain))).rejects.toThrow('signature verification failed');
    expect(decodeProtectedHeader(await made('no-signature'))).toEqual({ alg: 'none' });
    await expect(jwtVerify(await made('unknown-key'), createLocalJWKSet(await keySet()))).rejects.toThrow('no applicable key');
    const rotated = await made('rotated-key');
    await expect(jwtVerify(rotated, createLocalJWKSet(plain))).rejects.toThrow('no applicable key');
    expect((await jwtVerify(rotated, createLocalJWKSet(await keySet()))).payload.sub).toBe('555254242102');
  });

  it('assurance, userinfo', async () => {
    await command('/identity/mode', { assurance: { identity: 2, authentication: 1 } });
    expect(claimsOf((await signedIn('okafor')).tokens)).toMatchObject({ id_assurance_level: 2, authentication_assurance_level: 1 });
    const { tokens } = await signedIn('okafor');
    const claims = async (mode: string): Promise<unknown> => {
      await command('/identity/mode', { userinfo: mode });
      return (await userinfo(tokens.access_token)).json();
    };
    expect(await claims('no-roles')).not.toHaveProperty('nhsid_nrbac_roles');
    expect(await claims('other-subject')).toMatchObject({ sub: '555254249998' });
  });

  it.each([
    ['access-denied', { error: 'access_denied' }],
    ['login-required', { error: 'login_required' }],
  ])('authorization %s', async (authorization, expected) => {
    await command('/identity/mode', { authorization });
    const request = requestFor(cis2, at.authorization_endpoint);
    expect(away(await new Browser().open(request.address))).toMatchObject({ ...expected, state: request.state });
  });

  it('sends nobody to an address that is not registered, whatever the mode', async () => {
    for (const mode of [{ authorization: 'access-denied' }, { pkce: 'refused' }]) {
      await command('/identity/mode', mode);
      const request = requestFor(cis2, at.authorization_endpoint, { redirect_uri: 'https://elsewhere.example/' });
      expect(await new Browser().open(request.address)).toMatchObject({ kind: 'page', status: 400 });
    }
  });

  it('authorization wrong-state', async () => {
    await command('/identity/mode', { authorization: 'wrong-state' });
    const { request, visit } = await authorized('okafor');
    expect([codeOf(visit).length > 20, away(visit).state === request.state]).toEqual([true, false]);
  });

  it('refresh none and refused', async () => {
    await command('/identity/mode', { refresh: 'none' });
    expect(Object.keys((await signedIn('okafor')).tokens).filter((key) => key.startsWith('refresh'))).toEqual([]);
    await command('/identity/mode', {});
    const { tokens } = await signedIn('okafor');
    await command('/identity/mode', { refresh: 'refused' });
    expect(await errorOf(await refresh(tokens.refresh_token ?? ''))).toEqual([400, 'invalid_grant']);
    expect((await userinfo(tokens.access_token)).status).toBe(200);
  });

  it('pkce refused and ignored', async () => {
    await command('/identity/mode', { pkce: 'refused' });
    expect(away(await new Browser().open(requestFor(cis2, at.authorization_endpoint).address))).toMatchObject({ error: 'invalid_request' });
    const without = await authorized('okafor', { code_challenge: null, code_challenge_method: null });
    expect((await redeem(without.request, without.visit)).status).toBe(200);
    await command('/identity/mode', { pkce: 'ignored' });
    const ignored = await authorized('okafor');
    expect((await redeem(ignored.request, ignored.visit, {}, { code_verifier: 'x'.repeat(43) })).status).toBe(200);
    await command('/identity/mode', {});
    const accepted = await authorized('okafor');
    expect(await errorOf(await redeem(accepted.request, accepted.visit, {}, { code_verifier: 'x'.repeat(43) }))).toEqual([400, 'invalid_grant']);
  });

  it.each(['discovery', 'jwks', 'token', 'userinfo'])('webPage %s', async (webPage) => {
    const { tokens } = await signedIn('okafor');
    await command('/identity/mode', { webPage });
    const answers: Record<string, Response> = {
      discovery: await fetch(`${cis2.issuer}/.well-known/openid-configuration`),
      jwks: await fetch(at.jwks_uri),
      token: await refresh(tokens.refresh_token ?? ''),
      userinfo: await userinfo(tokens.access_token),
    };
    expect(Object.entries(answers).filter(([, answer]) => answer.headers.get('content-type')?.startsWith('text/html')).map(([name]) => name)).toEqual([webPage]);
  });

  it('slow and down are faults of the identity service, at every door', async () => {
    await command('/fault', { service: 'identity', fault: { kind: 'status', status: 503 } });
    const doors = [at.jwks_uri, cis2.combined.userinfo, `${simulator.ready.identity?.issuer}/jwks`];
    expect(await Promise.all(doors.map(async (door) => (await fetch(door)).status))).toEqual([503, 503, 503]);
  });

  it('are taken back by a reset, and refused where nobody knows them', async () => {
    await command('/identity/mode', { idToken: 'expired' });
    await command('/reset');
    expect(Number(claimsOf((await signedIn('okafor')).tokens).exp)).toBeGreaterThan(Date.now() / 1_000);
    await command('/identity/mode', { idToken: 'gremlins' }, 400);
    await command('/identity/mode', { sky: 'green' }, 400);
    await command('/identity/lifetimes', { accessSeconds: 0 }, 400);
    await command('/identity/logout', { user: 'okafor' }, 400);
  });

  it('writes nothing to standard error through all of this', () => expect(simulator.errors()).toBe(''));
});
