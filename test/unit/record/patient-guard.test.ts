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
    expect(snapshot.items.map(({ id }) => id)).toEqual(['wessex/Patient/p1', 'wessex/Condition/c']);
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
