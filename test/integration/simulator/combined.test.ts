import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ReadyCis2 } from '../../../simulator/ready-line.ts';
import { Browser } from './browser.ts';
import type { Visit } from './browser.ts';
import { startSimulator } from './simulator-process.ts';
import type { Simulator } from './simulator-process.ts';
import { codeOf, discoverCis2, postProven, requestFor, signInWithCard } from './workstation.ts';
import type { AssertionChange, Request, TokenBody } from './workstation.ts';

const MARGARET = '9990123454';
const EXCHANGE = { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' };

let simulator: Simulator;
let cis2: ReadyCis2;
let secret: { client_id: string; client_secret: string };

beforeAll(async () => {
  simulator = await startSimulator();
  cis2 = simulator.ready.cis2 as ReadyCis2;
  secret = { client_id: cis2.secretClient.clientId, client_secret: readFileSync(cis2.secretClient.secretFile, 'utf8') };
});

afterAll(() => simulator.stop());
afterEach(() => command('/reset'));

async function command(path: string, body: unknown = {}): Promise<void> {
  expect((await fetch(`${simulator.ready.control}${path}`, { method: 'POST', body: JSON.stringify(body) })).status).toBe(200);
}

async function authorized(id: string, change: Readonly<Record<string, string | null>> = {}): Promise<{ request: Request; visit: Visit }> {
  await command('/card/insert', { card: id });
  const request = requestFor(cis2, cis2.combined.authorization, { client_id: secret.client_id, nonce: null, ...change });
  return { request, visit: await signInWithCard(request, simulator.ready.card.cards.find((card) => card.id === id)?.passcode ?? '') };
}

const post = (fields: Readonly<Record<string, string>>): Promise<Response> => fetch(cis2.combined.token, { method: 'POST', body: new URLSearchParams(fields) });
const redeem = (code: string): Promise<Response> => post({ ...secret, grant_type: 'authorization_code', code, redirect_uri: cis2.redirectUri });
const bearer = (token: string): { headers: Record<string, string> } => ({ headers: { authorization: `Bearer ${token}`, 'x-request-id': crypto.randomUUID(), 'nhsd-session-urid': '555254242101' } });
const pds = async (token: string): Promise<number> => (await fetch(`${simulator.ready.pds?.baseUrl}/Patient/${MARGARET}`, bearer(token))).status;

describe('the API platform', () => {
  it('sends the browser to the same sign-in page and back, and gives opaque tokens that the APIs take', async () => {
    const { request, visit } = await authorized('okafor');
    expect(visit.url.searchParams.get('state')).toBe(request.state);
    const tokens = (await (await redeem(codeOf(visit))).json()) as TokenBody;
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^[\w-]{32}$/) as string,
      expires_in: '599',
      token_type: 'Bearer',
      refresh_token: expect.any(String) as string,
      refresh_token_expires_in: '35999',
      refresh_count: '0',
      sid: expect.any(String) as string,
    });
    expect(await pds(tokens.access_token)).toBe(200);
    expect(await (await fetch(cis2.combined.userinfo, bearer(tokens.access_token))).json()).toMatchObject({ sub: '555254242102', nhsid_nrbac_roles: [{ person_roleid: '555254242101' }] });
    expect((await redeem(codeOf(visit))).status).toBe(400);
  });

  it('refreshes, and ends with a remote logout or a revocation', async () => {
    const tokens = (await (await redeem(codeOf((await authorized('okafor')).visit))).json()) as TokenBody;
    const refresh = (token = ''): Promise<Response> => post({ ...secret, grant_type: 'refresh_token', refresh_token: token });
    const renewed = (await (await refresh(tokens.refresh_token)).json()) as TokenBody;
    expect(renewed).toMatchObject({ refresh_count: '1', sid: tokens.sid });
    const used = await refresh(tokens.refresh_token);
    expect([used.status, await used.json()]).toEqual([401, { error: 'invalid_grant', error_description: 'refresh_token is invalid', message_id: expect.any(String) as string }]);
    expect(await pds(renewed.access_token)).toBe(200);
    await command('/identity/logout', { user: '555254242102' });
    expect([await pds(tokens.access_token), await pds(renewed.access_token), (await refresh(renewed.refresh_token)).status]).toEqual([401, 401, 401]);
    const other = (await (await redeem(codeOf((await authorized('okafor')).visit))).json()) as TokenBody;
    expect((await fetch(cis2.combined.revocation, { method: 'POST', body: new URLSearchParams({ ...secret, token: other.access_token }) })).status).toBe(200);
    expect(await pds(other.access_token)).toBe(401);
  });

  it.each<[Readonly<Record<string, string | null>>, number, string, string]>([
    [{ client_id: null }, 401, 'invalid_request', 'client_id is missing'],
    [{ client_id: 'nobody' }, 401, 'invalid_client', 'client_id is invalid'],
    [{ redirect_uri: null }, 400, 'invalid_request', 'redirect_uri is missing'],
    [{ redirect_uri: 'https://elsewhere.example' }, 400, 'invalid_request', 'redirect_uri is invalid'],
  ])('refuses an authorisation request with %j where it is', async (change, status, error, description) => {
    const response = await fetch(requestFor(cis2, cis2.combined.authorization, change).address, { redirect: 'manual' });
    expect([response.status, await response.json()]).toMatchObject([status, { error, error_description: description }]);
  });

  it('sends other refusals back', async () => {
    const open = async (change: Readonly<Record<string, string | null>>): Promise<Record<string, string>> => Object.fromEntries((await new Browser().open(requestFor(cis2, cis2.combined.authorization, change).address)).url.searchParams);
    expect(await open({ state: null })).toMatchObject({ error: 'invalid_request', error_description: 'state is missing' });
    expect(await open({ response_type: 'token' })).toMatchObject({ error: 'unsupported_response_type' });
    const request = requestFor(cis2, cis2.combined.authorization);
    const browser = new Browser();
    const cancelled = await browser.submit(await browser.open(request.address), { action: 'cancel' });
    expect(Object.fromEntries(cancelled.url.searchParams)).toMatchObject({ error: 'access_denied', state: request.state });
    expect(await (await fetch(`${cis2.combined.authorization.replace('authorize', 'callback')}?state=unknown&code=x`)).json()).toMatchObject({ error_description: 'Invalid state parameter.' });
  });

  it.each<[Readonly<Record<string, string>>, number, string, string]>([
    [{}, 400, 'invalid_request', 'grant_type is missing'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type', 'grant_type is invalid'],
    [{ grant_type: 'authorization_code' }, 401, 'invalid_request', 'client_id is missing'],
    [{ grant_type: 'authorization_code', client_id: 'lanyard-secret' }, 401, 'invalid_request', 'client_secret is missing'],
    [{ grant_type: 'authorization_code', client_id: 'lanyard-secret', client_secret: 'guessed' }, 401, 'invalid_client', 'client_id or client_secret is invalid'],
    [{ grant_type: 'authorization_code', client_id: 'lanyard-public', code: 'rubbish' }, 400, 'invalid_grant', 'authorization_code is invalid'],
  ])('refuses %j', async (fields, status, error, description) => {
    const response = await post(fields);
    expect([response.status, await response.json()]).toEqual([status, { error, error_description: description, message_id: expect.any(String) as string }]);
  });

  it("takes a code only from the client it was made for, and only for the address it went to", async () => {
    const { visit } = await authorized('okafor');
    expect((await post({ grant_type: 'authorization_code', client_id: 'lanyard-public', code: codeOf(visit), redirect_uri: cis2.redirectUri })).status).toBe(400);
    const second = await authorized('okafor');
    expect(await (await post({ ...secret, grant_type: 'authorization_code', code: codeOf(second.visit), redirect_uri: 'http://localhost/' })).json()).toMatchObject({ error_description: 'redirect_uri is invalid' });
    const wrong = await fetch(cis2.combined.token);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('token exchange', () => {
  async function idToken(id = 'okafor'): Promise<string> {
    await command('/card/insert', { card: id });
    const at = await discoverCis2(cis2);
    const request = requestFor(cis2, at.authorization_endpoint);
    const code = codeOf(await signInWithCard(request, simulator.ready.card.cards.find((card) => card.id === id)?.passcode ?? ''));
    const answer = await postProven(cis2, at.token_endpoint, { grant_type: 'authorization_code', code, redirect_uri: cis2.redirectUri, code_verifier: request.verifier });
    return ((await answer.json()) as TokenBody).id_token ?? '';
  }
  const exchange = (subject: string, change: AssertionChange = {}, more: Readonly<Record<string, string>> = {}): Promise<Response> => postProven(cis2, cis2.combined.token, { ...EXCHANGE, subject_token: subject, ...more }, change);

  it("trades CIS2's ID token for a token of the APIs, and refreshes that", async () => {
    const answer = (await (await exchange(await idToken())).json()) as TokenBody;
    expect(answer).toMatchObject({ issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', expires_in: '599', refresh_count: '0' });
    expect(await pds(answer.access_token)).toBe(200);
    const renewed = (await (await postProven(cis2, cis2.combined.token, { grant_type: 'refresh_token', refresh_token: answer.refresh_token ?? '' })).json()) as TokenBody;
    expect([renewed.refresh_count, await pds(renewed.access_token)]).toEqual(['1', 200]);
  });

  it.each<[AssertionChange, string]>([
    [{ algorithm: 'RS256' }, 'must be signed with RS512'],
    [{ keyId: null }, 'kid'],
    [{ issuer: 'somebody' }, 'iss or sub'],
    [{ audience: 'https://elsewhere.example' }, 'aud'],
    [{ seconds: 900 }, 'more than five minutes'],
    [{ seconds: -60 }, 'has expired'],
  ])('refuses a client with %j', async (change, words) => {
    const response = await exchange(await idToken(), change);
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'invalid_request', error_description: expect.stringContaining(words) as string }]);
  });

  it('refuses a statement used twice', async () => {
    const subject = await idToken();
    expect((await exchange(subject, { id: 'once' })).status).toBe(200);
    expect(await (await exchange(subject, { id: 'once' })).json()).toMatchObject({ error_description: expect.stringContaining('used before') as string });
  });

  it('refuses what is no ID token of CIS2', async () => {
    const subject = await idToken();
    const [head, , signature] = subject.split('.');
    const forged = `${head}.${Buffer.from(JSON.stringify({ sub: '555254240100' })).toString('base64url')}.${signature}`;
    for (const bad of ['rubbish', forged]) expect((await exchange(bad)).status).toBe(401);
    expect((await exchange(subject, {}, { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' })).status).toBe(400);
  });
});
