/**
 * The Summary Care Record FHIR API in small: the reference with the patient's permission, the record as HTML sections
 * with a few coded entries, permission and alerts. The Patient in it bears an NHS number and nothing else.
 */
import * as z from 'zod';
import { NHS_NUMBER, SNOMED, stableId } from '../fhir/identifiers.ts';
import { fhir, header, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { Tokens } from '../identity/tokens.ts';
import { personByNumber, somebodyElse } from '../people/index.ts';
import { isNhsNumber } from '../people/nhs-number.ts';
import type { Person } from '../people/story.ts';
import { coreEntries, sectionsOf } from './summary-sections.ts';
import { spineOutcome } from './spine-errors.ts';

const GENERAL_PRACTICE_SUMMARY = { system: SNOMED, code: '196981000000101', display: 'General Practice Summary' };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export type Permission = 'Yes' | 'No' | 'Ask';

/** Who said what about sharing before anybody asked: everybody else said yes. */
const FIRST_SAID: Readonly<Record<string, Permission>> = { '9991012346': 'Ask', '9990789010': 'No' };

const permissionSchema = z.looseObject({
  resourceType: z.literal('Parameters'),
  parameter: z.tuple([z.looseObject({ name: z.literal('setPermissions'), part: z.array(z.looseObject({ name: z.string(), valueString: z.string().optional(), valueCoding: z.looseObject({ code: z.enum(['Yes', 'No', 'Ask']) }).optional() })) })]),
});

export function summaryCareRecord(base: string, tokens: Pick<Tokens, 'bearer'>): (ask: Ask) => Answer {
  const said = new Map<string, Permission>(Object.entries(FIRST_SAID));
  return (ask) => {
    const refused = refuseCaller(ask, tokens);
    if (refused !== null) return refused;
    const path = decodeURIComponent(ask.path);
    if (path === '$setPermission') return ask.method === 'POST' ? setPermission(ask, said) : wrongVerb('POST');
    if (path === 'AuditEvent') return ask.method === 'POST' ? { status: 201, body: '' } : wrongVerb('POST');
    if (ask.method !== 'GET') return wrongVerb('GET');
    if (path === 'DocumentReference') return find(ask, base, said);
    return path === 'Bundle' ? retrieve(ask, base, said) : spineOutcome(404, 'NO_RECORD_FOUND', 'There is nothing at this address');
  };
}

function refuseCaller(ask: Ask, tokens: Pick<Tokens, 'bearer'>): Answer | null {
  const bearer = tokens.bearer(header(ask, 'authorization'));
  if (bearer.kind !== 'user' && bearer.kind !== 'unchecked') return spineOutcome(401, 'ACCESS DENIED', 'The access token is missing, revoked or too old');
  return UUID.test(header(ask, 'x-request-id')) ? null : spineOutcome(400, 'MISSING_HEADER', 'X-Request-ID is missing or not a UUID');
}

function find(ask: Ask, base: string, said: ReadonlyMap<string, Permission>): Answer {
  const query = ask.url.searchParams;
  const number = numberIn(query.get('patient'));
  if (number === null) return spineOutcome(400, 'INVALID_NHS_NUMBER', 'patient is not an NHS number');
  if (query.get('type') !== `${SNOMED}|${GENERAL_PRACTICE_SUMMARY.code}`) return spineOutcome(400, 'INVALID_PARAMETER', 'type must be the General Practice Summary');
  const person = holder(number, ask);
  if (person === undefined) return fhir(200, { resourceType: 'Bundle', id: stableId('scr-search', number), type: 'searchset', total: 0 });
  if (person.demographics === 'restricted') return noAccess();
  const patientId = scrPatientId(person);
  return fhir(200, {
    resourceType: 'Bundle',
    id: stableId('scr-search', number),
    type: 'searchset',
    total: 1,
    entry: [
      {
        fullUrl: `${base}/DocumentReference/${stableId('scr-reference', number)}`,
        resource: {
          resourceType: 'DocumentReference',
          id: stableId('scr-reference', number),
          masterIdentifier: { system: 'https://fhir.nhs.uk/Id/nhsSCRUUID', value: scrId(person) },
          status: 'current',
          type: { coding: [GENERAL_PRACTICE_SUMMARY] },
          subject: { reference: `Patient/${patientId}` },
          securityLabel: [{ coding: [{ system: 'https://fhir.nhs.uk/CodeSystem/SCR-ACSPermission', code: said.get(number) ?? 'Yes' }] }],
          content: [{ attachment: { url: `${base}/Bundle?composition.identifier=${scrId(person)}&composition.subject:Patient.identifier=${NHS_NUMBER}|${number}` } }],
          context: { event: [{ coding: [GENERAL_PRACTICE_SUMMARY] }] },
        },
        search: { mode: 'match' },
      },
      { fullUrl: patientId, resource: scrPatient(person) },
    ],
  });
}

function retrieve(ask: Ask, base: string, said: ReadonlyMap<string, Permission>): Answer {
  const query = ask.url.searchParams;
  const number = numberIn(query.get('composition.subject:Patient.identifier'));
  if (number === null) return spineOutcome(400, 'INVALID_NHS_NUMBER', 'composition.subject:Patient.identifier is not an NHS number');
  const person = holder(number, ask);
  if (person?.demographics === 'restricted') return noAccess();
  if (person === undefined || query.get('composition.identifier')?.split('|').at(-1)?.toUpperCase() !== scrId(person)) return fhir(200, { resourceType: 'Bundle', type: 'searchset', total: 0 });
  if (said.get(number) === 'No') return spineOutcome(403, 'ACCESS DENIED', 'The patient has not agreed to share the Summary Care Record');
  const composition = {
    resourceType: 'Composition',
    id: scrId(person),
    meta: { lastUpdated: '2026-11-20T01:00:00+00:00' },
    identifier: { system: 'https://tools.ietf.org/html/rfc4122', value: scrId(person) },
    status: 'final',
    type: { coding: [GENERAL_PRACTICE_SUMMARY] },
    category: [{ coding: [{ system: SNOMED, code: '163171000000105', display: 'Care Professional Documentation' }] }],
    subject: { reference: `Patient/${scrPatientId(person)}` },
    date: '2026-11-20T01:00:00+00:00',
    section: sectionsOf(person),
  };
  const resources = [composition, ...coreEntries(person), scrPatient(person)];
  return fhir(200, {
    resourceType: 'Bundle',
    id: stableId('scr-answer', number).toUpperCase(),
    type: 'searchset',
    timestamp: new Date().toISOString(),
    total: resources.length,
    entry: resources.map((resource) => ({ fullUrl: `${base}/${resource.resourceType}/${resource.id}`, resource })),
  });
}

function setPermission(ask: Ask, said: Map<string, Permission>): Answer {
  const read = permissionSchema.safeParse(parse(ask.body));
  const part = read.success ? read.data.parameter[0].part : [];
  const number = part.find(({ name }) => name === 'nhsNumber')?.valueString ?? '';
  const code = part.find(({ name }) => name === 'permissionCode')?.valueCoding?.code;
  if (!isNhsNumber(number) || code === undefined) return spineOutcome(400, 'INVALID_PARAMETER', 'The body must set a permission for an NHS number');
  said.set(number, code);
  return { status: 201, body: '' };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** HTTP 420: the access control framework does not permit it. */
function noAccess(): Answer {
  return fhir(420, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'forbidden', details: { text: 'PSIS-30418 ACF does not permit access' } }] });
}

function numberIn(identifier: string | null): string | null {
  const [system, number = ''] = (identifier ?? '').split('|');
  return system === NHS_NUMBER && isNhsNumber(number) ? number : null;
}

/** Whoever is registered with a practice and alive has one. */
function holder(number: string, ask: Ask): Person | undefined {
  const found = personByNumber(number);
  if (found === undefined || found.nhsNumber !== number) return undefined;
  const person = ask.mistaken ? somebodyElse(found) : found;
  return person.practice.registered && person.entries.length > 0 && person.demographics !== 'invalidated' ? person : undefined;
}

function scrId(person: Person): string {
  return stableId('scr', person.nhsNumber).toUpperCase();
}

function scrPatientId(person: Person): string {
  return stableId('scr-patient', person.nhsNumber);
}

function scrPatient(person: Person): { readonly resourceType: string; readonly id: string; readonly identifier: readonly object[] } {
  return { resourceType: 'Patient', id: scrPatientId(person), identifier: [{ system: NHS_NUMBER, value: person.nhsNumber }] };
}
