/** Hazards each of which has hurt somebody else's program: dates in the future, clocks, scripts in what a source sends. */
import { describe, expect, test } from 'vitest';
import { codeText, systemName } from '../../../main/record/code-systems.ts';
import { momentOf, parseClinicalDate } from '../../../main/record/normalise/dates.ts';
import { shownDateTime } from '../../../main/record/view-words.ts';
import { rowPage, recordView } from '../../../main/record/view.ts';
import { ABOUT, ASTHMA, concept, condition, medicine, RAMIPRIL_5, recordOf, result, rowsOf, snapshotOf, SODIUM } from './builder.ts';
import type { Resource } from './builder.ts';

const value = (number: number): Resource => ({ valueQuantity: { value: number, unit: 'mmol/L' } });

describe('future dates', () => {
  test('a result dated after it was fetched is kept, shown as sent and marked', () => {
    const rows = rowsOf(snapshotOf({ practice: { resources: [result('a', SODIUM, { ...value(140), effectiveDateTime: '2062-01-05' })] } }), 'results');
    expect(rows).toMatchObject([{ date: '05-Jan-2062', rest: '140 mmol/L · Dated in the future' }]);
    expect(rows[0]?.copies[0]?.facts[0]).toEqual({ label: 'Take care', text: 'Dated in the future' });
  });

  test.each([['2027', true], ['2026', false], ['2026-12', true], ['2026-11', false], ['2026-11-23', false], ['2026-11-24', true]])('a problem of %s, fetched on 22 November 2026', (onset, marked) => {
    expect(rowsOf(snapshotOf({ practice: { resources: [condition('c', ASTHMA, { onsetDateTime: onset })] } }), 'problems')[0]?.rest).toBe(marked ? 'Dated in the future' : '');
  });

  test('what is planned may lie in the future', () => {
    const appointment = { resourceType: 'Appointment', id: 'a', status: 'booked', description: 'Review', start: '2027-01-05T09:00:00Z', participant: [{ actor: ABOUT }] };
    expect(rowsOf(snapshotOf({ practice: { resources: [appointment] } }), 'appointments')).toMatchObject([{ date: '05-Jan-2027', rest: '' }]);
  });
});

describe('clocks and summer time', () => {
  const shown = (text: string): string => {
    const date = parseClinicalDate(text);
    return date === undefined ? '' : shownDateTime(date);
  };

  test.each([
    ['2026-11-02T00:00:00+00:00', '02-Nov-2026'],
    ['2026-07-02T00:00:00+01:00', '02-Jul-2026'],
    ['2026-07-01T23:00:00Z', '02-Jul-2026'],
    ['2026-11-02T00:00:00', '02-Nov-2026'],
    ['2026-07-02T00:00:00', '02-Jul-2026'],
    ['2026-11-02T00:00:01+00:00', '02-Nov-2026 00:00'],
    ['2026-11-02T00:01:00+00:00', '02-Nov-2026 00:01'],
    ['2026-07-02T00:00:00Z', '02-Jul-2026 01:00'],
    ['2026-11-02T08:40:00Z', '02-Nov-2026 08:40'],
  ])('%s: midnight in England is a date without a time', (text, words) => expect(shown(text)).toBe(words));

  test('what was sent stays in the data', () => {
    const record = recordOf({ practice: { resources: [medicine('m', RAMIPRIL_5, '5 mg', { authoredOn: '2026-07-02T00:00:00+01:00' })] } });
    expect(record.snapshot().items.find(({ section }) => section === 'medication')?.date?.text).toBe('2026-07-02T00:00:00+01:00');
    expect(record.raw('practice/MedicationRequest/m')).toContain('2026-07-02T00:00:00+01:00');
  });

  test('a time without an offset is the time in England, whatever this computer’s zone', () => {
    const moment = (text: string): number | undefined => {
      const date = parseClinicalDate(text);
      return date === undefined ? undefined : momentOf(date);
    };
    expect(moment('2026-07-02T09:30:00')).toBe(Date.parse('2026-07-02T08:30:00Z'));
    expect(moment('2026-11-02T09:30:00')).toBe(Date.parse('2026-11-02T09:30:00Z'));
  });

  test('the hour that comes twice in October keeps its order', () => {
    const at = (id: string, time: string) => result(id, SODIUM, { ...value(Number(id)), effectiveDateTime: time });
    const rows = rowsOf(snapshotOf({ practice: { resources: [at('2', '2026-10-25T01:30:00Z'), at('1', '2026-10-25T01:30:00+01:00'), at('3', '2026-10-25T02:30:00Z')] } }), 'results');
    expect(rows.map(({ rest }) => rest)).toEqual(['3 mmol/L', '2 mmol/L', '1 mmol/L']);
  });

  test('a source whose clock is hours ahead changes nothing but its own dates', () => {
    const snapshot = snapshotOf({ practice: { resources: [result('a', SODIUM, { ...value(140), effectiveDateTime: '2026-11-22T20:00:00Z' })] } });
    expect(rowsOf(snapshot, 'results')).toMatchObject([{ rest: '140 mmol/L' }]);
  });
});

