/** Hazard: an allergy is missed, or "no known allergies" is claimed where nobody said so. */
import { describe, expect, test } from 'vitest';
import { recordView } from '../../../main/record/view.ts';
import { allergy, concept, NONE_KNOWN, PENICILLIN, rowsOf, snapshotOf } from './builder.ts';
import type { Held } from './builder.ts';

const banner = (sources: Readonly<Record<string, Held>>) => recordView(snapshotOf(sources)).allergies;
const emptySentence = (sources: Readonly<Record<string, Held>>) => recordView(snapshotOf(sources)).sections.find(({ id }) => id === 'allergies')?.emptySentence ?? '';

const document = (emptyReason: string): unknown => ({
  resourceType: 'Bundle', type: 'document',
  entry: [
    { resource: { resourceType: 'Composition', subject: { reference: 'Patient/p1' }, section: [{ code: concept('48765-2', 'Allergies', 'http://loinc.org'), emptyReason: concept(emptyReason, emptyReason, 'http://terminology.hl7.org/CodeSystem/list-empty-reason') }] } },
    { resource: { resourceType: 'Patient', id: 'p1', identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' }], name: [{ family: 'Ashworth', given: ['Margaret'] }], gender: 'female', birthDate: '1948-03-12' } },
  ],
});

describe('no known allergies is only ever said by a source', () => {
  test('716186003 is "No known allergies"', () => {
    expect(banner({ practice: { resources: [allergy('a', NONE_KNOWN)] } })).toMatchObject({ phrase: 'No known allergies', tone: 'plain' });
  });

  test('an empty answer from every source is "Allergies not recorded"', () => {
    expect(banner({ practice: { resources: [] } }).phrase).toBe('Allergies not recorded');
  });

  test('emptyReason nilknown is not "No known allergies"', () => {
    expect(banner({ practice: { body: document('nilknown') } }).phrase).toBe('Allergies not recorded');
  });

  test('emptyReason unavailable is "Allergies unavailable"', () => {
    expect(banner({ practice: { body: document('unavailable') } }).phrase).toBe('Allergies unavailable');
  });

  test('a source that failed leaves "Allergies unavailable"', () => {
    expect(banner({ practice: { resources: [] }, wessex: { state: { kind: 'failed', sentence: 'x' } } }).phrase).toBe('Allergies unavailable');
  });

  test('"No known allergies" from one source while another is missing says who may hold more', () => {
    const view = banner({ practice: { resources: [allergy('a', NONE_KNOWN)] }, wessex: { state: { kind: 'timed-out', sentence: 'x' } } });
    expect(view).toMatchObject({ phrase: 'No known allergies', tone: 'warning', detail: expect.stringContaining('Wessex record may hold more') });
  });

  test('no known drug allergy rules out one kind and is neither an allergy nor "No known allergies"', () => {
    expect(banner({ practice: { resources: [allergy('a', concept('409137002', 'No known drug allergy'))] } }).phrase).toBe('Allergies not recorded');
  });

  test('none held, unavailable, failed, not yet answered and no record are five different sentences', () => {
    const sentences = [
      emptySentence({ practice: { resources: [] } }),
      emptySentence({ practice: { body: document('unavailable') } }),
      emptySentence({ practice: { state: { kind: 'failed', sentence: 'x' } } }),
      emptySentence({ practice: { state: { kind: 'asking' } } }),
      emptySentence({ practice: { state: { kind: 'none-held', sentence: 'x' } } }),
    ];
    expect(new Set(sentences).size).toBe(5);
    for (const sentence of sentences) expect(sentence).not.toMatch(/no known allerg/i);
  });
});

describe('an allergy is never lost among others', () => {
  test('an allergy in one source and none known in another is a conflict on both', () => {
    const snapshot = snapshotOf({ practice: { resources: [allergy('a', NONE_KNOWN)] }, wessex: { resources: [allergy('b', PENICILLIN)] } });
    expect(rowsOf(snapshot, 'allergies').map(({ comparison }) => comparison.kind)).toEqual(['conflict', 'conflict']);
    expect(recordView(snapshot).allergies).toMatchObject({ phrase: 'Known allergies', tone: 'harm', detail: expect.stringContaining('conflict') });
  });

  test('an ended allergy contained in a list is shown as ended and is not a known allergy', () => {
    const list = { resourceType: 'List', id: 'l', subject: { reference: 'Patient/p1' }, code: concept('1103671000000101', 'Ended allergies'), contained: [{ resourceType: 'AllergyIntolerance', id: 'e1', clinicalStatus: 'active', patient: { reference: 'Patient/p1' }, code: PENICILLIN }] };
    const snapshot = snapshotOf({ practice: { resources: [list], release: 'STU3' } });
    expect(rowsOf(snapshot, 'allergies')).toMatchObject([{ name: 'Allergy to penicillin', standing: 'ended' }]);
    expect(recordView(snapshot).allergies).toMatchObject({ phrase: 'Allergies not recorded', detail: expect.stringContaining('1 ended allergy') });
  });

  test('a resolved and an active entry for one substance stay two copies, and the row is current', () => {
    const snapshot = snapshotOf({ practice: { resources: [allergy('a', PENICILLIN, { clinicalStatus: concept('resolved', 'Resolved', 'c') })] }, wessex: { resources: [allergy('b', PENICILLIN)] } });
    const rows = rowsOf(snapshot, 'allergies');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ standing: 'current', comparison: { kind: 'differs', label: 'Status differs' } });
    expect(rows[0]?.copies).toHaveLength(2);
  });

  test('the same substance with the same status is one row with both severities where they differ', () => {
    const reaction = (severity: string): object => ({ reaction: [{ manifestation: [concept('39579001', 'Anaphylaxis')], severity }] });
    const snapshot = snapshotOf({ practice: { resources: [allergy('a', PENICILLIN, { ...reaction('mild') })] }, wessex: { resources: [allergy('b', PENICILLIN, { ...reaction('severe') })] } });
    expect(rowsOf(snapshot, 'allergies')).toMatchObject([{ comparison: { kind: 'differs', label: 'Severity differs' } }]);
  });

  test('a code lost in transfer is loud in row and banner, and two of them are not one', () => {
    const lost = (id: string, text: string) => allergy(id, { coding: [{ system: 'http://snomed.info/sct', code: '196461000000101', display: 'Transfer-degraded drug allergy' }], text });
    const snapshot = snapshotOf({ practice: { resources: [lost('a', 'Palonosetron')] }, wessex: { resources: [lost('b', 'Codeine')] } });
    expect(rowsOf(snapshot, 'allergies')).toHaveLength(2);
    expect(rowsOf(snapshot, 'allergies')[0]?.rest).toContain('Transfer-degraded');
    expect(recordView(snapshot).allergies.detail).toContain('lost in transfer');
  });

  test('an undated allergy does not merge with a dated one, and both are shown', () => {
    const snapshot = snapshotOf({ practice: { resources: [allergy('a', PENICILLIN)] }, wessex: { resources: [allergy('b', PENICILLIN, { onsetDateTime: '2019' })] } });
    expect(snapshot.clusters.filter(({ section }) => section === 'allergies')).toHaveLength(2);
    expect(rowsOf(snapshot, 'allergies').flatMap(({ copies }) => copies)).toHaveLength(2);
  });

  test('an allergy of unclear status counts as known', () => {
    expect(banner({ practice: { resources: [{ ...allergy('a', PENICILLIN), clinicalStatus: undefined }] } }).phrase).toBe('Known allergies');
  });

  test('an allergy entered in error is not listed, is counted and can be reached', () => {
    const snapshot = snapshotOf({ practice: { resources: [allergy('a', PENICILLIN, { verificationStatus: concept('entered-in-error', 'Entered in error', 'v') })] } });
    expect(rowsOf(snapshot, 'allergies')).toEqual([]);
    expect(rowsOf(snapshot, 'allergies', { includeWithdrawn: true })).toHaveLength(1);
    expect(recordView(snapshot).sections.find(({ id }) => id === 'allergies')).toMatchObject({ rows: 0, items: 1 });
    expect(recordView(snapshot).allergies.phrase).toBe('Allergies not recorded');
  });
});
