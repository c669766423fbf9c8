/**
 * FHIR REST searches over a region's records, R4 and STU3 alike: the patient by NHS number, then each kind of resource
 * within that patient, a page at a time, and any one of them by its id.
 */
import { NHS_NUMBER, patientId } from '../fhir/identifiers.ts';
import { fhir } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import { personByNumber, somebodyElse } from '../people/index.ts';
import { heldIn, knownIn } from '../people/regions/index.ts';
import type { Person, RegionId } from '../people/story.ts';
import { outcome } from './outcomes.ts';
import { createPageTokens } from './pages.ts';
import type { Page, PageTokens } from './pages.ts';

const DEFAULT_COUNT = 50;
const MOST_COUNT = 100;

/** As much of a resource as a search has to know, in either release. */
export interface AnyResource {
  readonly resourceType: string;
  readonly id?: string | undefined;
}

export interface HeldRecord {
  readonly patient: AnyResource;
  readonly resources: readonly AnyResource[];
}

export interface Searchable {
  readonly region: RegionId;
  /** The address without a final slash. */
  readonly base: string;
  readonly types: readonly string[];
  /** Builds a person's record; it is asked once for each person. */
  readonly build: (person: Person) => HeldRecord;
  /** What resources refer to beside the patient, by reference. */
  readonly directory: ReadonlyMap<string, AnyResource>;
  /** Who recorded these, for `_revinclude=Provenance:target`. */
  readonly provenance?: (person: Person, resources: readonly AnyResource[]) => readonly AnyResource[];
}

interface Search extends Searchable {
  readonly pages: PageTokens;
  readonly record: (person: Person) => HeldRecord;
}

/** Answers whatever is asked of `Patient`, the types and their single resources. */
export function createSearch(searchable: Searchable): (ask: Ask) => Answer {
  const records = new Map<string, HeldRecord>();
  const search: Search = {
    ...searchable,
    pages: createPageTokens(),
    record(person) {
      const made = records.get(person.nhsNumber) ?? searchable.build(person);
      records.set(person.nhsNumber, made);
      return made;
    },
  };
  return (ask) => route(search, ask);
}

function route(search: Search, ask: Ask): Answer {
  const [type = '', id, ...more] = ask.path.split('/').map(decodeURIComponent);
  if (more.length > 0) return outcome(404, 'not-found', 'There is nothing at this address');
  if (type === '' && ask.url.searchParams.has('_page')) return nextPage(search, ask);
  if (type === 'Patient' && id === undefined) return findPatient(search, ask);
  if (id !== undefined) return readOne(search, type, id);
  return search.types.includes(type) ? firstPage(search, ask, type) : outcome(404, 'not-supported', 'The exchange has no such resource type');
}

function findPatient(search: Search, ask: Ask): Answer {
  const identifier = ask.url.searchParams.get('identifier');
  if (identifier === null) return outcome(400, 'required', 'Search for a patient by identifier');
  const person = personOf(search.region, identifier);
  const found = person === undefined ? [] : [search.record(asked(search.region, person, ask)).patient];
  return fhir(200, searchset(search, ask.url.search, found.length, found.map((resource) => entry(search, resource, 'match'))));
}

/** `https://fhir.nhs.uk/Id/nhs-number|N`; former numbers are not kept by a region. */
export function personOf(region: RegionId, identifier: string): Person | undefined {
  const [system, value = ''] = identifier.split('|');
  const person = system === NHS_NUMBER ? personByNumber(value) : undefined;
  return person !== undefined && person.wessex === 'held' && person.nhsNumber === value ? knownIn(region, person) : undefined;
}

export function personWithId(region: RegionId, id: string): Person | undefined {
  return heldIn(region).find((person) => patientId(person, 'wessex') === id);
}

/** The person, or somebody else where the service was told to mix people up. */
export function asked(region: RegionId, person: Person, ask: Ask): Person {
  return ask.mistaken ? knownIn(region, somebodyElse(person)) : person;
}

