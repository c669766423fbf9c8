/** Tracing one person by NHS number. */
import { describe, expect, test } from 'vitest';
import { NetworkFailure } from '../../../main/net/http.ts';
import type { HttpPort, HttpRequest } from '../../../main/net/http.ts';
import { readTrace, tracePatient } from '../../../main/patient/pds.ts';
import type { TraceOutcome } from '../../../main/patient/pds.ts';
import { NHS_NUMBER, patientResource } from '../../integration/record/people.ts';

const person = (more: object = {}): string => JSON.stringify({ ...patientResource(), id: NHS_NUMBER, ...more });
const outcome = (code: string): string => JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'processing', details: { coding: [{ system: 'https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode', code }] } }] });
const sentenceOf = (traced: TraceOutcome): string => ('sentence' in traced ? traced.sentence : '');

describe('readTrace', () => {
  test('a person is traced', () => {
    expect(readTrace(NHS_NUMBER, 200, person())).toMatchObject({ kind: 'traced', demographics: { nhsNumber: NHS_NUMBER, confidentiality: 'unrestricted' }, notices: [] });
  });

  test('a number that was replaced gives the new one, and says both', () => {
    const traced = readTrace(NHS_NUMBER, 200, person({ id: '9990000026' }));
    expect(traced).toMatchObject({ kind: 'superseded', asked: NHS_NUMBER, demographics: { nhsNumber: '9990000026' } });
    expect(traced.kind === 'superseded' ? traced.notices[0] : '').toMatch(/999.000.0018.*999.000.0026/);
  });

  test.each([['R', 'restricted'], ['V', 'very-restricted'], ['U', 'unrestricted'], ['REDACTED', 'restricted']])('confidentiality %s is %s', (code, confidentiality) => {
    const traced = readTrace(NHS_NUMBER, 200, person({ meta: { security: [{ code }] } }));
    expect(traced).toMatchObject({ kind: 'traced', demographics: { confidentiality } });
    expect(traced.kind === 'traced' && traced.notices.length > 0).toBe(confidentiality !== 'unrestricted');
  });

  test('a death is part of the person', () => {
    expect(readTrace(NHS_NUMBER, 200, person({ deceasedDateTime: '2020-10-22T00:00:00+00:00' }))).toMatchObject({ demographics: { died: { day: '2020-10-22' } } });
  });

  test('the usual name comes first, and the home address', () => {
    const traced = readTrace(NHS_NUMBER, 200, person({
      name: [{ use: 'old', family: 'Old' }, { use: 'usual', family: 'Usual' }],
      address: [{ use: 'temp', line: ['2 Hall'] }, { use: 'home', line: ['14 Sample Road', 'Portsmouth'], postalCode: 'PO0 0ZZ' }],
      generalPractitioner: [{ identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'Z99001' } }],
    }));
    expect(traced).toMatchObject({ demographics: { names: [{ family: 'Usual' }, { family: 'Old' }], address: '14 Sample Road, Portsmouth PO0 0ZZ', registeredWith: 'Z99001' } });
  });

  test.each([
    [404, outcome('RESOURCE_NOT_FOUND'), 'not-found'],
    [404, outcome('INVALIDATED_RESOURCE'), 'invalidated'],
    [400, outcome('INVALID_RESOURCE_ID'), 'not-found'],
    [401, outcome('ACCESS_DENIED'), 'refused'],
    [403, outcome('INVALID_VALUE'), 'refused'],
    [429, outcome('TOO_MANY_REQUESTS'), 'failed'],
    [408, outcome('UNABLE_TO_CALL_SERVICE'), 'failed'],
    [500, '{}', 'failed'],
    [404, '{}', 'failed'],
    [200, '<html>log in</html>', 'failed'],
    [200, person().slice(0, 40), 'failed'],
    [200, outcome('TOO_MANY_MATCHES'), 'failed'],
    [200, '{"resourceType":"Bundle"}', 'failed'],
    [200, person({ id: '1234567890' }), 'failed'],
  ])('%i %s', (status, body, kind) => {
    const traced = readTrace(NHS_NUMBER, status, body);
    expect(traced.kind).toBe(kind);
    expect(sentenceOf(traced)).toMatch(/^[A-Z].*\.$/);
  });
});

describe('tracePatient', () => {
  test('sends a request id, the role and the organisation', async () => {
    let sent: HttpRequest | undefined;
    const http: HttpPort = { send: (request) => { sent = request; return Promise.resolve({ status: 200, headers: {}, body: person() }); } };
    await tracePatient('https://pds.example.nhs.uk/FHIR/R4/', { nhsNumber: NHS_NUMBER, roleId: '555254240100', organisation: 'Z99001' }, http, new AbortController().signal);
    expect(sent).toMatchObject({ method: 'GET', url: `https://pds.example.nhs.uk/FHIR/R4/Patient/${NHS_NUMBER}`, headers: { 'x-request-id': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), 'nhsd-session-urid': '555254240100', 'nhsd-end-user-organisation-ods': 'Z99001' } });
  });

  test('a network that fails is a sentence', async () => {
    const http: HttpPort = { send: () => Promise.reject(new NetworkFailure('unreachable', 'x')) };
    expect(await tracePatient('https://pds.example.nhs.uk', { nhsNumber: NHS_NUMBER, roleId: '', organisation: 'Z99001' }, http, new AbortController().signal)).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('cannot be reached') });
  });
});
