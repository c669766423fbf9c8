/** Hazard: two facts are shown as one, one fact as two, or a difference is not seen. */
import { describe, expect, test } from 'vitest';
import { allergy, ASTHMA, concept, condition, medicine, PENICILLIN, RAMIPRIL_2, RAMIPRIL_5, recordOf, result, rowsOf, snapshotOf, SODIUM } from './builder.ts';
import type { Resource } from './builder.ts';

const value = (number: number, unit = 'mmol/L', more: Resource = {}): Resource => ({ valueQuantity: { value: number, unit, ...more } });
const identified = (number: string): Resource => ({ identifier: [{ system: 'https://provider.nhs.uk/data-identifier', value: number }] });

/** Rows of a section for one resource in the practice's record and one in a shared record. */
function compared(section: string, ours: Resource, theirs: Resource) {
  return rowsOf(snapshotOf({ practice: { resources: [ours] }, wessex: { resources: [theirs] } }), section);
}

describe('medication', () => {
  test('the same product, day and dose is one row that says Same', () => {
    expect(compared('medication', medicine('a', RAMIPRIL_5, '5 mg once a day'), medicine('b', RAMIPRIL_5, '5 mg once a day'))).toMatchObject([{ comparison: { kind: 'same' }, dose: 'DOSE 5 mg once a day' }]);
  });

  test('another dose of one product is one row with both doses and both copies', () => {
    const rows = compared('medication', medicine('a', RAMIPRIL_5, '5 mg once a day'), medicine('b', RAMIPRIL_5, '5 mg twice a day'));
    expect(rows).toMatchObject([{ comparison: { kind: 'differs', label: 'Dose differs' } }]);
    expect(rows[0]?.dose).toBe('DOSE 5 mg once a day (Harbour Health Centre) · 5 mg twice a day (Wessex record)');
    expect(rows[0]?.copies.map(({ role }) => role)).toEqual(['practice', 'shared']);
  });

  test('another strength of one medicine is paired by its substance', () => {
    const rows = compared('medication', medicine('a', RAMIPRIL_5, '5 mg once a day'), medicine('b', RAMIPRIL_2, '2.5 mg once a day'));
    expect(rows).toMatchObject([{ name: 'ramipril', comparison: { label: 'Dose differs' } }]);
    expect(rows[0]?.rest).toBe('5mg capsules (practice) · 2.5mg capsules (shared)');
  });

  test('current here and stopped there is Status differs, and the row stands as current', () => {
    expect(compared('medication', medicine('a', RAMIPRIL_5, '5 mg once a day'), medicine('b', RAMIPRIL_5, '5 mg once a day', { status: 'stopped' }))).toMatchObject([{ standing: 'current', status: 'Active (practice) · Stopped (shared)', comparison: { label: 'Status differs' } }]);
  });

  test('where one side says two things the sources are named', () => {
    const rows = rowsOf(snapshotOf({ practice: { resources: [medicine('a', RAMIPRIL_5, '5 mg once a day'), medicine('b', RAMIPRIL_2, '2.5 mg at night')] }, wessex: { resources: [medicine('c', concept('318907005', 'Ramipril 10mg capsules'), '10 mg once a day')] } }), 'medication');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.rest).toBe('5mg capsules (Harbour Health Centre) · 2.5mg capsules (Harbour Health Centre) · 10mg capsules (Wessex record)');
  });

  test('another name of the medicine stands in full on the row', () => {
    const tritace = medicine('b', { coding: [{ system: 'http://snomed.info/sct', code: '318906001' }], text: 'TRITACE 5mg tablets' }, '5 mg once a day');
    expect(compared('medication', medicine('a', RAMIPRIL_5, '5 mg once a day'), tritace)).toMatchObject([{ name: 'ramipril', rest: '5mg capsules (practice) · TRITACE 5mg tablets (shared)' }]);
  });

  test('dm+d under its other addresses is the same code', () => {
    const old = medicine('b', concept('318906001', 'Ramipril 5mg capsules', 'http://dmd.nhs.uk'), '5 mg once a day');
    expect(compared('medication', medicine('a', RAMIPRIL_5, '5 mg once a day'), old)).toMatchObject([{ comparison: { kind: 'same' } }]);
  });

  test('a statement, its prescription and its issues are one row, and the statement leads', () => {
    const plan = medicine('plan', RAMIPRIL_5, '5 mg once a day', { status: 'completed' });
    const issues = ['i1', 'i2'].map((id) => medicine(id, RAMIPRIL_5, '5 mg once a day', { intent: 'order', status: 'completed', basedOn: [{ reference: 'MedicationRequest/plan' }] }));
    const statement = { resourceType: 'MedicationStatement', id: 's', subject: { reference: 'Patient/p1' }, status: 'active', medicationCodeableConcept: RAMIPRIL_5, basedOn: [{ reference: 'MedicationRequest/plan' }], dosage: [{ text: '5 mg once a day' }] };
    const rows = rowsOf(snapshotOf({ practice: { resources: [...issues, plan, statement] } }), 'medication');
    expect(rows).toMatchObject([{ standing: 'current' }]);
    expect(rows[0]?.copies).toHaveLength(4);
  });

  test('copies stand in the order they are read in: practice first, each course from its statement to its newest issue and on', () => {
    const course = (prefix: string, day: string, display: string): Resource[] => [
      medicine(`${prefix}-plan`, RAMIPRIL_5, '5 mg once a day', { authoredOn: day, courseOfTherapyType: { text: display } }),
      { resourceType: 'MedicationStatement', id: `${prefix}-statement`, subject: { reference: 'Patient/p1' }, status: 'active', medicationCodeableConcept: RAMIPRIL_5, effectivePeriod: { start: day }, basedOn: [{ reference: `MedicationRequest/${prefix}-plan` }], dosage: [{ text: '5 mg once a day' }] },
      ...['2026-09-07', '2026-11-02', '2026-10-05'].map((on) => medicine(`${prefix}-${on}`, RAMIPRIL_5, '5 mg once a day', { intent: 'order', authoredOn: on, basedOn: [{ reference: `MedicationRequest/${prefix}-plan` }] })),
    ];
    const snapshot = snapshotOf({ wessex: { resources: course('w', '2016-03-21', 'Repeat medication').toReversed() }, practice: { resources: course('p', '2016-03-21', 'Repeat') } });
    const [row] = rowsOf(snapshot, 'medication');
    const order = ['Medication statement', 'Repeat prescription', 'Issue 02-Nov-2026', 'Issue 05-Oct-2026', 'Issue 07-Sep-2026'];
    expect(row?.copies.map(({ role, heading }) => `${role} ${heading}`)).toEqual([...order.map((heading) => `practice ${heading}`), ...order.map((heading) => `shared ${heading}`)]);
  });

  test('an order that rests on nothing is a prescription in R4 and an issue in GP Connect', () => {
    const order = { resources: [medicine('a', RAMIPRIL_5, '5 mg', { intent: 'order' })] };
    expect(rowsOf(snapshotOf({ practice: order }), 'medication')[0]?.copies[0]?.heading).toBe('Prescription');
    expect(rowsOf(snapshotOf({ practice: { ...order, release: 'STU3' } }), 'medication')[0]?.copies[0]?.heading).toBe('Issue 01-Nov-2026');
  });

  test('medicines that rest on each other in a circle are still all there', () => {
    const circle = [medicine('a', RAMIPRIL_5, '5 mg', { basedOn: [{ reference: 'MedicationRequest/b' }] }), medicine('b', RAMIPRIL_5, '5 mg', { basedOn: [{ reference: 'MedicationRequest/a' }] })];
    expect(rowsOf(snapshotOf({ practice: { resources: circle } }), 'medication')[0]?.copies).toHaveLength(2);
  });

  test('an ended course whose end has passed is not called stopped', () => {
    const rows = rowsOf(snapshotOf({ practice: { resources: [{ resourceType: 'MedicationStatement', id: 's', subject: { reference: 'Patient/p1' }, status: 'active', medicationCodeableConcept: RAMIPRIL_5, effectivePeriod: { start: '2010-01-01', end: '2011-01-01' } }] } }), 'medication');
    expect(rows).toMatchObject([{ status: 'Active', standing: 'current' }]);
  });
});

