/** The lists a structured record is read by, with their SNOMED CT codes, warnings and reasons for being empty. */
import type { AllergyIntolerance, List } from 'fhir/r3';
import type { ListWarning, Person } from '../../people/story.ts';
import { TODAY } from '../../people/dates.ts';
import { given, GPC, GPC_CODES, meta, patientReference, snomed } from './common.ts';

/** GP Connect Access Record Structured 1.6: list codes. */
export const LISTS = {
  allergies: ['886921000000105', 'Allergies and adverse reactions'],
  endedAllergies: ['1103671000000101', 'Ended allergies'],
  medication: ['933361000000108', 'Medications and medical devices'],
  problems: ['717711000000103', 'Problems'],
  immunisations: ['1102181000000102', 'Immunisations'],
  consultations: ['1149501000000101', 'List of consultations'],
  investigations: ['887191000000108', 'Investigations and results'],
  uncategorised: ['826501000000100', 'Miscellaneous record'],
  referrals: ['792931000000107', 'Outbound referral'],
  diary: ['714311000000108', 'Patient recall administration'],
  documents: ['734163000', 'Documents'],
} as const satisfies Record<string, readonly [string, string]>;

export type ListName = keyof typeof LISTS;

const WARNINGS: Readonly<Record<ListWarning, string>> = {
  'confidential-items': 'Items excluded due to confidentiality and/or patient preferences.',
  'data-in-transit': 'Patient record transfer from previous GP practice not yet complete; information recorded before 02-Sep-2026 may be missing.',
  'data-awaiting-filing': 'Patient data may be incomplete as there is data supplied by a third party awaiting review before becoming available.',
};

export function list(person: Person, name: ListName, references: readonly string[], contained: readonly AllergyIntolerance[] = []): List {
  const [code, display] = LISTS[name];
  const warning = person.practice.warning;
  const empty = references.length === 0;
  const texts = [...(warning === undefined ? [] : [WARNINGS[warning]]), ...(empty ? ['Information not available'] : [])];
  return {
    resourceType: 'List',
    meta: meta('CareConnect-GPC-List-1'),
    ...given('contained', contained.length === 0 ? undefined : [...contained]),
    extension: [
      { url: `${GPC}/Extension-CareConnect-GPC-ClinicalSetting-1`, valueCodeableConcept: snomed('1060971000000108', 'General practice service') },
      ...(warning === undefined ? [] : [{ url: `${GPC}/Extension-CareConnect-GPC-ListWarningCode-1`, valueCode: warning }]),
    ],
    status: 'current',
    mode: 'snapshot',
    title: display,
    code: snomed(code, display),
    subject: patientReference(person),
    date: `${TODAY}T07:00:00+00:00`,
    orderedBy: { coding: [{ system: 'http://hl7.org/fhir/list-order', code: 'event-date', display: 'Sorted by Event Date' }] },
    ...given('note', texts.length === 0 ? undefined : [{ text: texts.join(' ') }]),
    ...(empty
      ? { emptyReason: { coding: [{ system: `${GPC_CODES}/CareConnect-ListEmptyReasonCode-1`, code: 'no-content-recorded', display: 'No Content Recorded' }] } }
      : { entry: references.map((reference) => ({ item: { reference } })) }),
  };
}
