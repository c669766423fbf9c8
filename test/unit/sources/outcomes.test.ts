/** Every source against everything a server can do: what it comes to, and the sentence it gives. */
import { describe, expect, test } from 'vitest';
import type { HttpRequest, HttpResponse, NetworkFailureKind } from '../../../main/net/http.ts';
import { sourceId } from '../../../main/record/values.ts';
import { createFhirR4Source } from '../../../main/sources/fhir-r4/fhir-r4-source.ts';
import { createFhirStu3Source } from '../../../main/sources/fhir-stu3/fhir-stu3-source.ts';
import { createGpConnectSource } from '../../../main/sources/gp-connect/gp-connect-source.ts';
import { createIpsSource } from '../../../main/sources/ips/ips-source.ts';
import { createScrSource } from '../../../main/sources/scr/scr-source.ts';
import type { Source } from '../../../main/sources/source.ts';
import { NHS_NUMBER } from '../../integration/record/people.ts';
import { askSource, bundle, json, outcome, PATIENT, scripted, STRANGER } from './scripted-http.ts';

const NAME = 'Harbour record';
const options = { id: sourceId('harbour'), name: NAME, role: 'shared', baseUrl: 'https://record.example.nhs.uk/FHIR' } as const;

interface Way {
  readonly source: Source;
  /** A right answer. */
  readonly answer: (request: HttpRequest, patient: object) => object;
  /** Whether a request may go wrong: the step whose failing decides the outcome. */
  readonly decides: (request: HttpRequest) => boolean;
}

const searches = (source: Source): Way => ({
  source,
  answer: ({ url }, patient) => bundle(url.includes('/Patient?') ? [patient] : []),
  decides: ({ url }) => url.includes('/Patient?'),
});

const pointer = { resourceType: 'DocumentReference', id: 'd1', subject: { reference: 'Patient/p1' }, masterIdentifier: { system: 'https://fhir.nhs.uk/Id/nhsSCRUUID', value: 'FA60BE64-1F34-11EB-A2A8-000C29A364EB' }, securityLabel: [{ coding: [{ system: 'https://fhir.nhs.uk/CodeSystem/SCR-ACSPermission', code: 'Ask' }] }] };
const summary = (patient: object): object => bundle([{ resourceType: 'Composition', id: 'c1', subject: { reference: 'Patient/p1' }, date: '2026-11-17T01:00:00+00:00' }, patient]);
const scr = (step: 'DocumentReference' | 'Bundle'): Way => ({
  source: createScrSource(options),
  answer: ({ url }, patient) => (url.includes('/Bundle?') ? summary(patient) : bundle([pointer, patient])),
  decides: ({ url }) => url.includes(`/${step}?`),
});

const gpConnect = (route: 'clinical-data-gateway' | 'spine-proxy'): Way => ({
  source: createGpConnectSource({ ...options, route, ...(route === 'spine-proxy' ? { spineProxy: { proxyUrl: 'https://proxy.example.nhs.uk', asidFrom: '200000000359', asidTo: '918999198993', interactionId: 'urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1', issuer: 'https://lanyard.example.nhs.uk/' } } : {}) }),
  answer: (_request, patient) => bundle([patient], { type: 'collection' }),
  decides: () => true,
});

const WAYS: Readonly<Record<string, Way>> = {
  'fhir-r4': searches(createFhirR4Source(options)),
  'fhir-stu3': searches(createFhirStu3Source(options)),
  ips: { source: createIpsSource(options), answer: (_request, patient) => bundle([{ resourceType: 'Composition', subject: { reference: 'Patient/p1' } }, patient], { type: 'document' }), decides: () => true },
  'gp-connect by the gateway': gpConnect('clinical-data-gateway'),
  'gp-connect by the Spine proxy': gpConnect('spine-proxy'),
  'scr, looking for a summary': scr('DocumentReference'),
  'scr, fetching the summary': scr('Bundle'),
};

const SCR_WORDS = /does not let you see it: it wants a role that may/;

