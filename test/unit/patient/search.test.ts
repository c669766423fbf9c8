/** Finding one person by demographics: what comes of each answer. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HttpPort, HttpRequest } from '../../../main/net/http.ts';
import { NetworkFailure } from '../../../main/net/http.ts';
import { createPatientIndex } from '../../../main/patient/patient-index.ts';
import { readSearch } from '../../../main/patient/search.ts';
import type { SearchOutcome } from '../../../main/patient/search.ts';
import type { SearchCriteria } from '../../../main/patient/search-criteria.ts';
import { NHS_NUMBER, patientResource } from '../../integration/record/people.ts';

const CRITERIA: SearchCriteria = { family: 'Ashworth', given: [], born: { from: '1948-03-12', to: '1948-03-12' }, gender: null, postcode: null };
const person = (more: object = {}): object => ({ ...patientResource(), id: NHS_NUMBER, ...more });
const OTHER = '9990000026';

function searchset(resources: readonly object[], more: object = {}): string {
  return JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: resources.length, entry: resources.map((resource) => ({ search: { score: 1 }, resource })), ...more });
}

function outcome(code: string): string {
  return JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'multiple-matches', details: { coding: [{ system: 'https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode', code }] } }] });
}

const sentenceOf = (found: SearchOutcome): string => ('sentence' in found ? found.sentence : '');

describe('readSearch', () => {
  test('one match is named', () => {
    expect(readSearch(CRITERIA, 200, searchset([person()]))).toMatchObject({ kind: 'one', demographics: { nhsNumber: NHS_NUMBER, names: [{ family: 'Ashworth' }] }, notices: [] });
  });

  test('of several nothing is handed on but their number', () => {
    const found = readSearch(CRITERIA, 200, searchset([person(), person({ id: OTHER })]));
    expect(found).toMatchObject({ kind: 'several', count: 2 });
    expect(JSON.stringify(found)).not.toMatch(/Ashworth|999/);
  });

  test('more than PDS sent are counted as PDS counts them', () => {
    expect(readSearch(CRITERIA, 200, searchset([person()], { total: 7 }))).toMatchObject({ kind: 'several', count: 7 });
  });

  test('the same person twice is one', () => {
    expect(readSearch(CRITERIA, 200, searchset([person(), person()])).kind).toBe('one');
  });

  test('a match that cannot be read is still a match: nobody is chosen beside it', () => {
    expect(readSearch(CRITERIA, 200, searchset([person(), person({ id: '123' })]))).toMatchObject({ kind: 'several', count: 2 });
    expect(readSearch(CRITERIA, 200, searchset([person({ id: '123' })])).kind).toBe('failed');
  });

  test.each([[200], [400]])('too many matches come with %i and an OperationOutcome', (status) => {
    const found = readSearch(CRITERIA, status, outcome('TOO_MANY_MATCHES'));
    expect(found).toMatchObject({ kind: 'too-many', sentence: expect.stringContaining('Add a given name') });
  });

  test('none', () => {
    expect(readSearch(CRITERIA, 200, JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: 0 })).kind).toBe('none');
  });

  test('a restricted person says so, and has no address', () => {
    const found = readSearch(CRITERIA, 200, searchset([person({ meta: { security: [{ code: 'R' }] } })]));
    expect(found).toMatchObject({ kind: 'one', demographics: { confidentiality: 'restricted' }, notices: [expect.stringContaining('restricted')] });
  });

  test.each([
    ['another day', { birthDate: '1949-03-12' }, CRITERIA.born, 'failed'],
    ['within the year that was asked', { birthDate: '1948-12-31' }, { from: '1948-01-01', to: '1948-12-31' }, 'one'],
    ['after the year that was asked', { birthDate: '1949-01-01' }, { from: '1948-01-01', to: '1948-12-31' }, 'failed'],
    ['only the year is held', { birthDate: '1948' }, CRITERIA.born, 'one'],
    ['none is held', { birthDate: undefined }, CRITERIA.born, 'one'],
  ])('a match born on %s', (_what, more, born, kind) => {
    expect(readSearch({ ...CRITERIA, born }, 200, searchset([person(more)])).kind).toBe(kind);
  });

  test.each([
    [400, outcome('TOO_FEW_VALUES_SUBMITTED'), 'failed', /needs more/],
    [400, outcome('INVALID_SEARCH_DATA'), 'failed', /needs more/],
    [400, outcome('ADDITIONAL_PROPERTIES'), 'failed', /service desk/],
    [501, outcome('not-supported'), 'failed', /fault of its own/],
    [401, outcome('ACCESS_DENIED'), 'refused', /Sign out/],
    [403, outcome('INVALID_VALUE'), 'refused', /role/],
    [429, outcome('TOO_MANY_REQUESTS'), 'failed', /busy/],
    [404, '{}', 'failed', /address/],
    [200, '<html>log in</html>', 'failed', /could not read/],
    [200, '{"resourceType":"Patient"}', 'failed', /could not read/],
    [200, '', 'failed', /could not read/],
    [304, '', 'failed', /could not read/],
  ])('%i %s', (status, body, kind, words) => {
    const found = readSearch(CRITERIA, status, body);
    expect(found.kind).toBe(kind);
    expect(sentenceOf(found)).toMatch(words);
  });
});

describe('the port', () => {
  const CALLER = { roleId: '555254240100', organisation: 'Z99001' };

  test('asks below any base address, with the request id that PDS demands', async () => {
    let sent: HttpRequest | undefined;
    const http: HttpPort = { send: (request) => { sent = request; return Promise.resolve({ status: 200, headers: {}, body: searchset([person()]) }); } };
    const found = await createPatientIndex('http://127.0.0.1:9000/anything/at/all/', http).search(CRITERIA, CALLER, new AbortController().signal);
    expect(found.kind).toBe('one');
    expect(sent).toMatchObject({ method: 'GET', url: 'http://127.0.0.1:9000/anything/at/all/Patient?family=Ashworth&birthdate=eq1948-03-12', headers: { 'x-request-id': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), 'nhsd-session-urid': '555254240100' } });
  });

  test('a network that fails is a sentence', async () => {
    const http: HttpPort = { send: () => Promise.reject(new NetworkFailure('timed-out', 'x')) };
    expect(await createPatientIndex('https://pds.example.nhs.uk', http).search(CRITERIA, CALLER, new AbortController().signal)).toMatchObject({ kind: 'failed', sentence: expect.stringMatching(/^The Personal/) });
  });
});

const PUBLISHED = join(import.meta.dirname, '../../../../shared/data/pds-r4');

describe.runIf(existsSync(PUBLISHED))('answers that NHS England published', () => {
  const read = (name: string): string => readFileSync(join(PUBLISHED, name), 'utf8');
  const born = (from: string, to = from): SearchCriteria => ({ ...CRITERIA, born: { from, to } });

  test.each([
    ['search/cuff_superseded_searchset.json', born('1926-01-07'), { kind: 'one', demographics: { nhsNumber: '9732019395' } }],
    ['search/Sensitive_PatientSearch.json', born('2005-06-16'), { kind: 'one', demographics: { confidentiality: 'restricted' } }],
    ['search/dateOfDeath_searchset.json', born('1980-01-01', '1989-12-31'), { kind: 'one', demographics: { nhsNumber: '9733163201', died: expect.anything() } }],
    ['search/mock_multiple_searchset.json', born('1997-08-20'), { kind: 'several', count: 2 }],
    ['search/youds_searchset.json', born('1970-01-24'), { kind: 'several', count: 4 }],
    ['search/fuzzy_multimatch_searchset.json', born('2000-05-05'), { kind: 'several', count: 20 }],
    ['errors/INVALID_SEARCH_DATA.json', born('2000-05-05'), { kind: 'failed' }],
    ['errors/TOO_FEW_VALUES_SUBMITTED.json', born('2000-05-05'), { kind: 'failed' }],
  ])('%s', (file, criteria, expected) => {
    expect(readSearch(criteria, file.startsWith('errors') ? 400 : 200, read(file))).toMatchObject(expected);
  });
});
