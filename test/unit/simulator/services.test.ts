import type { Bundle, Condition, OperationOutcome } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import { ArgumentProblem, readArguments } from '../../../simulator/arguments.ts';
import { CLINICAL_TYPES, exchange, isSummaryPath } from '../../../simulator/exchange/exchange.ts';
import { createPageTokens } from '../../../simulator/exchange/pages.ts';
import { patientId } from '../../../simulator/fhir/identifiers.ts';
import { regionalRecord } from '../../../simulator/fhir/r4/record.ts';
import type { Ask } from '../../../simulator/http/service.ts';
import { uncheckedTokens } from '../../../simulator/identity/tokens.ts';
import { searchPeople } from '../../../simulator/pds/search.ts';
import { PEOPLE } from '../../../simulator/people/index.ts';

const BASE = 'http://127.0.0.1:1/wessex/FHIR/R4';
const HOLLOWAY = PEOPLE.find(({ name }) => name.family === 'Holloway') as (typeof PEOPLE)[number];

function ask(address: string, mistaken = false): Ask {
  const url = new URL(address);
  return { method: 'GET', url, path: url.pathname.slice('/wessex/FHIR/R4/'.length), headers: { authorization: 'Bearer any' }, body: '', bytes: Buffer.alloc(0), mistaken };
}

describe('the exchange', () => {
  const region = exchange(BASE, uncheckedTokens());
  const bundle = (address: string): Bundle => JSON.parse(String(region(ask(address)).body)) as Bundle;

  function everyPage(first: string): { resources: string[]; pages: number } {
    const resources: string[] = [];
    let pages = 0;
    for (let next: string | undefined = first; next !== undefined && pages < 1_000; pages += 1) {
      const page = bundle(next);
      resources.push(...(page.entry ?? []).filter(({ search }) => search?.mode === 'match').map(({ resource }) => `${resource?.resourceType}/${resource?.id}`));
      next = page.link?.find(({ relation }) => relation === 'next')?.url;
    }
    return { resources, pages };
  }

  it('gives every resource exactly once over its pages, whatever their size', () => {
    const held = regionalRecord(HOLLOWAY, BASE).resources.map(({ resourceType, id }) => `${resourceType}/${id}`);
    for (const count of [33, 100, 1_000]) {
      const found = CLINICAL_TYPES.flatMap((type) => everyPage(`${BASE}/${type}?patient=${patientId(HOLLOWAY, 'wessex')}&_count=${count}`).resources);
      expect({ missing: held.filter((one) => !found.includes(one)), given: found.length }).toEqual({ missing: [], given: held.length });
    }
  });

  it('gives no more than a hundred at once', () => {
    const { pages } = everyPage(`${BASE}/Observation?patient=${patientId(HOLLOWAY, 'wessex')}&_count=5000`);
    expect(pages).toBeGreaterThan(8);
  });

  it('finds the same by NHS number', () => {
    const query = `patient.identifier=https://fhir.nhs.uk/Id/nhs-number|${HOLLOWAY.nhsNumber}`;
    expect(bundle(`${BASE}/Condition?${query}`).total).toBe(bundle(`${BASE}/Condition?patient=Patient/${patientId(HOLLOWAY, 'wessex')}`).total);
  });

  it('sends organisations and provenance along when asked', () => {
    const entries = bundle(`${BASE}/Condition?patient=${patientId(HOLLOWAY, 'wessex')}&_include=Condition:recorder&_revinclude=Provenance:target&_count=2`).entry ?? [];
    expect(entries.map(({ resource, search }) => `${resource?.resourceType} ${search?.mode}`).sort()).toEqual(['Condition match', 'Condition match', 'Practitioner include', 'Provenance include', 'Provenance include']);
  });

  it('refuses a page token that it did not make', () => {
    const next = bundle(`${BASE}/Observation?patient=${patientId(HOLLOWAY, 'wessex')}&_count=1`).link?.find(({ relation }) => relation === 'next')?.url ?? '';
    expect(next).toContain('?_page=');
    expect(region(ask(next.replace('wessex/FHIR/R4?', 'wessex/FHIR/R4/?'))).status).toBe(200);
    expect(region(ask(`${BASE}/?_page=${createPageTokens().seal({ type: 'Observation', patient: HOLLOWAY.nhsNumber, offset: 0, count: 1, include: false, provenance: false })}`)).status).toBe(410);
  });

  it('refuses a search over all patients and a type it does not have', () => {
    expect(region(ask(`${BASE}/Condition`)).status).toBe(400);
    expect(region(ask(`${BASE}/Questionnaire?patient=x`)).status).toBe(404);
  });

  it('answers about somebody else when it mixes patients up', () => {
    const mixed = JSON.parse(String(region(ask(`${BASE}/Condition?patient=${patientId(HOLLOWAY, 'wessex')}`, true)).body)) as Bundle<Condition>;
    const subjects = new Set((mixed.entry ?? []).map(({ resource }) => resource?.subject.reference));
    expect([...subjects]).not.toContain(`Patient/${patientId(HOLLOWAY, 'wessex')}`);
    expect(subjects.size).toBe(1);
  });

  it('knows a summary by its address', () => {
    expect(isSummaryPath('Patient/1/$summary')).toBe(true);
    expect(isSummaryPath('Patient/%24summary')).toBe(true);
    expect(isSummaryPath('Patient')).toBe(false);
  });

  it('lets nobody in without a token', () => {
    const refused = region({ ...ask(`${BASE}/Patient?identifier=x`), headers: {} });
    expect(refused.status).toBe(401);
    expect((JSON.parse(String(refused.body)) as OperationOutcome).issue[0]?.code).toBe('login');
  });
});

