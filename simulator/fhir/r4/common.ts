/** Parts that every R4 resource of the region is made of. */
import type { CodeableConcept, Coding, Identifier, Meta, Quantity, Reference } from 'fhir/r4';
import type { Concept, Medicine } from '../../people/concepts.ts';
import type { Measured } from '../../people/measured.ts';
import { CLINICIANS, clinicianName, ORGANISATIONS } from '../../people/organisations.ts';
import type { ClinicianKey, OrganisationKey } from '../../people/organisations.ts';
import type { Entry, Person } from '../../people/story.ts';
import { businessIdentifiers, decimal, entryId, ODS_CODE, patientId, READ_V2, SDS_USER, SNOMED, stableId, UCUM } from '../identifiers.ts';

export const UK_CORE = 'https://fhir.hl7.org.uk/StructureDefinition';
const HL7 = 'http://terminology.hl7.org/CodeSystem';

/** A coding of an HL7 terminology, `term('condition-clinical', 'active')`. */
export function term(system: string, code: string, display?: string): CodeableConcept {
  return { coding: [{ system: `${HL7}/${system}`, code, ...(display === undefined ? {} : { display }) }] };
}

/** SNOMED CT, with the Read code beside it where the entry came from a practice's feed. */
export function concept(from: Concept, entry: Entry): CodeableConcept {
  const codings: Coding[] = [{ system: SNOMED, code: from.code, display: from.display }];
  if (from.read !== undefined && entry.organisation === 'harbour' && entry.identifiers !== 'own') {
    codings.push({ system: READ_V2, code: from.read, display: from.display });
  }
  return { coding: codings, text: from.text ?? from.display };
}

export function medicine(from: Medicine): CodeableConcept {
  return { coding: [{ system: SNOMED, code: from.code, display: from.display }], text: from.display };
}

export function plainConcept(from: Concept): CodeableConcept {
  return { coding: [{ system: SNOMED, code: from.code, display: from.display }], text: from.text ?? from.display };
}

/** What every entry's resource begins with. The tag names the organisation that recorded it. */
export function base(person: Person, entry: Entry, profile: string, part = ''): { id: string; meta: Meta; identifier: Identifier[] } {
  const organisation = ORGANISATIONS[entry.organisation];
  return {
    id: entryId(person, entry, 'wessex', part),
    meta: {
      lastUpdated: instant(entry.recorded ?? entry.date),
      profile: [`${UK_CORE}/${profile}`],
      tag: [{ system: ODS_CODE, code: organisation.odsCode, display: organisation.name }],
    },
    identifier: businessIdentifiers(person, entry, 'wessex', part).map((identifier) => ({ ...identifier })),
  };
}

export function patientReference(person: Person): Reference {
  return { reference: `Patient/${patientId(person, 'wessex')}`, type: 'Patient' };
}

export function organisationId(key: OrganisationKey): string {
  return stableId('wessex', 'organisation', key);
}

export function clinicianId(key: ClinicianKey): string {
  return stableId('wessex', 'clinician', key);
}

export function organisationReference(key: OrganisationKey): Reference {
  const { odsCode, name } = ORGANISATIONS[key];
  return { reference: `Organization/${organisationId(key)}`, type: 'Organization', identifier: { system: ODS_CODE, value: odsCode }, display: name };
}

export function clinicianReference(key: ClinicianKey): Reference {
  return { reference: `Practitioner/${clinicianId(key)}`, type: 'Practitioner', identifier: { system: SDS_USER, value: CLINICIANS[key].userId }, display: clinicianName(key) };
}

/** Who said it: the author where there is one, else the organisation. */
export function author(entry: Entry): Reference {
  return entry.author === undefined ? organisationReference(entry.organisation) : clinicianReference(entry.author);
}

export function notes(entry: Entry): { note?: { text: string }[] } {
  return entry.note === undefined ? {} : { note: [{ text: entry.note }] };
}

/** Only where it has a value: FHIR has no empty fields. */
export function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}

export function quantityOf(value: Extract<Measured, { kind: 'quantity' }>): Quantity {
  return { value: decimal(value.text), ...given('comparator', value.comparator), unit: value.unit, system: UCUM, code: value.ucum ?? value.unit };
}

/** `valueQuantity`, `valueString` or `valueCodeableConcept`. */
export function valueOf(value: Measured): { valueQuantity?: Quantity; valueString?: string; valueCodeableConcept?: CodeableConcept } {
  if (value.kind === 'quantity') return { valueQuantity: quantityOf(value) };
  if (value.kind === 'text') return { valueString: value.text };
  return { valueCodeableConcept: plainConcept(value.concept) };
}

/** An instant from a partial date, for `lastUpdated`; undated entries came with the first load of the region's record. */
export function instant(date: string | undefined): string {
  if (date === undefined) return '2018-02-01T02:00:00+00:00';
  if (date.includes('T')) return date;
  return `${(`${date}-01-01`).slice(0, 10)}T02:00:00+00:00`;
}
