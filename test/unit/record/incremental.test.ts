/** What comes page by page ends as what comes at once, and costs what it touches. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Neighbourhoods } from '../../../main/record/neighbourhoods.ts';
import { createRecord } from '../../../main/record/record.ts';
import type { PatientRecord, RecordSnapshot } from '../../../main/record/record.ts';
import { sourceId } from '../../../main/record/values.ts';
import { recordView, rowPage } from '../../../main/record/view.ts';
import { PATIENT, patientResource } from '../../integration/record/people.ts';
import { allergy, ASTHMA, concept, condition, medicine, NONE_KNOWN, PENICILLIN, RAMIPRIL_2, RAMIPRIL_5, result, RETRIEVED, SODIUM } from './builder.ts';
import type { Resource } from './builder.ts';

const SOURCES = ['practice', 'wessex', 'london'] as const;
type Name = (typeof SOURCES)[number];

const day = fc.constantFrom('2026-11-01', '2026-11-02', '2026-11', '2019', '2026-11-01T08:00:00Z', '2026-11-01T20:00:00Z', undefined);
const identifier = fc.constantFrom(undefined, '1', '2', '3').map((value) => (value === undefined ? {} : { identifier: [{ system: 'urn:x', value }] }));
const target = fc.nat({ max: 11 });

/** Facts that meet often, under ids that repeat, and that lean on each other in every direction, backwards and in circles. */
const anyResource: fc.Arbitrary<Resource> = fc.oneof(
  fc.tuple(fc.constantFrom(PENICILLIN, NONE_KNOWN, ASTHMA), day, identifier).map(([code, onsetDateTime, more]) => allergy('', code, { onsetDateTime, ...more })),
  fc.tuple(fc.constantFrom(RAMIPRIL_5, RAMIPRIL_2), fc.constantFrom('5 mg once a day', '2.5 mg once a day'), fc.constantFrom('active', 'stopped', 'entered-in-error'), day, identifier, fc.option(target))
    .map(([code, dose, status, authoredOn, more, base]) => medicine('', code, dose, { status, authoredOn, ...more, ...(base === null ? {} : { intent: 'order', basedOn: [{ reference: `MedicationRequest/r${base}` }] }) })),
  fc.tuple(target, day).map(([named, authoredOn]) => medicine('', {}, '1', { medicationCodeableConcept: undefined, medicationReference: { reference: `Medication/r${named}` }, authoredOn })),
  fc.constantFrom<Resource>({ resourceType: 'Medication', code: RAMIPRIL_5 }, { resourceType: 'Medication', code: RAMIPRIL_2 }),
  fc.tuple(fc.constantFrom(ASTHMA, concept('44054006', 'Type 2 diabetes')), day, identifier).map(([code, onsetDateTime, more]) => condition('', code, { onsetDateTime, ...more })),
  fc.tuple(fc.constantFrom(0, 5, -1), day, identifier, fc.boolean()).map(([value, effectiveDateTime, more, sorted]) => result('', SODIUM, { valueQuantity: { value, unit: 'mmol/L' }, effectiveDateTime, ...more, ...(sorted ? {} : { category: undefined }) })),
  fc.array(target, { maxLength: 3 }).map((members) => ({ resourceType: 'DiagnosticReport', subject: { reference: 'Patient/p1' }, status: 'final', code: SODIUM, result: members.map((one) => ({ reference: `Observation/r${one}` })) })),
  fc.tuple(identifier).map(([more]) => ({ resourceType: 'Claim', patient: { reference: 'Patient/p1' }, ...more })),
  fc.constant<Resource>({ resourceType: 'Condition', subject: { reference: 'Patient/late' }, code: ASTHMA }),
  fc.constant<Resource>({ ...patientResource('late') }),
);

interface Delivery {
  readonly source: Name;
  readonly resources: readonly Resource[];
}

const anyDeliveries: fc.Arbitrary<readonly Delivery[]> = fc
  .array(fc.record({ source: fc.constantFrom(...SOURCES), resources: fc.array(fc.tuple(anyResource, target), { maxLength: 5 }) }), { maxLength: 10 })
  .map((pages) => pages.map(({ source, resources }) => ({ source, resources: resources.map(([resource, id]) => ({ ...resource, id: resource['id'] === 'late' ? 'late' : `r${id}` })) })));

