/**
 * Traces a person by NHS number in the Personal Demographics Service (PDS FHIR API, `GET /Patient/{id}`).
 */
import type { HttpPort } from '../net/http.ts';
import type { Demographics } from '../record/demographics.ts';
import type { NhsNumber } from '../record/values.ts';
import { formatNhsNumber } from '../record/values.ts';
import { issueCodes, networkOutcome } from '../sources/fhir-answer.ts';
import { parseExactJson } from '../sources/exact-json.ts';
import { under } from '../sources/request-headers.ts';
import { fields } from '../record/normalise/fields.ts';
import type { Fields } from '../record/normalise/fields.ts';
import { parseDemographics } from './demographics.ts';

export type TraceOutcome =
  | { readonly kind: 'traced'; readonly demographics: Demographics; readonly notices: readonly string[] }
  /** PDS answered for another, newer number: use the person's own, and say so. The first notice does. */
  | { readonly kind: 'superseded'; readonly asked: NhsNumber; readonly demographics: Demographics; readonly notices: readonly string[] }
  | { readonly kind: 'invalidated' | 'not-found' | 'refused' | 'failed'; readonly sentence: string };

export interface TraceRequest {
  readonly nhsNumber: NhsNumber;
  /** The clinician's chosen role; empty where there is none. */
  readonly roleId: string;
  /** ODS code of the organisation signed in for. */
  readonly organisation: string;
}

/** Asks PDS once. Never throws for what PDS or the network can do. */
export async function tracePatient(baseUrl: string, request: TraceRequest, http: HttpPort, signal: AbortSignal): Promise<TraceOutcome> {
  const headers = {
    accept: 'application/fhir+json',
    'x-request-id': crypto.randomUUID(),
    'nhsd-end-user-organisation-ods': request.organisation,
    ...(request.roleId === '' ? {} : { 'nhsd-session-urid': request.roleId }),
    'cache-control': 'no-store',
  };
  try {
    const response = await http.send({ method: 'GET', url: under(baseUrl, `Patient/${request.nhsNumber}`), headers }, signal);
    return readTrace(request.nhsNumber, response.status, response.body);
  } catch (problem) {
    const outcome = networkOutcome(PDS, problem);
    return { kind: 'failed', sentence: 'sentence' in outcome ? outcome.sentence : '' };
  }
}

const PDS = 'The Personal Demographics Service';

/** Understands an answer of PDS. */
export function readTrace(asked: NhsNumber, status: number, body: string): TraceOutcome {
  const resource = parse(body);
  if (resource === undefined) return failed(`${PDS} sent something this program could not read. Try again, then ask the service desk.`);
  if (resource['resourceType'] === 'OperationOutcome') return refusal(asked, status, issueCodes(resource));
  if (status !== 200) return refusal(asked, status, []);
  const demographics = parseDemographics(resource);
  if (demographics === undefined) return failed(`${PDS} sent an answer that names no patient. Tell the service desk.`);
  const notices = noticesOf(demographics);
  if (demographics.nhsNumber === asked) return { kind: 'traced', demographics, notices };
  const superseded = `NHS number ${formatNhsNumber(asked)} has been replaced by ${formatNhsNumber(demographics.nhsNumber)}. This record is under the new number: update any record that still has the old one.`;
  return { kind: 'superseded', asked, demographics, notices: [superseded, ...notices] };
}

function parse(body: string): Fields | undefined {
  try {
    return fields(parseExactJson(body));
  } catch (problem) {
    if (problem instanceof SyntaxError) return undefined;
    throw problem;
  }
}

function refusal(asked: NhsNumber, status: number, codes: readonly string[]): TraceOutcome {
  const number = formatNhsNumber(asked);
  if (codes.includes('INVALIDATED_RESOURCE')) return { kind: 'invalidated', sentence: `NHS number ${number} is no longer valid and has no record. Ask the patient, or search by name and date of birth.` };
  if (codes.includes('INVALID_RESOURCE_ID')) return { kind: 'not-found', sentence: `${PDS} does not accept ${number} as an NHS number. Check each digit.` };
  if (codes.includes('RESOURCE_NOT_FOUND') || (status === 404 && codes.length > 0)) return { kind: 'not-found', sentence: `No patient has the NHS number ${number}. Check each digit.` };
  if (status === 401) return { kind: 'refused', sentence: `${PDS} no longer accepts this sign-in. Sign out, then sign in again.` };
  if (status === 403 || codes.includes('ACCESS_DENIED')) return { kind: 'refused', sentence: `This role may not look up patients. Choose another role, or ask the person who manages roles.` };
  if (status === 429 || codes.includes('TOO_MANY_REQUESTS')) return failed(`${PDS} is busy. Wait a moment, then try again.`);
  if (status === 404) return failed(`Nothing answers at the address of ${PDS}. Ask the service desk to check it.`);
  if (status >= 500 || status === 408) return failed(`${PDS} has a fault of its own and could not answer. Try again; if it goes on, tell the service desk.`);
  return failed(`${PDS} could not answer. Tell the service desk.`);
}

function failed(sentence: string): TraceOutcome {
  return { kind: 'failed', sentence };
}

/** What is said under the banner. Death is in the banner itself. */
function noticesOf({ confidentiality }: Demographics): readonly string[] {
  return confidentiality === 'unrestricted' ? [] : ['This patient’s record is restricted: address, telephone and practice are kept back. Do not share where this patient lives or is treated.'];
}
