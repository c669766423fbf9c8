import type { Bundle as Bundle3, FhirResource as Resource3 } from 'fhir/r3';
import type { Bundle, Composition, FhirResource, MedicationRequest, MedicationStatement, Observation } from 'fhir/r4';
import { describe, expect, it } from 'vitest';
import { summary } from '../../../simulator/fhir/ips/summary.ts';
import { DIRECTORY, regionalRecord } from '../../../simulator/fhir/r4/record.ts';
import { pdsPatient } from '../../../simulator/fhir/r4/demographics.ts';
import { SECTIONS, structuredRecord } from '../../../simulator/fhir/stu3/record.ts';
import { PEOPLE } from '../../../simulator/people/index.ts';
import type { Person } from '../../../simulator/people/story.ts';

const BASE = 'http://127.0.0.1:1/wessex/FHIR/R4';
const GENERATED = '2026-11-22T12:00:00+00:00';

function family(name: string): Person {
  const person = PEOPLE.find((one) => one.name.family === name);
  if (person === undefined) throw new Error(`nobody is called ${name}`);
  return person;
}

function practice(person: Person): Resource3[] {
  return (structuredRecord(person, new Set(SECTIONS)).entry ?? []).flatMap(({ resource }) => (resource ?? []) as Resource3);
}

const region = (person: Person): readonly FhirResource[] => regionalRecord(person, BASE).resources;
const document = (person: Person): Bundle => summary(person, BASE, GENERATED);
const summarised = (person: Person): FhirResource[] => (document(person).entry ?? []).flatMap(({ resource }) => (resource ?? []) as FhirResource);

function ofType<Type extends FhirResource['resourceType']>(resources: readonly FhirResource[], type: Type): Extract<FhirResource, { resourceType: Type }>[] {
  return resources.filter((resource): resource is Extract<FhirResource, { resourceType: Type }> => resource.resourceType === type);
}

function ofType3<Type extends Resource3['resourceType']>(resources: readonly Resource3[], type: Type): Extract<Resource3, { resourceType: Type }>[] {
  return resources.filter((resource): resource is Extract<Resource3, { resourceType: Type }> => resource.resourceType === type);
}

