/** Parts of the practice record: Care Connect GP Connect STU3 as EMIS Web sends it. */
import type { CodeableConcept, Coding, Identifier, Meta, Reference } from 'fhir/r3';
import type { Concept } from '../../people/concepts.ts';
import type { Measured } from '../../people/measured.ts';
import type { ClinicianKey, OrganisationKey } from '../../people/organisations.ts';
import type { Entry, Person } from '../../people/story.ts';
import { businessIdentifiers, CTV3, decimal, entryId, patientId, READ_V2, SNOMED, stableId } from '../identifiers.ts';

export const GPC = 'https://fhir.nhs.uk/STU3/StructureDefinition';
export const GPC_CODES = 'https://fhir.nhs.uk/STU3/CodeSystem';

/** The practice's Read code first, as chosen by the user, then SNOMED CT. */
export function concept(from: Concept): CodeableConcept {
  const { code, display, read, ctv3, unmapped } = from;
  const [chosen, ...others]: Coding[] = [
    ...(read === undefined ? [] : [{ system: READ_V2, code: read, display }]),
    ...(ctv3 === undefined ? [] : [{ system: CTV3, code: ctv3, display }]),
    ...(unmapped === true ? [] : [{ system: SNOMED, code, display }]),
  ];
  return { coding: [{ ...chosen, userSelected: true }, ...others], ...(from.text === undefined ? {} : { text: from.text }) };
}

export function snomed(code: string, display: string): CodeableConcept {
  return { coding: [{ system: SNOMED, code, display }] };
}

export function meta(profile: string): Meta {
  return { profile: [`${GPC}/${profile}`] };
}

export function base(person: Person, entry: Entry, profile: string, part = ''): { id: string; meta: Meta; identifier: Identifier[] } {
  return {
    id: entryId(person, entry, 'practice', part),
    meta: meta(profile),
    identifier: businessIdentifiers(person, entry, 'practice', part).map((identifier) => ({ ...identifier })),
  };
}

export function patientReference(person: Person): Reference {
  return { reference: `Patient/${patientId(person, 'practice')}` };
}

export function organisationId(key: OrganisationKey): string {
  return stableId('practice', 'organisation', key).toUpperCase();
}

export function clinicianId(key: ClinicianKey): string {
  return stableId('practice', 'clinician', key).toUpperCase();
}

/** Who said it: the author where there is one, else the organisation. */
export function author(entry: Entry): Reference {
  return entry.author === undefined ? { reference: `Organization/${organisationId(entry.organisation)}` } : { reference: `Practitioner/${clinicianId(entry.author)}` };
}

/** Only where it has a value: FHIR has no empty fields. */
export function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}

/** `valueQuantity`, `valueString` or `valueCodeableConcept`. Practice systems send the unit as written and no UCUM code. */
export function valueOf(value: Measured): { valueQuantity?: object; valueString?: string; valueCodeableConcept?: CodeableConcept } {
  if (value.kind === 'quantity') {
    return { valueQuantity: { value: decimal(value.text), ...given('comparator', value.comparator), unit: value.unit } };
  }
  if (value.kind === 'text') return { valueString: value.text };
  return { valueCodeableConcept: concept(value.concept) };
}

/** A partial date made a full time, where STU3 wants an instant. */
export function instant(date: string | undefined): string {
  if (date === undefined) return '2009-03-02T10:00:00+00:00';
  return date.includes('T') ? date : `${`${date}-01-01`.slice(0, 10)}T00:00:00+00:00`;
}
