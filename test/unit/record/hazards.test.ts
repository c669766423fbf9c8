/** Hazards each of which has hurt somebody else's program: dates in the future, clocks, scripts in what a source sends. */
import { describe, expect, test } from 'vitest';
import { codeText, systemName } from '../../../main/record/code-systems.ts';
import { momentOf, parseClinicalDate } from '../../../main/record/normalise/dates.ts';
import { shownDateTime } from '../../../main/record/view-words.ts';
import { rowPage, recordView } from '../../../main/record/view.ts';
import { unitKey } from '../../../main/record/cluster-keys.ts';
import type { SourceState } from '../../../main/record/model.ts';
import { createRecord } from '../../../main/record/record.ts';
import { sourceId } from '../../../main/record/values.ts';
import { bannerView } from '../../../main/patient/banner.ts';
import { readTrace } from '../../../main/patient/pds.ts';
import { readFhirAnswer } from '../../../main/sources/fhir-answer.ts';
import { NHS_NUMBER, NHS_SYSTEM, patientResource } from '../../integration/record/people.ts';
import { ABOUT, allergy, ASTHMA, concept, condition, medicine, NONE_KNOWN, PENICILLIN, RAMIPRIL_5, recordOf, result, RETRIEVED, rowsOf, snapshotOf, SODIUM } from './builder.ts';
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

