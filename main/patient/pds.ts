/**
 * Traces a person by NHS number in the Personal Demographics Service (PDS FHIR API, `GET /Patient/{id}`).
 */
import type { HttpPort } from '../net/http.ts';
import type { Demographics } from '../record/demographics.ts';
import type { NhsNumber } from '../record/values.ts';
import { formatNhsNumber } from '../record/values.ts';
import { parseDemographics } from './demographics.ts';
import { askPds, failed, faultOf, issuesOf, parseAnswer, PDS, unreadable } from './pds-request.ts';
import type { PdsCaller, PdsIssues } from './pds-request.ts';

export type TraceOutcome =
  | { readonly kind: 'traced'; readonly demographics: Demographics; readonly notices: readonly string[] }
  /** PDS answered for another, newer number: use the person's own, and say so. The first notice does. */
  | { readonly kind: 'superseded'; readonly asked: NhsNumber; readonly demographics: Demographics; readonly notices: readonly string[] }
  | { readonly kind: 'invalidated' | 'not-found' | 'refused' | 'failed'; readonly sentence: string };

export interface TraceRequest extends PdsCaller {
  readonly nhsNumber: NhsNumber;
}

/** Asks PDS once. Never throws for what PDS or the network can do. */
export async function tracePatient(baseUrl: string, request: TraceRequest, http: HttpPort, signal: AbortSignal): Promise<TraceOutcome> {
  const answer = await askPds(baseUrl, `Patient/${request.nhsNumber}`, request, http, signal);
  return answer.kind === 'answer' ? readTrace(request.nhsNumber, answer.status, answer.body) : answer;
}

/** Understands an answer of PDS. */
export function readTrace(asked: NhsNumber, status: number, body: string): TraceOutcome {
  const resource = parseAnswer(body);
  if (resource === undefined) return unreadable();
  if (status !== 200 || resource['resourceType'] === 'OperationOutcome') return refusal(asked, issuesOf(status, resource));
  const demographics = parseDemographics(resource);
  if (demographics === undefined) return failed(`${PDS} sent an answer that names no patient. Tell the service desk.`);
  const notices = noticesOf(demographics);
  if (demographics.nhsNumber === asked) return { kind: 'traced', demographics, notices };
  const superseded = `NHS number ${formatNhsNumber(asked)} has been replaced by ${formatNhsNumber(demographics.nhsNumber)}. This record is under the new number: update any record that still has the old one.`;
  return { kind: 'superseded', asked, demographics, notices: [superseded, ...notices] };
}

function refusal(asked: NhsNumber, issues: PdsIssues): TraceOutcome {
  const number = formatNhsNumber(asked);
  const { status, codes } = issues;
  if (codes.includes('INVALIDATED_RESOURCE')) return { kind: 'invalidated', sentence: `NHS number ${number} is no longer valid and has no record. Ask the patient, or search by name and date of birth.` };
  if (codes.includes('INVALID_RESOURCE_ID')) return { kind: 'not-found', sentence: `${PDS} does not accept ${number} as an NHS number. Check each digit.` };
  if (codes.includes('RESOURCE_NOT_FOUND') || (status === 404 && codes.length > 0)) return { kind: 'not-found', sentence: `No patient has the NHS number ${number}. Check each digit.` };
  return faultOf(issues);
}

/** What is said under the banner. Death is in the banner itself. */
export function noticesOf({ confidentiality }: Demographics): readonly string[] {
  return confidentiality === 'unrestricted' ? [] : ['This patient’s record is restricted: address, telephone and practice are kept back. Do not share where this patient lives or is treated.'];
}