describe('what a source sends is never run and never half shown', () => {
  const SCRIPT = '<img src=x onerror=alert(1)><script>alert(1)</script>';
  const everything = (snapshot: Parameters<typeof rowPage>[0]): string => JSON.stringify([recordView(snapshot), rowPage(snapshot, { section: null, from: 0, count: 100, onlyDiffering: false, includeWithdrawn: true })]);

  test('XSS in a narrative: text.div reaches no view', () => {
    const snapshot = snapshotOf({ practice: { resources: [condition('c', ASTHMA, { text: { status: 'generated', div: `<div>${SCRIPT}</div>` } })] } });
    expect(everything(snapshot)).not.toContain('onerror');
    expect(recordOf({ practice: { resources: [condition('c', ASTHMA, { text: { div: SCRIPT } })] } }).raw('practice/Condition/c')).toContain('onerror');
  });

  test('markup in a name stays the text it is', () => {
    expect(rowsOf(snapshotOf({ practice: { resources: [condition('c', { text: SCRIPT })] } }), 'problems')).toMatchObject([{ name: SCRIPT }]);
  });

  test('PDF with script: an attachment is named, its bytes reach no view', () => {
    const data = Buffer.from('%PDF-1.7 /JS (app.alert(1))').toString('base64');
    const letter = { resourceType: 'DocumentReference', id: 'd', subject: ABOUT, status: 'current', type: concept('823701000000103', 'Discharge letter'), content: [{ attachment: { contentType: 'application/pdf', title: 'Letter.pdf', data, url: 'https://elsewhere.example/letter.pdf' } }] };
    const snapshot = snapshotOf({ practice: { resources: [letter] } });
    expect(rowsOf(snapshot, 'documents')).toMatchObject([{ name: 'Discharge letter' }]);
    expect(everything(snapshot)).toContain('Letter.pdf');
    expect(everything(snapshot)).not.toContain(data);
    expect(everything(snapshot)).not.toContain('elsewhere.example');
  });
});

describe('entered in error', () => {
  test.each<[string, Resource]>([
    ['problems', condition('c', ASTHMA, { verificationStatus: concept('entered-in-error', 'Entered in error', 'v') })],
    ['medication', medicine('m', RAMIPRIL_5, '5 mg', { status: 'entered-in-error' })],
    ['results', result('r', SODIUM, { ...value(1), status: 'entered-in-error' })],
  ])('%s: not listed, counted, and reachable', (section, resource) => {
    const snapshot = snapshotOf({ practice: { resources: [resource] } });
    expect(rowsOf(snapshot, section)).toEqual([]);
    expect(rowsOf(snapshot, section, { includeWithdrawn: true })).toMatchObject([{ standing: 'withdrawn' }]);
    expect(recordView(snapshot).sections.find(({ id }) => id === section)).toMatchObject({ rows: 0, items: 1 });
  });
});