describe('problems and codes', () => {
  test('Read-only here and Read with SNOMED there meet on the code they share', () => {
    const read = { system: 'http://read.info/readv2', code: 'H33..00', display: 'Asthma' };
    expect(compared('problems', condition('a', { coding: [read] }, { onsetDateTime: '2001-05-01' }), condition('b', { coding: [{ system: 'http://snomed.info/sct', code: '195967001' }, read] }, { onsetDateTime: '2001-05-01' }))).toMatchObject([{ comparison: { kind: 'same' } }]);
  });

  test('resolved there is Status differs', () => {
    expect(compared('problems', condition('a', ASTHMA, { onsetDateTime: '2001-05-01' }), condition('b', ASTHMA, { onsetDateTime: '2001-05-01', clinicalStatus: concept('resolved', 'Resolved', 'c') }))).toMatchObject([{ comparison: { label: 'Status differs' } }]);
  });

  test('a code lost in transfer says nothing of what an entry is about, whatever its number', () => {
    const lost = (id: string, text: string) => condition(id, { coding: [{ system: 'http://snomed.info/sct', code: '1', display: 'Transfer-degraded entry' }], text }, { onsetDateTime: '2001-05-01' });
    expect(compared('problems', lost('a', 'Gout'), lost('b', 'Eczema'))).toHaveLength(2);
  });

  test('two past episodes are two rows', () => {
    const past = { clinicalStatus: concept('resolved', 'Resolved', 'c') };
    expect(compared('problems', condition('a', ASTHMA, { ...past, onsetDateTime: '2001-05-01' }), condition('b', ASTHMA, { ...past, onsetDateTime: '2014-05-01' }))).toHaveLength(2);
  });

  test('partial dates are shown as they are and only meet the same partial date', () => {
    const rows = compared('problems', condition('a', ASTHMA, { onsetDateTime: '2019-03' }), condition('b', ASTHMA, { onsetDateTime: '2019' }));
    expect(rows.flatMap(({ copies }) => copies.flatMap(({ facts }) => facts.filter(({ label }) => label === 'Date').map(({ text }) => text))).toSorted()).toEqual(['2019', 'Mar-2019']);
    expect(compared('problems', condition('a', ASTHMA, { onsetDateTime: '2019-03' }), condition('b', ASTHMA, { onsetDateTime: '2019-03' }))).toMatchObject([{ date: 'Mar-2019', comparison: { kind: 'same' } }]);
  });
});