function emptyRecord(): PatientRecord {
  const record = createRecord({ patient: PATIENT, sources: SOURCES.map((id) => ({ id: sourceId(id), name: id, role: id === 'practice' ? 'practice' : 'shared' })) });
  for (const id of SOURCES) record.addPage({ source: sourceId(id), page: 0, release: 'R4', body: { resourceType: 'Bundle', entry: [{ resource: patientResource() }] }, retrievedAt: RETRIEVED });
  return record;
}

function deliver(record: PatientRecord, deliveries: readonly Delivery[], after: (record: PatientRecord) => void): RecordSnapshot {
  deliveries.forEach(({ source, resources }, index) => {
    record.addPage({ source: sourceId(source), page: index + 1, release: 'R4', body: { resourceType: 'Bundle', entry: resources.map((resource) => ({ resource })) }, retrievedAt: RETRIEVED });
    after(record);
  });
  for (const id of SOURCES) record.setState(sourceId(id), { kind: 'answered' });
  return record.snapshot();
}

const everything = (snapshot: RecordSnapshot): unknown => ({
  view: { ...recordView(snapshot), recordRevision: 0 },
  rows: rowPage(snapshot, { section: null, from: 0, count: 10_000, onlyDiffering: false, includeWithdrawn: true }).rows,
  groups: snapshot.groups.map(({ id, comparison, clusters }) => ({ id, comparison, clusters: clusters.map((cluster) => ({ id: cluster.id, comparison: cluster.comparison, items: cluster.items.map((item) => item.id) })) })),
  resources: snapshot.resources,
});

describe('page by page', () => {
  test('looking after every page changes nothing of what comes out in the end', () => {
    fc.assert(fc.property(anyDeliveries, (deliveries) => {
      const atOnce = deliver(emptyRecord(), deliveries, () => {});
      const stepByStep = deliver(emptyRecord(), deliveries, (record) => void record.snapshot());
      expect(everything(stepByStep)).toEqual(everything(atOnce));
    }), { numRuns: 300 });
  });

  test('asking a source again halfway leaves what a record without that half would have', () => {
    fc.assert(fc.property(anyDeliveries, anyDeliveries, (before, after) => {
      const again = emptyRecord();
      deliver(again, before, (record) => void record.snapshot());
      for (const id of SOURCES) again.restart(sourceId(id));
      for (const id of SOURCES) again.addPage({ source: sourceId(id), page: 0, release: 'R4', body: { resourceType: 'Bundle', entry: [{ resource: patientResource() }] }, retrievedAt: RETRIEVED });
      expect(everything(deliver(again, after, () => {}))).toEqual(everything(deliver(emptyRecord(), after, () => {})));
    }), { numRuns: 150 });
  });

  test('what a page does not touch stays the very same object', () => {
    const record = emptyRecord();
    deliver(record, [{ source: 'practice', resources: [condition('c', ASTHMA), result('o', SODIUM, { valueQuantity: { value: 1, unit: 'mmol/L' } })] }], () => {});
    const before = record.snapshot();
    record.addPage({ source: sourceId('wessex'), page: 9, release: 'R4', body: { resourceType: 'Bundle', entry: [{ resource: condition('c', ASTHMA) }] }, retrievedAt: RETRIEVED });
    const after = record.snapshot();
    expect(after.sections.results).toBe(before.sections.results);
    expect(after.sections.problems).not.toBe(before.sections.problems);
  });

  test('members are only gone over with those they share a key with', () => {
    const index = new Neighbourhoods<{ readonly name: string; readonly keys: readonly string[] }>();
    const members = Array.from({ length: 1_000 }, (_, name) => ({ name: String(name), keys: [`own ${name}`, `pair ${Math.floor(name / 2)}`] }));
    for (const member of members) index.add(member);
    expect(index.takeTouched()).toHaveLength(500);
    const late = { name: 'late', keys: ['pair 7'] };
    index.add(late);
    expect(index.takeTouched().map((one) => one.map(({ name }) => name).sort())).toEqual([['14', '15', 'late']]);
    index.remove(late);
    expect(index.takeTouched().map((one) => one.map(({ name }) => name).sort())).toEqual([['14', '15']]);
    expect(index.takeTouched()).toEqual([]);
  });
});
