/** What holds for every record, and for a record that is still growing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRecord } from '../../../main/record/record.ts';
import type { RecordSnapshot } from '../../../main/record/record.ts';
import { countResources } from '../../../main/record/normalise/entries.ts';
import { sourceId } from '../../../main/record/values.ts';
import { recordView, rowPage } from '../../../main/record/view.ts';
import { PATIENT } from '../../integration/record/people.ts';
import { allergy, ASTHMA, bundleOf, concept, condition, medicine, NONE_KNOWN, PENICILLIN, RAMIPRIL_2, RAMIPRIL_5, recordOf, result, RETRIEVED, rowsOf, snapshotOf, SODIUM } from './builder.ts';
import type { Resource } from './builder.ts';

const DAYS = ['2026-11-01', '2026-11-02', '2026-11', '2019', '2026-11-01T08:00:00Z', '2026-11-01T20:00:00Z', 'not a date', undefined];
const STATUSES = ['active', 'stopped', 'completed', 'entered-in-error', 'unknown', undefined];
const day = fc.constantFrom(...DAYS);
const identifier = fc.constantFrom(undefined, '1', '2', '3').map((value) => (value === undefined ? {} : { identifier: [{ system: 'urn:x', value }] }));

/** Any of a few facts under a few codes, so that they meet often; some are junk. */
const anyResource: fc.Arbitrary<Resource> = fc.oneof(
  fc.tuple(fc.constantFrom(PENICILLIN, NONE_KNOWN, ASTHMA), day, identifier).map(([code, onsetDateTime, more]) => allergy('', code, { onsetDateTime, ...more })),
  fc.tuple(fc.constantFrom(RAMIPRIL_5, RAMIPRIL_2), fc.constantFrom('5 mg once a day', '2.5 mg once a day'), fc.constantFrom(...STATUSES), day, identifier).map(([code, dose, status, authoredOn, more]) => medicine('', code, dose, { status, authoredOn, ...more })),
  fc.tuple(fc.constantFrom(ASTHMA, concept('44054006', 'Type 2 diabetes')), day, identifier).map(([code, onsetDateTime, more]) => condition('', code, { onsetDateTime, ...more })),
  fc.tuple(fc.constantFrom(0, 5, -1), day, identifier).map(([number, effectiveDateTime, more]) => result('', SODIUM, { valueQuantity: { value: number, unit: 'mmol/L' }, effectiveDateTime, ...more })),
  fc.constantFrom<Resource>({ resourceType: 'Basic', subject: { reference: 'Patient/p1' } }, { resourceType: 'Organization', name: 'A hospital' }, { resourceType: 'Condition', subject: { reference: 'Patient/stranger' } }),
);

const anyRecord = fc.record({ practice: fc.array(anyResource, { maxLength: 12 }), wessex: fc.array(anyResource, { maxLength: 12 }), london: fc.array(anyResource, { maxLength: 12 }) }).map((sources) =>
  Object.entries(sources).map(([id, resources]) => ({ id, resources: resources.map((resource, index) => ({ ...resource, id: `r${index}` })) })),
);

/** Everything about the outcome but the places where things stood. */
function outcomeOf(snapshot: RecordSnapshot): unknown {
  return snapshot.groups.map(({ section, comparison, clusters }) => ({ section, comparison, clusters: clusters.map(({ items }) => items.map(({ id }) => id)) }));
}

function recordFrom(sources: readonly { readonly id: string; readonly resources: readonly Resource[] }[]): RecordSnapshot {
  const record = createRecord({ patient: PATIENT, sources: ['practice', 'wessex', 'london'].map((id) => ({ id: sourceId(id), name: id, role: id === 'practice' ? 'practice' : 'shared' })) });
  for (const { id, resources } of sources) {
    record.addPage({ source: sourceId(id), page: 0, release: 'R4', body: bundleOf(resources), retrievedAt: RETRIEVED });
    record.setState(sourceId(id), { kind: 'answered' });
  }
  return record.snapshot();
}

describe('every record', () => {
  test('N in, N reachable: each resource is in exactly one cluster, one group and one row, or held back', () => {
    fc.assert(fc.property(anyRecord, (sources) => {
      const snapshot = recordFrom(sources);
      const received = sources.reduce((total, { resources }) => total + countResources(bundleOf(resources)), 0);
      const rows = rowPage(snapshot, { section: null, from: 0, count: 10_000, onlyDiffering: false, includeWithdrawn: true }).rows;
      const copies = rows.flatMap((row) => row.copies.map(({ itemId }) => itemId));
      expect(snapshot.resources.received).toBe(received);
      expect(snapshot.resources.reachable + snapshot.resources.heldBack).toBe(received);
      expect(copies).toHaveLength(snapshot.resources.reachable);
      expect(new Set(copies).size).toBe(copies.length);
    }), { numRuns: 200 });
  });

  test('the order in which sources and their entries arrive changes nothing', () => {
    fc.assert(fc.property(anyRecord, fc.infiniteStream(fc.nat()), (sources, randomness) => {
      const shuffle = <Value>(values: readonly Value[]): Value[] => values.map((value) => ({ value, at: randomness.next().value as number })).toSorted((one, other) => one.at - other.at).map(({ value }) => value);
      const shuffled = shuffle(sources).map(({ id, resources }) => ({ id, resources: shuffle(resources) }));
      expect(outcomeOf(recordFrom(shuffled))).toEqual(outcomeOf(recordFrom(sources)));
    }), { numRuns: 200 });
  });

  test('any JSON at all is taken without failing, and counted', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 4 }), (body, entries) => {
      for (const one of [body, { resourceType: 'Bundle', entry: entries.map((resource) => ({ resource })) }]) {
        const { resources } = recordOf({ wessex: { body: one } }).snapshot();
        expect(resources.received).toBe(countResources(one));
        expect(resources.reachable + resources.heldBack).toBe(resources.received);
      }
    }), { numRuns: 200 });
  });

  test('fields of any wrong type never make a resource fail', () => {
    const types = ['AllergyIntolerance', 'Condition', 'MedicationStatement', 'MedicationRequest', 'Observation', 'DiagnosticReport', 'Immunization', 'Encounter', 'DocumentReference', 'CarePlan', 'ServiceRequest', 'Appointment', 'Composition', 'List', 'PractitionerRole'];
    const names = ['code', 'status', 'clinicalStatus', 'reaction', 'component', 'valueQuantity', 'dosage', 'dosageInstruction', 'period', 'note', 'identifier', 'meta', 'extension', 'contained', 'basedOn', 'medicationReference', 'performer', 'content', 'section', 'practitioner', 'participant', 'referenceRange'];
    fc.assert(fc.property(fc.constantFrom(...types), fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 })), (resourceType, odd) => {
      const snapshot = snapshotOf({ wessex: { resources: [{ subject: { reference: 'Patient/p1' }, patient: { reference: 'Patient/p1' }, ...odd, resourceType, id: 'x' }] } });
      expect(rowPage(snapshot, { section: null, from: 0, count: 100, onlyDiffering: false, includeWithdrawn: true }).total).toBeGreaterThan(0);
    }), { numRuns: 400 });
  });
});

