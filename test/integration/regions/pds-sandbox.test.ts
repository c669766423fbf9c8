/** PDS as others run it: NHS England's sandbox rules at an arbitrary address, and the simulator's search. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authorised } from '../../../main/net/authorised.ts';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { createPatientIndex } from '../../../main/patient/patient-index.ts';
import type { PatientIndex } from '../../../main/patient/patient-index.ts';
import type { SearchOutcome } from '../../../main/patient/search.ts';
import { checkForm } from '../../../main/patient/search-criteria.ts';
import type { SearchForm } from '../../../main/patient/search-criteria.ts';
import { parseNhsNumber } from '../../../main/record/values.ts';
import type { NhsNumber } from '../../../main/record/values.ts';
import { NHS_NUMBER, patientResource } from '../record/people.ts';
import { outcome, startSandbox } from './pds-sandbox.ts';
import type { Sandbox } from './pds-sandbox.ts';
import { type Setting, startSetting } from './setting.ts';

const CALLER = { roleId: '555254240101', organisation: 'Z99001' };
const signal = (): AbortSignal => AbortSignal.timeout(10_000);
const traceBy = (index: PatientIndex, nhsNumber: NhsNumber = NHS_NUMBER): ReturnType<PatientIndex['trace']> => index.trace({ nhsNumber, ...CALLER }, signal());

function search(index: PatientIndex, form: Partial<SearchForm>): Promise<SearchOutcome> {
  const checked = checkForm({ family: '', given: '', birthDate: '', gender: '', postcode: '', ...form }, '2026-11-22');
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  return index.search(checked.value, CALLER, signal());
}

describe('the sandbox\'s rules', () => {
  let sandbox: Sandbox;
  let index: PatientIndex;

  beforeAll(async () => {
    sandbox = await startSandbox('/some/other/place/R4');
    index = createPatientIndex(sandbox.baseUrl, createAxiosHttp());
  });
  beforeEach(() => {
    sandbox.patients.clear();
    sandbox.patients.set(NHS_NUMBER, { ...patientResource(), id: NHS_NUMBER, meta: { versionId: '2' } });
    sandbox.searches.length = 0;
    sandbox.mirrors = null;
  });
  afterAll(() => sandbox.close());

  test('X-Request-ID is mandatory there, and sent anew with every request', async () => {
    const without = await fetch(`${sandbox.baseUrl}/Patient/${NHS_NUMBER}`);
    expect([without.status, await without.text()]).toEqual([400, expect.stringContaining('MISSING_VALUE')]);
    const start = sandbox.seen.length;
    expect([(await traceBy(index)).kind, (await traceBy(index)).kind]).toEqual(['traced', 'traced']);
    const ids = sandbox.seen.slice(start).map(({ headers }) => headers['x-request-id']);
    expect(new Set(ids).size).toBe(2);
  });

  test('an answer that bears another request\'s identifier is not used, whoever it is about', async () => {
    sandbox.mirrors = crypto.randomUUID();
    expect(await traceBy(index)).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('another question') });
    sandbox.patients.set(NHS_NUMBER, { ...patientResource(), id: '9990000026' });
    expect((await traceBy(index)).kind).toBe('failed');
    expect((await search(index, { family: 'Ashworth', birthDate: '1948-03-12' })).kind).toBe('failed');
  });

  test('an identifier that two layers sent back is still the one', async () => {
    const twice = createPatientIndex(sandbox.baseUrl, {
      send: async (request, aborted) => {
        const answer = await createAxiosHttp().send(request, aborted);
        return { ...answer, headers: { ...answer.headers, 'x-request-id': `${answer.headers['x-request-id']?.toUpperCase()}, ${answer.headers['x-request-id']}` } };
      },
    });
    expect((await traceBy(twice)).kind).toBe('traced');
  });

  test('an ETag is never traded for yesterday\'s answer', async () => {
    const start = sandbox.seen.length;
    await traceBy(index);
    sandbox.patients.set(NHS_NUMBER, { ...patientResource(), id: NHS_NUMBER, meta: { versionId: '3', security: [{ code: 'R' }] } });
    expect(await traceBy(index)).toMatchObject({ kind: 'traced', demographics: { confidentiality: 'restricted' } });
    for (const { headers } of sandbox.seen.slice(start)) expect([headers['if-none-match'], headers['cache-control']]).toEqual([undefined, 'no-store']);
  });

  test.each([[200, 'with 200, as PDS does'], [400, 'with 400, as the older sandbox does']])('too many matches come %i %s', async (status) => {
    sandbox.searches.push({ when: (query) => query.get('family') === 'Sm*', status, body: outcome('TOO_MANY_MATCHES') });
    expect((await search(index, { family: 'Sm*', birthDate: '22-Oct-2010' })).kind).toBe('too-many');
  });

  test('birth dates are asked with eq, or as a range with ge before le', async () => {
    sandbox.searches.push({ when: (query) => query.getAll('birthdate').join() === 'eq1948-03-12' || query.getAll('birthdate').join() === 'ge1948-03-01,le1948-03-31', body: { resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ search: { score: 1 }, resource: { ...patientResource(), id: NHS_NUMBER } }] } });
    expect((await search(index, { family: 'Ashworth', birthDate: '12-Mar-1948' })).kind).toBe('one');
    expect((await search(index, { family: 'Ashworth', birthDate: 'Mar-1948' })).kind).toBe('one');
    expect((await search(index, { family: 'Ashworth', birthDate: '1949' })).kind).toBe('none');
  });

  test('a role that PDS does not know is named as such', async () => {
    sandbox.searches.push({ when: () => true, status: 400, body: outcome('INVALID_VALUE', "Invalid value - '1' in header 'NHSD-Session-URID'") });
    expect(await search(index, { family: 'Ashworth', birthDate: '1948' })).toMatchObject({ kind: 'refused', sentence: expect.stringContaining('role') });
  });

  const PUBLISHED = join(import.meta.dirname, '../../../../shared/data/pds-r4');

  test.runIf(existsSync(PUBLISHED)).each([
    ['9000000009', { kind: 'traced', demographics: { names: [{ family: 'Smith' }], confidentiality: 'unrestricted' } }],
    ['9000000025', { kind: 'traced', demographics: { confidentiality: 'restricted' }, notices: [expect.stringContaining('restricted')] }],
    ['9000000033', { kind: 'traced', demographics: { nhsNumber: '9000000033' } }],
  ])('its patient %s', async (number, expected) => {
    sandbox.patients.set(number, JSON.parse(readFileSync(join(PUBLISHED, `patient_${number}.json`), 'utf8')) as object);
    const parsed = parseNhsNumber(number);
    expect(parsed.ok && (await traceBy(index, parsed.value))).toMatchObject(expected);
  });
});

describe('the simulator\'s PDS', () => {
  let setting: Setting;
  let index: PatientIndex;

  beforeAll(async () => {
    setting = await startSetting();
    const baseUrl = setting.ready.pds?.baseUrl ?? '';
    index = createPatientIndex(baseUrl, authorised(createAxiosHttp(), () => setting.token, [baseUrl]));
  });
  afterAll(() => setting.close());

  test.each([
    ['family and birth date', { family: 'Ashworth', birthDate: '12-Mar-1948' }, { kind: 'one', demographics: { nhsNumber: '9990123454' } }],
    ['any case, any letters after the *', { family: 'ashw*', given: 'mar*', birthDate: '1948', gender: 'female', postcode: 'po0 0zz' }, { kind: 'one', demographics: { nhsNumber: '9990123454' } }],
    ['diacritics as they are', { family: 'Fürstenberg-*', birthDate: '1957-12-31' }, { kind: 'one', demographics: { nhsNumber: '9990901236' } }],
    ['another gender', { family: 'Ashworth', birthDate: '12-Mar-1948', gender: 'male' }, { kind: 'none' }],
    ['somebody restricted', { family: 'Marsh', birthDate: '30-Jan-1985' }, { kind: 'one', demographics: { confidentiality: 'restricted' }, notices: [expect.any(String)] }],
    ['somebody restricted by postcode, which PDS does not answer', { family: 'Marsh', birthDate: '30-Jan-1985', postcode: 'PO0 0XX' }, { kind: 'none' }],
    ['somebody who has died', { family: 'Vane', birthDate: '05-Nov-1939' }, { kind: 'one', demographics: { died: { day: '2026-10-03' } } }],
    ['an invalidated record', { family: 'Quill', birthDate: '01-Jan-1970' }, { kind: 'none' }],
  ] as const)('by %s', async (_what, form, expected) => {
    expect(await search(index, form)).toMatchObject(expected);
  });

  test('many are too many; a given name narrows them to a number, a month to fewer', async () => {
    const crowd = { family: 'Thr*', birthDate: '1970' };
    expect((await search(index, crowd)).kind).toBe('too-many');
    expect(await search(index, { ...crowd, given: 'Alice' })).toMatchObject({ kind: 'several', count: 10 });
    expect(await search(index, { ...crowd, given: 'Alice', birthDate: 'Jan-1970' })).toMatchObject({ kind: 'several', count: 5 });
  });
});
