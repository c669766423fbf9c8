/** Ids and business identifiers, derived from the story so that they are the same in every run and every format. */
import { createHash } from 'node:crypto';
import { ORGANISATIONS } from '../people/organisations.ts';
import type { OrganisationKey } from '../people/organisations.ts';
import type { Entry, Person, Place, RegionId } from '../people/story.ts';

export const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';
export const ODS_CODE = 'https://fhir.nhs.uk/Id/ods-organization-code';
export const SDS_USER = 'https://fhir.nhs.uk/Id/sds-user-id';
export const SNOMED = 'http://snomed.info/sct';
export const READ_V2 = 'http://read.info/readv2';
export const CTV3 = 'http://read.info/ctv3';
export const UCUM = 'http://unitsofmeasure.org';

export interface BusinessIdentifier {
  readonly system: string;
  readonly value: string;
}

/** A UUID-shaped id that depends on its parts alone. */
export function stableId(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join('\u0000')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

/** Who keeps this copy: the practice, or the region whose copy of the story it is. */
type Keeper = 'practice' | RegionId;

function keeperOf(person: Person, place: Place): Keeper {
  return person.keptBy ?? place;
}

/** The id of the Patient resource in one place. */
export function patientId(person: Person, place: Place): string {
  const keeper = keeperOf(person, place);
  return idIn(keeper, stableId(keeper, person.nhsNumber));
}

/** The id of an entry's resource, or of a part of it (`part`), in one place. */
export function entryId(person: Person, entry: Entry, place: Place, part = ''): string {
  const keeper = keeperOf(person, place);
  return idIn(keeper, stableId(keeper, person.nhsNumber, entry.id, part));
}

/** The practice system writes ids in capitals, as EMIS does. */
function idIn(keeper: Keeper, id: string): string {
  return keeper === 'practice' ? id.toUpperCase() : id;
}

/**
 * The business identifiers of one copy. Whoever recorded an entry gave it one and every copy carries it; the practice
 * system adds its own to what it received. Where each place recorded the same fact for itself, each has only its own.
 */
export function businessIdentifiers(person: Person, entry: Entry, place: Place, part = ''): BusinessIdentifier[] {
  const keeper = keeperOf(person, place);
  if (entry.held.length > 1 && entry.identifiers === 'own') return [local(person, entry, keeper, part)];
  const origin: BusinessIdentifier = { system: ORGANISATIONS[entry.organisation].identifierSystem, value: stableId('origin', person.nhsNumber, entry.id, part) };
  return keeper === 'practice' && entry.organisation !== 'harbour' ? [local(person, entry, keeper, part), origin] : [origin];
}

/** Which organisation gives a copy that came from a practice its local identifier. */
const RECEIVER: Readonly<Record<Keeper, OrganisationKey>> = { practice: 'harbour', wessex: 'hospital', 'one-london': 'northbank', 'greater-manchester': 'irwell' };

function local(person: Person, entry: Entry, keeper: Keeper, part: string): BusinessIdentifier {
  const organisation = keeper === 'practice' || entry.organisation === 'harbour' ? RECEIVER[keeper] : entry.organisation;
  return { system: ORGANISATIONS[organisation].identifierSystem, value: stableId(keeper, 'local', person.nhsNumber, entry.id, part) };
}

/**
 * A number that is written exactly as the story writes it: `7.0` stays `7.0` in the JSON (FHIR decimal: precision is
 * kept). Typed as a number because that is what the FHIR types want; nothing may calculate with it.
 */
export function decimal(text: string): number {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text) as number;
}
