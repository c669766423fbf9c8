/** The same people as three regions know them, and what the regions' services make of it. */
import type { Bundle, DocumentReference, FhirResource, Observation } from 'fhir/r4';
import type { FhirResource as Resource3 } from 'fhir/r3';
import { describe, expect, it } from 'vitest';
import { CARE_CONNECT_TYPES, careConnect } from '../../../simulator/exchange/care-connect.ts';
import { documents } from '../../../simulator/exchange/documents.ts';
import { summaries } from '../../../simulator/exchange/summaries.ts';
import { pdf } from '../../../simulator/fhir/documents/pdf.ts';
import { patientId } from '../../../simulator/fhir/identifiers.ts';
import { regionalRecord } from '../../../simulator/fhir/r4/record.ts';
import { careConnectDirectory, careConnectRecord } from '../../../simulator/fhir/stu3/regional.ts';
import type { Answer, Ask } from '../../../simulator/http/service.ts';
import { uncheckedTokens } from '../../../simulator/identity/tokens.ts';
import { heldBy, PEOPLE } from '../../../simulator/people/index.ts';
import { heldIn, knownIn } from '../../../simulator/people/regions/index.ts';
import type { Entry, Person, RegionId } from '../../../simulator/people/story.ts';

const MARGARET = PEOPLE[0] as Person;
const ORIGIN = 'http://127.0.0.1:1';
const NHS = 'https://fhir.nhs.uk/Id/nhs-number|';

function ask(base: string, path: string, more: Partial<Ask> = {}): Ask {
  const url = new URL(`${base}${path}`);
  return { method: 'GET', url, path: url.pathname.slice(new URL(base).pathname.length + 1), headers: { authorization: 'Bearer any' }, body: '', bytes: Buffer.alloc(0), mistaken: false, ...more };
}

const bundleOf = (answer: Answer): Bundle => JSON.parse(String(answer.body)) as Bundle;

function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'reference' && typeof inner === 'string' ? [inner] : references(inner)));
}

function held(region: RegionId, kind: Entry['kind']): readonly Entry[] {
  return heldBy(knownIn(region, MARGARET), 'wessex').filter((entry) => entry.kind === kind);
}

describe('what each region makes of a story', () => {
  it('Wessex tells the story itself', () => {
    expect(knownIn('wessex', MARGARET)).toBe(MARGARET);
  });

  it('London measures haemoglobin in g/dL and HbA1c in per cent, digit for digit', () => {
    const bloods = (region: RegionId): Map<string, string> => new Map(regionalRecord(knownIn(region, MARGARET), ORIGIN).resources.filter((resource): resource is Observation => resource.resourceType === 'Observation' && resource.category?.[0]?.coding?.[0]?.code === 'laboratory').map((resource) => [`${resource.code.text} ${resource.effectiveDateTime}`, `${JSON.stringify(resource.valueQuantity?.value)} ${resource.valueQuantity?.unit}`]));
    const [wessex, london] = [bloods('wessex'), bloods('one-london')];
    const pairs = [...wessex].filter(([name, text]) => / (g\/L|mmol\/mol)$/.test(text) && !name.includes('albumin')).map(([name, text]) => [text, london.get(name)]);
    expect(pairs.length).toBeGreaterThan(3);
    for (const [here = '', there = ''] of pairs) {
      if (here.endsWith('g/L')) expect(there).toBe(`${(Number(here.split(' ')[0]) / 10).toFixed(1)} g/dL`);
      else expect(Number.parseFloat(there)).toBeCloseTo(0.09148 * Number.parseFloat(here) + 2.152, 1);
    }
  });

  it('London codes the penicillin allergy by substance, and contradicts it', () => {
    const codes = held('one-london', 'allergy').map((entry) => (entry.kind === 'allergy' ? entry.concept.code : ''));
    expect(codes).toEqual(expect.arrayContaining(['373270004', '716186003', '292055008']));
    expect(codes).not.toContain('91936005');
  });

  it('London leaves out community, ambulance and out-of-hours entries', () => {
    const organisations = new Set(heldBy(knownIn('one-london', MARGARET), 'wessex').map(({ organisation }) => organisation));
    expect([...organisations].filter((one) => ['community', 'ambulance', 'outOfHours'].includes(one))).toEqual([]);
  });

  it('Greater Manchester has the practice\'s medicines, atorvastatin stopped under the practice\'s own identifier', () => {
    const medicines = held('greater-manchester', 'medicine');
    expect(medicines.map(({ id }) => id)).toEqual(expect.arrayContaining(['omeprazole', 'atorvastatin', 'manchester-furosemide']));
    expect(medicines.find(({ id }) => id === 'atorvastatin')).toMatchObject({ standing: 'stopped', reason: 'Muscle pain' });
  });

  it.each(['one-london', 'greater-manchester'] as const)('%s: ids are its own, and every entry is told once', (region) => {
    const ours = new Set(regionalRecord(MARGARET, ORIGIN).resources.map(({ id }) => id));
    const theirs = regionalRecord(knownIn(region, MARGARET), ORIGIN).resources.map(({ id }) => id);
    expect(theirs.filter((id) => ours.has(id))).toEqual([]);
    expect(new Set(theirs).size).toBe(theirs.length);
    expect(patientId(knownIn(region, MARGARET), 'wessex')).not.toBe(patientId(MARGARET, 'wessex'));
  });

  it('a mistake of the practice stays the practice\'s', () => {
    const samuel = heldIn('greater-manchester').find(({ name }) => name.family === 'Greyling') as Person;
    expect(careConnectRecord(samuel, ORIGIN).patient).toMatchObject({ birthDate: '1967-10-09', name: [{ family: 'Greyling' }] });
  });
});