/** Whom a search within one patient is about; `null` where it does not say. */
export function patientOf(region: RegionId, query: URLSearchParams): Person | undefined | null {
  const reference = query.get('patient') ?? query.get('subject');
  const identifier = query.get('patient.identifier') ?? query.get('subject.identifier') ?? query.get('patient:identifier') ?? query.get('subject:identifier');
  if (reference !== null) return personWithId(region, reference.replace(/^(.*\/)?Patient\//, ''));
  return identifier === null ? null : personOf(region, identifier);
}

function firstPage(search: Search, ask: Ask, type: string): Answer {
  const query = ask.url.searchParams;
  const person = patientOf(search.region, query);
  if (person === null) return outcome(400, 'required', 'Search within one patient: patient or patient.identifier');
  const count = Number(query.get('_count') ?? DEFAULT_COUNT);
  if (!Number.isInteger(count) || count < 1) return outcome(400, 'value', '_count must be a whole number above 0');
  const page: Page = {
    type,
    patient: person === undefined ? '' : asked(search.region, person, ask).nhsNumber,
    offset: 0,
    count: Math.min(count, MOST_COUNT),
    include: query.has('_include'),
    provenance: query.get('_revinclude') === 'Provenance:target',
  };
  return onePage(search, page, `/${type}${ask.url.search}`);
}

function nextPage(search: Search, ask: Ask): Answer {
  const page = search.pages.open(ask.url.searchParams.get('_page') ?? '');
  return page === null ? outcome(410, 'expired', 'This page is no longer there: search again') : onePage(search, page, ask.url.search);
}

function onePage(search: Search, page: Page, self: string): Answer {
  const found = personByNumber(page.patient);
  const person = found === undefined ? undefined : knownIn(search.region, found);
  const all = person === undefined ? [] : search.record(person).resources.filter(({ resourceType }) => resourceType === page.type);
  const resources = all.slice(page.offset, page.offset + page.count);
  const end = page.offset + page.count;
  const next = end < all.length ? `${search.base}?_page=${search.pages.seal({ ...page, offset: end })}` : undefined;
  const entries = [
    ...resources.map((resource) => entry(search, resource, 'match')),
    ...(page.include ? namedIn(search.directory, resources).map((resource) => entry(search, resource, 'include')) : []),
    ...(page.provenance && person !== undefined ? (search.provenance?.(person, resources) ?? []).map((resource) => entry(search, resource, 'include')) : []),
  ];
  return fhir(200, searchset(search, self, all.length, entries, next));
}

/** The directory's resources that these refer to. */
function namedIn(directory: ReadonlyMap<string, AnyResource>, resources: readonly AnyResource[]): AnyResource[] {
  const text = JSON.stringify(resources);
  return [...directory.entries()].filter(([reference]) => text.includes(`"${reference}"`)).map(([, resource]) => resource);
}

function readOne(search: Search, type: string, id: string): Answer {
  const known = search.directory.get(`${type}/${id}`) ?? held(search, type, id);
  return known === undefined ? outcome(404, 'not-found', 'There is no such resource') : fhir(200, known);
}

function held(search: Search, type: string, id: string): AnyResource | undefined {
  for (const person of heldIn(search.region)) {
    const { patient, resources } = search.record(person);
    const found = [patient, ...resources].find((resource) => resource.resourceType === type && resource.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Entry {
  readonly fullUrl: string;
  readonly resource: AnyResource;
  readonly search: { readonly mode: 'match' | 'include' };
}

function entry({ base }: Pick<Search, 'base'>, resource: AnyResource, mode: 'match' | 'include'): Entry {
  return { fullUrl: `${base}/${resource.resourceType}/${resource.id}`, resource, search: { mode } };
}

function searchset({ base }: Search, self: string, total: number, entries: readonly Entry[], next?: string): object {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    timestamp: new Date().toISOString(),
    total,
    link: [{ relation: 'self', url: `${base}${self}` }, ...(next === undefined ? [] : [{ relation: 'next', url: next }])],
    ...(entries.length === 0 ? {} : { entry: entries }),
  };
}
