import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Bundle, DocumentReference, OperationOutcome, Patient } from 'fhir/r4';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configurationSchema } from '../../../main/policy/configuration.ts';
import { createAuthority } from './authority.ts';
import type { Authority, Card } from './authority.ts';
import { challenge, discover, requestToken, signIn } from './signed-in.ts';
import { ended, runSimulator, startSimulator } from './simulator-process.ts';
import type { Simulator } from './simulator-process.ts';

const MARGARET = '9990123454';
const GP_ROLE = '555254240101';

let folder: string;
let authority: Authority;
let nair: Card;
let simulator: Simulator;
let token: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lanyard-test-'));
  authority = await createAuthority();
  nair = await authority.card({ subject: 'CN=Priya NAIR, 2.5.4.5=555254240100', kind: 'RS256' });
  writeFileSync(join(folder, 'authority.pem'), authority.pem);
  simulator = await startSimulator('--trust', join(folder, 'authority.pem'));
  token = await signIn(simulator.ready, nair);
});

afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Controls the simulator; the answer must be 200. */
async function command(path: string, body: unknown, expected = 200): Promise<unknown> {
  const response = await fetch(`${simulator.ready.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(expected);
  return response.json();
}

async function requests(): Promise<{ service: string; method: string; path: string; status: number | null }[]> {
  return (await (await fetch(`${simulator.ready.control}/requests`)).json()) as { service: string; method: string; path: string; status: number | null }[];
}

function code(body: unknown): string | undefined {
  return (body as OperationOutcome).issue[0]?.details?.coding?.[0]?.code;
}

const pds = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${simulator.ready.pds?.baseUrl}/${path}`, { headers: { authorization: `Bearer ${token}`, 'x-request-id': crypto.randomUUID(), 'nhsd-session-urid': GP_ROLE, ...headers } });

const exchange = (path: string): Promise<Response> => fetch(`${simulator.ready.exchanges.wessex?.baseUrl}/${path}`, { headers: { authorization: `Bearer ${token}` } });

const summary = (path: string): Promise<Response> => fetch(`${simulator.ready.exchanges.wessex?.summaryBaseUrl}/${path}`, { headers: { authorization: `Bearer ${token}` } });

function practice(nhsNumber: string, headers: Record<string, string> = {}, includes: readonly string[] = []): Promise<Response> {
  return fetch(`${simulator.ready.practice?.baseUrl}/patient/$gpc.getstructuredrecord`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', 'ods-from': 'Z99001', 'ssp-traceid': crypto.randomUUID(), ...headers },
    body: JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'patientNHSNumber', valueIdentifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: nhsNumber } }, ...includes.map((name) => ({ name }))] }),
  });
}

describe('ready', () => {
  it('names everything on loopback, and people with numbers', () => {
    const { ready } = simulator;
    for (const address of [ready.control, ready.identity?.issuer, ready.pds?.baseUrl, ready.practice?.baseUrl, ready.exchanges.wessex?.baseUrl]) expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+/);
    expect(ready.card).toMatchObject({ kind: 'simulated', inserted: null });
    expect(ready.card.cards[0]).toMatchObject({ id: 'nair', passcode: '482916', algorithm: 'RSA-2048' });
    expect(ready.people[0]).toMatchObject({ nhsNumber: MARGARET, name: 'Margaret ASHWORTH' });
    expect(readFileSync(ready.trust.card, 'utf8')).toContain('BEGIN CERTIFICATE');
  });

  it('writes a configuration that the application takes as it is', () => {
    const configuration = configurationSchema.parse(JSON.parse(readFileSync(simulator.ready.configuration, 'utf8')));
    expect(configuration).toMatchObject({ region: 'wessex', site: { odsCode: 'Z99001' }, reader: { kind: 'simulated', port: simulator.ready.card.port } });
    expect(Object.keys(configuration.addresses)).toEqual(['wessex-record', 'wessex-summary', 'wessex-documents']);
    expect(configuration.trust.card).toHaveLength(2);
  });

  it('writes the same with sign-in at CIS2, and the key to prove itself with', () => {
    const { cis2, configuration, configurationCis2 } = simulator.ready;
    const read = (file: string | null): ReturnType<typeof configurationSchema.parse> => configurationSchema.parse(JSON.parse(readFileSync(file ?? '', 'utf8')));
    const [direct, other] = [read(configuration), read(configurationCis2)];
    expect({ ...other, identity: null }).toEqual({ ...direct, identity: null });
    expect(other.identity).toMatchObject({
      kind: 'cis2',
      issuer: cis2?.issuer,
      clientId: 'lanyard',
      clientAuthentication: { kind: 'private-key-jwt', keyFile: cis2?.keyFile, keyId: cis2?.keyId, algorithm: 'RS512' },
      browser: 'own-window',
      pattern: 'separate',
      tokenExchange: { tokenEndpoint: cis2?.combined.token, clientId: 'lanyard' },
    });
    if (other.identity.kind !== 'cis2') throw new Error('another kind');
    expect(cis2?.redirectUri).toBe(`http://localhost:${other.identity.redirectPort}${other.identity.redirectPath}`);
    expect(statSync(cis2?.keyFile ?? '').mode & 0o777).toBe(0o600);
    expect(createPrivateKey(readFileSync(cis2?.keyFile ?? '')).asymmetricKeyType).toBe('rsa');
  });
});

