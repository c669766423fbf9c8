/** The national services beside the regions: pointers, the Summary Care Record, the Spine proxy and a region's viewer. */
import type { Bundle, Composition, DocumentReference } from 'fhir/r4';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { viewer } from '../../../simulator/exchange/viewer.ts';
import type { Answer, Ask } from '../../../simulator/http/service.ts';
import { uncheckedTokens } from '../../../simulator/identity/tokens.ts';
import { CONSUMER_ASID, PROVIDERS } from '../../../simulator/national/providers.ts';
import { recordLocator } from '../../../simulator/national/record-locator.ts';
import { spineProxy } from '../../../simulator/national/spine-proxy.ts';
import { summaryCareRecord } from '../../../simulator/national/summary-care-record.ts';

const ORIGIN = 'http://127.0.0.1:1';
const NHS = 'https://fhir.nhs.uk/Id/nhs-number|';
const MARGARET = '9990123454';
const NOW = Date.parse('2026-11-22T12:00:00Z');
const ids = { 'x-request-id': '11111111-2222-3333-4444-555555555555', 'nhsd-end-user-organisation-ods': 'Z99001', authorization: 'Bearer any' };

function ask(prefix: string, rest: string, more: Partial<Ask> = {}): Ask {
  const url = new URL(`${ORIGIN}${prefix}${rest}`);
  return { method: 'GET', url, path: url.pathname.slice(prefix.length + 1), headers: ids, body: '', bytes: Buffer.alloc(0), mistaken: false, ...more };
}

const resource = <R>(answer: Answer): R => JSON.parse(String(answer.body)) as R;

