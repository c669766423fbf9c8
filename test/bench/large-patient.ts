/**
 * One made-up patient with as many resources as asked for, as three sources would send them: the practice's own record and
 * two shared records that hold copies of most of it. Same count, same bytes.
 */
import type { Demographics } from '../../main/record/demographics.ts';
import type { RecordSource } from '../../main/record/record.ts';
import { sourceId } from '../../main/record/values.ts';
import type { Instant, NhsNumber, SourceId } from '../../main/record/values.ts';

/** One answer as it comes over the wire. */
export interface LargePage {
  readonly source: SourceId;
  readonly page: number;
  readonly text: string;
}

export const RETRIEVED_AT = '2026-11-22T11:58:00.000Z' as Instant;
const NHS_NUMBER = '9990000018' as NhsNumber;

export const LARGE_PATIENT: Demographics = {
  nhsNumber: NHS_NUMBER,
  names: [{ use: 'usual', family: 'Ashworth', given: ['Margaret'], prefix: ['Mrs'] }],
  gender: 'female',
  birthDate: { text: '1948-03-12', precision: 'day', day: '1948-03-12' },
  confidentiality: 'unrestricted',
};

export const LARGE_SOURCES: readonly RecordSource[] = [
  { id: sourceId('practice'), name: 'Harbour Health Centre', role: 'practice' },
  { id: sourceId('region'), name: 'Region record', role: 'shared' },
  { id: sourceId('hospital'), name: 'Hospital record', role: 'shared' },
];

const PAGE_SIZE = 100;
const DAY = 86_400_000;

type Json = Record<string, unknown>;

/** Pages of 100 resources, the sources in turn, as they would arrive when asked at once. */
export function largePatient(resources: number): readonly LargePage[] {
  const shares = [Math.round(resources * 0.4), Math.round(resources * 0.35)];
  const counts = [...shares, resources - (shares[0] ?? 0) - (shares[1] ?? 0)];
  const bySource = LARGE_SOURCES.map(({ id }, index) => pagesOf(id, counts[index] ?? 0, index));
  const longest = Math.max(...bySource.map(({ length }) => length));
  return Array.from({ length: longest }, (_, page) => bySource.flatMap((pages) => pages[page] ?? [])).flat();
}

function pagesOf(source: SourceId, count: number, offset: number): readonly LargePage[] {
  const base = `https://${source}.example.nhs.uk/FHIR/R4`;
  const resources = [patient(), ...STAFF, ...Array.from({ length: count - 1 - STAFF.length }, (_, index) => clinical(index + offset * 7, source))];
  return Array.from({ length: Math.ceil(resources.length / PAGE_SIZE) }, (_, page) => {
    const entry = resources.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE).map((resource) => ({ fullUrl: `${base}/${String(resource['resourceType'])}/${String(resource['id'])}`, resource, search: { mode: 'match' } }));
    return { source, page, text: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: count, link: [{ relation: 'self', url: `${base}/?page=${page}` }], entry }) };
  });
}

function patient(): Json {
  return { resourceType: 'Patient', id: 'p1', identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: NHS_NUMBER }], name: [{ use: 'usual', family: 'Ashworth', given: ['Margaret'], prefix: ['Mrs'] }], gender: 'female', birthDate: '1948-03-12' };
}

const STAFF: readonly Json[] = Array.from({ length: 12 }, (_, index) => [
  { resourceType: 'Organization', id: `org-${index}`, identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: `Z${99_001 + index}` }], name: `Organisation ${index}` },
  { resourceType: 'Practitioner', id: `prac-${index}`, identifier: [{ system: 'https://fhir.nhs.uk/Id/sds-user-id', value: `55525424010${index}` }], name: [{ family: `Owen${index}`, given: ['Lena'], prefix: ['Dr'] }] },
]).flat();

const snomed = (code: number, display: string): Json => ({ coding: [{ system: 'http://snomed.info/sct', code: String(code), display }, { system: 'http://read.info/readv2', code: `R${String(code).slice(-4)}.`, display }], text: display });
const category = (code: string, display: string): readonly Json[] => [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code, display }] }];
const day = (index: number): string => new Date(Date.UTC(2026, 10, 1) - (index % 5_400) * DAY).toISOString().slice(0, 10);
const moment = (index: number): string => `${day(index)}T${String(8 + (index % 10)).padStart(2, '0')}:${String((index * 7) % 60).padStart(2, '0')}:00+00:00`;

