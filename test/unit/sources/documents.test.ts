/** Documents behind pointers: fetched where they may be, checked against what was said of them, and never sent a token elsewhere. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type HttpPort, type HttpRequest, type HttpResponse, NetworkFailure } from '../../../main/net/http.ts';
import { sourceId } from '../../../main/record/values.ts';
import { Circuits } from '../../../main/sources/breaker.ts';
import { type DocumentAnswer, type DocumentLocation, locationsIn } from '../../../main/sources/document.ts';
import { createMhdSource } from '../../../main/sources/mhd/mhd-source.ts';
import { createNrlSource } from '../../../main/sources/nrl/nrl-source.ts';
import { providerOf } from '../../../main/sources/nrl/provider.ts';
import { openDocument } from '../../../main/sources/open-document.ts';
import type { Source, SourceRequest } from '../../../main/sources/source.ts';
import { NHS_NUMBER } from '../../integration/record/people.ts';

const BYTES = new TextEncoder().encode('%PDF-1.7 a letter');
const HASH = createHash('sha1').update(BYTES).digest('base64');
const REQUEST: SourceRequest = { nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId: '555254240100', requester: { userId: '910000000001', name: 'Dr Ada Lamb', organisationName: 'Larkfield' } };
const COMMON = { id: sourceId('docs'), name: 'London documents', role: 'shared' } as const;
const SIGNAL = new AbortController().signal;

const mhd = (documentBaseUrl?: string): Source => createMhdSource({ ...COMMON, baseUrl: 'https://exchange.example/mhd', ...(documentBaseUrl === undefined ? {} : { documentBaseUrl }) });
const PROXY = { proxyUrl: 'https://proxy.example', asidFrom: '200000000001', interactionId: 'urn:nhs:names:services:nrl:DocumentReference.content.read', issuer: 'https://site.example' };
const nrl = (more: object = { spineProxy: PROXY }): Source => createNrlSource({ ...COMMON, baseUrl: 'https://nrl.example/FHIR/R4', now: () => new Date('2026-11-22T12:00:00Z'), ...more });
const POINTER = { resourceType: 'DocumentReference', context: { related: [{ identifier: { system: 'https://fhir.nhs.uk/Id/nhsSpineASID', value: '200000000117' } }] } };

function door(response: Partial<HttpResponse> = {}): { readonly http: HttpPort; readonly sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  return { sent, http: { send: async (request) => { sent.push(request); return { status: 200, headers: { 'content-type': 'application/pdf' }, body: '', bytes: BYTES, ...response }; } } };
}

const open = (source: Source, location: DocumentLocation, http: HttpPort, resource: object = POINTER, request = REQUEST): Promise<DocumentAnswer> => source.document?.(location, resource as never, request, http, SIGNAL) ?? Promise.reject(new Error('no document'));
const sentenceOf = (answer: DocumentAnswer): string => (answer.kind === 'outcome' && 'sentence' in answer.outcome ? answer.outcome.sentence : answer.kind);

describe('ITI-68', () => {
  test.each(['documents/7', '/mhd/documents/7', 'https://exchange.example/mhd/documents/7'])('%s is fetched as bytes, with the role and in the form it has', async (url) => {
    const { http, sent } = door();
    const answer = await open(mhd(), { url, contentType: 'application/pdf', size: BYTES.length, hash: HASH }, http);
    expect(answer).toEqual({ kind: 'document', bytes: BYTES, contentType: 'application/pdf' });
    expect(sent[0]).toMatchObject({ method: 'GET', url: 'https://exchange.example/mhd/documents/7', answerAs: 'bytes', headers: { accept: 'application/pdf, */*;q=0.1', 'nhsd-session-urid': '555254240100' } });
  });

  test.each(['https://elsewhere.example/d', '//elsewhere.example/d', 'http://exchange.example/d', 'file:///etc/passwd', 'https://exchange.example:444/d', 'https://[::'])('%s is not fetched', async (url) => {
    const { http, sent } = door();
    expect(sentenceOf(await open(mhd(), { url }, http))).toMatch(/address that this site does not know/);
    expect(sent).toEqual([]);
  });

  test('the one other origin that the site names is fetched from', async () => {
    const { http, sent } = door();
    expect((await open(mhd('https://store.example/files'), { url: 'https://store.example/x/9' }, http)).kind).toBe('document');
    expect(sent).toHaveLength(1);
  });

  test.each<[string, Partial<DocumentLocation>, Partial<HttpResponse>, RegExp]>([
    ['another size than announced', { size: 5 }, {}, /17 bytes where 5 were announced/],
    ['another digest', { hash: 'AAAA' }, {}, /not the one it described/],
    ['a log-in page', { contentType: 'application/pdf' }, { headers: { 'content-type': 'text/html; charset=utf-8' } }, /a web page instead of the document/],
    ['nothing', {}, { bytes: new Uint8Array() }, /an empty document/],
    ['403', {}, { status: 403 }, /does not let this role see the document/],
    ['404', {}, { status: 404 }, /no longer has this document/],
    ['406', {}, { status: 406 }, /in a form that can be shown/],
    ['410', {}, { status: 410 }, /has withdrawn this document/],
    ['500', {}, { status: 500 }, /could not give this document/],
  ])('%s is a sentence and no document', async (_what, location, response, sentence) => {
    const answer = await open(mhd(), { url: 'documents/7', ...location }, door(response).http);
    expect(sentenceOf(answer)).toMatch(sentence);
    expect(sentenceOf(answer)).toContain('London documents');
  });

  test('a network that brings nothing is a sentence', async () => {
    const answer = await open(mhd(), { url: 'documents/7' }, { send: async () => { throw new NetworkFailure('timed-out', 'x'); } });
    expect(sentenceOf(answer)).toMatch(/did not answer in time/);
  });
});