describe('codes for people', () => {
  test.each([
    ['http://snomed.info/sct', 'SNOMED CT'], ['http://loinc.org', 'LOINC'], ['http://read.info/readv2', 'Read v2'], ['http://read.info/ctv3', 'CTV3'],
    ['https://fhir.hl7.org.uk/Id/emis-drug-codes', 'EMIS code'], ['http://hl7.org/fhir/sid/icd-10', 'ICD-10'], ['https://fhir.hl7.org.uk/Id/opcs-4', 'OPCS-4'],
    ['http://hl7.org/fhir/sid/cvx', 'CVX'], ['https://EMISWeb/A82038', 'local code'], ['', 'local code'], ['constructor', 'local code'],
  ])('%s is %s', (system, name) => expect(systemName(system)).toBe(name));

  test('the code’s own words stand with it where the title says something else', () => {
    const coding = { system: 'http://read.info/readv2', code: 'H33..00', display: 'Asthma' };
    expect(codeText(coding, 'asthma')).toBe('Read v2 H33..00');
    expect(codeText(coding, 'Wheezy since school')).toBe('Asthma (Read v2 H33..00)');
  });

  test('facts come in the order they are needed: dose, status and date first, code and times of recording last, never an address', () => {
    const resource = medicine('m', { coding: [{ system: 'https://fhir.hl7.org.uk/Id/emis-drug-codes', code: 'RA1' }, ...(RAMIPRIL_5['coding'] as Resource[])] }, '5 mg once a day', { note: [{ text: 'With water' }], requester: { display: 'Dr L OWEN' } });
    const organised = { ...resource, meta: { tag: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', code: 'Z99001', display: 'Harbour Health Centre' }] } };
    const facts = rowsOf(snapshotOf({ practice: { resources: [organised] } }), 'medication')[0]?.copies[0]?.facts ?? [];
    expect(facts.map(({ label }) => label)).toEqual(['Dose', 'Status', 'Date', 'Note', 'Recorded by', 'Organisation', 'Recorded', 'Code', 'Fetched']);
    expect(facts.find(({ label }) => label === 'Code')?.text).toBe('EMIS code RA1; SNOMED CT 318906001');
    expect(JSON.stringify(facts)).not.toContain('http');
  });
});

describe('characters that only reorder what is shown around them', () => {
  const REVERSED = 'Take \u202e5.2\u202c mg \u2067once\u2069 \u200fa day\u061c';

  test('are taken out of what is shown: 5.2 stays 5.2', () => {
    const snapshot = snapshotOf({ practice: { resources: [medicine('m', RAMIPRIL_5, REVERSED), condition('c', concept('195967001', 'Asthma \u202edlim\u202c'))] } });
    expect(rowsOf(snapshot, 'medication')).toMatchObject([{ dose: 'DOSE Take 5.2 mg once a day' }]);
    expect(rowsOf(snapshot, 'problems')).toMatchObject([{ name: 'Asthma dlim' }]);
    expect(JSON.stringify(rowPage(snapshot, { section: null, from: 0, count: 100, onlyDiffering: false, includeWithdrawn: true }))).not.toMatch(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
  });

  test('stay in what the source sent, where they can be seen', () => {
    const record = recordOf({ practice: { resources: [medicine('m', RAMIPRIL_5, REVERSED)] } });
    const raw = record.raw('practice/MedicationRequest/m') ?? '';
    expect(raw).toContain(String.raw`Take \u202e5.2\u202c mg \u2067once\u2069 \u200fa day\u061c`);
    expect((JSON.parse(raw) as { dosageInstruction: { text: string }[] }).dosageInstruction[0]?.text).toBe(REVERSED);
  });

  test('make nobody else’s entry this patient’s', () => {
    const snapshot = snapshotOf({ practice: { resources: [condition('c', ASTHMA, { subject: { reference: 'Patient/p1\u202e' } })] } });
    expect(rowsOf(snapshot, 'problems')).toEqual([]);
    expect(recordView(snapshot).quarantined).toBe(1);
  });

  test('make no two entries one', () => {
    const snapshot = snapshotOf({ practice: { resources: [condition('c', ASTHMA), condition('c\u202e', concept('38341003', 'Hypertension'))] } });
    expect(rowsOf(snapshot, 'problems')).toHaveLength(2);
  });
});