/** Every `reference` in a value. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'reference' && typeof inner === 'string' ? [inner] : references(inner)));
}

describe('Margaret Ashworth, told by two systems', () => {
  const margaret = family('Ashworth');

  it('has no known allergies at the practice, recorded 2019, and nothing else', () => {
    const allergies = ofType3(practice(margaret), 'AllergyIntolerance');
    expect(allergies).toHaveLength(1);
    expect(allergies[0]).toMatchObject({ clinicalStatus: 'active', onsetDateTime: '2019-06-03', code: { coding: [{ system: 'http://read.info/readv2' }, { code: '716186003' }] } });
  });

  it('has penicillin anaphylaxis and latex dermatitis in the region and in its summary', () => {
    for (const resources of [region(margaret), summarised(margaret)]) {
      const allergies = ofType(resources, 'AllergyIntolerance');
      expect(allergies.map(({ code }) => code?.coding?.[0]?.code).sort()).toEqual(['300916003', '91936005']);
      const penicillin = allergies.find(({ code }) => code?.coding?.[0]?.code === '91936005');
      expect(penicillin).toMatchObject({ criticality: 'high', onsetDateTime: '2024-08-17', reaction: [{ severity: 'severe', manifestation: [{ coding: [{ code: '39579001' }] }] }] });
    }
  });

  it('takes ramipril 5 mg at the practice and 2.5 mg in the region', () => {
    const medications = new Map(ofType3(practice(margaret), 'Medication').map((one) => [`Medication/${one.id}`, one.code?.text ?? '']));
    const local = ofType3(practice(margaret), 'MedicationStatement').filter(({ medicationReference }) => medications.get(medicationReference?.reference ?? '')?.startsWith('Ramipril'));
    expect(local.map(({ dosage, status }) => [dosage?.[0]?.text, status])).toEqual([['5 mg once a day', 'active']]);
    const shared = byName(region(margaret), 'Ramipril');
    expect(shared.map(({ dosage, status }) => [dosage?.[0]?.text, status])).toEqual([['2.5 mg once a day', 'active']]);
  });

  it('has apixaban in the region only, omeprazole at the practice only, ibuprofen stopped by the hospital', () => {
    const local = ofType3(practice(margaret), 'Medication').map(({ code }) => code?.text);
    expect(local).toContain('Omeprazole 20mg gastro-resistant capsules');
    expect(local).not.toContain('Apixaban 5mg tablets');
    expect(byName(region(margaret), 'Apixaban')[0]).toMatchObject({ status: 'active', effectivePeriod: { start: '2026-11-12' }, dosage: [{ text: '5 mg twice a day' }] });
    expect(byName(region(margaret), 'Omeprazole')).toEqual([]);
    expect(byName(region(margaret), 'Ibuprofen')[0]).toMatchObject({ status: 'stopped', effectivePeriod: { end: '2026-11-12' } });
  });

  it('has atrial fibrillation in the region only; hypertension, diabetes and osteoarthritis in both', () => {
    const local = ofType3(practice(margaret), 'Condition').flatMap(({ code }) => code?.coding?.map((coding) => coding.code) ?? []);
    const shared = ofType(region(margaret), 'Condition').flatMap(({ code }) => code?.coding?.map((coding) => coding.code) ?? []);
    expect(shared).toContain('49436004');
    expect(local).not.toContain('49436004');
    for (const code of ['59621000', '44054006', '396275006']) {
      expect(local).toContain(code);
      expect(shared).toContain(code);
    }
  });

  it('carries enough for a doctor to believe it', () => {
    const items = [...practice(margaret), ...region(margaret)].filter(({ resourceType }) => !['List', 'Patient', 'Organization', 'Practitioner', 'PractitionerRole', 'Location', 'Specimen', 'Medication'].includes(resourceType));
    expect(items.length).toBeGreaterThan(150);
  });

  it('keeps the laboratory\'s identifier on every copy of a result', () => {
    const laboratory = (resources: readonly { identifier?: unknown }[]): string[] => JSON.stringify(resources.map(({ identifier }) => identifier)).match(/"https:\/\/fhir\.southdown-pathology\.example\/Id\/result","value":"[^"]+"/g) ?? [];
    const local = new Set(laboratory(ofType3(practice(margaret), 'Observation')));
    const shared = new Set(laboratory(ofType(region(margaret), 'Observation')));
    const short = laboratory(ofType(summarised(margaret), 'Observation'));
    expect([...local].filter((identifier) => shared.has(identifier)).length).toBeGreaterThan(40);
    expect(short.length).toBeGreaterThan(0);
    expect(short.filter((identifier) => !shared.has(identifier))).toEqual([]);
  });
});

function byName(resources: readonly FhirResource[], name: string): MedicationStatement[] {
  return ofType(resources, 'MedicationStatement').filter(({ medicationCodeableConcept }) => medicationCodeableConcept?.text?.startsWith(name));
}

describe('values', () => {
  const tallis = family('Tallis');

  it('keep the figures as they were written', () => {
    for (const text of [JSON.stringify(practice(tallis)), JSON.stringify(region(tallis))]) {
      expect(text).toContain('"value":7.0,');
      expect(text).toContain('"value":5,"comparator":"<"');
      expect(text).toContain('"value":1500,"comparator":">"');
      expect(text).toContain('"value":0,"unit":"10*9/L"');
      expect(text).toContain('"valueString":"Sample haemolysed: not reported"');
    }
  });

  it('keep partial dates and missing ones as they are', () => {
    const conditions = ofType(region(tallis), 'Condition');
    expect(conditions.map(({ onsetDateTime }) => onsetDateTime)).toEqual([undefined, '2019-03']);
  });
});

describe('the practice record', () => {
  it('sends a Read code alone where nobody mapped it, and CTV3 from another system', () => {
    const back = ofType3(practice(family('Tallis')), 'Condition').find(({ code }) => code?.text?.startsWith('Bad back'));
    expect(back?.code?.coding?.map(({ system }) => system)).toEqual(['http://read.info/readv2']);
    expect(JSON.stringify(practice(family('Pickering')))).toContain('"system":"http://read.info/ctv3","code":"XaPbt"');
  });

  it('puts ended allergies inside their list and nowhere else', () => {
    const resources = practice(family('Tallis'));
    const ended = ofType3(resources, 'List').find(({ code }) => code?.coding?.[0]?.code === '1103671000000101');
    expect(ended?.contained?.map((resource) => (resource as { clinicalStatus?: string }).clinicalStatus)).toEqual(['resolved']);
    expect(ended?.entry?.[0]?.item.reference).toBe(`#${ended?.contained?.[0]?.id}`);
    expect(ofType3(resources, 'AllergyIntolerance').map(({ clinicalStatus }) => clinicalStatus)).not.toContain('resolved');
  });

  it('says that confidential items are withheld, on every list', () => {
    const lists = ofType3(practice(family('Tallis')), 'List').filter(({ code }) => code?.coding?.[0]?.code !== '25851000000105' && code?.coding?.[0]?.code !== '325851000000107');
    expect(lists).toHaveLength(11);
    for (const list of lists) {
      expect(list.extension).toContainEqual({ url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ListWarningCode-1', valueCode: 'confidential-items' });
      expect(list.note?.[0]?.text).toContain('Items excluded due to confidentiality');
    }
  });

  it('gives a reason for an empty list', () => {
    const empty = ofType3(practice(family('Lindqvist')), 'List').find(({ code }) => code?.coding?.[0]?.code === '886921000000105');
    expect(empty?.emptyReason?.coding?.[0]?.code).toBe('no-content-recorded');
    expect(empty?.note?.[0]?.text).toContain('Information not available');
    expect(empty?.entry).toBeUndefined();
  });

  it('has another birth date and name than PDS for Samuel Greyling', () => {
    const greyling = family('Greyling');
    const local = ofType3(practice(greyling), 'Patient')[0];
    expect(local).toMatchObject({ birthDate: '1976-10-09', name: [{ family: 'Grayling' }] });
    expect(pdsPatient(greyling)).toMatchObject({ birthDate: '1967-10-09', name: [{ family: 'Greyling' }] });
  });

  it('issues every repeat as an order that points to its plan', () => {
    const requests = ofType3(practice(family('Ashworth')), 'MedicationRequest');
    const plans = new Set(requests.filter(({ intent }) => intent === 'plan').map(({ id }) => `MedicationRequest/${id}`));
    const orders = requests.filter(({ intent }) => intent === 'order');
    expect(orders.length).toBeGreaterThan(15);
    for (const order of orders) expect(references(order.basedOn).every((reference) => plans.has(reference))).toBe(true);
  });

  it.each(PEOPLE.filter(({ practice: { registered } }) => registered))('$name.family: every reference resolves and every resource is the patient\'s', (person) => {
    const bundle: Bundle3 = structuredRecord(person, new Set(SECTIONS));
    const resources = (bundle.entry ?? []).flatMap(({ resource }) => (resource ?? []) as Resource3);
    const known = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`));
    expect([...new Set(references(resources))].filter((reference) => !reference.startsWith('#') && !known.has(reference))).toEqual([]);
    const subjects = new Set(resources.flatMap((resource) => references(Object.entries(resource).filter(([key]) => key === 'subject' || key === 'patient'))));
    expect([...subjects]).toEqual([`Patient/${ofType3(resources, 'Patient')[0]?.id}`]);
  });
});

describe('the regional record', () => {
  it.each(PEOPLE.filter(({ wessex }) => wessex === 'held'))('$name.family: every reference resolves and every resource names its organisation', (person) => {
    const { patient, resources } = regionalRecord(person, BASE);
    const known = new Set([patient, ...resources, ...DIRECTORY.values()].map(({ resourceType, id }) => `${resourceType}/${id}`));
    expect([...new Set(references(resources))].filter((reference) => !known.has(reference))).toEqual([]);
    for (const resource of resources) expect(resource.meta?.tag?.[0]?.system).toBe('https://fhir.nhs.uk/Id/ods-organization-code');
    expect(new Set(resources.map(({ id }) => id)).size).toBe(resources.length);
  });

  it('takes address, telephone and practice away from a restricted record in PDS', () => {
    const marsh = pdsPatient(family('Marsh'));
    expect(marsh.meta?.security?.[0]?.code).toBe('R');
    expect(marsh).not.toHaveProperty('address');
    expect(marsh).not.toHaveProperty('telecom');
    expect(marsh).not.toHaveProperty('generalPractitioner');
  });
});

describe('the summary', () => {
  const composition = (person: Person): Composition => ofType(summarised(person), 'Composition')[0] as Composition;

  it('is a document: composition first, made by a device, at the time given', () => {
    const bundle = document(family('Ashworth'));
    expect(bundle.type).toBe('document');
    expect(bundle.entry?.[0]?.resource?.resourceType).toBe('Composition');
    const made = composition(family('Ashworth'));
    expect(made.event?.[0]?.period?.end).toBe(GENERATED);
    expect(made.author[0]?.reference).toMatch(/^Device\//);
  });

  it.each(PEOPLE.filter(({ wessex }) => wessex === 'held'))('$name.family: its sections and references resolve within it', (person) => {
    const bundle = document(person);
    const known = new Set((bundle.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`));
    const outside = [...new Set(references(bundle))].filter((reference) => !reference.startsWith('#') && !known.has(reference));
    expect(outside).toEqual([]);
    expect((bundle.entry ?? []).every(({ fullUrl }) => fullUrl?.startsWith(BASE))).toBe(true);
  });

  it('has the three mandatory sections even when they are empty, nil known', () => {
    const made = composition(family('Marsh'));
    const allergies = made.section?.find(({ code }) => code?.coding?.[0]?.code === '48765-2');
    expect(made.section?.map(({ code }) => code?.coding?.[0]?.code)).toEqual(['11450-4', '48765-2', '10160-0']);
    expect(allergies?.emptyReason?.coding?.[0]?.code).toBe('nilknown');
    expect(allergies?.entry).toBeUndefined();
  });

  it('leaves results older than six months out and says that more may exist', () => {
    const dates = ofType(summarised(family('Ashworth')), 'DiagnosticReport').map(({ effectiveDateTime }) => effectiveDateTime ?? '');
    expect(dates.length).toBeGreaterThan(5);
    expect(dates.filter((date) => date < '2026-05-23')).toEqual([]);
    const results = composition(family('Ashworth')).section?.find(({ code }) => code?.coding?.[0]?.code === '30954-2');
    expect(results?.text?.div).toContain('more may exist in the full record');
  });

  it('keeps no more than the last five of an observation', () => {
    const pressures = ofType(summarised(family('Holloway')), 'Observation').filter(({ code }: Observation) => code.coding?.[0]?.code === '163020007');
    expect(pressures.length).toBeLessThanOrEqual(5);
  });

  it('carries the prescription inside the statement with its course of therapy', () => {
    const statement = byName(summarised(family('Ashworth')), 'Apixaban')[0];
    const inside = statement?.contained?.[0] as MedicationRequest | undefined;
    expect(inside?.courseOfTherapyType?.coding?.[0]?.code).toBe('continuous');
    expect(statement?.basedOn?.[0]?.reference).toBe(`#${inside?.id}`);
  });
});
