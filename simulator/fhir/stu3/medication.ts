/** Medication of the practice record: a statement, the plan behind it, and one order for each issue (GP Connect 1.5). */
import type { Medication, MedicationRequest, MedicationStatement } from 'fhir/r3';
import type { MedicineEntry, Person } from '../../people/story.ts';
import { SNOMED, stableId } from '../identifiers.ts';
import { author, base, given, GPC, GPC_CODES, instant, meta, organisationId, patientReference } from './common.ts';

const UCUM_DAY = { unit: 'day', system: 'http://unitsofmeasure.org', code: 'd' } as const;

/** The Medication shared by everything that mentions the product. */
export function medication(entry: MedicineEntry): Medication {
  const { code, display } = entry.medicine;
  return {
    resourceType: 'Medication',
    id: medicationId(entry),
    meta: meta('CareConnect-GPC-Medication-1'),
    code: { coding: [{ system: 'https://fhir.hl7.org.uk/Id/emis-drug-codes', code: localCode(display), display, userSelected: true }, { system: SNOMED, code, display }], text: display },
  };
}

function medicationId(entry: MedicineEntry): string {
  return stableId('practice', 'medication', entry.medicine.code).toUpperCase();
}

/** As EMIS makes its own: first letters of the product and a number. */
function localCode(display: string): string {
  const letters = display.replace(/[^A-Za-z]/g, '').toUpperCase();
  return `${letters.slice(0, 2)}${letters.slice(-2)}${Number.parseInt(stableId(display).slice(0, 4), 16)}LANYARD`;
}

export function statement(person: Person, entry: MedicineEntry): MedicationStatement {
  const lastIssue = entry.issues?.at(-1);
  return {
    resourceType: 'MedicationStatement',
    ...base(person, entry, 'CareConnect-GPC-MedicationStatement-1'),
    extension: [
      { url: `${GPC}/Extension-CareConnect-GPC-PrescribingAgency-1`, valueCodeableConcept: { coding: [{ system: `${GPC_CODES}/CareConnect-PrescribingAgency-1`, code: 'prescribed-at-gp-practice', display: 'Prescribed at GP practice' }] } },
      ...(lastIssue === undefined ? [] : [{ url: `${GPC}/Extension-CareConnect-GPC-MedicationStatementLastIssueDate-1`, valueDateTime: instant(lastIssue) }]),
    ],
    basedOn: [{ reference: `MedicationRequest/${planId(person, entry)}` }],
    status: entry.standing,
    medicationReference: { reference: `Medication/${medicationId(entry)}` },
    ...(entry.date === undefined && entry.end === undefined ? {} : { effectivePeriod: { ...given('start', entry.date), ...given('end', entry.end) } }),
    ...given('dateAsserted', entry.recorded ?? entry.date),
    subject: patientReference(person),
    taken: 'unk',
    ...given('reasonCode', entry.reason === undefined ? undefined : [{ text: entry.reason }]),
    dosage: [{ text: entry.dose }],
  };
}

/** The plan first, then the issues. */
export function requests(person: Person, entry: MedicineEntry): MedicationRequest[] {
  return [plan(person, entry), ...(entry.issues ?? []).map((day) => issue(person, entry, day))];
}

function planId(person: Person, entry: MedicineEntry): string {
  return base(person, entry, '', 'plan').id;
}

function plan(person: Person, entry: MedicineEntry): MedicationRequest {
  return {
    ...shared(person, entry, 'plan'),
    extension: [
      ...(entry.standing === 'active' ? [] : [{ url: `${GPC}/Extension-CareConnect-GPC-MedicationStatusReason-1`, extension: [{ url: 'statusReason', valueCodeableConcept: { text: entry.reason ?? 'Expired' } }, { url: 'statusChangeDate', valueDateTime: instant(entry.end) }] }]),
      prescriptionType(entry),
      ...(entry.course === 'repeat' ? [{ url: `${GPC}/Extension-CareConnect-GPC-MedicationRepeatInformation-1`, extension: [{ url: 'numberOfRepeatPrescriptionsIssued', valueUnsignedInt: entry.issues?.length ?? 0 }] }] : []),
    ],
    status: entry.standing,
    intent: 'plan',
    ...given('authoredOn', entry.date === undefined ? undefined : instant(entry.date)),
    dispenseRequest: { ...(entry.date === undefined ? {} : { validityPeriod: { start: entry.date, ...given('end', entry.end) } }), ...supply(entry) },
  };
}

function issue(person: Person, entry: MedicineEntry, day: string): MedicationRequest {
  return {
    ...shared(person, entry, `issue-${day}`),
    extension: [prescriptionType(entry)],
    basedOn: [{ reference: `MedicationRequest/${planId(person, entry)}` }],
    status: 'completed',
    intent: 'order',
    authoredOn: instant(day),
    dispenseRequest: { validityPeriod: { start: day }, ...supply(entry) },
  };
}

function shared(person: Person, entry: MedicineEntry, part: string): Omit<MedicationRequest, 'intent'> {
  return {
    resourceType: 'MedicationRequest',
    ...base(person, entry, 'CareConnect-GPC-MedicationRequest-1', part),
    medicationReference: { reference: `Medication/${medicationId(entry)}` },
    subject: patientReference(person),
    requester: { agent: author(entry), onBehalfOf: { reference: `Organization/${organisationId('harbour')}` } },
    recorder: author(entry),
    dosageInstruction: [{ text: entry.dose }],
  };
}

function prescriptionType(entry: MedicineEntry): { url: string; valueCodeableConcept: { coding: { system: string; code: string; display: string }[] } } {
  const [code, display] = entry.course === 'acute' ? ['acute', 'Acute'] : ['repeat', 'Repeat'];
  return { url: `${GPC}/Extension-CareConnect-GPC-PrescriptionType-1`, valueCodeableConcept: { coding: [{ system: `${GPC_CODES}/CareConnect-PrescriptionType-1`, code: code as string, display: display as string }] } };
}

function supply(entry: MedicineEntry): { quantity?: { value: number; unit: string }; expectedSupplyDuration?: { value: number; unit: string; system: string; code: string } } {
  if (entry.quantity === undefined) return {};
  return { quantity: { value: entry.quantity.value, unit: entry.quantity.unit }, expectedSupplyDuration: { value: entry.quantity.days, ...UCUM_DAY } };
}
