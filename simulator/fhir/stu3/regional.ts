/** One person's regional record as Care Connect STU3: Greater Manchester's repository. Read codes stand before SNOMED CT. */
import type { Appointment, CarePlan, FhirResource, Flag, Medication, Patient, Procedure } from 'fhir/r3';
import { paper as paperOf } from '../documents/papers.ts';
import { heldBy } from '../../people/index.ts';
import { CLINICIANS, ORGANISATIONS } from '../../people/organisations.ts';
import type { ClinicianKey, OrganisationKey } from '../../people/organisations.ts';
import type { AppointmentEntry, DocumentEntry, Entry, FlagEntry, Person, PlanEntry, ProcedureEntry } from '../../people/story.ts';
import { entryId } from '../identifiers.ts';
import { document } from './clinical.ts';
import { author, base, concept, given, instant, organisationId, patientReference } from './common.ts';
import { organisation, patient, practitioner } from './demographics.ts';
import { medication } from './medication.ts';
import { resourcesOf } from './record.ts';

export interface CareConnectRecord {
  readonly patient: Patient;
  readonly resources: readonly FhirResource[];
}

/** `base3` is the address the region answers at, for links to documents. */
export function careConnectRecord(person: Person, base3: string): CareConnectRecord {
  const resources = heldBy(person, 'wessex').flatMap((entry) => regionalResources(person, entry, base3));
  return { patient: profiled(regionalPatient(person)), resources: resources.map(profiled) };
}

/** As the practice has the patient, without its registration; nothing that tells where a restricted patient is. */
function regionalPatient(person: Person): Patient {
  const { extension: _registration, address, telecom, generalPractitioner, ...rest } = patient(person);
  if (person.demographics === 'restricted') return rest;
  return { ...rest, ...given('address', address), ...given('telecom', telecom), ...given('generalPractitioner', generalPractitioner) };
}

/** Every organisation, clinician and product that the resources refer to, by reference. */
export function careConnectDirectory(people: readonly Person[]): ReadonlyMap<string, FhirResource> {
  const products = new Map<string, Medication>();
  for (const entry of people.flatMap((person) => heldBy(person, 'wessex'))) if (entry.kind === 'medicine') products.set(entry.medicine.code, medication(entry));
  const all: FhirResource[] = [...(Object.keys(ORGANISATIONS) as OrganisationKey[]).map(organisation), ...(Object.keys(CLINICIANS) as ClinicianKey[]).map(practitioner), ...products.values()];
  return new Map(all.map((resource) => [`${resource.resourceType}/${resource.id}`, profiled(resource)]));
}

function regionalResources(person: Person, entry: Entry, base3: string): FhirResource[] {
  switch (entry.kind) {
    case 'plan': return [plan(person, entry)];
    case 'flag': return [flag(person, entry)];
    case 'appointment': return [appointment(person, entry)];
    case 'procedure': return [procedure(person, entry)];
    case 'document': return [paper(person, entry, base3)];
    // Lists are how a practice groups its record; products are in the directory.
    default: return resourcesOf(person, entry).filter(({ resourceType }) => resourceType !== 'List' && resourceType !== 'Medication' && resourceType !== 'Specimen');
  }
}

/** Care Connect's own profile where the practice names GP Connect's. */
function profiled<R extends FhirResource>(resource: R): R {
  const profile = `https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-${resource.resourceType}-1`;
  return { ...resource, meta: { ...resource.meta, profile: [profile] } };
}

function plan(person: Person, entry: PlanEntry): CarePlan {
  return {
    resourceType: 'CarePlan',
    ...base(person, entry, ''),
    status: 'active',
    intent: 'plan',
    category: [concept(entry.concept)],
    title: entry.title,
    description: entry.description,
    subject: patientReference(person),
    ...given('period', entry.date === undefined ? undefined : { start: entry.date }),
    author: [author(entry)],
  };
}

function flag(person: Person, entry: FlagEntry): Flag {
  return {
    resourceType: 'Flag',
    ...base(person, entry, ''),
    status: 'active',
    category: { text: entry.category },
    code: { ...concept(entry.concept), text: entry.note ?? entry.concept.display },
    subject: patientReference(person),
    ...given('period', entry.date === undefined ? undefined : { start: entry.date }),
    author: author(entry),
  };
}

function appointment(person: Person, entry: AppointmentEntry): Appointment {
  return {
    resourceType: 'Appointment',
    ...base(person, entry, ''),
    status: entry.standing,
    description: entry.title,
    ...given('start', entry.date),
    end: entry.end,
    participant: [
      { actor: patientReference(person), status: 'accepted' },
      { actor: { reference: `Organization/${organisationId(entry.organisation)}` }, status: 'accepted' },
    ],
  };
}

function procedure(person: Person, entry: ProcedureEntry): Procedure {
  return {
    resourceType: 'Procedure',
    ...base(person, entry, ''),
    status: 'completed',
    code: concept(entry.concept),
    subject: patientReference(person),
    ...given('performedDateTime', entry.date),
    performer: [{ actor: author(entry) }],
    ...given('note', entry.note === undefined ? undefined : [{ text: entry.note }]),
  };
}

function paper(person: Person, entry: DocumentEntry, base3: string): FhirResource {
  const made = document(person, entry);
  const [content] = made.content;
  if (content === undefined) throw new Error('a document has content');
  return { ...made, indexed: instant(entry.recorded ?? entry.date), content: [{ attachment: { ...content.attachment, contentType: 'application/pdf', size: paperOf(person, entry).bytes.length, url: `${base3}/Binary/${entryId(person, entry, 'practice', 'binary')}` } }] };
}