describe('results', () => {
  test('another value for one test on one day is one row with both values', () => {
    const rows = compared('results', result('a', SODIUM, value(140)), result('b', SODIUM, value(135)));
    expect(rows).toMatchObject([{ comparison: { label: 'Value differs' } }]);
    expect(rows[0]?.rest).toBe('140 mmol/L (practice) · 135 mmol/L (shared)');
  });

  test('zero, a comparator, a negative number and words are values', () => {
    const resources = [result('z', SODIUM, value(0)), result('l', SODIUM, value(5, 'mg/L', { comparator: '<' })), result('n', SODIUM, value(-2)), result('w', SODIUM, { valueString: 'Insufficient sample' })];
    expect(rowsOf(snapshotOf({ practice: { resources } }), 'results').map(({ rest }) => rest).toSorted()).toEqual(['-2 mmol/L', '0 mmol/L', '<5 mg/L', 'Insufficient sample']);
  });

  test('5 and <5 are not the same', () => {
    expect(compared('results', result('a', SODIUM, value(5)), result('b', SODIUM, value(5, 'mmol/L', { comparator: '<' })))).toMatchObject([{ comparison: { kind: 'differs' } }]);
  });

  test('HbA1c in % and in mmol/mol is never converted and never the same', () => {
    expect(compared('results', result('a', SODIUM, value(48, 'mmol/mol')), result('b', SODIUM, value(6.5, '%')))).toMatchObject([{ comparison: { label: 'Value differs' } }]);
  });

  test('x10^9/L and 10*9/L are one unit', () => {
    expect(compared('results', result('a', SODIUM, value(7, 'x10^9/L')), result('b', SODIUM, value(7, '10*9/L')))).toMatchObject([{ comparison: { kind: 'same' } }]);
  });

  test('a moment just after midnight in summer meets the English day it falls on', () => {
    expect(compared('results', result('a', SODIUM, { ...value(140), effectiveDateTime: '2026-06-30T23:30:00Z' }), result('b', SODIUM, { ...value(140), effectiveDateTime: '2026-07-01' }))).toMatchObject([{ comparison: { kind: 'same' }, date: '01-Jul-2026' }]);
  });

  test('equal readings at two times of one day are two rows', () => {
    const at = (id: string, time: string) => result(id, SODIUM, { ...value(80), effectiveDateTime: `2026-11-01T${time}:00Z` });
    expect(rowsOf(snapshotOf({ practice: { resources: [at('a', '08:00'), at('b', '12:00')] }, wessex: { resources: [at('c', '08:00')] } }), 'results').map(({ copies }) => copies.length).toSorted()).toEqual([1, 2]);
  });

  test('a reading meets the copy of its own time, not of an equal one', () => {
    const at = (id: string, time: string) => result(id, SODIUM, { ...value(80), effectiveDateTime: `2026-11-01T${time}:00Z` });
    const rows = rowsOf(snapshotOf({ practice: { resources: [at('a', '12:00'), at('b', '08:00')] }, wessex: { resources: [at('c', '08:00')] } }), 'results');
    expect(rows.map(({ copies }) => copies.map(({ itemId }) => itemId).join(' ')).toSorted()).toEqual(['practice/Observation/a', 'practice/Observation/b wessex/Observation/c']);
  });

  test('two equal readings of one source are two rows, and each meets its copy elsewhere', () => {
    const twice = (prefix: string) => [result(`${prefix}1`, SODIUM, value(80)), result(`${prefix}2`, SODIUM, value(80))];
    expect(rowsOf(snapshotOf({ practice: { resources: twice('a') }, wessex: { resources: twice('b') } }), 'results').map(({ copies }) => copies.length)).toEqual([2, 2]);
  });

  test('two copies of a report that only count their results differently are the same', () => {
    const report = (id: string, more: Resource): Resource => ({ resourceType: 'DiagnosticReport', id, subject: { reference: 'Patient/p1' }, status: 'final', code: SODIUM, effectiveDateTime: '2026-11-01', ...identified('r'), ...more });
    expect(compared('results', report('a', { result: [{ display: 'one' }] }), report('b', { specimen: [{ display: 'blood' }] }))).toMatchObject([{ comparison: { kind: 'same' } }]);
    expect(compared('results', report('a', { conclusion: 'Normal' }), report('b', { conclusion: 'Abnormal' }))).toMatchObject([{ comparison: { label: 'Value differs' } }]);
  });

  test('a value here and none there differs', () => {
    expect(compared('results', result('a', SODIUM, { ...value(140), ...identified('o') }), result('b', SODIUM, identified('o')))).toMatchObject([{ comparison: { label: 'Value differs' } }]);
  });

  test('a blood pressure is shown as one', () => {
    const pressure = result('a', concept('75367002', 'Blood pressure'), { category: [concept('vital-signs', 'Vital signs', 'o')], component: [{ code: concept('271649006', 'Systolic'), valueQuantity: { value: 120, unit: 'mmHg' } }, { code: concept('271650006', 'Diastolic'), valueQuantity: { value: 80, unit: 'mmHg' } }] });
    expect(rowsOf(snapshotOf({ practice: { resources: [pressure] } }), 'observations')).toMatchObject([{ rest: '120/80 mmHg' }]);
  });

  test('a blood pressure sent with more noughts is the same, and its digits stay as sent', () => {
    const pressure = (id: string, unit: string, systolic: unknown): Resource => result(id, concept('75367002', 'Blood pressure'), { category: [concept('vital-signs', 'Vital signs', 'o')], component: [{ code: concept('271649006', 'Systolic'), valueQuantity: { value: systolic, unit } }, { code: concept('271650006', 'Diastolic'), valueQuantity: { value: 75, unit } }] });
    const rows = compared('observations', pressure('a', 'mm[Hg]', { rawJSON: '120.000' }), pressure('b', 'mmHg', 120));
    expect(rows).toMatchObject([{ comparison: { kind: 'same' }, rest: '120.000/75 mm[Hg]' }]);
    expect(compared('observations', pressure('a', 'mm[Hg]', { rawJSON: '120.000' }), pressure('b', 'mmHg', 121))).toMatchObject([{ comparison: { label: 'Value differs' } }]);
  });

  test('rows of one day keep one order however they arrive', () => {
    const resources = ['a', 'b', 'c', 'd'].map((id) => result(id, concept(`10000${id}`, `Test ${id}`), value(1)));
    const order = (list: readonly Resource[]) => rowsOf(snapshotOf({ practice: { resources: list } }), 'results').map(({ name }) => name);
    expect(order(resources.toReversed())).toEqual(order(resources));
  });
});