describe('a record that is still growing', () => {
  test('an organisation that arrives a page later is found', () => {
    const record = createRecord({ patient: PATIENT, sources: [{ id: sourceId('wessex'), name: 'Wessex record', role: 'shared' }] });
    const add = (page: number, body: unknown) => record.addPage({ source: sourceId('wessex'), page, release: 'R4', body, retrievedAt: RETRIEVED });
    add(0, bundleOf([condition('c', ASTHMA, { recorder: { reference: 'Organization/o' } })]));
    expect(rowsOf(record.snapshot(), 'problems')[0]?.copies[0]?.organisation).toBeNull();
    add(1, { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'Organization', id: 'o', name: 'Southdown General' } }] });
    expect(rowsOf(record.snapshot(), 'problems')[0]?.copies[0]?.organisation).toBe('Southdown General');
  });

  test('"None recorded" waits for every source', () => {
    const sentence = (state: 'asking' | 'answered') => recordView(snapshotOf({ practice: { resources: [] }, wessex: state === 'asking' ? { state: { kind: 'asking' } } : { resources: [] } })).sections.find(({ id }) => id === 'problems')?.emptySentence;
    expect(sentence('asking')).toBe('Not yet answered: waiting for Wessex record.');
    expect(sentence('answered')).toBe('None recorded in Harbour Health Centre and Wessex record.');
  });

  test('only here is not claimed before the other side has answered', () => {
    const ours = { resources: [condition('c', ASTHMA)] };
    expect(rowsOf(snapshotOf({ practice: ours, wessex: { state: { kind: 'asking' } } }), 'problems')).toMatchObject([{ comparison: { kind: 'incomplete' } }]);
    expect(rowsOf(snapshotOf({ practice: ours, wessex: { state: { kind: 'failed', sentence: 'x' } } }), 'problems')).toMatchObject([{ comparison: { kind: 'incomplete' } }]);
    expect(rowsOf(snapshotOf({ practice: ours, wessex: { resources: [] } }), 'problems')).toMatchObject([{ comparison: { kind: 'only-practice' } }]);
  });

  test('asking a source again forgets what it had sent', () => {
    const record = recordOf({ practice: { resources: [condition('c', ASTHMA)] } });
    record.restart(sourceId('practice'));
    expect(record.snapshot()).toMatchObject({ items: [], sources: [{ state: { kind: 'asking' } }], resources: { received: 0 } });
  });

  test('rows come a page at a time, in one order, and only those that differ when asked', () => {
    const snapshot = snapshotOf({ practice: { resources: Array.from({ length: 250 }, (_, index) => condition(`c${index}`, concept(`${index}`, `Problem ${index}`))) }, wessex: { resources: [condition('w', concept('7', 'Problem 7'))] } });
    const page = (from: number) => rowPage(snapshot, { section: 'problems', from, count: 100, onlyDiffering: false, includeWithdrawn: false });
    expect([page(0), page(100), page(200)].map(({ total, rows }) => [total, rows.length])).toEqual([[250, 100], [250, 100], [250, 50]]);
    expect(rowPage(snapshot, { section: 'problems', from: 0, count: 1_000, onlyDiffering: true, includeWithdrawn: false }).total).toBe(249);
    expect(recordView(snapshot).sections.find(({ id }) => id === 'problems')).toMatchObject({ rows: 250, items: 251, differing: 249 });
  });

  test('time grows with the number of items, not with their pairs', () => {
    const resources = (count: number) => Array.from({ length: count }, (_, index) => result(`o${index}`, concept(`${index % 40}`, `Test ${index % 40}`), { valueQuantity: { value: index % 7, unit: 'mmol/L' }, effectiveDateTime: `20${10 + (index % 10)}-0${1 + (index % 9)}-1${index % 9}` }));
    const time = (count: number): number => {
      const sources = { practice: { resources: resources(count) }, wessex: { resources: resources(count) } };
      const start = performance.now();
      expect(snapshotOf(sources).resources.received).toBe(2 * count + 2);
      return performance.now() - start;
    };
    time(500);
    const small = time(2_000);
    expect(time(16_000)).toBeLessThan(small * 8 * 6);
  });
});
