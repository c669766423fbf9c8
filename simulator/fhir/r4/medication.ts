/** Medication as UK Core R4: a statement of what the patient takes and, behind it, the prescription. */
import type { MedicationRequest, MedicationStatement } from 'fhir/r4';
import { entryId } from '../identifiers.ts';
import type { MedicineEntry, Person } from '../../people/story.ts';
import { author, base, given, medicine, organisationReference, patientReference, term } from './common.ts';

const COURSE = { repeat: 'continuous', acute: 'acute', continuous: 'continuous' } as const;
const COURSE_WORDS = { repeat: 'Repeat medication', acute: 'Acute medication', continuous: 'Continuous long term therapy' } as const;

export function statement(person: Person, entry: MedicineEntry): MedicationStatement {
  return {
    resourceType: 'MedicationStatement',
    ...base(person, entry, 'UKCore-MedicationStatement'),
    basedOn: [{ reference: `MedicationRequest/${entryId(person, entry, 'wessex', 'request')}`, type: 'MedicationRequest' }],
    status: entry.standing,
    ...given('statusReason', entry.reason === undefined ? undefined : [{ text: entry.reason }]),
    medicationCodeableConcept: medicine(entry.medicine),
    subject: patientReference(person),
    ...period(entry),
    ...given('dateAsserted', entry.recorded ?? entry.date),
    informationSource: organisationReference(entry.organisation),
    dosage: [{ text: entry.dose }],
    ...(entry.note === undefined ? {} : { note: [{ text: entry.note }] }),
  };
}

export function request(person: Person, entry: MedicineEntry): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    ...base(person, entry, 'UKCore-MedicationRequest', 'request'),
    status: entry.standing,
    ...given('statusReason', entry.reason === undefined ? undefined : { text: entry.reason }),
    intent: 'plan',
    medicationCodeableConcept: medicine(entry.medicine),
    subject: patientReference(person),
    ...given('authoredOn', entry.recorded ?? entry.date),
    requester: author(entry),
    courseOfTherapyType: course(entry),
    dosageInstruction: [{ text: entry.dose }],
    ...(entry.quantity === undefined ? {} : { dispenseRequest: { quantity: { value: entry.quantity.value, unit: entry.quantity.unit } } }),
  };
}

export function course(entry: MedicineEntry): { coding: { system: string; code: string }[]; text: string } {
  return { coding: term('medicationrequest-course-of-therapy', COURSE[entry.course]).coding as { system: string; code: string }[], text: COURSE_WORDS[entry.course] };
}

function period(entry: MedicineEntry): { effectivePeriod?: { start?: string; end?: string } } {
  if (entry.date === undefined && entry.end === undefined) return {};
  return { effectivePeriod: { ...given('start', entry.date), ...given('end', entry.end) } };
}
