/** The Personal Demographics Service FHIR API in small: retrieve and search. */
import type { Bundle } from 'fhir/r4';
import { pdsPatient } from '../fhir/r4/demographics.ts';
import { fhir, header, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import { roleIsHeld } from '../identity/tokens.ts';
import type { Tokens } from '../identity/tokens.ts';
import { personByNumber, somebodyElse } from '../people/index.ts';
import { isNhsNumber } from '../people/nhs-number.ts';
import { outcome } from './outcomes.ts';
import { searchPeople } from './search.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function pds(base: string, tokens: Pick<Tokens, 'bearer'>): (ask: Ask) => Answer {
  return (ask) => mirrored(ask, refuseCaller(ask, tokens) ?? answer(ask, base));
}

/** Token first, then the headers. */
function refuseCaller(ask: Ask, tokens: Pick<Tokens, 'bearer'>): Answer | null {
  const bearer = tokens.bearer(header(ask, 'authorization'));
  if (bearer.kind === 'missing-header') return outcome(401, 'ACCESS_DENIED', 'Missing Authorization header');
  if (bearer.kind === 'missing-token') return outcome(401, 'ACCESS_DENIED', 'Missing access token');
  if (bearer.kind === 'invalid') return outcome(401, 'ACCESS_DENIED', 'Invalid Access Token');
  const requestId = header(ask, 'x-request-id');
  if (requestId === '') return outcome(400, 'MISSING_VALUE', "Missing value - in header 'X-Request-ID'");
  if (!UUID.test(requestId)) return outcome(400, 'INVALID_VALUE', `Invalid value - '${requestId}' in header 'X-Request-ID'`);
  const role = header(ask, 'nhsd-session-urid');
  return roleIsHeld(bearer, role) ? null : outcome(400, 'INVALID_VALUE', `Invalid value - '${role}' in header 'NHSD-Session-URID'`);
}

/** The caller's own identifiers come back, refused or not. */
function mirrored(ask: Ask, answered: Answer): Answer {
  const echo: Record<string, string> = {};
  for (const name of ['x-request-id', 'x-correlation-id']) {
    const value = header(ask, name);
    if (value !== '') echo[name] = value;
  }
  return { ...answered, headers: { ...answered.headers, ...echo } };
}

function answer(ask: Ask, base: string): Answer {
  if (ask.method !== 'GET') return wrongVerb('GET');
  if (ask.path === 'Patient') return search(ask, base);
  const id = /^Patient\/([^/]+)$/.exec(ask.path)?.[1];
  return id === undefined ? outcome(400, 'UNSUPPORTED_SERVICE') : retrieve(ask, id);
}

/** A superseded number is answered with the record it became: the caller sees another id than it asked for. */
function retrieve(ask: Ask, number: string): Answer {
  if (!isNhsNumber(number)) return outcome(400, 'INVALID_RESOURCE_ID');
  const asked = personByNumber(number);
  if (asked === undefined) return outcome(404, 'RESOURCE_NOT_FOUND');
  if (asked.demographics === 'invalidated') return outcome(404, 'INVALIDATED_RESOURCE');
  const resource = pdsPatient(ask.mistaken ? somebodyElse(asked) : asked);
  return fhir(200, resource, { etag: `W/"${resource.meta?.versionId}"` });
}

function search(ask: Ask, base: string): Answer {
  const verdict = searchPeople(ask.url.searchParams);
  if (verdict.kind === 'refused') return outcome(400, verdict.code, verdict.diagnostics);
  if (verdict.kind === 'too-many') return outcome(200, 'TOO_MANY_MATCHES');
  const people = verdict.matches.map((found) => ({ ...found, person: ask.mistaken ? somebodyElse(found.person) : found.person }));
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    timestamp: new Date().toISOString(),
    total: people.length,
    ...(people.length === 0 ? {} : { entry: people.map(({ person, score }) => ({ fullUrl: `${base}/Patient/${person.nhsNumber}`, search: { score }, resource: pdsPatient(person) })) }),
  };
  return fhir(200, bundle);
}