describe('the record locator', () => {
  const locator = recordLocator(`${ORIGIN}/nrl`, `${ORIGIN}/ssp`, uncheckedTokens());
  const search = (query: string, more: Partial<Ask> = {}): Answer => locator(ask('/nrl', `/DocumentReference?${query}`, more));

  it('points at the ReSPECT form, through the proxy, with the provider\'s ASID', () => {
    const bundle = resource<Bundle<DocumentReference>>(search(`subject:identifier=${NHS}${MARGARET}`));
    const pointer = bundle.entry?.[0]?.resource;
    expect(pointer).toMatchObject({ type: { coding: [{ code: '1382601000000107' }] }, custodian: { identifier: { value: 'Z99401' } }, context: { related: [{ identifier: { value: PROVIDERS.community.asid } }] } });
    expect(pointer?.content[0]?.attachment.url).toMatch(/^http:\/\/127\.0\.0\.1:1\/ssp\/https%3A%2F%2F/);
  });

  it.each([
    ['by type', '&type=http://snomed.info/sct|1382601000000107,http://snomed.info/sct|736253002', 1],
    ['by another type', '&type=http://snomed.info/sct|736253002', 0],
    ['by category', '&category=http://snomed.info/sct|734163000', 2],
    ['by another category', '&category=http://snomed.info/sct|823651000000106', 0],
    ['by custodian', '&custodian:identifier=https://fhir.nhs.uk/Id/ods-organization-code|Z99401', 2],
    ['by another custodian', '&custodian:identifier=https://fhir.nhs.uk/Id/ods-organization-code|Z99301', 0],
    ['counted only', '&_summary=count', 2],
  ])('%s', (_what, query, total) => {
    const bundle = resource<Bundle>(search(`subject:identifier=${NHS}${MARGARET}${query}`));
    expect([bundle.total, query.includes('count') ? bundle.entry : []]).toEqual([total, query.includes('count') ? undefined : []]);
  });

  it('takes the search as a form, and reads one pointer by its id', () => {
    const found = resource<Bundle<DocumentReference>>(locator(ask('/nrl', '/DocumentReference/_search', { method: 'POST', body: `subject:identifier=${NHS}${MARGARET}` })));
    const id = found.entry?.[0]?.resource?.id ?? '';
    expect(resource<DocumentReference>(locator(ask('/nrl', `/DocumentReference/${id}`)))).toMatchObject({ id });
  });

  it.each([
    ['no organisation', `subject:identifier=${NHS}${MARGARET}`, { headers: { ...ids, 'nhsd-end-user-organisation-ods': '' } }, 400],
    ['no request id', `subject:identifier=${NHS}${MARGARET}`, { headers: { ...ids, 'x-request-id': '' } }, 400],
    ['no token', `subject:identifier=${NHS}${MARGARET}`, { headers: { ...ids, authorization: '' } }, 401],
    ['no NHS number', `subject:identifier=${NHS}123`, {}, 400],
    ['another code system', `subject:identifier=${NHS}${MARGARET}&type=http://loinc.org|1`, {}, 400],
    ['an unknown parameter', `subject:identifier=${NHS}${MARGARET}&shoe=7`, {}, 400],
  ])('%s is refused', (_what, query, more, status) => {
    expect(search(query, more).status).toBe(status);
  });

  it('points at a care plan that no region has, by an address of the Spine', () => {
    const found = resource<Bundle<DocumentReference>>(search(`subject:identifier=${NHS}${MARGARET}&type=http://snomed.info/sct|887701000000100`));
    expect(found.entry?.map((one) => one.resource?.content[0]?.attachment.url)).toEqual([expect.stringMatching(/^ssp:\/\/records\.solent-shore\.example\//)]);
  });

  it('knows nothing under a former number', () => {
    expect(resource<Bundle>(search(`subject:identifier=${NHS}9990234566`)).total).toBe(0);
  });
});

describe('the Summary Care Record', () => {
  const start = (): ((path: string, more?: Partial<Ask>) => Answer) => {
    const service = summaryCareRecord(`${ORIGIN}/scr`, uncheckedTokens());
    return (path, more) => service(ask('/scr', path, more));
  };
  const find = (number: string): string => `/DocumentReference?patient=${NHS}${number}&type=http://snomed.info/sct|196981000000101&_sort=date&_count=1`;
  const permission = (answer: Answer): string | undefined => resource<Bundle<DocumentReference>>(answer).entry?.[0]?.resource?.securityLabel?.[0]?.coding?.[0]?.code;
  const retrieve = (call: ReturnType<typeof start>, number: string): Answer => {
    const pointer = resource<Bundle<DocumentReference>>(call(find(number))).entry?.[0]?.resource;
    return call(`/Bundle?composition.identifier=${pointer?.masterIdentifier?.value}&composition.subject:Patient.identifier=${NHS}${number}`);
  };

  it('gives the practice\'s summary as sections, its Patient with a number and nothing else', () => {
    const bundle = resource<Bundle>(retrieve(start(), MARGARET));
    expect([bundle.type, bundle.total]).toEqual(['searchset', bundle.entry?.length]);
    const composition = bundle.entry?.[0]?.resource as Composition;
    const codes = composition.section?.map(({ code }) => code?.coding?.[0]?.code);
    expect(codes).toEqual(['Title', 'AllergiesHeader', 'AcuteMedsHeader', 'RepeatMedsHeader', 'DiscRepeatMedsHeader', 'DiagnosesHeader']);
    expect(JSON.stringify(composition)).toContain('Ramipril 5mg capsules');
    expect(Object.keys(bundle.entry?.find((one) => one.resource?.resourceType === 'Patient')?.resource ?? {}).sort()).toEqual(['id', 'identifier', 'resourceType']);
  });

  it('says what the patient said, and takes a new permission', () => {
    const call = start();
    expect([permission(call(find(MARGARET))), permission(call(find('9991012346'))), permission(call(find('9990789010')))]).toEqual(['Yes', 'Ask', 'No']);
    expect(retrieve(call, '9990789010').status).toBe(403);
    const body = JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'setPermissions', part: [{ name: 'nhsNumber', valueString: '9990789010' }, { name: 'permissionCode', valueCoding: { code: 'Yes' } }] }] });
    expect(call('/$setPermission', { method: 'POST', body }).status).toBe(201);
    expect(retrieve(call, '9990789010').status).toBe(200);
  });

  it.each([
    ['restricted: the access framework refuses', find('9990345678'), 420],
    ['nobody of that number', find('9434765919'), 200],
    ['not an NHS number', find('123'), 400],
    ['an alert', '/AuditEvent', 201],
  ])('%s', (_what, path, status) => {
    expect(start()(path, path === '/AuditEvent' ? { method: 'POST', body: '{}' } : {}).status).toBe(status);
  });
});

