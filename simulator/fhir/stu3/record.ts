/** One person's structured record as the practice system answers it: a collection Bundle, entries without fullUrl. */
import type { AllergyIntolerance, Bundle, FhirResource } from 'fhir/r3';
import { heldBy } from '../../people/index.ts';
import type { ClinicianKey, OrganisationKey } from '../../people/organisations.ts';
import type { AllergyEntry, EncounterEntry, Entry, Person } from '../../people/story.ts';
import { allergy, document, immunisation, problem, recall, referral } from './clinical.ts';
import { organisation, patient, practitioner, practitionerRole, surgery } from './demographics.ts';
import { GPC } from './common.ts';
import { list } from './lists.ts';
import type { ListName } from './lists.ts';
import { medication, requests, statement } from './medication.ts';
import { consultation, observation, report } from './results.ts';

/** The sections a request may ask for; each fills one list or two. */
export const SECTIONS = ['allergies', 'medication', 'problems', 'immunisations', 'consultations', 'investigations', 'uncategorised', 'referrals', 'diary', 'documents'] as const;
export type Section = (typeof SECTIONS)[number];

/** `sections`: those asked for. */
export function structuredRecord(person: Person, sections: ReadonlySet<Section>): Bundle {
  const entries = heldBy(person, 'practice').filter((entry) => sections.has(sectionOf(entry)));
  const resources = SECTIONS.filter((section) => sections.has(section)).flatMap((section) => fill(person, section, entries.filter((entry) => sectionOf(entry) === section)));
  const all: FhirResource[] = [patient(person), ...resources, ...people(entries)];
  return {
    resourceType: 'Bundle',
    meta: { profile: [`${GPC}/GPConnect-StructuredRecord-Bundle-1`] },
    type: 'collection',
    entry: distinct(all).map((resource) => ({ resource })),
  };
}

function sectionOf(entry: Entry): Section {
  switch (entry.kind) {
    case 'allergy': return 'allergies';
    case 'medicine': return 'medication';
    case 'problem': return 'problems';
    case 'immunisation': return 'immunisations';
    case 'encounter': return 'consultations';
    case 'report': return 'investigations';
    case 'referral': return 'referrals';
    case 'recall': return 'diary';
    case 'document': return 'documents';
    default: return 'uncategorised';
  }
}

function fill(person: Person, section: Section, entries: readonly Entry[]): FhirResource[] {
  if (section === 'allergies') return allergies(person, entries as readonly AllergyEntry[]);
  if (section === 'consultations') return consultations(person, entries as readonly EncounterEntry[]);
  const filled = entries.map((entry) => resourcesOf(person, entry));
  return [list(person, section as ListName, filled.map(([first]) => reference(first))), ...filled.flat()];
}

/** Ended allergies travel inside their list, so that they cannot be taken for current ones. */
function allergies(person: Person, entries: readonly AllergyEntry[]): FhirResource[] {
  const current = entries.filter((entry) => entry.standing !== 'resolved').map((entry) => allergy(person, entry));
  const ended = entries.filter((entry) => entry.standing === 'resolved').map((entry): AllergyIntolerance => allergy(person, entry));
  return [list(person, 'allergies', current.map(reference)), list(person, 'endedAllergies', ended.map(({ id }) => `#${id}`), ended), ...current];
}

function consultations(person: Person, entries: readonly EncounterEntry[]): FhirResource[] {
  const byId = new Map(heldBy(person, 'practice').map((entry) => [entry.id, entry]));
  const filled = entries.map((entry) => {
    const about = (entry.about ?? []).flatMap((id) => byId.get(id) ?? []);
    return consultation(person, entry, about.map((other) => reference(resourcesOf(person, other)[0])));
  });
  return [list(person, 'consultations', filled.map(([encounter]) => reference(encounter))), ...filled.flat()];
}

/** The resources one entry becomes; the first is the entry itself. */
export function resourcesOf(person: Person, entry: Entry): [FhirResource, ...FhirResource[]] {
  switch (entry.kind) {
    case 'allergy': return [allergy(person, entry)];
    case 'medicine': return [statement(person, entry), ...requests(person, entry), medication(entry)];
    case 'problem': return [problem(person, entry)];
    case 'report': return report(person, entry);
    case 'immunisation': return [immunisation(person, entry)];
    case 'encounter': return consultation(person, entry, []);
    case 'document': return [document(person, entry)];
    case 'referral': return [referral(person, entry)];
    case 'recall': return [recall(person, entry)];
    case 'observation':
    case 'procedure': return [observation(person, entry)];
    case 'plan':
    case 'flag':
    case 'appointment': throw new Error(`a practice record holds no ${entry.kind}: ${entry.id}`);
  }
}

function reference(resource: FhirResource): string {
  return `${resource.resourceType}/${resource.id}`;
}

function people(entries: readonly Entry[]): FhirResource[] {
  const clinicians = new Set<ClinicianKey>(['owen', ...entries.flatMap((entry) => entry.author ?? [])]);
  const organisations = new Set<OrganisationKey>(['harbour', ...entries.flatMap((entry) => (entry.kind === 'referral' ? [entry.organisation, entry.to] : [entry.organisation]))]);
  return [
    ...[...organisations].map(organisation),
    surgery(),
    ...[...clinicians].flatMap((key) => [practitioner(key), practitionerRole(key)]),
  ];
}

/** A product prescribed twice is one Medication. */
function distinct(resources: readonly FhirResource[]): FhirResource[] {
  const seen = new Set<string>();
  return resources.filter((resource) => {
    if (resource.id === undefined) return true;
    const key = reference(resource);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