/** The published list of what such a program has to get right, one test a line, under the line's own name. */
describe('the safety list', () => {
  const NOW = new Date('2026-11-22T12:00:00Z');
  const banner = (sources: Parameters<typeof snapshotOf>[0]) => recordView(snapshotOf(sources)).allergies;
  const sentenceOf = (section: string, sources: Parameters<typeof snapshotOf>[0]) => recordView(snapshotOf(sources)).sections.find(({ id }) => id === section)?.emptySentence ?? '';
  const compared = (section: string, ours: Resource, theirs: Resource) => rowsOf(snapshotOf({ practice: { resources: [ours] }, wessex: { resources: [theirs] } }), section);
  const summaryWith = (emptyReason: string): Resource => ({
    resourceType: 'Bundle', type: 'document',
    entry: [{ resource: { resourceType: 'Composition', subject: ABOUT, section: [{ code: concept('48765-2', 'Allergies', 'http://loinc.org'), emptyReason: concept(emptyReason, emptyReason, 'http://terminology.hl7.org/CodeSystem/list-empty-reason') }] } }, { resource: patientResource() }],
  });
  const answer = (status: number, body: string, type = 'application/fhir+json') => readFhirAnswer('Wessex record', { status, headers: { 'content-type': type }, body }, ['Bundle']);
  const pds = (more: Resource, id: string = NHS_NUMBER) => readTrace(NHS_NUMBER, 200, JSON.stringify({ ...patientResource('p1', id), id, ...more }));

  test('NKA (716186003) vs nilknown vs unavailable vs source failed vs not yet answered', () => {
    const none = { resources: [allergy('a', NONE_KNOWN)] };
    const said = [
      banner({ practice: none }),
      banner({ practice: { body: summaryWith('nilknown') } }),
      banner({ practice: { body: summaryWith('unavailable') } }),
      banner({ practice: { state: { kind: 'failed', sentence: 'x' } } }),
      banner({ practice: { state: { kind: 'asking' } } }),
    ];
    expect(said.map(({ phrase }) => phrase)).toEqual(['No known allergies', 'Allergies not recorded', 'Allergies unavailable', 'Allergies unavailable', 'Allergies unavailable']);
    expect(new Set(said.map(({ detail }) => detail)).size).toBe(5);
    expect(said.filter(({ tone }) => tone === 'plain')).toHaveLength(1);
  });

  test.each(['problems', 'medication', 'results', 'plans', 'documents'])('none held, unavailable, failed, not yet answered and no record at all are five texts: %s', (section) => {
    const unavailable = { state: { kind: 'answered', notOffered: [section] } as SourceState, resources: [] };
    const said = [{ resources: [] }, unavailable, { state: { kind: 'failed', sentence: 'x' } as const }, { state: { kind: 'asking' } as const }, { state: { kind: 'none-held', sentence: 'x' } as const }].map((held) => sentenceOf(section, { practice: held }));
    expect(new Set(said).size).toBe(5);
  });

  test('allergy in one source + NKA in another', () => {
    const rows = compared('allergies', allergy('a', PENICILLIN), allergy('b', NONE_KNOWN));
    expect(rows.map(({ comparison }) => comparison.kind)).toEqual(['conflict', 'conflict']);
    expect(banner({ practice: { resources: [allergy('a', PENICILLIN)] }, wessex: { resources: [allergy('b', NONE_KNOWN)] } })).toMatchObject({ phrase: 'Known allergies', tone: 'harm' });
  });

  test('contained ended allergies', () => {
    const list = { resourceType: 'List', id: 'l', subject: ABOUT, code: concept('1103671000000101', 'Ended allergies'), contained: [{ ...allergy('e', PENICILLIN), clinicalStatus: 'active' }] };
    expect(rowsOf(snapshotOf({ practice: { resources: [list], release: 'STU3' } }), 'allergies')).toMatchObject([{ standing: 'ended' }]);
  });

  test('degraded allergy 196461000000101', () => {
    const lost = allergy('a', { coding: [{ system: 'http://snomed.info/sct', code: '196461000000101' }], text: 'Codeine' });
    expect(rowsOf(snapshotOf({ practice: { resources: [lost] } }), 'allergies')[0]?.rest).toContain('Transfer-degraded drug allergy');
    expect(banner({ practice: { resources: [lost] } }).detail).toContain('Codeine, details lost in transfer: read the entry');
  });

  test('resolved vs active same substance', () => {
    const rows = compared('allergies', allergy('a', PENICILLIN, { clinicalStatus: concept('resolved', 'Resolved', 'c') }), allergy('b', PENICILLIN));
    expect(rows).toMatchObject([{ standing: 'current', comparison: { label: 'Status differs' }, copies: [expect.anything(), expect.anything()] }]);
  });

  test('expired is not discontinued', () => {
    const past = { resourceType: 'MedicationStatement', id: 's', subject: ABOUT, status: 'active', medicationCodeableConcept: RAMIPRIL_5, effectivePeriod: { start: '2010-01-01', end: '2011-01-01' } };
    expect(rowsOf(snapshotOf({ practice: { resources: [past] } }), 'medication')).toMatchObject([{ status: 'Active', standing: 'current' }]);
  });

  test('dose differs between sources', () => {
    expect(compared('medication', medicine('a', RAMIPRIL_5, '5 mg once a day'), medicine('b', RAMIPRIL_5, '10 mg once a day'))).toMatchObject([{ comparison: { label: 'Dose differs' }, dose: 'DOSE 5 mg once a day (Harbour Health Centre) · 10 mg once a day (Wessex record)' }]);
  });

  test.each<[string, Resource, string]>([
    ['zero', value(0), '0 mmol/L'],
    ['<', { valueQuantity: { value: 5, comparator: '<', unit: 'mmol/L' } }, '<5 mmol/L'],
    ['text', { valueString: 'Haemolysed' }, 'Haemolysed'],
    ['negative', value(-2), '-2 mmol/L'],
  ])('zero, < and text are values: %s', (_what, said, shown) => {
    expect(rowsOf(snapshotOf({ practice: { resources: [result('r', SODIUM, said)] } }), 'results')).toMatchObject([{ rest: shown }]);
    expect(compared('results', result('r', SODIUM, said), result('s', SODIUM, {}))).toMatchObject([{ comparison: { label: 'Value differs' } }]);
  });

  test('HbA1c dual units: 48 mmol/mol and 6.5 % are never called equal, nor converted', () => {
    const rows = compared('results', result('a', SODIUM, { valueQuantity: { value: 48, unit: 'mmol/mol' } }), result('b', SODIUM, { valueQuantity: { value: 6.5, unit: '%' } }));
    expect(rows).toMatchObject([{ comparison: { label: 'Value differs' }, rest: '48 mmol/mol (practice) · 6.5 % (shared)' }]);
    expect(compared('results', result('a', SODIUM, { valueQuantity: { value: 48, unit: 'mmol/mol' } }), result('b', SODIUM, { valueQuantity: { value: 48, unit: '%' } }))).toMatchObject([{ comparison: { label: 'Value differs' } }]);
  });

  test.each([
    ['x10^9/L', '10*9/L'], ['10^9/L', '10*9/L'], ['mmHg', 'mm[Hg]'], ['µmol/L', 'umol/L'], ['μmol/l', 'umol/L'], ['mcg/L', 'ug/L'], ['iu/L', '[IU]/L'], ['bpm', '/min'], ['degC', 'Cel'], ['Kg', 'kg'], ['mL/min/1.73m2', 'mL/min/{1.73_m2}'], ['u/L', 'U/L'], ['mmol/l', 'mmol/L'], ['ml/min', 'mL/min'],
  ])('x10^9/L and other spellings: %s is %s', (one, other) => {
    expect(unitKey(one)).toBe(unitKey(other));
  });

  test.each([['mIU/L', 'MIU/L'], ['g/L', 'G/L'], ['mmol/L', 'umol/L'], ['mg/L', 'mg/dL'], ['u/L', 'umol/L'], ['U/L', '[IU]/L'], ['%', 'mmol/mol'], ['mm', 'Mm'], ['kg', 'g'], ['', 'mmol/L']])('unlike units are never equal: %s and %s', (one, other) => {
    expect(unitKey(one)).not.toBe(unitKey(other));
    expect(compared('results', result('a', SODIUM, { valueQuantity: { value: 5, ...(one === '' ? {} : { unit: one }) } }), result('b', SODIUM, { valueQuantity: { value: 5, unit: other } }))).toMatchObject([{ comparison: { label: 'Value differs' } }]);
  });

  test.each([[undefined, null], ['2019', '2019'], ['2019-03', 'Mar-2019'], ['2019-03-07', '07-Mar-2019']])('undated and partial dates: %s', (onset, shown) => {
    const rows = compared('problems', condition('a', ASTHMA, { onsetDateTime: onset }), condition('b', ASTHMA, { onsetDateTime: '2001-01-01' }));
    expect(rows.flatMap(({ copies }) => copies)).toHaveLength(2);
    expect(rows.flatMap(({ copies }) => copies).find(({ role }) => role === 'practice')?.facts.find(({ label }) => label === 'Date')?.text ?? null).toBe(shown);
    expect(snapshotOf({ practice: { resources: [condition('a', ASTHMA, { onsetDateTime: onset })] }, wessex: { resources: [condition('b', ASTHMA, { onsetDateTime: '2001-01-01' })] } }).sections.problems.groups.flatMap(({ clusters }) => clusters)).toHaveLength(2);
  });

  test('future dates', () => {
    expect(rowsOf(snapshotOf({ practice: { resources: [result('a', SODIUM, { ...value(1), effectiveDateTime: '2062-01-05' })] } }), 'results')).toMatchObject([{ date: '05-Jan-2062', rest: '1 mmol/L · Dated in the future' }]);
  });

  test('Read-only coding vs SNOMED+Read', () => {
    const read = { system: 'http://read.info/readv2', code: 'H33..00' };
    expect(compared('problems', condition('a', { coding: [read] }), condition('b', { coding: [{ system: 'http://snomed.info/sct', code: '195967001' }, read] }))).toMatchObject([{ comparison: { kind: 'same' } }]);
  });

  test.each(['http://dmd.nhs.uk', 'https://dmd.nhs.uk', 'https://dmd.nhs.uk/', 'https://DMD.nhs.uk/'])('dm+d system aliases: %s', (system) => {
    expect(compared('medication', medicine('a', RAMIPRIL_5, '5 mg'), medicine('b', concept('318906001', 'Ramipril 5mg capsules', system), '5 mg'))).toMatchObject([{ comparison: { kind: 'same' } }]);
  });

  test('missing fullUrl', () => {
    const body = { resourceType: 'Bundle', entry: [{ resource: patientResource() }, { fullUrl: '', resource: condition('c', ASTHMA) }, { resource: condition('d', ASTHMA, { subject: ABOUT }) }] };
    expect(snapshotOf({ practice: { body } }).resources).toEqual({ received: 3, reachable: 3, heldBack: 0 });
  });

  test('dangling reference', () => {
    const dangling = medicine('a', {}, '5 mg', { medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/nowhere', display: 'Ramipril 5mg capsules' }, requester: { reference: 'Practitioner/nowhere' }, basedOn: [{ reference: 'MedicationRequest/nowhere' }] });
    expect(rowsOf(snapshotOf({ practice: { resources: [dangling] } }), 'medication')).toMatchObject([{ name: 'ramipril' }]);
  });

  test('more than 100 items (paging)', () => {
    const record = recordOf({ practice: { resources: [] } });
    for (let page = 1; page <= 3; page += 1) {
      record.addPage({ source: sourceId('practice'), page, release: 'R4', body: { resourceType: 'Bundle', entry: Array.from({ length: 100 }, (_, index) => ({ resource: condition(`c${page}-${index}`, concept(`${page * 1_000 + index}`, `Problem ${page} ${index}`)) })) }, retrievedAt: RETRIEVED });
    }
    const page = (from: number) => rowPage(record.snapshot(), { section: 'problems', from, count: 100, onlyDiffering: false, includeWithdrawn: false });
    expect(new Set([0, 100, 200].flatMap((from) => page(from).rows.map(({ id }) => id))).size).toBe(300);
    expect(page(0).total).toBe(300);
  });

  test('next loop / repeated page: what comes again is there once, with every copy', () => {
    const record = recordOf({ practice: { resources: [] } });
    for (const page of [1, 2, 3]) record.addPage({ source: sourceId('practice'), page, release: 'R4', body: { resourceType: 'Bundle', entry: [{ resource: condition('c', ASTHMA) }] }, retrievedAt: RETRIEVED });
    const rows = rowsOf(record.snapshot(), 'problems');
    expect(rows.map(({ copies }) => copies.length)).toEqual([3]);
    expect(new Set(rows[0]?.copies.map(({ itemId }) => itemId)).size).toBe(3);
  });

  test('same id in two sources', () => {
    const rows = compared('problems', condition('same', ASTHMA), condition('same', concept('44054006', 'Type 2 diabetes')));
    expect(rows).toHaveLength(2);
    expect(new Set(rows.flatMap(({ copies }) => copies.map(({ itemId }) => itemId))).size).toBe(2);
  });

  test('same identifier, different payload: the newest leads and the difference is said', () => {
    const identifier = [{ system: 'urn:x', value: '1' }];
    const rows = compared('problems', condition('a', ASTHMA, { identifier, recordedDate: '2020-01-01' }), condition('b', concept('233678006', 'Childhood asthma'), { identifier, recordedDate: '2024-01-01', clinicalStatus: concept('resolved', 'Resolved', 'c') }));
    expect(rows).toMatchObject([{ name: 'Childhood asthma', comparison: { label: 'Status differs' }, copies: [{ title: 'Asthma' }, { title: 'Childhood asthma' }] }]);
  });

  test('entered-in-error', () => {
    const snapshot = snapshotOf({ practice: { resources: [condition('c', ASTHMA, { verificationStatus: concept('entered-in-error', 'Entered in error', 'v') })] } });
    expect(rowsOf(snapshot, 'problems')).toEqual([]);
    expect(rowsOf(snapshot, 'problems', { includeWithdrawn: true })).toHaveLength(1);
  });

  test('duplicate bundle delivered twice', () => {
    const record = recordOf({ practice: { resources: [condition('c', ASTHMA), allergy('a', PENICILLIN)] } });
    record.addPage({ source: sourceId('practice'), page: 1, release: 'R4', body: { resourceType: 'Bundle', entry: [patientResource(), condition('c', ASTHMA), allergy('a', PENICILLIN)].map((resource) => ({ resource })) }, retrievedAt: RETRIEVED });
    expect(record.snapshot().resources).toEqual({ received: 6, reachable: 6, heldBack: 0 });
    expect([...rowsOf(record.snapshot(), 'problems'), ...rowsOf(record.snapshot(), 'allergies')].map(({ copies }) => copies.length)).toEqual([2, 2]);
  });

  test.each<[string, Resource]>([['name', { name: [{ family: 'Smith', given: ['Margaret'] }] }], ['date of birth', { birthDate: '1949-03-12' }], ['NHS number', { identifier: [{ system: NHS_SYSTEM, value: '9990000026' }] }], ['gender', { gender: 'male' }]])('demographics mismatch: %s', (_what, change) => {
    const snapshot = snapshotOf({ wessex: { body: { resourceType: 'Bundle', entry: [{ resource: { ...patientResource(), ...change } }, { resource: condition('c', ASTHMA) }] } } });
    expect(snapshot).toMatchObject({ items: [], sources: [{ state: { kind: 'withheld' } }] });
  });

  test('superseded NHS number / A40 merge: the new number is traced, and a source that still bears the old one is held back', () => {
    const traced = pds({}, '9990000026');
    expect(traced).toMatchObject({ kind: 'superseded', demographics: { nhsNumber: '9990000026' }, notices: [expect.stringContaining('has been replaced by')] });
    if (traced.kind !== 'superseded') return;
    const record = createRecord({ patient: traced.demographics, sources: [{ id: sourceId('wessex'), name: 'Wessex record', role: 'shared' }] });
    record.addPage({ source: sourceId('wessex'), page: 0, release: 'R4', body: { resourceType: 'Bundle', entry: [{ resource: patientResource() }, { resource: condition('c', ASTHMA) }] }, retrievedAt: RETRIEVED });
    record.setState(sourceId('wessex'), { kind: 'answered' });
    expect(record.snapshot()).toMatchObject({ items: [], sources: [{ state: { kind: 'withheld' } }] });
    expect(record.accept(sourceId('wessex'))).toBe(false);
  });

  test('sensitive patient (no address)', () => {
    const traced = pds({ meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] }, address: [{ use: 'home', line: ['1 Quay Street'], postalCode: 'SO14 1AA' }] });
    if (traced.kind !== 'traced') throw new Error(traced.kind);
    const view = bannerView(traced.demographics, NOW, traced.notices);
    expect(view).toMatchObject({ restricted: true, address: null });
    expect(view.notices.join(' ')).toContain('restricted');
  });

  test('deceased', () => {
    const traced = pds({ deceasedDateTime: '2025-10-22T00:00:00+01:00' });
    if (traced.kind !== 'traced') throw new Error(traced.kind);
    expect(bannerView(traced.demographics, NOW, traced.notices).died).toMatchObject({ date: '22-Oct-2025' });
  });

  test('source answers after the user switched patient: another record takes nothing of it', () => {
    const record = recordOf({ practice: { resources: [] } });
    const before = record.snapshot();
    record.addPage({ source: sourceId('of-the-patient-before'), page: 0, release: 'R4', body: condition('c', ASTHMA), retrievedAt: RETRIEVED });
    record.setState(sourceId('of-the-patient-before'), { kind: 'answered' });
    expect(record.snapshot()).toBe(before);
    record.addPage({ source: sourceId('practice'), page: 5, release: 'R4', body: { resourceType: 'Bundle', entry: [{ resource: patientResource('p9', '9990000026') }, { resource: condition('c', ASTHMA, { subject: { reference: 'Patient/p9' } }) }] }, retrievedAt: RETRIEVED });
    expect(record.snapshot().items.map(({ id }) => id)).toEqual(['practice/Patient/p1']);
  });

  test('404 vs 403 vs 500 vs HTML login page with 200', () => {
    const said = [answer(404, '{"resourceType":"OperationOutcome","issue":[{"code":"not-found"}]}'), answer(404, ''), answer(403, ''), answer(500, ''), answer(200, '<html>Log in</html>', 'text/html')].map((one) => (one.kind === 'outcome' ? one.outcome : { kind: one.kind, sentence: '' }));
    expect(said.map(({ kind }) => kind)).toEqual(['none-held', 'failed', 'refused', 'failed', 'failed']);
    expect(new Set(said.map((one) => ('sentence' in one ? one.sentence : ''))).size).toBe(5);
    for (const state of said.slice(1)) expect(sentenceOf('problems', { practice: { state: state as SourceState } })).toMatch(/^Cannot say/);
  });

  test('truncated JSON', () => {
    expect(answer(200, '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Condi')).toMatchObject({ kind: 'outcome', outcome: { kind: 'failed', sentence: expect.stringContaining('breaks off') } });
  });

  test('PDF with script', () => {
    const data = Buffer.from('%PDF-1.7 /JS (app.alert(1))').toString('base64');
    const letter = { resourceType: 'DocumentReference', id: 'd', subject: ABOUT, status: 'current', type: { text: 'Letter' }, content: [{ attachment: { contentType: 'application/pdf', data } }] };
    expect(JSON.stringify(rowsOf(snapshotOf({ practice: { resources: [letter] } }), 'documents'))).not.toContain(data);
  });

  test('XSS in narrative text.div', () => {
    const rows = rowsOf(snapshotOf({ practice: { resources: [condition('c', ASTHMA, { text: { div: '<div><script>alert(1)</script></div>' } })] } }), 'problems');
    expect(JSON.stringify(rows)).not.toContain('script');
  });

  test('clock skew / BST change', () => {
    const at = (id: string, time: string) => result(id, SODIUM, { ...value(80), effectiveDateTime: time });
    expect(compared('results', at('a', '2026-06-30T23:30:00Z'), at('b', '2026-07-01T00:30:00+01:00'))).toMatchObject([{ date: '01-Jul-2026', comparison: { kind: 'same' } }]);
    expect(compared('results', at('a', '2026-10-25T01:30:00+01:00'), at('b', '2026-10-25T01:30:00Z'))).toHaveLength(2);
  });

  test('result ordering stable', () => {
    const resources = Array.from({ length: 30 }, (_, index) => result(`r${index}`, concept(`${1_000 + (index % 4)}`, `Test ${index % 4}`), value(index % 5)));
    const order = (list: readonly Resource[]) => rowsOf(snapshotOf({ practice: { resources: list } }), 'results').map(({ copies }) => copies.map(({ itemId }) => itemId));
    const expected = order(resources);
    expect(order(resources.toReversed())).toEqual(expected);
    expect(order([...resources.slice(13), ...resources.slice(0, 13)])).toEqual(expected);
  });
});