describe('signing in', () => {
  it('goes from challenge over token to roles, with an ID token that its published key verifies', async () => {
    const endpoints = await discover(simulator.ready);
    expect(await challenge(endpoints)).toEqual({ nonce: expect.stringMatching(/^[\w-]{43}$/) as string, expires_in: 60 });
    const answer = await requestToken(endpoints, nair);
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as { access_token: string; id_token: string; token_type: string; expires_in: string };
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: '599' });
    const { payload } = await jwtVerify(body.id_token, createRemoteJWKSet(new URL(endpoints.jwks_uri)), { issuer: endpoints.issuer, audience: 'lanyard' });
    expect(payload).toMatchObject({ sub: '555254240100', acr: 'AAL3_ANY', id_assurance_level: 3, authentication_assurance_level: 3 });
    const roles = (await (await fetch(endpoints.userinfo_endpoint, { headers: { authorization: `Bearer ${body.access_token}` } })).json()) as { nhsid_nrbac_roles: { org_code: string }[] };
    expect(roles.nhsid_nrbac_roles.map(({ org_code }) => org_code)).toEqual(['Z99001', 'Z99007']);
  });

  it('takes a visitor from a trusted authority and nobody from another', async () => {
    const endpoints = await discover(simulator.ready);
    const visitor = await signIn(simulator.ready, await authority.card({ subject: 'CN=Jo Bloggs' }));
    const info = await (await fetch(endpoints.userinfo_endpoint, { headers: { authorization: `Bearer ${visitor}` } })).json();
    expect(info).toMatchObject({ given_name: 'Visiting', family_name: 'CLINICIAN', nhsid_nrbac_roles: [{ org_code: 'Z99001' }] });
    const foreign = await (await createAuthority('Elsewhere')).card({ subject: 'CN=Priya NAIR, 2.5.4.5=555254240100' });
    const refused = await requestToken(endpoints, foreign);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: 'invalid_grant', error_description: expect.stringContaining('trusted authority') as string });
  });

  it('takes a nonce once', async () => {
    const endpoints = await discover(simulator.ready);
    const { nonce } = await challenge(endpoints);
    expect((await requestToken(endpoints, nair, { nonce })).status).toBe(200);
    expect((await requestToken(endpoints, nair, { nonce })).status).toBe(401);
  });

  it('ends a token everywhere when it is revoked', async () => {
    const endpoints = await discover(simulator.ready);
    const mine = await signIn(simulator.ready, nair);
    const info = (): Promise<Response> => fetch(endpoints.userinfo_endpoint, { headers: { authorization: `Bearer ${mine}` } });
    expect((await info()).status).toBe(200);
    expect((await fetch(endpoints.revocation_endpoint, { method: 'POST', body: new URLSearchParams({ token: mine }) })).status).toBe(200);
    expect((await info()).status).toBe(401);
    expect((await pds(`Patient/${MARGARET}`, { authorization: `Bearer ${mine}` })).status).toBe(401);
    expect((await practice(MARGARET, { authorization: `Bearer ${mine}` })).status).toBe(401);
  });

  it('refreshes for ten hours at most, and ends with the sign-in', async () => {
    const endpoints = await discover(simulator.ready);
    const post = (fields: Record<string, string>): Promise<Response> => fetch(endpoints.token_endpoint, { method: 'POST', body: new URLSearchParams(fields) });
    const first = (await (await requestToken(endpoints, nair)).json()) as Record<string, string>;
    expect(first).toMatchObject({ expires_in: '599', refresh_token_expires_in: expect.stringMatching(/^3599[89]$/), refresh_count: '0' });
    const second = (await (await post({ grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' })).json()) as Record<string, string>;
    expect(second).toMatchObject({ expires_in: '599', refresh_count: '1', sid: first.sid });
    expect((await post({ grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' })).status).toBe(401);
    expect((await pds(`Patient/${MARGARET}`, { authorization: `Bearer ${second.access_token}` })).status).toBe(200);
    await command('/identity/logout', { user: '555254242102' });
    expect((await pds(`Patient/${MARGARET}`, { authorization: `Bearer ${second.access_token}` })).status).toBe(200);
    await command('/identity/logout', { user: '555254240100' });
    expect((await pds(`Patient/${MARGARET}`, { authorization: `Bearer ${second.access_token}` })).status).toBe(401);
    expect((await post({ grant_type: 'refresh_token', refresh_token: second.refresh_token ?? '' })).status).toBe(401);
    token = await signIn(simulator.ready, nair);
  });

  it('can be given lifetimes that a test does not have to wait for', async () => {
    await command('/identity/lifetimes', { accessSeconds: 1 });
    const short = await signIn(simulator.ready, nair);
    await expect.poll(async () => (await pds(`Patient/${MARGARET}`, { authorization: `Bearer ${short}` })).status, { timeout: 5_000, interval: 50 }).toBe(401);
    await command('/reset', {});
    expect(await (await requestToken(await discover(simulator.ready), nair)).json()).toMatchObject({ expires_in: '599' });
  });

  it.each([['access_token'], ['id_token']] as const)('is traded for a token of the APIs by its %s', async (kind) => {
    const endpoints = await discover(simulator.ready);
    const mine = (await (await requestToken(endpoints, nair)).json()) as Record<'access_token' | 'id_token' | 'sid', string>;
    const trade = (fields: Record<string, string>): Promise<Response> =>
      fetch(`${endpoints.issuer}/exchange`, { method: 'POST', body: new URLSearchParams({ client_id: 'lanyard', grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', ...fields }) });
    const asked = { subject_token: mine[kind], subject_token_type: `urn:ietf:params:oauth:token-type:${kind}` };
    const answer = (await (await trade(asked)).json()) as Record<string, string>;
    expect(answer).toMatchObject({ issued_token_type: 'urn:ietf:params:oauth:token-type:access_token', token_type: 'Bearer', expires_in: '599', sid: mine.sid });
    expect((await pds(`Patient/${MARGARET}`, { authorization: `Bearer ${answer.access_token}` })).status).toBe(200);
    expect(await (await trade({ ...asked, subject_token: 'rubbish' })).json()).toMatchObject({ error: 'invalid_grant', error_description: 'subject_token is invalid' });
    expect((await trade({ ...asked, client_id: 'nobody' })).status).toBe(401);
    expect((await trade({ subject_token: mine[kind] })).status).toBe(400);
  });

  it('is told what is wrong on purpose: an ID token of a mode', async () => {
    await command('/identity/mode', { idToken: 'wrong-nonce', refresh: 'none', userinfo: 'no-roles' });
    const endpoints = await discover(simulator.ready);
    const { nonce } = await challenge(endpoints);
    const body = (await (await requestToken(endpoints, nair, { nonce })).json()) as { id_token: string; access_token: string };
    expect(decodeJwt(body.id_token).nonce).not.toBe(nonce);
    expect(body).not.toHaveProperty('refresh_token');
    expect(await (await fetch(endpoints.userinfo_endpoint, { headers: { authorization: `Bearer ${body.access_token}` } })).json()).not.toHaveProperty('nhsid_nrbac_roles');
    await command('/reset', {});
  });

  it.each([
    [{}, 400, 'invalid_request'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' }, 400, 'invalid_request'],
    [{ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'rubbish' }, 400, 'invalid_grant'],
    [{ grant_type: 'refresh_token' }, 400, 'invalid_request'],
    [{ grant_type: 'refresh_token', refresh_token: 'rubbish' }, 401, 'invalid_grant'],
  ])('refuses %j', async (form, status, error) => {
    const { token_endpoint } = await discover(simulator.ready);
    const response = await fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(form as Record<string, string>) });
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([status, error]);
    const wrong = await fetch(token_endpoint);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('PDS', () => {
  it('answers with the patient and mirrors the request\'s id', async () => {
    const id = crypto.randomUUID();
    const response = await pds(`Patient/${MARGARET}`, { 'x-request-id': id });
    expect([response.status, response.headers.get('x-request-id'), response.headers.get('etag')]).toEqual([200, id, 'W/"2"']);
    expect(await response.json()).toMatchObject({ id: MARGARET, birthDate: '1948-03-12', address: [{ postalCode: 'PO0 0ZZ' }], meta: { security: [{ code: 'U' }] } });
  });

  it('answers a superseded number with the record it became', async () => {
    expect(((await (await pds('Patient/9990234566')).json()) as Patient).id).toBe('9990000018');
  });

  it.each([
    ['Patient/9990345678', { 'x-request-id': '' }, 400, 'MISSING_VALUE'],
    [`Patient/${MARGARET}`, { 'x-request-id': 'seven' }, 400, 'INVALID_VALUE'],
    [`Patient/${MARGARET}`, { 'nhsd-session-urid': '' }, 400, 'INVALID_VALUE'],
    [`Patient/${MARGARET}`, { 'nhsd-session-urid': '555254242101' }, 400, 'INVALID_VALUE'],
    [`Patient/${MARGARET}`, { authorization: '' }, 401, 'ACCESS_DENIED'],
    [`Patient/${MARGARET}`, { authorization: 'Bearer nonsense' }, 401, 'ACCESS_DENIED'],
    ['Patient/9990123455', {}, 400, 'INVALID_RESOURCE_ID'],
    ['Patient/9991123458', {}, 404, 'INVALIDATED_RESOURCE'],
    ['Patient/9434765919', {}, 404, 'RESOURCE_NOT_FOUND'],
    ['Patient?family=ashworth', {}, 400, 'TOO_FEW_VALUES_SUBMITTED'],
    ['Patient?family=throng&birthdate=ge1970-01-01', {}, 200, 'TOO_MANY_MATCHES'],
  ])('%s with %j is %i %s', async (path, headers, status, expected) => {
    const response = await pds(path, headers);
    expect([response.status, code(await response.json())]).toEqual([status, expected]);
  });

  it('finds by demographics', async () => {
    const bundle = (await (await pds('Patient?family=Ashworth&birthdate=1948-03-12')).json()) as Bundle;
    expect(bundle.entry?.map(({ resource, search }) => [resource?.id, search?.score])).toEqual([[MARGARET, 1]]);
  });

  it('marks restricted and deceased patients', async () => {
    const restricted = (await (await pds('Patient/9990345678')).json()) as Patient;
    expect([restricted.meta?.security?.[0]?.code, restricted.address]).toEqual(['R', undefined]);
    expect(((await (await pds('Patient/9990567891')).json()) as Patient).deceasedDateTime).toBe('2026-10-03T04:20:00+01:00');
  });
});

describe('the practice system', () => {
  it('answers with the structured record', async () => {
    const response = await practice(MARGARET);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/fhir+json; charset=utf-8']);
    const bundle = (await response.json()) as Bundle;
    expect([bundle.type, bundle.entry?.[0]?.resource?.resourceType, bundle.entry?.[0]?.fullUrl]).toEqual(['collection', 'Patient', undefined]);
  });

  it('answers with what was asked for', async () => {
    const bundle = (await (await practice(MARGARET, {}, ['includeAllergies', 'includeReferrals'])).json()) as Bundle;
    const types = new Set(bundle.entry?.map(({ resource }) => resource?.resourceType));
    expect([...types].sort()).toEqual(['AllergyIntolerance', 'List', 'Location', 'Organization', 'Patient', 'Practitioner', 'PractitionerRole', 'ReferralRequest']);
  });

  it.each([
    ['9990345678', {}, 404, 'PATIENT_NOT_FOUND'],
    ['9990567891', {}, 404, 'PATIENT_NOT_FOUND'],
    ['9990234566', {}, 404, 'PATIENT_NOT_FOUND'],
    ['9990123455', {}, 400, 'INVALID_NHS_NUMBER'],
    [MARGARET, { 'ods-from': '' }, 400, 'BAD_REQUEST'],
    [MARGARET, { 'ssp-traceid': '' }, 400, 'BAD_REQUEST'],
    [MARGARET, { 'ods-from': 'Z99999' }, 403, 'ACCESS_DENIED'],
    [MARGARET, { authorization: '' }, 401, 'ACCESS_DENIED'],
    [MARGARET, { 'content-type': 'text/plain' }, 415, 'BAD_REQUEST'],
  ])('%s with %j is %i %s', async (number, headers, status, expected) => {
    const response = await practice(number, headers);
    expect([response.status, code(await response.json())]).toEqual([status, expected]);
  });
});

describe('the Wessex exchange', () => {
  const find = async (nhsNumber: string): Promise<Bundle> => (await (await exchange(`Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|${nhsNumber}`)).json()) as Bundle;

  it('finds the patient and pages through the observations', async () => {
    const patient = (await find('9991456783')).entry?.[0]?.resource as Patient;
    const seen = new Set<string>();
    let total = 0;
    for (let next: string | undefined = `${simulator.ready.exchanges.wessex?.baseUrl}/Observation?patient=${patient.id}&_count=100`; next !== undefined; ) {
      const page = (await (await fetch(next, { headers: { authorization: `Bearer ${token}` } })).json()) as Bundle;
      for (const { resource } of page.entry ?? []) seen.add(resource?.id ?? '');
      total = page.total ?? 0;
      next = page.link?.find(({ relation }) => relation === 'next')?.url;
    }
    expect(total).toBeGreaterThan(1_000);
    expect(seen.size).toBe(total);
  });

  it('holds nothing of Peter Lindqvist, in either interface', async () => {
    expect((await find('9990890129')).total).toBe(0);
    expect((await summary('Patient/$summary?identifier=https://fhir.nhs.uk/Id/nhs-number|9990890129')).status).toBe(404);
  });

  it('gives the summary by id and by NHS number', async () => {
    const patient = (await find(MARGARET)).entry?.[0]?.resource as Patient;
    for (const response of [await summary(`Patient/${patient.id}/$summary`), await exchange('Patient/$summary?identifier=https://fhir.nhs.uk/Id/nhs-number|9990123454')]) {
      const bundle = (await response.json()) as Bundle;
      expect([response.status, bundle.type, bundle.entry?.[0]?.resource?.resourceType]).toEqual([200, 'document', 'Composition']);
    }
  });

  it('gives documents as text', async () => {
    const patient = (await find(MARGARET)).entry?.[0]?.resource as Patient;
    const found = (await (await exchange(`DocumentReference?patient=${patient.id}`)).json()) as Bundle<DocumentReference>;
    const first = found.entry?.[0]?.resource;
    const text = await (await fetch(first?.content[0]?.attachment.url ?? '', { headers: { authorization: `Bearer ${token}` } })).text();
    expect(text).toContain('Ibuprofen STOPPED');
    expect(Buffer.byteLength(text)).toBe(first?.content[0]?.attachment.size);
  });
});

describe('the other regions and the national services', () => {
  afterEach(() => command('/reset', {}));

  const patient = `https://fhir.nhs.uk/Id/nhs-number|${MARGARET}`;
  const national = { 'x-request-id': '11111111-2222-3333-4444-555555555555', 'nhsd-end-user-organisation-ods': 'Z99001' };
  const get = (address: string | undefined, path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${address}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });
  const asks: Readonly<Record<string, () => Promise<Response>>> = {
    'wessex-documents': () => get(simulator.ready.exchanges.wessex?.documentsBaseUrl, `/DocumentReference?patient.identifier=${patient}&status=current`),
    'one-london-summary': () => get(simulator.ready.exchanges['one-london']?.summaryBaseUrl, `/Patient/$summary?identifier=${patient}`),
    'one-london-documents': () => get(simulator.ready.exchanges['one-london']?.documentsBaseUrl, `/DocumentReference?patient.identifier=${patient}&status=current`),
    'greater-manchester-record': () => get(simulator.ready.exchanges['greater-manchester']?.baseUrl, `/Patient?identifier=${patient}`),
    'greater-manchester-summary': () => get(simulator.ready.exchanges['greater-manchester']?.summaryBaseUrl, `/Patient/$summary?identifier=${patient}`),
    'record-locator': () => get(simulator.ready.recordLocator?.baseUrl, `/DocumentReference?subject:identifier=${patient}`, national),
    'summary-care-record': () => get(simulator.ready.summaryCareRecord?.baseUrl, `/DocumentReference?patient=${patient}&type=http://snomed.info/sct|196981000000101`, national),
  };
  const names = Object.keys(asks);
  const ask = (name: string): Promise<Response> => (asks[name] as () => Promise<Response>)();
  /** Whether an identifier in the answer is hers: links may repeat what was asked. */
  const identifies = (text: string): boolean => text.includes(`"value":"${MARGARET}"`);

  it.each(names)('%s answers about the person, breaks when told, and is in the log', async (service) => {
    await command('/reset', {});
    const answer = await ask(service);
    expect([answer.status, identifies(await answer.text())]).toEqual([200, true]);
    await command('/fault', { service, fault: { kind: 'status', status: 503 } });
    expect((await ask(service)).status).toBe(503);
    await command('/fault', { service, fault: { kind: 'wrong-patient' } });
    expect(identifies(await (await ask(service)).text())).toBe(false);
    expect((await requests()).map(({ service: asked, status }) => [asked, status])).toEqual([[service, 200], [service, 503], [service, 200]]);
  });

  it.each(['one-london', 'greater-manchester'])('%s breaks as a whole', async (service) => {
    await command('/fault', { service, fault: { kind: 'status', status: 500 } });
    for (const name of names) expect([name, (await ask(name)).status]).toEqual([name, name.startsWith(service) ? 500 : 200]);
  });

  it('are left out by name or by region, and the configuration names the region that was asked for', async () => {
    const other = await startSimulator('--no-card', '--region', 'greater-manchester', '--without', 'one-london,record-locator,wessex-documents,spine-proxy');
    try {
      const { ready } = other;
      expect([ready.region, ready.exchanges['one-london'], ready.recordLocator, ready.spineProxy, ready.exchanges.wessex?.baseUrl]).toEqual(['greater-manchester', null, null, null, expect.any(String)]);
      const configuration = configurationSchema.parse(JSON.parse(readFileSync(ready.configuration, 'utf8')));
      expect([configuration.region, Object.keys(configuration.addresses)]).toEqual(['greater-manchester', ['greater-manchester-record', 'greater-manchester-summary']]);
      expect(configuration.sources).toEqual({});
      for (const path of ['/one-london/FHIR/R4/Patient/$summary', '/record-locator/consumer/FHIR/R4/DocumentReference', '/wessex-documents/FHIR/R4/DocumentReference']) expect((await fetch(`${ready.control}${path}`)).status).toBe(404);
    } finally {
      await other.stop();
    }
  });
});

describe('faults', () => {
  afterEach(() => command('/reset', {}));

  const asks: Readonly<Record<string, () => Promise<Response>>> = {
    pds: () => pds(`Patient/${MARGARET}`),
    practice: () => practice(MARGARET),
    'wessex-record': () => exchange(`Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|${MARGARET}`),
    'wessex-summary': () => summary(`Patient/$summary?identifier=https://fhir.nhs.uk/Id/nhs-number|${MARGARET}`),
    identity: () => fetch(`${simulator.ready.identity?.issuer}/.well-known/openid-configuration`),
  };
  const names = Object.keys(asks);
  const ask = (name: string): Promise<Response> => (asks[name] as () => Promise<Response>)();

  it.each(names)('%s: a status, mended by null', async (service) => {
    await command('/fault', { service, fault: { kind: 'status', status: 503 } });
    expect((await ask(service)).status).toBe(503);
    await command('/fault', { service, fault: null });
    expect((await ask(service)).status).toBe(200);
  });

  it.each(names)('%s: a log-in page with 200', async (service) => {
    await command('/fault', { service, fault: { kind: 'html' } });
    const response = await ask(service);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await response.text()).toContain('<form');
  });

  it.each(names)('%s: half an answer', async (service) => {
    await command('/fault', { service, fault: { kind: 'truncated' } });
    const text = await (await ask(service)).text();
    expect(text.length).toBeGreaterThan(50);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it.each(names)('%s: a connection cut', async (service) => {
    await command('/fault', { service, fault: { kind: 'reset' } });
    await expect(ask(service)).rejects.toThrow('fetch failed');
  });

  it('hangs until the caller gives up', async () => {
    await command('/fault', { service: 'wessex', fault: { kind: 'hang' } });
    const signal = AbortSignal.timeout(300);
    await expect(fetch(`${simulator.ready.exchanges.wessex?.baseUrl}/Patient?identifier=x`, { signal })).rejects.toThrow(/timeout/);
    expect((await requests()).filter(({ service, status }) => service === 'wessex-record' && status === null)).toHaveLength(1);
    expect((await ask('pds')).status).toBe(200);
  });

  it('answers late', async () => {
    await command('/fault', { service: 'practice', fault: { kind: 'delay', ms: 400 } });
    const start = performance.now();
    expect((await ask('practice')).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(390);
  });

  it.each(['pds', 'practice', 'wessex-record', 'wessex-summary'])('%s: another patient\'s answer', async (service) => {
    await command('/fault', { service, fault: { kind: 'wrong-patient' } });
    const text = await (await ask(service)).text();
    expect(text).toContain('"family":"Pickering"');
    expect(text).not.toContain('"family":"Ashworth"');
  });

  it('breaks both of the region\'s interfaces at once, or one', async () => {
    await command('/fault', { service: 'wessex', fault: { kind: 'status', status: 500 } });
    expect([(await ask('wessex-record')).status, (await ask('wessex-summary')).status]).toEqual([500, 500]);
    await command('/fault', { service: 'wessex-record', fault: null });
    expect([(await ask('wessex-record')).status, (await ask('wessex-summary')).status]).toEqual([200, 500]);
  });

  it('refuses what is no fault', async () => {
    await command('/fault', { service: 'wessex', fault: { kind: 'gremlins' } }, 400);
    await command('/fault', { service: 'identity', fault: { kind: 'wrong-patient' } }, 400);
    await command('/fault', { service: 'radio', fault: null }, 400);
  });
});

describe('control', () => {
  afterEach(() => command('/reset', {}));

  it('logs what was asked since the reset, without bodies', async () => {
    await command('/reset', {});
    await practice(MARGARET);
    await pds('Patient/9434765919');
    expect(await requests()).toEqual([
      { service: 'practice', method: 'POST', path: '/practice/patient/$gpc.getstructuredrecord', status: 200 },
      { service: 'pds', method: 'GET', path: '/personal-demographics/FHIR/R4/Patient/9434765919', status: 404 },
    ]);
  });

  it('puts a card in and takes it out', async () => {
    expect(await command('/card/insert', { card: 'nair' })).toEqual({ inserted: 'nair' });
    expect(await command('/card/remove', {})).toEqual({ inserted: null });
    await command('/card/insert', { card: 'nobody' }, 404);
    await command('/card/insert', {}, 400);
  });

  it('shows what the cards were asked', async () => {
    const address = `${simulator.ready.control}/card/commands`;
    expect(await (await fetch(address)).json()).toEqual([]);
    expect((await fetch(address, { method: 'POST', body: '{}' })).status).toBe(405);
  });

  it('is not for web pages, nor under another name than loopback\'s', async () => {
    const response = await fetch(`${simulator.ready.control}/reset`, { method: 'POST', headers: { origin: 'https://evil.example' }, body: '{}' });
    expect(response.status).toBe(403);
    expect((await fetch(`${simulator.ready.control}/nothing`, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

describe('starting and stopping', () => {
  it('ends cleanly on a hang-up and leaves nothing behind', async () => {
    const other = await startSimulator('--no-card');
    const temporary = dirname(other.ready.configuration);
    expect(existsSync(temporary)).toBe(true);
    expect(other.ready.card).toEqual({ kind: 'none', port: null, inserted: null, readers: 0, cards: [] });
    expect(configurationSchema.parse(JSON.parse(readFileSync(other.ready.configuration, 'utf8'))).reader).toEqual({ kind: 'pcsc' });
    expect(await other.stop()).toBe(0);
    expect(existsSync(temporary)).toBe(false);
    expect(other.errors()).toBe('');
  });

  it('ends cleanly on SIGTERM, with a request hanging', async () => {
    const other = await startSimulator('--no-card');
    await fetch(`${other.ready.control}/fault`, { method: 'POST', body: JSON.stringify({ service: 'wessex', fault: { kind: 'hang' } }) });
    const hanging = fetch(`${other.ready.exchanges.wessex?.baseUrl}/Patient`).catch(() => 'cut');
    await expect.poll(async () => ((await (await fetch(`${other.ready.control}/requests`)).json()) as unknown[]).length, { timeout: 5_000 }).toBe(1);
    other.process.kill('SIGTERM');
    expect(await ended(other.process, 10_000)).toBe(0);
    expect(await hanging).toBe('cut');
  });

  it('says in a sentence that a port is taken', async () => {
    const port = new URL(simulator.ready.control).port;
    const { code: exit, errors, output } = await runSimulator('--no-card', '--port', port);
    expect([exit, output]).toEqual([1, '']);
    expect(errors).toBe(`Port ${port} of 127.0.0.1 is already in use. Give another with --port, or leave it out to have a free one.\n`);
  });

  it.each([[['--bogus'], /Unknown option '--bogus'/], [['--trust', '/nowhere.pem'], /cannot be read/], [['--config', '/nowhere.json'], /cannot be read/]])('refuses %j without a stack trace', async (argv, words) => {
    const { code: exit, errors } = await runSimulator(...argv);
    expect(exit).toBe(1);
    expect(errors).toMatch(words);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  it('leaves parts out, so that another deployment\'s take their place', async () => {
    const file = join(folder, 'site.json');
    writeFileSync(file, JSON.stringify({ pds: { baseUrl: 'https://pds.example/FHIR/R4' }, identity: { kind: 'card-assertion', issuer: 'https://identity.example' }, addresses: { 'wessex-summary': 'https://summary.example' }, trust: { tls: ['tls.pem'] } }));
    const other = await startSimulator('--no-card', '--without', 'pds,identity,wessex-summary', '--config', file);
    try {
      expect([other.ready.pds, other.ready.identity, other.ready.cis2, other.ready.configurationCis2]).toEqual([null, null, null, null]);
      const configuration = configurationSchema.parse(JSON.parse(readFileSync(other.ready.configuration, 'utf8')));
      expect(configuration).toMatchObject({ pds: { baseUrl: 'https://pds.example/FHIR/R4' }, identity: { issuer: 'https://identity.example' }, addresses: { 'wessex-summary': 'https://summary.example', 'wessex-record': other.ready.exchanges.wessex?.baseUrl }, trust: { tls: [join(folder, 'tls.pem')] } });
      expect((await fetch(`${other.ready.control}/personal-demographics/FHIR/R4/Patient/${MARGARET}`)).status).toBe(404);
      const anyToken = await fetch(`${other.ready.exchanges.wessex?.baseUrl}/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|${MARGARET}`, { headers: { authorization: 'Bearer of-another-service' } });
      expect(anyToken.status).toBe(200);
    } finally {
      await other.stop();
    }
  });

  it('makes the files that another deployment\'s sources name absolute, and leaves its own region alone', async () => {
    const file = join(folder, 'own-region.json');
    const region = { id: 'own', name: 'Own', sources: [{ id: 'own-viewer', name: 'Own viewer', protocol: 'launch' }] };
    writeFileSync(file, JSON.stringify({ region, addresses: { 'own-viewer': 'https://viewer.example/launch' }, sources: { 'own-viewer': { issuer: 'https://us.example', signing: { keyFile: 'key.pem', keyId: '1' } } } }));
    const other = await startSimulator('--no-card', '--config', file);
    try {
      const configuration = configurationSchema.parse(JSON.parse(readFileSync(other.ready.configuration, 'utf8')));
      expect(configuration).toMatchObject({ region, addresses: { 'own-viewer': 'https://viewer.example/launch' }, sources: { 'own-viewer': { signing: { keyFile: join(folder, 'key.pem') } } } });
      expect(Object.keys(configuration.addresses)).toEqual(['own-viewer']);
    } finally {
      await other.stop();
    }
  });

  it('prints nothing of a patient beyond the ready line', () => {
    expect(simulator.errors()).toBe('');
  });
});
