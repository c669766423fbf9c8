/** Hazard: an allergy is missed, or "no known allergies" is claimed where nobody said so. */
import { describe, expect, test } from 'vitest';
import { recordView } from '../../../main/record/view.ts';
import { allergy, concept, incomplete, keptBack, NONE_KNOWN, PENICILLIN, rowsOf, snapshotOf, SUMMARY } from './builder.ts';
import type { Held } from './builder.ts';
import { patientResource } from '../../integration/record/people.ts';

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

  const NONE_HERE: Held = { resources: [allergy('a', NONE_KNOWN)] };

  test.each<[string, Held, string]>([
    ['has not answered yet', { state: { kind: 'asking' } }, 'Wessex record has not answered yet'],
    ['is slow', { state: { kind: 'slow', sentence: 'x' } }, 'Wessex record has not answered yet'],
    ['refused', { state: { kind: 'refused', sentence: 'x' } }, 'Wessex record refused'],
    ['failed', { state: { kind: 'failed', sentence: 'x' } }, 'Wessex record did not answer'],
    ['timed out', { state: { kind: 'timed-out', sentence: 'x' } }, 'Wessex record did not answer in time'],
    ['is held back', { resources: [patientResource('p1', '9990000026')], state: { kind: 'withheld', sentence: 'x' } }, 'Wessex record is held back: it may be about another patient'],
    ['did not give its allergies', { resources: [], state: incomplete('allergies') }, 'Wessex record did not give all allergies'],
    ['keeps allergies back', { resources: [], state: keptBack('allergies') }, 'Wessex record may keep allergies back'],
    ['cannot give allergies', { body: document('unavailable') }, 'Wessex record cannot give allergies'],
    ['has an allergy of nobody known', { resources: [allergy('x', PENICILLIN, { patient: { reference: 'Patient/nowhere' } })] }, 'Wessex record has allergies that could not be tied to this patient'],
  ])('"No known allergies" is not claimed from one source while another %s', (_what, other, missing) => {
    const sources = { practice: NONE_HERE, wessex: other };
    expect(banner(sources)).toEqual({ phrase: 'Allergies unavailable', detail: `Harbour Health Centre: no known allergies · ${missing}`, tone: 'warning' });
    const [row] = rowsOf(snapshotOf(sources), 'allergies');
    expect(row).toMatchObject({ name: 'No known allergy', rest: `said by Harbour Health Centre only · ${missing}`, comparison: { kind: 'incomplete', sentence: expect.stringContaining(missing) } });
  });

  test('two sources that failed are said in one breath', () => {
    const failed: Held = { state: { kind: 'failed', sentence: 'x' } };
    expect(banner({ practice: NONE_HERE, wessex: failed, london: failed }).detail).toBe('Harbour Health Centre: no known allergies · Wessex record and London record did not answer');
  });

  test.each<[string, Held]>([
    ['has answered and holds none', { resources: [] }],
    ['holds no record of the patient', { state: { kind: 'none-held', sentence: 'x' } }],
    ['lacks another part', { resources: [], state: incomplete('procedures') }],
    ['keeps another part back', { resources: [], state: keptBack('encounters') }],
    ['is a summary with its allergies section', { resources: [], state: SUMMARY }],
    ['is a summary whose allergies section says it holds none', { body: document('nilknown'), state: SUMMARY }],
    ['has a procedure of nobody known', { resources: [{ resourceType: 'Procedure', id: 'x', subject: { reference: 'Patient/nowhere' } }] }],
  ])('"No known allergies" is said, and by whom, where the other source %s', (_what, other) => {
    const sources = { practice: NONE_HERE, wessex: other };
    expect(banner(sources)).toEqual({ phrase: 'No known allergies', detail: 'Recorded by Harbour Health Centre', tone: 'plain' });
    expect(rowsOf(snapshotOf(sources), 'allergies')).toMatchObject([{ rest: '', comparison: { kind: 'only-practice' } }]);
  });

  test('a known allergy stays known while another source is missing, and who is missing is said', () => {
    const view = banner({ practice: { resources: [allergy('a', PENICILLIN)] }, wessex: { state: { kind: 'failed', sentence: 'x' } } });
    expect(view).toEqual({ phrase: 'Known allergies', detail: 'Allergy to penicillin · Wessex record did not answer: there may be more', tone: 'harm' });
  });

  test('a summary beside a known allergy is no reason to expect more', () => {
    expect(banner({ practice: { resources: [allergy('a', PENICILLIN)] }, wessex: { resources: [], state: SUMMARY } }).detail).toBe('Allergy to penicillin');
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
    expect(recordView(snapshot).allergies).toMatchObject({ phrase: 'Known allergies', tone: 'harm', detail: 'Allergy to penicillin · conflict: no known allergies in Harbour Health Centre' });
    expect(rowsOf(snapshot, 'allergies')[0]?.comparison.sentence).toBe('No known allergies in the practice record; Allergy to penicillin in the shared record. Ask the patient.');
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

  test('two reactions to one substance are both in the banner, and the row says whose each is', () => {
    const reaction = (words: string): object => ({ reaction: [{ manifestation: [concept(words, words)] }] });
    const snapshot = snapshotOf({ practice: { resources: [allergy('a', PENICILLIN, { ...reaction('Rash') })] }, wessex: { resources: [allergy('b', PENICILLIN, { ...reaction('Anaphylaxis') })] } });
    expect(recordView(snapshot).allergies.detail).toBe('Allergy to penicillin: Rash; Anaphylaxis (2 sources)');
    expect(rowsOf(snapshot, 'allergies')).toMatchObject([{ rest: 'Rash (practice) · Anaphylaxis (shared)' }]);
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