describe('identity', () => {
  test('one business identifier in two sources is one fact, whatever the payload', () => {
    const rows = compared('problems', condition('a', ASTHMA, identified('1')), condition('b', concept('233678006', 'Childhood asthma'), { ...identified('1'), onsetDateTime: '2001' }));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.copies.map(({ title }) => title).toSorted()).toEqual(['Asthma', 'Childhood asthma']);
  });

  test('one id in two sources proves nothing', () => {
    expect(compared('problems', condition('same', ASTHMA), condition('same', concept('44054006', 'Type 2 diabetes')))).toHaveLength(2);
  });

  test('a bundle delivered twice is every fact once, with both copies reachable', () => {
    const resources = [allergy('a', PENICILLIN), condition('c', ASTHMA)];
    const snapshot = snapshotOf({ practice: { resources: [...resources, ...resources] } });
    expect(rowsOf(snapshot, 'problems')).toMatchObject([{ copies: [expect.anything(), expect.anything()] }]);
    expect(snapshot.resources).toEqual({ received: 5, reachable: 5, heldBack: 0 });
  });

  test('undated and dated entries are not merged', () => {
    expect(snapshotOf({ practice: { resources: [condition('a', ASTHMA)] }, wessex: { resources: [condition('b', ASTHMA, { onsetDateTime: '2001-05-01' })] } }).clusters.filter(({ section }) => section === 'problems')).toHaveLength(2);
  });
});

