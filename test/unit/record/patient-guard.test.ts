/** Hazard: a record of another person, or an entry about another person, is shown. */
import { describe, expect, test } from 'vitest';
import { NHS_NUMBER, NHS_SYSTEM, PATIENT, patientResource } from '../../integration/record/people.ts';
import { createRecord } from '../../../main/record/record.ts';
import { sourceId } from '../../../main/record/values.ts';
import { recordView } from '../../../main/record/view.ts';
import { ASTHMA, condition, RETRIEVED, snapshotOf } from './builder.ts';
import type { Resource } from './builder.ts';

const holding = (resources: readonly Resource[]) => snapshotOf({ wessex: { body: { resourceType: 'Bundle', entry: resources.map((resource) => ({ resource })) } } });
const stateOf = (resources: readonly Resource[]) => holding(resources).sources[0]?.state;
const asthma = condition('c', ASTHMA);

test('a Patient with the number, birth date, name and gender of PDS lets the record through', () => {
  expect(holding([patientResource(), asthma]).items).toHaveLength(2);
});

describe('the whole source is held back, with both sides shown', () => {
  test.each([
    ['birth date', { birthDate: '1949-03-12' }, /12-Mar-1949 where PDS has 12-Mar-1948/],
    ['no birth date', { birthDate: undefined }, /no birth date where PDS has 12-Mar-1948/],
    ['family name', { name: [{ family: 'Smith', given: ['Margaret'] }] }, /SMITH, Margaret where PDS has ASHWORTH, Margaret/],
    ['given name', { name: [{ family: 'Ashworth', given: ['Susan'] }] }, /ASHWORTH, Susan where PDS has ASHWORTH, Margaret/],
    ['gender', { gender: 'male' }, /gender male where PDS has female/],
  ])('%s differs', (_what, change, sentence) => {
    const resources = [{ ...patientResource(), ...change }, asthma];
    expect(stateOf(resources)).toMatchObject({ kind: 'withheld', sentence: expect.stringMatching(sentence) });
    expect(holding(resources).items).toEqual([]);
    expect(recordView(holding(resources)).quarantined).toBe(2);
  });

  test('no Patient bears the number', () => {
    expect(stateOf([patientResource('p1', '9990000026'), asthma])).toMatchObject({ kind: 'withheld' });
    expect(stateOf([asthma])).toMatchObject({ kind: 'withheld' });
  });

  test('one of two Patients with the number disagrees', () => {
    expect(stateOf([patientResource(), { ...patientResource('p2'), birthDate: '1990-01-01' }, asthma])).toMatchObject({ kind: 'withheld' });
  });
});

describe('people’s names are not held against them', () => {
  test.each([
    ['a former name beside the present one', [{ use: 'official', family: 'Jones', given: ['Margaret'] }, { use: 'old', family: 'Ashworth', given: ['Margaret'] }]],
    ['capitals, an accent and an initial', [{ family: 'ASHWÓRTH', given: ['M'] }]],
    ['no name at all', undefined],
  ])('%s', (_what, name) => {
    expect(stateOf([{ ...patientResource(), name }, asthma])).toMatchObject({ kind: 'answered' });
  });
});

describe('an entry that cannot be tied to the patient is held back by itself', () => {
  test.each([
    ['about another patient', { subject: { reference: 'Patient/other' } }],
    ['about somebody who was not sent', { subject: { reference: 'Patient/nowhere' } }],
    ['about nobody', { subject: undefined }],
    ['about a group', { subject: { reference: 'Group/1' } }],
    ['about the same id on another server', { subject: { reference: 'https://elsewhere.example/FHIR/Patient/p1' } }],
    ['about another NHS number', { subject: { identifier: { system: NHS_SYSTEM, value: '9990000026' } } }],
  ])('%s', (_what, change) => {
    const snapshot = holding([patientResource(), patientResource('other', '9990000026'), asthma, { ...condition('d', ASTHMA), ...change }]);
    expect(snapshot.items.map(({ id }) => id)).toEqual(['wessex/Condition/c', 'wessex/Patient/p1']);
    expect(snapshot.resources).toEqual({ received: 4, reachable: 2, heldBack: 2 });
    expect(recordView(snapshot)).toMatchObject({ quarantined: 2, completeness: expect.stringContaining('incomplete') });
  });

  test('a subject given by the NHS number itself is enough', () => {
    expect(holding([patientResource(), { ...asthma, subject: { identifier: { system: NHS_SYSTEM, value: NHS_NUMBER } } }]).items).toHaveLength(2);
  });

  test('a contained entry without a subject follows what it is contained in', () => {
    const list = (reference: string): Resource => ({ resourceType: 'List', id: 'l', subject: { reference }, contained: [{ resourceType: 'AllergyIntolerance', id: 'x', code: ASTHMA }] });
    expect(holding([patientResource(), list('Patient/p1')]).items).toHaveLength(3);
    expect(holding([patientResource(), list('Patient/other')]).items).toHaveLength(1);
  });
});