/** What the server does, what it comes to and in which words; `scr` where the Summary Care Record says it its own way. */
type Fault = readonly [what: string, fault: (right: string) => HttpResponse | NetworkFailureKind, kind: string, sentence: RegExp, scr?: RegExp];
const FAULTS: readonly Fault[] = [
  ['refuses the connection', () => 'unreachable', 'failed', /cannot be reached\. Check the network/],
  ['does not answer', () => 'timed-out', 'timed-out', /did not answer in time/],
  ['breaks off', () => 'reset', 'failed', /broke off before its answer was complete/],
  ['cannot prove who it is', () => 'untrusted', 'failed', /could not prove who it is/],
  ['sends without end', () => 'too-large', 'failed', /more than can be read/],
  ['sends on to another address', () => 'refused-address', 'failed', /Nothing was sent there/],
  ['says 400', () => json('', 400), 'failed', /could not answer this request/],
  ['says 401', () => json('', 401), 'refused', /Sign out, then sign in again/],
  ['says 403', () => json('', 403), 'refused', /does not let this role see/, SCR_WORDS],
  ['says 403 for want of consent', () => json(outcome('NO_PATIENT_CONSENT', 'forbidden'), 403), 'refused', /has not agreed to share/],
  ['says 403 for this organisation', () => json(outcome('NO_ORGANISATION_CONSENT', 'forbidden'), 403), 'refused', /does not share its records with this organisation/, SCR_WORDS],
  ['says 403 for an ASID', () => json(outcome('ASID_CHECK_FAILED', 'forbidden'), 403), 'refused', /The Spine does not let this system/, SCR_WORDS],
  ['says 404 and nothing more', () => json('', 404), 'failed', /Nothing answers at the address/],
  ['says 404 for the patient', () => json(outcome('PATIENT_NOT_FOUND', 'not-found'), 404), 'none-held', /says the same of patients who have left or died.*kept back from everybody/],
  ['says 404 for the record', () => json(outcome('NO_RECORD_FOUND', 'not-found'), 404), 'none-held', /holds no record of this patient/],
  ['says 410', () => json('', 410), 'failed', /Nothing answers at the address/],
  ['says 420', () => json(outcome('', 'forbidden'), 420), 'refused', /does not let this role see/, SCR_WORDS],
  ['says 422', () => json(outcome('INVALID_PARAMETER', 'invalid'), 422), 'failed', /could not answer this request/],
  ['says 429', () => json('', 429), 'failed', /busy\. Wait a moment/],
  ['says 429 and for how long', () => json(outcome('TOO_MANY_REQUESTS'), 429, { 'retry-after': '30' }), 'failed', /busy\. Wait 30 seconds/],
  ['says 429 until a date', () => json('', 429, { 'retry-after': 'Sun, 22 Nov 2026 21:00:00 GMT' }), 'failed', /busy\. Wait a moment/],
  ['says 500', () => json('', 500), 'failed', /fault of its own/],
  ['says 502', () => json(outcome('', 'exception'), 502), 'failed', /fault of its own/],
  ['says 503 and for how long', () => json('', 503, { 'retry-after': '300' }), 'failed', /busy\. Wait 5 minutes/],
  ['sends a log-in page with 200', () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Log in</title>' }), 'failed', /web page instead of a record/],
  ['sends XML', () => ({ status: 200, headers: { 'content-type': 'application/fhir+xml' }, body: '<Bundle xmlns="http://hl7.org/fhir"/>' }), 'failed', /in XML although it was asked for JSON/],
  ['breaks off in the middle of JSON', (right) => json(right.slice(0, -9)), 'failed', /breaks off or is damaged/],
  ['sends nothing with 200', () => json(''), 'failed', /breaks off or is damaged/],
  ['sends null', () => json('null'), 'failed', /something other than a record/],
  ['sends another resource', () => json({ resourceType: 'CapabilityStatement' }), 'failed', /something other than a record/],
  ['says an error with 200', () => json(outcome('TOO_MANY_MATCHES'), 200), 'failed', /could not answer this request/],
];

describe.each(Object.entries(WAYS))('%s', (protocol, way) => {
  test.each(FAULTS.map(([what, fault, kind, sentence, scrSentence = sentence]) => ({ what, fault, kind, sentence, scrSentence })))('a server that $what', async ({ fault, kind, sentence, scrSentence }) => {
    const { http } = scripted((request) => (way.decides(request) ? fault(JSON.stringify(way.answer(request, PATIENT))) : json(way.answer(request, PATIENT))));
    const { end, pages } = await askSource(way.source, http);
    expect(end.outcome).toMatchObject({ kind, sentence: expect.stringMatching(protocol.startsWith('scr') ? scrSentence : sentence) });
    expect(end.outcome).toMatchObject({ sentence: expect.stringContaining(NAME) });
    expect(pages).toEqual([]);
    expect(JSON.stringify(end)).not.toContain(NHS_NUMBER);
  });

  test('a right answer, and the same of somebody else: the guard is given what it needs to tell them apart', async () => {
    for (const patient of [PATIENT, STRANGER]) {
      const { http } = scripted((request) => json(way.answer(request, patient)));
      const { end, pages } = await askSource(way.source, http);
      expect(['answered', 'partial']).toContain(end.outcome.kind);
      expect(JSON.stringify(pages[0]?.body)).toContain(JSON.stringify(patient));
    }
  });

  test('nobody but the server is asked, and the address of every request stays below its own', async () => {
    const { http, sent } = scripted((request) => json(way.answer(request, PATIENT)));
    await askSource(way.source, http);
    for (const { url } of sent) expect(url.includes('https://record.example.nhs.uk/FHIR/')).toBe(true);
  });
});

test.each(['fhir-r4', 'fhir-stu3'])('%s asks nothing more of a server that answers with somebody else', async (protocol) => {
  const { source, answer } = WAYS[protocol] as Way;
  const { http, sent } = scripted((request) => json(answer(request, STRANGER)));
  await askSource(source, http);
  expect(sent).toHaveLength(1);
});

test('“patient not found” closes no part of the record', async () => {
  const { http } = scripted(() => json(outcome('PATIENT_NOT_FOUND', 'not-found'), 404));
  const { end } = await askSource((WAYS['gp-connect by the gateway'] as Way).source, http);
  expect(end.outcome).toMatchObject({ kind: 'none-held', notOffered: expect.arrayContaining(['allergies', 'medication', 'problems']) });
});
