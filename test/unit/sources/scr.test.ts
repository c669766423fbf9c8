/** The Summary Care Record: who may see it is asked before it is fetched, and a summary is never taken for the whole. */
import { describe, expect, test } from 'vitest';
import { sourceId } from '../../../main/record/values.ts';
import { createScrSource } from '../../../main/sources/scr/scr-source.ts';
import type { SourceRequest } from '../../../main/sources/source.ts';
import { askSource, bundle, json, outcome, PATIENT, REQUEST, scripted } from './scripted-http.ts';

const BASE = 'https://scr.example.nhs.uk/summary-care-record/FHIR/R4';
const source = createScrSource({ id: sourceId('scr'), name: 'Summary Care Record', role: 'shared', baseUrl: BASE });
const UUID = 'FA60BE64-1F34-11EB-A2A8-000C29A364EB';

const pointer = (label?: string, more: object = {}): object => ({
  resourceType: 'DocumentReference', id: 'd1', subject: { reference: 'Patient/p1' },
  masterIdentifier: { system: 'https://fhir.nhs.uk/Id/nhsSCRUUID', value: UUID },
  ...(label === undefined ? {} : { securityLabel: [{ coding: [{ system: 'https://fhir.nhs.uk/CodeSystem/SCR-ACSPermission', code: label }] }] }),
  content: [{ attachment: { url: 'https://elsewhere.example/stolen' } }],
  ...more,
});
const composition = { resourceType: 'Composition', id: 'c1', date: '2026-11-17T01:00:00+00:00', subject: { reference: 'Patient/p1' } };
const answering = (found: object, summary: object = bundle([composition, PATIENT])) => scripted(({ url }) => json(url.includes('/Bundle?') ? summary : found));
const without = ({ permissionToView: _asked, ...request }: SourceRequest): SourceRequest => request;

describe('permission to view', () => {
  test.each(['Ask', 'Yes', undefined])('where the label says %s, nothing is fetched before the patient is asked', async (label) => {
    const { http, sent } = answering(bundle([pointer(label)]));
    const { end, pages } = await askSource(source, http, without(REQUEST));
    expect(end.outcome).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/only with the patient’s permission, which cannot be recorded here yet/) });
    expect(pages).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  test.each(['No', 'no'])('a patient who said %s is not overruled', async (label) => {
    const { http, sent } = answering(bundle([pointer(label)]));
    const { end } = await askSource(source, http);
    expect(end.outcome).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/asked not to be shown/) });
    expect(sent).toHaveLength(1);
  });

  test('once it is given, the summary comes', async () => {
    const { http, sent } = answering(bundle([pointer('Ask')]));
    const { end, pages } = await askSource(source, http);
    expect(sent.map(({ url }) => url)).toEqual([
      `${BASE}/DocumentReference?patient=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C9990000018&type=http%3A%2F%2Fsnomed.info%2Fsct%7C196981000000101&_sort=date&_count=1`,
      `${BASE}/Bundle?composition.identifier=${UUID}&composition.subject:Patient.identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C9990000018`,
    ]);
    for (const { headers } of sent) expect(headers).toMatchObject({ 'nhsd-session-urid': REQUEST.roleId, 'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(pages).toMatchObject([{ release: 'R4', subject: 'composition' }]);
    expect(end.outcome).toMatchObject({ kind: 'partial', because: 'summary', lacks: expect.arrayContaining(['allergies', 'medication']), generatedAt: { text: '2026-11-17T01:00:00+00:00' } });
  });

  test('where the service wants more than that, it says what', async () => {
    const { http } = scripted(({ url }) => (url.includes('/Bundle?') ? json({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'forbidden', details: { text: 'PSIS-30418 ACF does not permit access' } }] }, 420) : json(bundle([pointer('Ask')]))));
    const { end } = await askSource(source, http);
    expect(end.outcome).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/a role that may, care for this patient that it knows of, and the patient’s permission/) });
  });
});

describe('an answer that is not a summary', () => {
  test('none held', async () => {
    const { end } = await askSource(source, answering(bundle([])).http);
    expect(end.outcome).toMatchObject({ kind: 'none-held' });
  });

  test.each([
    ['no identifier', { masterIdentifier: undefined }],
    ['an identifier of something else', { masterIdentifier: { system: 'urn:other', value: UUID } }],
    ['one that would be an address', { masterIdentifier: { system: 'https://fhir.nhs.uk/Id/nhsSCRUUID', value: '../$setPermission' } }],
  ])('a pointer with %s leads nowhere', async (_what, change) => {
    const { http, sent } = answering(bundle([pointer('Ask', change)]));
    const { end } = await askSource(source, http);
    expect(end.outcome).toMatchObject({ kind: 'failed', sentence: expect.stringMatching(/does not say which summary/) });
    expect(sent).toHaveLength(1);
  });

  test('a bundle without its Composition has failed', async () => {
    const { end, pages } = await askSource(source, answering(bundle([pointer('Ask')]), bundle([PATIENT])).http);
    expect(end.outcome).toMatchObject({ kind: 'failed' });
    expect(pages).toEqual([]);
  });

  test('a summary that came short says so', async () => {
    const { end } = await askSource(source, answering(bundle([pointer('Ask')]), bundle([composition, PATIENT], { total: 48 })).http);
    expect(end.outcome).toMatchObject({ kind: 'partial', because: 'incomplete', sentence: expect.stringMatching(/sent 2 of the 48 entries/) });
  });

  test('with two patients in it a summary vouches for nothing that names nobody', async () => {
    const { pages } = await askSource(source, answering(bundle([pointer('Ask')]), bundle([composition, PATIENT, { ...PATIENT, id: 'p2' }])).http);
    expect(pages[0]).not.toHaveProperty('subject');
  });

  test('an error in place of the pointer is said', async () => {
    const { end } = await askSource(source, scripted(() => json(outcome('NO_PATIENT_CONSENT', 'forbidden'), 403)).http);
    expect(end.outcome).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/has not agreed to share/) });
  });
});