it('no region says where a restricted patient is', () => {
  for (const region of ['wessex', 'one-london', 'greater-manchester'] as const) {
    const ellen = heldIn(region).find(({ name }) => name.family === 'Marsh') as Person;
    const told = JSON.stringify([regionalRecord(ellen, ORIGIN).patient, careConnectRecord(ellen, ORIGIN).patient]);
    expect(told).toContain('Marsh');
    expect(told).not.toMatch(/Withheld House|PO0 0XX|960125/);
  }
});

describe('Greater Manchester: Care Connect STU3', () => {
  const base = `${ORIGIN}/greater-manchester/STU3`;
  const region = careConnect('greater-manchester', base, uncheckedTokens());

  it.each(heldIn('greater-manchester'))('$name.family: every resource exactly once over its pages', (person) => {
    const record = careConnectRecord(person, base).resources.map(({ resourceType, id }) => `${resourceType}/${id}`);
    const found: string[] = [];
    for (const type of CARE_CONNECT_TYPES) {
      for (let next: string | undefined = `${base}/${type}?patient=${patientId(person, 'practice')}&_count=100`; next !== undefined; ) {
        const page = bundleOf(region(ask(base, next.slice(base.length))));
        found.push(...(page.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`));
        next = page.link?.find(({ relation }) => relation === 'next')?.url;
      }
    }
    expect(found.sort()).toEqual(record.sort());
  });

  it('puts the Read code before SNOMED CT, and refers to nothing it does not have but specimens', () => {
    const person = knownIn('greater-manchester', MARGARET);
    const { patient, resources } = careConnectRecord(person, base);
    const hypertension = resources.find((one): one is Extract<Resource3, { resourceType: 'Condition' }> => one.resourceType === 'Condition' && one.code?.coding?.some(({ code }) => code === '59621000') === true);
    expect(hypertension?.code?.coding?.map(({ system }) => system)).toEqual(['http://read.info/readv2', 'http://snomed.info/sct']);
    const known = new Set([...[patient, ...resources].map(({ resourceType, id }) => `${resourceType}/${id}`), ...careConnectDirectory([person]).keys()]);
    expect([...new Set(references(resources))].filter((one) => !known.has(one) && !one.startsWith('Specimen/'))).toEqual([]);
  });

  it('names every entry by its own address', () => {
    const found = bundleOf(region(ask(base, `/Condition?patient.identifier=${NHS}${MARGARET.nhsNumber}&_include=Condition:asserter`)));
    expect(found.entry?.map(({ fullUrl }) => fullUrl)).toEqual(found.entry?.map(({ resource }) => `${base}/${resource?.resourceType}/${resource?.id}`));
    expect(found.link?.[0]).toMatchObject({ relation: 'self', url: expect.stringContaining(`${base}/Condition?`) });
  });

  it('sends products along when asked', () => {
    const found = bundleOf(region(ask(base, `/MedicationStatement?patient.identifier=${NHS}${MARGARET.nhsNumber}&_include=MedicationStatement:medication`)));
    const included = (found.entry ?? []).filter(({ search }) => search?.mode === 'include').map(({ resource }) => resource?.resourceType);
    expect(included).toContain('Medication');
  });

  it('is STU3, and refuses what it does not have', () => {
    expect(JSON.parse(String(region(ask(base, '/metadata')).body))).toMatchObject({ fhirVersion: '3.0.1' });
    expect(region(ask(base, '/ServiceRequest?patient=x')).status).toBe(404);
    expect(region(ask(base, '/Condition?patient=x', { headers: {} })).status).toBe(401);
    expect(region(ask(base, '/Condition', { method: 'POST' })).status).toBe(405);
  });
});

describe('One London: the summary and nothing else', () => {
  const base = `${ORIGIN}/one-london/FHIR/R4`;
  const region = summaries('one-london', base, uncheckedTokens());

  it('is a document in its own name', () => {
    const bundle = bundleOf(region(ask(base, `/Patient/$summary?identifier=${NHS}${MARGARET.nhsNumber}`)));
    const device = bundle.entry?.map(({ resource }) => resource).find((one): one is Extract<FhirResource, { resourceType: 'Device' }> => one?.resourceType === 'Device');
    expect([bundle.type, bundle.identifier?.system, device?.deviceName?.[0]?.name]).toEqual(['document', 'https://fhir.london-record.example/Id/summary', 'London Care Record']);
  });

  it.each([['/Condition?patient=x', 404], [`/Patient?identifier=${NHS}9990123454`, 404], [`/Patient/$summary?identifier=${NHS}9990890129`, 404]])('%s is %i', (path, status) => {
    expect(region(ask(base, path)).status).toBe(status);
  });
});

describe('documents by MHD', () => {
  const base = `${ORIGIN}/one-london-documents/FHIR/R4`;
  const region = documents('one-london', base, uncheckedTokens());
  const find = (query: string): DocumentReference[] => (bundleOf(region(ask(base, `/DocumentReference?patient.identifier=${NHS}${MARGARET.nhsNumber}&status=current${query}`))).entry ?? []).map(({ resource }) => resource as DocumentReference);

  it('finds them all, by type and by date', () => {
    const all = find('');
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(find('&type=http://snomed.info/sct|373942005').map(({ type }) => type?.coding?.[0]?.code)).toEqual(find('').filter(({ type }) => type?.coding?.[0]?.code === '373942005').map(() => '373942005'));
    expect(find('&date=ge2026-01-01').length).toBeLessThan(all.length);
    expect(find('&date=ge2026-01-01').length + find('&date=le2025-12-31').length).toBe(all.length);
  });

  it('gives each document\'s bytes at its address, as long as it says and with the digest it gives', async () => {
    for (const { content } of find('')) {
      const { url = '', size, hash, contentType } = content[0]?.attachment ?? {};
      const answer = region(ask(base, url.slice(base.length)));
      const bytes = answer.body as Buffer;
      expect([answer.status, answer.headers?.['content-type'], bytes.length]).toEqual([200, contentType, size]);
      expect(Buffer.from(await crypto.subtle.digest('SHA-1', new Uint8Array(bytes))).toString('base64')).toBe(hash);
    }
  });

  it('says whose each is', () => {
    for (const reference of find('')) expect(reference).toMatchObject({ subject: { identifier: { value: MARGARET.nhsNumber } }, contained: [{ resourceType: 'Patient', birthDate: '1948-03-12' }] });
  });

  it.each([
    ['a search without status', '/DocumentReference?patient=x', {}, 400],
    ['a search without patient', '/DocumentReference?status=current', {}, 400],
    ['a document nobody has', '/documents/none', {}, 404],
    ['no token', '/DocumentReference?status=current', { headers: {} }, 401],
  ])('%s is refused', (_what, path, more, status) => {
    expect(region(ask(base, path, more)).status).toBe(status);
  });

  it('refuses a type of document that it does not have', () => {
    const url = find('')[0]?.content[0]?.attachment.url ?? '';
    expect(region(ask(base, url.slice(base.length), { headers: { authorization: 'Bearer any', accept: 'text/plain' } })).status).toBe(406);
  });

  it('takes the search as a form too', () => {
    const answer = region(ask(base, '/DocumentReference/_search', { method: 'POST', body: `patient.identifier=${encodeURIComponent(NHS + MARGARET.nhsNumber)}&status=current` }));
    expect(bundleOf(answer).total).toBe(find('').length);
  });

  it('writes PDF whose cross-reference table is right', () => {
    const text = pdf('A (title)', ['Ünïcode ✓ \\']).toString('latin1');
    const table = [...text.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
    expect(table.map((offset, index) => text.slice(offset).startsWith(`${index + 1} 0 obj`))).toEqual(table.map(() => true));
    expect(Number(/startxref\n(\d+)/.exec(text)?.[1])).toBe(text.indexOf('xref\n'));
    expect(text).toContain('(A \\(title\\)) Tj');
  });
});
