/** One person's whole regional record as R4 resources, built once from the story. */
import type { FhirResource, Organization, Patient, Practitioner, Provenance } from 'fhir/r4';
import { heldBy } from '../../people/index.ts';
import { CLINICIANS, ORGANISATIONS } from '../../people/organisations.ts';
import type { ClinicianKey, OrganisationKey } from '../../people/organisations.ts';
import type { Entry, Person } from '../../people/story.ts';
import { stableId } from '../identifiers.ts';
import { allergy, flag, immunisation, problem, procedure } from './clinical.ts';
import { author, instant, organisationReference } from './common.ts';
import { appointment, document, encounter, plan, referral } from './contacts.ts';
import { organisation, patient, practitioner } from './demographics.ts';
import { request, statement } from './medication.ts';
import { observation, report } from './results.ts';

export interface RegionalRecord {
  readonly patient: Patient;
  readonly resources: readonly FhirResource[];
}

/** `base4` is the address the region answers at, for links to documents. */
export function regionalRecord(person: Person, base4: string): RegionalRecord {
  return { patient: patient(person), resources: heldBy(person, 'wessex').flatMap((entry) => resourcesOf(person, entry, base4)) };
}

/** The resources one entry becomes; the first is the entry itself. */
export function resourcesOf(person: Person, entry: Entry, base4: string): FhirResource[] {
  switch (entry.kind) {
    case 'allergy': return [allergy(person, entry)];
    case 'medicine': return [statement(person, entry), request(person, entry)];
    case 'problem': return [problem(person, entry)];
    case 'report': return report(person, entry);
    case 'observation': return [observation(person, entry)];
    case 'immunisation': return [immunisation(person, entry)];
    case 'encounter': return [encounter(person, entry)];
    case 'procedure': return [procedure(person, entry)];
    case 'document': return [document(person, entry, base4)];
    case 'plan': return [plan(person, entry)];
    case 'referral': return [referral(person, entry)];
    case 'flag': return [flag(person, entry)];
    case 'appointment': return [appointment(person, entry)];
    // Diary entries belong to the practice alone.
    case 'recall': return [];
  }
}

/** Who recorded a resource, for `_revinclude=Provenance:target`. */
export function provenanceOf(entry: Entry, resource: FhirResource): Provenance {
  return {
    resourceType: 'Provenance',
    id: stableId('provenance', resource.id ?? ''),
    target: [{ reference: `${resource.resourceType}/${resource.id}` }],
    recorded: instant(entry.recorded ?? entry.date),
    agent: [{ who: author(entry), onBehalfOf: organisationReference(entry.organisation) }],
  };
}

/** Every organisation and clinician, by reference. */
export const DIRECTORY: ReadonlyMap<string, Organization | Practitioner> = new Map<string, Organization | Practitioner>(
  [...(Object.keys(ORGANISATIONS) as OrganisationKey[]).map(organisation), ...(Object.keys(CLINICIANS) as ClinicianKey[]).map(practitioner)].map(
    (resource) => [`${resource.resourceType}/${resource.id}`, resource],
  ),
);