describe('the Spine proxy checks strictly', () => {
  const proxy = spineProxy(() => NOW);
  const iat = NOW / 1_000;
  const practitioner = { resourceType: 'Practitioner', id: '555254240100', identifier: [{ system: 'https://fhir.nhs.uk/Id/sds-user-id', value: '555254240100' }, { system: 'https://fhir.nhs.uk/Id/sds-role-profile-id', value: '555254240101' }], name: [{ family: 'Nair' }] };
  const gpConnect = {
    iss: 'https://signin.example', sub: '555254240100', aud: PROVIDERS.practice.baseUrl, iat, exp: iat + 300, reason_for_request: 'directcare', requested_scope: 'patient/*.read',
    requesting_device: { resourceType: 'Device', identifier: [{ system: 'https://x.example', value: '1' }], model: 'Lanyard', version: '1' },
    requesting_organization: { resourceType: 'Organization', identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'Z99001' }], name: 'Harbour Health Centre' },
    requesting_practitioner: practitioner,
  };
  const role = 'https://fhir.nhs.uk/Id/sds-role-profile-id|555254240101';
  const locator = {
    iss: 'https://signin.example', sub: role, aud: PROVIDERS.community.baseUrl, iat, exp: iat + 300, reason_for_request: 'directcare', scope: 'patient/*.read',
    requesting_system: `https://fhir.nhs.uk/Id/accredited-system|${CONSUMER_ASID}`, requesting_organization: 'https://fhir.nhs.uk/Id/ods-organization-code|Z99001', requesting_user: role,
  };
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = (claims: object, header: object = { alg: 'none', typ: 'JWT' }, signature = ''): string => `Bearer ${encoded(header)}.${encoded(claims)}.${signature}`;
  const headers = (authorization: string, to: keyof typeof PROVIDERS = 'practice'): Record<string, string> => ({
    authorization, 'ssp-traceid': ids['x-request-id'], 'ssp-from': CONSUMER_ASID, 'ssp-to': PROVIDERS[to].asid, 'ssp-interactionid': PROVIDERS[to].interaction, 'content-type': 'application/fhir+json;charset=utf-8', 'cache-control': 'no-store',
  });
  const body = JSON.stringify({ resourceType: 'Parameters', parameter: [{ name: 'patientNHSNumber', valueIdentifier: { system: NHS.slice(0, -1), value: MARGARET } }] });
  const structured = (more: Partial<Ask> = {}, target = `${PROVIDERS.practice.baseUrl}/Patient/$gpc.getstructuredrecord`): Answer => proxy(ask('/ssp', `/${target}`, { method: 'POST', headers: headers(token(gpConnect)), body, ...more }));

  it.each([['as it is', (target: string) => target], ['percent-encoded', encodeURIComponent]])('the provider\'s address %s', (_how, write) => {
    const answer = structured({}, write(`${PROVIDERS.practice.baseUrl}/Patient/$gpc.getstructuredrecord`));
    expect([answer.status, resource<Bundle>(answer).resourceType]).toEqual([200, 'Bundle']);
  });

  it.each([
    ['ssp-traceid', '', 400], ['ssp-traceid', 'not-a-uuid', 400], ['ssp-from', '1', 403], ['ssp-to', '1', 403], ['ssp-interactionid', 'urn:other', 400],
    ['authorization', '', 400], ['authorization', 'Bearer x', 400], ['content-type', 'application/json', 415], ['cache-control', 'max-age=60', 400],
  ])('header %s: %j is %i', (name, value, status) => {
    expect(structured({ headers: { ...headers(token(gpConnect)), [name]: value } }).status).toBe(status);
  });

  it.each([
    ['iss', { iss: 'me' }], ['sub', { sub: 'another' }], ['aud', { aud: 'https://elsewhere.example' }], ['exp', { exp: iat + 301 }], ['exp', { exp: iat + 299 }],
    ['iat', { iat: iat + 60, exp: iat + 360 }], ['expired', { iat: iat - 400, exp: iat - 100 }], ['whole seconds', { iat: iat + 0.5, exp: iat + 300.5 }], ['reason_for_request', { reason_for_request: 'audit' }],
    ['requested_scope', { requested_scope: 'patient/*.write' }], ['requesting_device', { requesting_device: {} }], ['requesting_organization', { requesting_organization: { resourceType: 'Organization', name: 'X' } }],
    ['requesting_practitioner', { requesting_practitioner: { ...practitioner, name: undefined } }], ['sds-role-profile-id', { requesting_practitioner: { ...practitioner, identifier: practitioner.identifier.slice(0, 1) } }],
  ])('claim %s %j is refused and named', (name, claims) => {
    const answer = structured({ headers: headers(token({ ...gpConnect, ...claims })) });
    expect(answer.status).toBe(400);
    expect(String(answer.body)).toContain(name);
  });

  it.each([['alg', { alg: 'RS512', typ: 'JWT' }, ''], ['typ', { alg: 'none' }, ''], ['empty signature', { alg: 'none', typ: 'JWT' }, 'abc']])('token with a wrong %s is refused', (name, header, signature) => {
    const answer = structured({ headers: headers(token(gpConnect, header, signature)) });
    expect([answer.status, String(answer.body).includes(name)]).toEqual([400, true]);
  });

  it('gives a pointer\'s document to whoever may have it', () => {
    const nrl = recordLocator(`${ORIGIN}/nrl`, `${ORIGIN}/ssp`, uncheckedTokens());
    const pointer = resource<Bundle<DocumentReference>>(nrl(ask('/nrl', `/DocumentReference?subject:identifier=${NHS}${MARGARET}`))).entry?.[0]?.resource;
    const path = new URL(pointer?.content[0]?.attachment.url ?? '').pathname.slice('/ssp'.length);
    const answer = proxy(ask('/ssp', path, { headers: headers(token(locator), 'community') }));
    expect([answer.status, String(answer.body).slice(0, 5)]).toEqual([200, '%PDF-']);
    for (const wrong of [{ sub: '555254240100' }, { scope: 'x' }, { requesting_system: 'x' }, { requesting_organization: 'x' }, { requesting_user: 'x', sub: 'x' }, { exp: iat + 301 }]) {
      expect(proxy(ask('/ssp', path, { headers: headers(token({ ...locator, ...wrong }), 'community') })).status).toBe(400);
    }
  });

  it('knows nobody else', () => {
    expect(structured({}, 'https://elsewhere.example/Patient/$gpc.getstructuredrecord').status).toBe(404);
    expect(structured({}, `${PROVIDERS.practice.baseUrl}/Patient/$gpc.other`).status).toBe(501);
  });
});