/** What every resource carries. Copies in the shared records keep two in three identifiers of what they pass on. */
function common(resourceType: string, index: number, source: SourceId): Json {
  const kept = source === 'practice' || index % 3 !== 0;
  return {
    resourceType,
    id: `${resourceType.slice(0, 3).toLowerCase()}-${index}-8f3a1c52`,
    meta: { versionId: '1', lastUpdated: `${day(index)}T18:00:00.000+00:00`, profile: [`https://fhir.hl7.org.uk/StructureDefinition/UKCore-${resourceType}`] },
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p><b>${resourceType}</b> recorded on ${day(index)} at Harbour Health Centre. This text is made by the sending system from the entries of this resource.</p></div>` },
    identifier: [{ system: kept ? 'https://tools.ietf.org/html/rfc4122' : `https://${source}.example.nhs.uk/id`, value: `${resourceType}-${kept ? '' : source}${index}-9b7e-44d2` }],
  };
}

const SUBJECT = { reference: 'Patient/p1', display: 'ASHWORTH, Margaret (Mrs)' };
const by = (index: number): Json => ({ reference: `Practitioner/prac-${index % 12}` });
const at = (index: number): Json => ({ reference: `Organization/org-${index % 12}` });

const TESTS = ['Serum sodium', 'Serum potassium', 'Serum creatinine', 'Haemoglobin A1c', 'White cell count', 'Platelet count', 'Serum albumin', 'Serum bilirubin', 'Serum cholesterol', 'Serum ferritin'] as const;
const MEDICINES = ['Ramipril 5mg capsules', 'Metformin 500mg tablets', 'Amlodipine 10mg tablets', 'Atorvastatin 20mg tablets', 'Omeprazole 20mg gastro-resistant capsules', 'Apixaban 5mg tablets'] as const;
const PROBLEMS = ['Asthma', 'Essential hypertension', 'Type 2 diabetes mellitus', 'Osteoarthritis of knee', 'Chronic kidney disease stage 3'] as const;

/** A mix as long practice records have it: two in three are results and measurements. */
function clinical(index: number, source: SourceId): Json {
  const place = index % 100;
  const kind = KINDS.find(({ below, until }) => place < below && index < (until ?? Infinity)) ?? MEASUREMENT;
  return { ...common(kind.type, index, source), ...kind.make(index, source) };
}

interface Kind {
  /** Of every hundred, those before this place. */
  readonly below: number;
  /** Only among the first so many: nobody has a thousand allergies. */
  readonly until?: number;
  readonly type: string;
  readonly make: (index: number, source: SourceId) => Json;
}

const MEASUREMENT: Kind = { below: 100, type: 'Observation', make: measurement };

const KINDS: readonly Kind[] = [
  { below: 40, type: 'Observation', make: laboratory },
  { below: 58, type: 'Observation', make: measurement },
  { below: 64, type: 'Observation', make: pressure },
  { below: 76, type: 'MedicationRequest', make: prescription },
  { below: 82, type: 'Encounter', make: encounter },
  { below: 87, type: 'DiagnosticReport', make: report },
  { below: 91, type: 'Condition', make: problem },
  { below: 94, type: 'Immunization', make: vaccination },
  { below: 97, type: 'Procedure', make: procedure },
  { below: 99, type: 'DocumentReference', make: letter },
  { below: 100, until: 1_500, type: 'AllergyIntolerance', make: allergy },
];

function laboratory(index: number): Json {
  const test = index % TESTS.length;
  return { status: 'final', category: category('laboratory', 'Laboratory'), code: snomed(1_000_661_000 + test, TESTS[test] ?? ''), subject: SUBJECT, effectiveDateTime: moment(index), issued: moment(index), performer: [by(index), at(index)], valueQuantity: { value: ((index * 37) % 1_400) / 10, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }, referenceRange: [{ low: { value: 3.5, unit: 'mmol/L' }, high: { value: 145, unit: 'mmol/L' } }] };
}

