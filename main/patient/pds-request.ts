/**
 * One request to the Personal Demographics Service (PDS FHIR API), and what every refusal of it means. Retrieve and
 * search differ in what they make of an answer, not in how they ask.
 */
import type { HttpPort } from '../net/http.ts';
import { fields, list, text } from '../record/normalise/fields.ts';
import type { Fields } from '../record/normalise/fields.ts';
import { parseExactJson } from '../sources/exact-json.ts';
import { issueCodes, networkOutcome } from '../sources/fhir-answer.ts';
import { under } from '../sources/request-headers.ts';

export const PDS = 'The Personal Demographics Service';

/** On whose behalf PDS is asked. */
export interface PdsCaller {
  /** The clinician's chosen role; empty where there is none. */
  readonly roleId: string;
  /** ODS code of the organisation signed in for. */
  readonly organisation: string;
}

export interface PdsFault {
  readonly kind: 'refused' | 'failed';
  readonly sentence: string;
}

export type PdsAnswer = { readonly kind: 'answer'; readonly status: number; readonly body: string } | PdsFault;

/** Asks once. Never throws for what PDS or the network can do. `path` is below the base address, with its query. */
export async function askPds(baseUrl: string, path: string, { roleId, organisation }: PdsCaller, http: HttpPort, signal: AbortSignal): Promise<PdsAnswer> {
  const requestId = crypto.randomUUID();
  const headers = {
    accept: 'application/fhir+json',
    'x-request-id': requestId,
    'nhsd-end-user-organisation-ods': organisation,
    ...(roleId === '' ? {} : { 'nhsd-session-urid': roleId }),
    'cache-control': 'no-store',
  };
  try {
    const response = await http.send({ method: 'GET', url: under(baseUrl, path), headers }, signal);
    if (!isAnswerTo(requestId, response.headers['x-request-id'])) return failed(`${PDS} answered another question than the one that was asked. Nothing of it is used. Try again; if it goes on, tell the service desk.`);
    return { kind: 'answer', status: response.status, body: response.body };
  } catch (problem) {
    const outcome = networkOutcome(PDS, problem);
    return failed('sentence' in outcome ? outcome.sentence : '');
  }
}

/**
 * PDS sends the request's identifier back with the answer (PDS FHIR API, X-Request-ID). Another one means that something
 * between here and there mixed up two answers. A service that sends none cannot be held to it.
 */
function isAnswerTo(requestId: string, mirrored: string | undefined): boolean {
  return mirrored === undefined || mirrored.split(',').some((one) => one.trim().toLowerCase() === requestId);
}

/** The resource of an answer, or nothing where it is not JSON. */
export function parseAnswer(body: string): Fields | undefined {
  try {
    return fields(parseExactJson(body));
  } catch (problem) {
    if (problem instanceof SyntaxError) return undefined;
    throw problem;
  }
}

export interface PdsIssues {
  readonly status: number;
  /** Codes of the Spine's error code system. */
  readonly codes: readonly string[];
  readonly diagnostics: string;
}

/** What an answer complains of; `resource` may be anything. */
export function issuesOf(status: number, resource: Fields): PdsIssues {
  if (resource['resourceType'] !== 'OperationOutcome') return { status, codes: [], diagnostics: '' };
  const diagnostics = list(resource['issue']).flatMap((issue) => text(fields(issue)['diagnostics']) ?? []).join(' ');
  return { status, codes: issueCodes(resource), diagnostics };
}

/** What a refusal means whatever was asked. */
export function faultOf({ status, codes, diagnostics }: PdsIssues): PdsFault {
  if (status === 401) return refused(`${PDS} no longer accepts this sign-in. Sign out, then sign in again.`);
  if (status === 403 || codes.includes('ACCESS_DENIED') || /NHSD-Session-URID/i.test(diagnostics)) return refused('This role may not look up patients. Choose another role, or ask the person who manages roles.');
  if (status === 429 || codes.includes('TOO_MANY_REQUESTS')) return failed(`${PDS} is busy. Wait a moment, then try again.`);
  if (status === 404) return failed(`Nothing answers at the address of ${PDS}. Ask the service desk to check it.`);
  if (status >= 500 || status === 408) return failed(`${PDS} has a fault of its own and could not answer. Try again; if it goes on, tell the service desk.`);
  return failed(`${PDS} could not answer. Tell the service desk.`);
}

export function unreadable(): PdsFault {
  return failed(`${PDS} sent something this program could not read. Try again, then ask the service desk.`);
}

export function failed(sentence: string): PdsFault {
  return { kind: 'failed', sentence };
}

function refused(sentence: string): PdsFault {
  return { kind: 'refused', sentence };
}