describe('a region\'s own viewer', () => {
  const BASE = '/viewer/launch';
  let open: (claims: object, more?: { other?: boolean; query?: string }) => Promise<Answer>;
  const claims = (): Record<string, unknown> => ({
    iss: 'https://lanyard.example', sub: '555254240100', aud: ORIGIN, iat: NOW / 1_000, nbf: NOW / 1_000, exp: NOW / 1_000 + 60, jti: crypto.randomUUID(),
    patient: `${NHS}${MARGARET}`, birthdate: '1948-03-12', location: 'https://fhir.nhs.uk/Id/ods-organization-code|Z99001', practitioner: 'https://fhir.nhs.uk/Id/sds-user-id|555254240100',
  });

  beforeAll(async () => {
    const [ours, others] = await Promise.all([generateKeyPair('RS512', { extractable: true }), generateKeyPair('RS512')]);
    const service = viewer({ name: 'London Care Record', region: 'one-london', key: { ...(await exportJWK(ours.publicKey)), alg: 'RS512' }, audience: ORIGIN, now: () => NOW });
    open = async (said, { other = false, query } = {}) => {
      const signed = await new SignJWT(said as Record<string, unknown>).setProtectedHeader({ alg: 'RS512', typ: 'JWT' }).sign(other ? others.privateKey : ours.privateKey);
      return service(ask(BASE, query ?? `?launch=${signed}`));
    };
  });

  it('opens once', async () => {
    const said = claims();
    const [first, second] = [await open(said), await open(said)];
    expect([first.status, second.status]).toEqual([200, 401]);
    expect(String(first.body)).toContain('Margaret ASHWORTH');
    expect(first.headers?.['content-security-policy']).toBe("default-src 'none'");
  });

  it.each([
    ['somebody else\'s signature', {}, { other: true }, 401],
    ['another audience', { aud: 'https://elsewhere.example' }, {}, 401],
    ['expired', { exp: NOW / 1_000 - 10 }, {}, 401],
    ['good for an hour', { exp: NOW / 1_000 + 3_600 }, {}, 401],
    ['no id', { jti: undefined }, {}, 401],
    ['no practitioner', { practitioner: undefined }, {}, 401],
    ['a bare number for the patient', { patient: MARGARET }, {}, 401],
    ['another birth date', { birthdate: '1950-01-01' }, {}, 409],
    ['nobody it knows', { patient: `${NHS}9990890129` }, {}, 404],
    ['a number in the address', {}, { query: `?nhsNumber=${MARGARET}` }, 400],
    ['no token', {}, { query: '?launch=x' }, 400],
  ])('%s is refused', async (_what, change, more, status) => {
    const answer = await open({ ...claims(), ...change }, more);
    expect(answer.status).toBe(status);
    expect(String(answer.body)).not.toContain('ASHWORTH');
  });
});