function measurement(index: number): Json {
  return { status: 'final', category: category('vital-signs', 'Vital signs'), code: snomed(27_113_001 + (index % 5), `Measurement ${index % 5}`), subject: SUBJECT, effectiveDateTime: moment(index), performer: [by(index)], valueQuantity: { value: 60 + (index % 50), unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' } };
}

function pressure(index: number): Json {
  const part = (code: number, display: string, value: number): Json => ({ code: snomed(code, display), valueQuantity: { value, unit: 'mm[Hg]', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' } });
  return { status: 'final', category: category('vital-signs', 'Vital signs'), code: snomed(75_367_002, 'Blood pressure'), subject: SUBJECT, effectiveDateTime: moment(index), performer: [by(index)], component: [part(271_649_006, 'Systolic blood pressure', 110 + (index % 50)), part(271_650_006, 'Diastolic blood pressure', 60 + (index % 30))] };
}

function prescription(index: number, source: SourceId): Json {
  const medicine = index % MEDICINES.length;
  return { status: index % 4 === 0 ? 'active' : 'completed', intent: 'order', medicationCodeableConcept: snomed(318_906_001 + medicine, MEDICINES[medicine] ?? ''), subject: SUBJECT, authoredOn: day(index), requester: by(index), courseOfTherapyType: { text: 'Repeat' }, dosageInstruction: [{ text: source !== 'practice' && index % 50 === 0 ? 'two to be taken each day' : 'one to be taken each day', timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } } }], dispenseRequest: { quantity: { value: 28, unit: 'capsule' }, expectedSupplyDuration: { value: 28, unit: 'day' } } };
}

function encounter(index: number): Json {
  return { status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' }, type: [snomed(185_317_003, 'Telephone encounter')], subject: SUBJECT, participant: [{ individual: by(index) }], period: { start: moment(index), end: moment(index) }, serviceProvider: at(index) };
}

function report(index: number): Json {
  return { status: 'final', category: category('LAB', 'Laboratory'), code: snomed(15_220_000 + (index % 7), 'Laboratory test'), subject: SUBJECT, effectiveDateTime: moment(index), issued: moment(index), performer: [at(index)], result: [1, 2, 3].map((back) => ({ reference: `Observation/obs-${index - (index % 100) + back}-8f3a1c52` })), conclusion: 'Within the expected range.' };
}

function problem(index: number): Json {
  const which = index % PROBLEMS.length;
  return { clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: index % 3 === 0 ? 'active' : 'resolved' }] }, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item', display: 'Problem List Item' }] }], code: snomed(195_967_001 + which, PROBLEMS[which] ?? ''), subject: SUBJECT, onsetDateTime: day(index), recordedDate: day(index), asserter: by(index) };
}

function vaccination(index: number): Json {
  return { status: 'completed', vaccineCode: snomed(822_851_000 + (index % 9), `Influenza vaccination ${index % 9}`), patient: SUBJECT, occurrenceDateTime: day(index), recorded: day(index), primarySource: true, lotNumber: `L${index}`, performer: [{ actor: by(index) }] };
}

function procedure(index: number): Json {
  return { status: 'completed', code: snomed(171_207_006 + (index % 11), `Procedure ${index % 11}`), subject: SUBJECT, performedDateTime: moment(index), performer: [{ actor: by(index) }] };
}

function letter(index: number): Json {
  return { status: 'current', type: snomed(823_701_000, 'Discharge letter'), category: [snomed(734_163_000, 'Care plan')], subject: SUBJECT, date: moment(index), author: [by(index)], custodian: at(index), content: [{ attachment: { contentType: 'application/pdf', url: `https://documents.example.nhs.uk/${index}`, title: `Letter ${index}.pdf`, size: 48_123 } }] };
}

function allergy(index: number): Json {
  return { clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }, verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }] }, type: 'allergy', code: snomed(91_936_005 + (index % 40), `Allergy to substance ${index % 40}`), patient: SUBJECT, onsetDateTime: day(index), recorder: by(index), reaction: [{ manifestation: [snomed(271_807_003, 'Rash')], severity: 'mild' }] };
}