describe('National Record Locator retrieval', () => {
  const DIRECT = 'https://trust.example/plans/1?v=2';

  test.each([DIRECT.replace('https:', 'ssp:'), `https://other-proxy.example/${encodeURIComponent(DIRECT)}`, `https://proxy.example/${DIRECT}`, DIRECT])('%s is fetched through the Spine proxy, which is told who asks', async (url) => {
    const { http, sent } = door();
    expect((await open(nrl(), { url }, http)).kind).toBe('document');
    expect(sent[0]?.url).toBe(`https://proxy.example/${encodeURIComponent(DIRECT)}`);
    const headers = sent[0]?.headers ?? {};
    expect(headers).toMatchObject({ 'ssp-from': '200000000001', 'ssp-to': '200000000117', 'ssp-interactionid': 'urn:nhs:names:services:nrl:DocumentReference.content.read', 'ssp-traceid': expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const [, claims = '', signature] = (headers['authorization'] ?? '').replace('Bearer ', '').split('.');
    expect(signature).toBe('');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      iss: 'https://site.example', sub: 'https://fhir.nhs.uk/Id/sds-role-profile-id|555254240100', aud: 'https://trust.example', iat: 1_795_348_800, exp: 1_795_349_100,
      reason_for_request: 'directcare', scope: 'patient/*.read',
      requesting_system: 'https://fhir.nhs.uk/Id/accredited-system|200000000001',
      requesting_organization: 'https://fhir.nhs.uk/Id/ods-organization-code|Z99001',
      requesting_user: 'https://fhir.nhs.uk/Id/sds-role-profile-id|555254240100',
    });
  });

  test.each<[string, Source, DocumentLocation, SourceRequest, RegExp]>([
    ['without a proxy', nrl({}), { url: DIRECT }, REQUEST, /which this site has not set up/],
    ['without anybody who asks', nrl(), { url: DIRECT }, { nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId: '' }, /has to be told who opens/],
    ['at an address in the clear', nrl(), { url: 'http://trust.example/plans/1' }, REQUEST, /in a way that can be followed/],
    ['at no address', nrl(), { url: 'urn:oid:1.2.3' }, REQUEST, /in a way that can be followed/],
  ])('%s nothing is sent', async (_what, source, location, request, sentence) => {
    const { http, sent } = door();
    expect(sentenceOf(await open(source, location, http, POINTER, request))).toMatch(sentence);
    expect(sent).toEqual([]);
  });

  test('a pointer that does not name its system is fetched from the one the site names, or not at all', () => {
    expect(providerOf(DIRECT, {}, { proxyUrl: 'https://proxy.example', asidTo: '9' })).toEqual({ url: DIRECT, asid: '9' });
    expect(providerOf(DIRECT, {}, { proxyUrl: 'https://proxy.example' })).toBeNull();
    expect(providerOf('https://proxy.example/https%3A%2F%2F%', POINTER, { proxyUrl: 'https://proxy.example' })).toBeNull();
  });
});

describe('openDocument', () => {
  const reference = { resourceType: 'DocumentReference', content: [{ attachment: { url: 'documents/7', title: 'Letter', size: 17 } }, { attachment: { data: 'AAAA' } }, { attachment: { url: 'documents/8' } }] };
  const opening = (http: HttpPort, sources: readonly Source[] = [mhd()]) => ({ sources, raw: (itemId: string) => (itemId === 'docs/DocumentReference/1' ? JSON.stringify(reference) : itemId === 'docs/Patient/1' ? '{"resourceType":"Patient"}' : undefined), request: REQUEST, http, circuits: new Circuits(), hardMs: 1_000 });

  test('the files of a reference are those with an address, in their order', () => {
    expect(locationsIn(reference).map(({ url }) => url)).toEqual(['documents/7', 'documents/8']);
  });

  test('the source that gave the pointer fetches it', async () => {
    const { http, sent } = door();
    expect(await openDocument(opening(http), { itemId: 'docs/DocumentReference/1', which: 0 })).toMatchObject({ kind: 'document' });
    expect(sent[0]?.url).toBe('https://exchange.example/mhd/documents/7');
  });

  test.each<[string, string, number]>([['an item that is not shown', 'docs/DocumentReference/2', 0], ['a file that is not there', 'docs/DocumentReference/1', 2], ['what is no pointer', 'docs/Patient/1', 0], ['another source', 'doc/DocumentReference/1', 0]])('%s is nothing', async (_what, itemId, which) => {
    const { http, sent } = door();
    expect(await openDocument(opening(http), { itemId, which })).toBeNull();
    expect(sent).toEqual([]);
  });

  test('a mistake in the source is a sentence, and what it held is not repeated', async () => {
    const broken: Source = { ...mhd(), document: () => Promise.reject(new Error('patient 9990000018')) };
    const answer = await openDocument(opening(door().http, [broken]), { itemId: 'docs/DocumentReference/1', which: 0 });
    expect(JSON.stringify(answer)).toMatch(/could not read/);
    expect(JSON.stringify(answer)).not.toContain('9990000018');
  });
});