describe('what was sent can always be read', () => {
  test('raw gives the resource with its own digits', () => {
    const record = recordOf({ practice: { resources: [result('a', SODIUM, { valueQuantity: { value: { rawJSON: '7.0' }, unit: 'mmol/L' } })] } });
    const item = record.snapshot().items.find(({ section }) => section === 'results');
    expect(item?.value?.text).toBe('7.0 mmol/L');
    expect(record.raw(item?.id ?? '')).toContain('"value": 7.0');
  });

  test('an entry with nothing in it, and one that is no resource, are shown with a sentence', () => {
    const snapshot = snapshotOf({ practice: { body: { resourceType: 'Bundle', entry: [{ resource: patient() }, {}, { resource: 'junk' }, null] } } });
    expect(rowsOf(snapshot, 'other').map(({ rest }) => rest)).toEqual(expect.arrayContaining(['The source sent an entry with nothing in it.', 'The source sent an entry that is not a resource.']));
    expect(snapshot.resources).toEqual({ received: 4, reachable: 4, heldBack: 0 });
  });

  test('a dangling reference and a missing fullUrl leave the item standing', () => {
    expect(rowsOf(snapshotOf({ practice: { resources: [medicine('a', RAMIPRIL_5, '5 mg', { medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/nowhere', display: 'Ramipril 5mg capsules' } })] } }), 'medication')).toMatchObject([{ name: 'ramipril' }]);
  });
});

function patient(): Resource {
  return { resourceType: 'Patient', id: 'p1', identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' }], name: [{ family: 'Ashworth', given: ['Margaret'] }], gender: 'female', birthDate: '1948-03-12' };
}