describe('advance plans and decisions stand among the plans, whatever they came as', () => {
  test.each<[string, Resource]>([
    ['ReSPECT form as a document', { resourceType: 'DocumentReference', id: 'x', subject: ABOUT, status: 'current', type: concept('1382601000000107', 'ReSPECT form') }],
    ['an end of life care plan as a document', { resourceType: 'DocumentReference', id: 'x', subject: ABOUT, status: 'current', type: concept('736373009', 'End of life care plan') }],
    ['not for resuscitation as an observation', { resourceType: 'Observation', id: 'x', subject: ABOUT, status: 'final', code: concept('450476008', 'Not for attempted cardiopulmonary resuscitation') }],
    ['for resuscitation as an observation', { resourceType: 'Observation', id: 'x', subject: ABOUT, status: 'final', code: concept('450475007', 'For attempted cardiopulmonary resuscitation') }],
    ['not for resuscitation as a problem', condition('x', concept('304253006', 'Not for resuscitation'))],
    ['a consent', { resourceType: 'Consent', id: 'x', patient: ABOUT, status: 'active', category: [{ text: 'Advance decision to refuse treatment' }] }],
    ['a care plan', { resourceType: 'CarePlan', id: 'x', subject: ABOUT, status: 'active', title: 'Care plan' }],
  ])('%s', (_what, resource) => {
    expect(rowsOf(snapshotOf({ practice: { resources: [resource] } }), 'plans')).toHaveLength(1);
  });

  test('for and against are two decisions, never one', () => {
    const decision = (id: string, code: string, display: string) => ({ resourceType: 'Observation', id, subject: ABOUT, status: 'final', effectiveDateTime: '2026-01-01', code: concept(code, display) });
    const rows = rowsOf(snapshotOf({ practice: { resources: [decision('a', '450475007', 'For CPR')] }, wessex: { resources: [decision('b', '450476008', 'Not for CPR')] } }), 'plans');
    expect(rows.map(({ name }) => name).toSorted()).toEqual(['For CPR', 'Not for CPR']);
  });
});