test('nothing is shown until the Patient has come, and all of it once they have', () => {
  const record = createRecord({ patient: PATIENT, sources: [{ id: sourceId('wessex'), name: 'Wessex record', role: 'shared' }] });
  const page = (number: number, resource: Resource) => record.addPage({ source: sourceId('wessex'), page: number, release: 'R4', body: { resourceType: 'Bundle', entry: [{ resource }] }, retrievedAt: RETRIEVED });
  page(0, asthma);
  expect(record.snapshot().items).toEqual([]);
  expect(recordView(record.snapshot()).quarantined).toBe(0);
  page(1, patientResource());
  expect(record.snapshot().items).toHaveLength(2);
});

describe('a source that differs from PDS can be accepted by the clinician', () => {
  const wessex = sourceId('wessex');
  const differing = { ...patientResource(), birthDate: '1949-03-12' };
  const recordOfPages = (...pages: readonly (readonly Resource[])[]) => {
    const record = createRecord({ patient: PATIENT, sources: [{ id: wessex, name: 'Wessex record', role: 'shared' }] });
    pages.forEach((resources, page) => record.addPage({ source: wessex, page, release: 'R4', body: { resourceType: 'Bundle', entry: resources.map((resource) => ({ resource })) }, retrievedAt: RETRIEVED }));
    record.setState(wessex, { kind: 'answered' });
    return record;
  };

  test('what was accepted is shown, and stays said', () => {
    const record = recordOfPages([differing, asthma]);
    expect(record.snapshot().sources[0]).toMatchObject({ state: { kind: 'withheld' }, items: 0, mismatch: { accepted: false, differences: [expect.stringContaining('12-Mar-1949')] } });
    expect(record.accept(wessex)).toBe(true);
    const snapshot = record.snapshot();
    expect(snapshot.items.map(({ id }) => id)).toEqual(['wessex/Condition/c', 'wessex/Patient/p1']);
    expect(snapshot.sources[0]).toMatchObject({ state: { kind: 'answered' }, quarantined: 0, mismatch: { accepted: true }, notes: [expect.stringMatching(/accepted as this patient: .*12-Mar-1949/)] });
  });

  test('entries about somebody else stay held back', () => {
    const record = recordOfPages([differing, asthma, { ...condition('d', ASTHMA), subject: { reference: 'Patient/other' } }]);
    record.accept(wessex);
    expect(record.snapshot().resources).toEqual({ received: 3, reachable: 2, heldBack: 1 });
  });

  test('pages that come after it are shown too', () => {
    const record = recordOfPages([differing]);
    record.accept(wessex);
    record.addPage({ source: wessex, page: 7, release: 'R4', body: asthma, retrievedAt: RETRIEVED });
    expect(record.snapshot().items).toHaveLength(2);
  });

  test('a further difference hides everything again until that is accepted as well', () => {
    const record = recordOfPages([differing, asthma]);
    record.accept(wessex);
    record.addPage({ source: wessex, page: 7, release: 'R4', body: { ...patientResource('p2'), gender: 'male' }, retrievedAt: RETRIEVED });
    expect(record.snapshot()).toMatchObject({ items: [], sources: [{ state: { kind: 'withheld' }, mismatch: { accepted: false } }] });
    expect(record.accept(wessex)).toBe(true);
    expect(record.snapshot().items).toHaveLength(3);
  });

  test('asking the source again asks the clinician again', () => {
    const record = recordOfPages([differing, asthma]);
    record.accept(wessex);
    record.restart(wessex);
    record.addPage({ source: wessex, page: 0, release: 'R4', body: { resourceType: 'Bundle', entry: [{ resource: differing }, { resource: asthma }] }, retrievedAt: RETRIEVED });
    record.setState(wessex, { kind: 'answered' });
    expect(record.snapshot()).toMatchObject({ items: [], sources: [{ state: { kind: 'withheld' } }] });
  });

  test.each<[string, readonly Resource[]]>([
    ['no Patient bears the number', [patientResource('p1', '9990000026'), asthma]],
    ['nothing differs', [patientResource(), asthma]],
  ])('there is nothing to accept where %s', (_what, resources) => {
    const record = recordOfPages(resources);
    const before = record.snapshot();
    expect(record.accept(wessex)).toBe(false);
    expect(record.accept(sourceId('nobody'))).toBe(false);
    expect(record.snapshot()).toBe(before);
  });
});

