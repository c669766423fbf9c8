/**
 * A region's documents by IHE MHD: Find Document References (ITI-67), Retrieve Document (ITI-68), and the patient by
 * identifier (PDQm, ITI-78) for whoever wants to see whose they are.
 */
import type { DocumentReference, Patient } from 'fhir/r4';
import { papersOf } from '../fhir/documents/papers.ts';
import type { Paper } from '../fhir/documents/papers.ts';
import { NHS_NUMBER, SNOMED, stableId } from '../fhir/identifiers.ts';
import { author, base, given, instant, organisationReference, patientReference, plainConcept } from '../fhir/r4/common.ts';
import { patient } from '../fhir/r4/demographics.ts';
import { fhir, header, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { Tokens } from '../identity/tokens.ts';
import { sortKey } from '../people/dates.ts';
import { heldIn } from '../people/regions/index.ts';
import type { Person, RegionId } from '../people/story.ts';
import { refuseCaller } from './callers.ts';
import { outcome } from './outcomes.ts';
import { asked, patientOf, personOf, personWithId } from './search.ts';

/** `base4` is the address without a final slash. */
export function documents(region: RegionId, base4: string, tokens: Pick<Tokens, 'bearer'>): (ask: Ask) => Answer {
  return (ask) => {
    const refused = refuseCaller(ask, tokens);
    if (refused !== null) return refused;
    const search = searchIn(ask);
    if (search !== null) return ask.path.startsWith('Patient') ? findPatient(region, base4, ask, search) : find(region, base4, ask, search);
    if (ask.method !== 'GET') return wrongVerb('GET');
    return retrieve(region, ask);
  };
}

/** The search's parameters, in the address or in a form; `null` where nothing is searched. */
function searchIn(ask: Ask): URLSearchParams | null {
  if (ask.method === 'GET' && (ask.path === 'DocumentReference' || ask.path === 'Patient')) return ask.url.searchParams;
  if (ask.method === 'POST' && (ask.path === 'DocumentReference/_search' || ask.path === 'Patient/_search')) return new URLSearchParams(ask.body);
  return null;
}

function findPatient(region: RegionId, base4: string, ask: Ask, query: URLSearchParams): Answer {
  const person = personOf(region, query.get('identifier') ?? '');
  return searchset(person === undefined ? [] : [match(base4, patient(asked(region, person, ask)))]);
}

function find(region: RegionId, base4: string, ask: Ask, query: URLSearchParams): Answer {
  const found = patientOf(region, query);
  if (found === null) return outcome(400, 'required', 'Find documents of one patient: patient or patient.identifier');
  if (!query.has('status')) return outcome(400, 'required', 'status is missing (ITI-67)');
  if (found === undefined || query.get('status') !== 'current') return searchset([]);
  const person = asked(region, found, ask);
  const papers = papersOf(person).filter((one) => isWanted(one, query));
  const subject = query.getAll('_include').some((text) => /^DocumentReference:(subject|patient)/.test(text)) ? [{ ...match(base4, patient(person)), search: { mode: 'include' } }] : [];
  return searchset([...papers.map((one) => match(base4, reference(person, one, base4))), ...subject], papers.length);
}

/** `type`, `category` as token, `date` with ge or le. */
function isWanted({ entry }: Paper, query: URLSearchParams): boolean {
  const types = query.get('type')?.split(',').map((token) => token.split('|').at(-1));
  if (types !== undefined && !types.includes(entry.concept.code)) return false;
  return query.getAll('date').every((text) => {
    const [, comparator, day = ''] = /^(ge|le)?(\d{4}-\d{2}-\d{2})/.exec(text) ?? [];
    const own = sortKey(entry.date);
    return comparator === 'ge' ? own >= day : comparator === 'le' ? own <= day : own === day;
  });
}

/** With comprehensive metadata: what the document is, whose, by whom, and a digest of its bytes. */
function reference(person: Person, paper: Paper, base4: string): DocumentReference {
  const { entry } = paper;
  const start = base(person, entry, 'UKCore-DocumentReference');
  return {
    resourceType: 'DocumentReference',
    ...start,
    meta: { ...start.meta, profile: ['https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.DocumentReference'] },
    contained: [{ ...sourcePatient(person), id: 'sourcePatient' }],
    masterIdentifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${stableId('document', person.nhsNumber, entry.id)}` },
    status: 'current',
    docStatus: 'final',
    type: plainConcept(entry.concept),
    category: [{ coding: [entry.kind === 'plan' ? { system: SNOMED, code: '734163000', display: 'Care plan' } : { system: SNOMED, code: '823651000000106', display: 'Clinical note' }] }],
    subject: { ...patientReference(person), identifier: { system: NHS_NUMBER, value: person.nhsNumber } },
    ...given('date', entry.date === undefined ? undefined : instant(entry.date)),
    author: [author(entry)],
    custodian: organisationReference(entry.organisation),
    description: entry.title,
    securityLabel: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: person.demographics === 'restricted' ? 'R' : 'N' }] }],
    content: [{
      attachment: { contentType: paper.contentType.split(';')[0] as string, language: 'en-GB', url: `${base4}/documents/${paper.id}`, size: paper.bytes.length, hash: paper.hash, title: entry.title, ...given('creation', entry.date) },
      format: { system: 'http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode', code: paper.contentType === 'application/pdf' ? 'urn:ihe:iti:xds-sd:pdf:2008' : 'urn:ihe:iti:xds-sd:text:2008' },
    }],
    context: { sourcePatientInfo: { reference: '#sourcePatient' } },
  };
}

/** Whose it was when it was written: number, name and birth date. */
function sourcePatient(person: Person): Patient {
  const { identifier, name, birthDate, gender } = patient(person);
  return { resourceType: 'Patient', ...given('identifier', identifier?.slice(0, 1)), ...given('name', name), ...given('birthDate', birthDate), ...given('gender', gender) };
}

function retrieve(region: RegionId, ask: Ask): Answer {
  const [folder, id = '', ...more] = ask.path.split('/').map(decodeURIComponent);
  if (more.length > 0) return outcome(404, 'not-found', 'There is nothing at this address');
  if (folder === 'Patient') return onePatient(personWithId(region, id));
  const paper = folder === 'documents' ? heldIn(region).flatMap(papersOf).find((one) => one.id === id) : undefined;
  if (paper === undefined) return outcome(404, 'not-found', 'There is no such document');
  if (!accepts(header(ask, 'accept'), paper.contentType)) return outcome(406, 'not-supported', `The document is ${paper.contentType}`);
  return { status: 200, headers: { 'content-type': paper.contentType, 'cache-control': 'no-store' }, body: paper.bytes };
}

function onePatient(person: Person | undefined): Answer {
  return person === undefined ? outcome(404, 'not-found', 'There is no such patient') : fhir(200, patient(person));
}

function accepts(accept: string, contentType: string): boolean {
  const [type = ''] = contentType.split(';');
  return accept === '' || accept.split(',').some((range) => ['*/*', type, `${type.split('/')[0]}/*`].includes(range.split(';')[0]?.trim() ?? ''));
}

function match(base4: string, resource: DocumentReference | Patient): { fullUrl: string; resource: object; search: { mode: string } } {
  return { fullUrl: `${base4}/${resource.resourceType}/${resource.id}`, resource, search: { mode: 'match' } };
}

function searchset(entries: readonly object[], total: number = entries.length): Answer {
  return fhir(200, { resourceType: 'Bundle', type: 'searchset', timestamp: new Date().toISOString(), total, ...(entries.length === 0 ? {} : { entry: entries }) });
}
