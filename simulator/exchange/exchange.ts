/** The Wessex exchange: UK Core R4 by REST search with paging, and the summary document. */
import type { Bundle, BundleEntry, CapabilityStatement, FhirResource } from 'fhir/r4';
import { NHS_NUMBER, patientId, entryId } from '../fhir/identifiers.ts';
import { summary } from '../fhir/ips/summary.ts';
import { documentText } from '../fhir/r4/contacts.ts';
import { DIRECTORY, provenanceOf, regionalRecord, resourcesOf } from '../fhir/r4/record.ts';
import type { RegionalRecord } from '../fhir/r4/record.ts';
import { fhir, header, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { Tokens } from '../identity/tokens.ts';
import { heldBy, PEOPLE, personByNumber, somebodyElse } from '../people/index.ts';
import type { Person } from '../people/story.ts';
import { outcome } from './outcomes.ts';
import { createPageTokens } from './pages.ts';
import type { Page, PageTokens } from './pages.ts';

export const CLINICAL_TYPES = [
  'AllergyIntolerance', 'MedicationStatement', 'MedicationRequest', 'Condition', 'Observation', 'DiagnosticReport', 'Immunization',
  'Procedure', 'Encounter', 'DocumentReference', 'CarePlan', 'Flag', 'ServiceRequest', 'Appointment',
] as const;

const DEFAULT_COUNT = 50;
const MOST_COUNT = 100;

interface Region {
  readonly base: string;
  readonly pages: PageTokens;
  readonly record: (person: Person) => RegionalRecord;
}

/** `base` is the address without a final slash. */
export function exchange(base: string, tokens: Pick<Tokens, 'bearer'>): (ask: Ask) => Answer {
  const records = new Map<string, RegionalRecord>();
  const region: Region = {
    base,
    pages: createPageTokens(),
    record(person) {
      const made = records.get(person.nhsNumber) ?? regionalRecord(person, base);
      records.set(person.nhsNumber, made);
      return made;
    },
  };
  return (ask) => {
    if (ask.path === 'metadata') return fhir(200, capabilities());
    const bearer = tokens.bearer(header(ask, 'authorization'));
    if (bearer.kind !== 'user' && bearer.kind !== 'unchecked') {
      const refused = outcome(401, 'login', 'The access token is missing, revoked or too old');
      return { ...refused, headers: { ...refused.headers, 'www-authenticate': 'Bearer' } };
    }
    return ask.method === 'GET' ? route(region, ask) : wrongVerb('GET');
  };
}

/** Whether a path belongs to the summary rather than to the record. */
export function isSummaryPath(path: string): boolean {
  return path.split('/').at(-1) === '$summary' || path.endsWith('%24summary');
}

function route(region: Region, ask: Ask): Answer {
  const [type = '', id, operation, ...more] = ask.path.split('/').map(decodeURIComponent);
  if (more.length > 0) return outcome(404, 'not-found', 'There is nothing at this address');
  if (type === '' && ask.url.searchParams.has('_page')) return nextPage(region, ask);
  if (type === 'Patient' && (id === '$summary' || operation === '$summary')) return summaryOf(region, ask, id === '$summary' ? undefined : id);
  if (operation !== undefined) return outcome(404, 'not-supported', 'There is no such operation');
  if (type === 'Binary' && id !== undefined) return binary(ask, id);
  if (type === 'Patient' && id === undefined) return findPatient(region, ask);
  if (id !== undefined) return readOne(region, type, id);
  return (CLINICAL_TYPES as readonly string[]).includes(type) ? firstPage(region, ask, type) : outcome(404, 'not-supported', 'The exchange has no such resource type');
}

function findPatient(region: Region, ask: Ask): Answer {
  const identifier = ask.url.searchParams.get('identifier');
  if (identifier === null) return outcome(400, 'required', 'Search for a patient by identifier');
  const person = byIdentifier(identifier);
  const found = person === undefined ? [] : [region.record(ask.mistaken ? somebodyElse(person) : person).patient];
  return fhir(200, searchset(region, ask.url.search, found.length, found.map((resource) => matched(region, resource))));
}

/** `https://fhir.nhs.uk/Id/nhs-number|N`; former numbers are not kept by the region. */
function byIdentifier(identifier: string): Person | undefined {
  const [system, value = ''] = identifier.split('|');
  const person = system === NHS_NUMBER ? personByNumber(value) : undefined;
  return person !== undefined && person.wessex === 'held' && person.nhsNumber === value ? person : undefined;
}

function byId(id: string): Person | undefined {
  return PEOPLE.find((person) => person.wessex === 'held' && patientId(person, 'wessex') === id);
}

function firstPage(region: Region, ask: Ask, type: string): Answer {
  const query = ask.url.searchParams;
  const asked = query.get('patient') ?? query.get('subject');
  const identifier = query.get('patient.identifier') ?? query.get('subject.identifier') ?? query.get('patient:identifier') ?? query.get('subject:identifier');
  if (asked === null && identifier === null) return outcome(400, 'required', 'Search within one patient: patient or patient.identifier');
  const count = Number(query.get('_count') ?? DEFAULT_COUNT);
  if (!Number.isInteger(count) || count < 1) return outcome(400, 'value', '_count must be a whole number above 0');
  const person = asked === null ? byIdentifier(identifier ?? '') : byId(asked.replace(/^(.*\/)?Patient\//, ''));
  const page: Page = {
    type,
    patient: person === undefined ? '' : (ask.mistaken ? somebodyElse(person) : person).nhsNumber,
    offset: 0,
    count: Math.min(count, MOST_COUNT),
    include: query.has('_include'),
    provenance: query.get('_revinclude') === 'Provenance:target',
  };
  return onePage(region, page, `/${type}${ask.url.search}`);
}

function nextPage(region: Region, ask: Ask): Answer {
  const page = region.pages.open(ask.url.searchParams.get('_page') ?? '');
  return page === null ? outcome(410, 'expired', 'This page is no longer there: search again') : onePage(region, page, ask.url.search);
}

function onePage(region: Region, page: Page, self: string): Answer {
  const person = personByNumber(page.patient);
  const all = person === undefined ? [] : region.record(person).resources.filter(({ resourceType }) => resourceType === page.type);
  const resources = all.slice(page.offset, page.offset + page.count);
  const end = page.offset + page.count;
  const next = end < all.length ? `${region.base}?_page=${region.pages.seal({ ...page, offset: end })}` : undefined;
  const entries = [
    ...resources.map((resource) => matched(region, resource)),
    ...(page.include ? directoryFor(resources).map((resource) => included(region, resource)) : []),
    ...(page.provenance && person !== undefined ? provenanceFor(region, person, resources) : []),
  ];
  return fhir(200, searchset(region, self, all.length, entries, next));
}

function searchset(region: Region, self: string, total: number, entry: BundleEntry[], next?: string): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    timestamp: new Date().toISOString(),
    total,
    link: [{ relation: 'self', url: `${region.base}${self}` }, ...(next === undefined ? [] : [{ relation: 'next', url: next }])],
    ...(entry.length === 0 ? {} : { entry }),
  };
}

function matched(region: Region, resource: FhirResource): BundleEntry {
  return { fullUrl: `${region.base}/${resource.resourceType}/${resource.id}`, resource, search: { mode: 'match' } };
}

function included(region: Region, resource: FhirResource): BundleEntry {
  return { fullUrl: `${region.base}/${resource.resourceType}/${resource.id}`, resource, search: { mode: 'include' } };
}

function directoryFor(resources: readonly FhirResource[]): FhirResource[] {
  const text = JSON.stringify(resources);
  return [...DIRECTORY.entries()].filter(([reference]) => text.includes(`"${reference}"`)).map(([, resource]) => resource);
}

function provenanceFor(region: Region, person: Person, resources: readonly FhirResource[]): BundleEntry[] {
  const wanted = new Set(resources.map(({ id }) => id));
  return heldBy(person, 'wessex').flatMap((entry) =>
    resourcesOf(person, entry, region.base).filter(({ id }) => wanted.has(id)).map((resource) => included(region, provenanceOf(entry, resource))),
  );
}

function readOne(region: Region, type: string, id: string): Answer {
  const known = DIRECTORY.get(`${type}/${id}`) ?? held(region, type, id);
  return known === undefined ? outcome(404, 'not-found', 'There is no such resource') : fhir(200, known);
}

function held(region: Region, type: string, id: string): FhirResource | undefined {
  for (const person of PEOPLE) {
    if (person.wessex !== 'held') continue;
    const { patient, resources } = region.record(person);
    const found = [patient, ...resources].find((resource) => resource.resourceType === type && resource.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function binary(ask: Ask, id: string): Answer {
  for (const person of PEOPLE) {
    for (const entry of heldBy(person, 'wessex')) {
      if (entry.kind !== 'document' || entryId(person, entry, 'wessex', 'binary') !== id) continue;
      const text = documentText(entry);
      if (!header(ask, 'accept').includes('fhir+json')) return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body: text };
      return fhir(200, { resourceType: 'Binary', id, contentType: 'text/plain; charset=utf-8', data: Buffer.from(text).toString('base64') });
    }
  }
  return outcome(404, 'not-found', 'There is no such document');
}

function summaryOf(region: Region, ask: Ask, id: string | undefined): Answer {
  const person = id === undefined ? byIdentifier(ask.url.searchParams.get('identifier') ?? '') : byId(id);
  if (person === undefined) return outcome(404, 'not-found', 'The exchange holds no record of this patient');
  return fhir(200, summary(ask.mistaken ? somebodyElse(person) : person, region.base, new Date().toISOString().replace(/\.\d+Z$/, '+00:00')));
}

function capabilities(): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-22',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [{ mode: 'server', resource: (['Patient', ...CLINICAL_TYPES] as const).map((type) => ({ type, interaction: [{ code: 'read' as const }, { code: 'search-type' as const }] })) }],
  };
}