describe('a Summary Care Record names its patient once, in its Composition', () => {
  const bare = { resourceType: 'Patient', id: 'p1', identifier: [{ system: NHS_SYSTEM, value: NHS_NUMBER }] };
  const composition = (reference = 'Patient/p1', id = 'k'): Resource => ({ resourceType: 'Composition', id, subject: { reference } });
  const unnamed = { ...asthma, subject: undefined };
  const summary = (resources: readonly Resource[], subject?: 'composition') => {
    const record = createRecord({ patient: PATIENT, sources: [{ id: sourceId('scr'), name: 'Summary Care Record', role: 'shared' }] });
    record.addPage({ source: sourceId('scr'), page: 0, release: 'R4', body: { resourceType: 'Bundle', entry: resources.map((resource) => ({ resource })) }, retrievedAt: RETRIEVED, ...(subject === undefined ? {} : { subject }) });
    record.setState(sourceId('scr'), { kind: 'answered' });
    return record.snapshot();
  };

  test('entries that name nobody are about the Composition’s subject, and the number alone is said to be all there was', () => {
    const snapshot = summary([composition(), bare, unnamed], 'composition');
    expect(snapshot.resources).toEqual({ received: 3, reachable: 3, heldBack: 0 });
    expect(snapshot.sources[0]?.notes).toEqual(['Summary Care Record names the patient by NHS number only: name and birth date could not be compared.']);
  });

  test('the entries may come before the Composition', () => {
    expect(summary([unnamed, bare, composition()], 'composition').resources.heldBack).toBe(0);
  });

  test.each<[string, readonly Resource[]]>([
    ['the Composition is about another patient', [composition('Patient/other'), bare, patientResource('other', '9990000026'), unnamed]],
    ['the Composition is about nobody who was sent', [composition('Patient/nowhere'), bare, unnamed]],
    ['there are two Compositions', [composition(), composition('Patient/other', 'l'), patientResource('other', '9990000026'), bare, unnamed]],
    ['there is no Composition', [bare, unnamed]],
    ['the entry names somebody else', [composition(), bare, { ...asthma, subject: { reference: 'Patient/nowhere' } }]],
  ])('an entry stays held back where %s', (_what, resources) => {
    expect(summary(resources, 'composition').items.map(({ id }) => id)).not.toContain('scr/Condition/c');
  });

  test('no other source may leave the patient out, or give a number without a birth date', () => {
    expect(summary([composition(), patientResource(), unnamed]).items.map(({ id }) => id)).not.toContain('scr/Condition/c');
    expect(summary([composition(), bare, asthma]).sources[0]?.state).toMatchObject({ kind: 'withheld' });
  });

  test('a name or birth date that is given is held against PDS all the same', () => {
    expect(summary([composition(), { ...bare, birthDate: '1990-01-01' }, unnamed], 'composition').sources[0]?.state).toMatchObject({ kind: 'withheld' });
  });
});