describe('a search of PDS', () => {
  const search = (text: string): ReturnType<typeof searchPeople> => searchPeople(new URLSearchParams(text));
  const names = (text: string): string[] => {
    const verdict = search(text);
    return verdict.kind === 'found' ? verdict.matches.map(({ person }) => person.nhsNumber) : [verdict.kind];
  };

  it.each([
    ['family=ashworth&birthdate=1948-03-12', ['9990123454']],
    ['family=ashworth&birthdate=eq1948-03-12&given=Margaret&gender=female&address-postalcode=PO00ZZ', ['9990123454']],
    ['family=ash*&birthdate=ge1948-01-01&birthdate=le1948-12-31', ['9990123454']],
    ['family=ashworth&birthdate=1949-03-12', []],
    ['family=Furstenberg*&birthdate=1957-12-31', ['9990901236']],
    ['family=Marsh&birthdate=1985-01-30', ['9990345678']],
    ['family=Marsh&birthdate=1985-01-30&address-postalcode=PO0 0XX', []],
    ['family=Quill&birthdate=1970-01-01', []],
    ['family=Throng&birthdate=ge1970-01-01', ['too-many']],
  ])('%s', (text, expected) => expect(names(text)).toEqual(expected));

  it.each([
    ['family=ashworth', 'TOO_FEW_VALUES_SUBMITTED'],
    ['birthdate=1948-03-12', 'TOO_FEW_VALUES_SUBMITTED'],
    ['family=ashworth&birthdate=12/03/1948', 'INVALID_SEARCH_DATA'],
    ['family=a*&birthdate=1948-03-12', 'INVALID_SEARCH_DATA'],
    ['family=ashworth&birthdate=1948-03-12&shoe-size=7', 'ADDITIONAL_PROPERTIES'],
    ['family=ashworth&birthdate=1948-03-12&_max-results=51', 'INVALID_VALUE'],
  ])('refuses %s', (text, code) => expect(search(text)).toMatchObject({ kind: 'refused', code }));
});

describe('the command line', () => {
  it('reads its options', () => {
    expect(readArguments(['--no-card', '--without', 'pds,practice', '--port', '8080', '--trust', 'a.pem', '--config', 'b.json', '--reader', 'simulated', '--region', 'one-london'])).toEqual({
      config: 'b.json', trust: 'a.pem', without: new Set(['pds', 'practice', 'card']), port: 8080, reader: 'simulated', region: 'one-london',
    });
  });

  it.each([[['--bogus'], /Unknown option '--bogus'/], [['--port', '70000'], /0 to 65535/], [['--without', 'radio'], /no service "radio"/], [['spare'], /Unexpected argument/], [['--trust'], /argument missing/], [['--reader', 'real'], /"either" or "simulated"/], [['--region', 'mercia'], /no region "mercia"/]])('refuses %j in a sentence', (argv, words) => {
    expect(() => readArguments(argv)).toThrow(ArgumentProblem);
    expect(() => readArguments(argv)).toThrow(words);
  });
});
