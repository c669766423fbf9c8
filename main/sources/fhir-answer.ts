/** What a FHIR server's answer is worth: the resource that was asked for, or an outcome with a plain sentence. */
import { NetworkFailure } from '../net/http.ts';
import type { HttpResponse } from '../net/http.ts';
import { SECTIONS } from '../record/model.ts';
import type { SourceOutcome } from '../record/model.ts';
import { codingsOf } from '../record/normalise/codings.ts';
import { fields, list, text } from '../record/normalise/fields.ts';
import type { Fields } from '../record/normalise/fields.ts';
import { parseExactJson } from './exact-json.ts';
import { isTooDeep } from './json-depth.ts';

export type FhirAnswer =
  | { readonly kind: 'resource'; readonly resource: Fields }
  /** `status` of HTTP and the codes of its OperationOutcome, upper case; no status where the network brought nothing. */
  | { readonly kind: 'outcome'; readonly outcome: SourceOutcome; readonly status?: number; readonly codes?: readonly string[] };

/** Reads an answer that should hold one of `expected` resource types. `name` is the source's, for the sentence. */
export function readFhirAnswer(name: string, response: HttpResponse, expected: readonly string[]): FhirAnswer {
  const body = parse(response);
  if (body.kind === 'resource' && body.resource['resourceType'] === 'OperationOutcome') return refusal(name, response, body.resource);
  if (response.status < 200 || response.status > 299) return refusal(name, response, {});
  if (body.kind === 'xml') return failed(`${name} answered in XML although it was asked for JSON. Ask the service desk to have it set up.`);
  if (body.kind === 'web-page') return failed(`${name} answered with a web page instead of a record. Ask the service desk whether its address is right, or whether it wants a log-in of its own.`);
  if (body.kind === 'damaged') return failed(`${name} sent an answer that breaks off or is damaged. Try again.`);
  if (body.kind === 'too-deep') return failed(`${name} sent an answer that is nested deeper than any record, so it was not read. Ask the service desk to check it.`);
  const type = text(body.resource['resourceType']);
  if (type === undefined || !expected.includes(type)) return failed(`${name} sent something other than a record. Ask the service desk to check its address.`);
  return { kind: 'resource', resource: body.resource };
}

type Body = { readonly kind: 'resource'; readonly resource: Fields } | { readonly kind: 'web-page' } | { readonly kind: 'xml' } | { readonly kind: 'damaged' } | { readonly kind: 'too-deep' };

function parse({ body, headers }: HttpResponse): Body {
  const start = body.trimStart().slice(0, 1);
  const type = headers['content-type'] ?? '';
  if (start === '<' && /[/+]xml\b/i.test(type) && !/xhtml/i.test(type)) return { kind: 'xml' };
  if (start === '<' || /text\/html/i.test(type)) return { kind: 'web-page' };
  if (isTooDeep(body)) return { kind: 'too-deep' };
  try {
    return { kind: 'resource', resource: fields(parseExactJson(body)) };
  } catch (problem) {
    if (problem instanceof SyntaxError) return { kind: 'damaged' };
    throw problem;
  }
}

function refusal(name: string, { status, headers }: HttpResponse, operationOutcome: Fields): FhirAnswer {
  return { kind: 'outcome', outcome: outcomeOf(name, status, operationOutcome, headers['retry-after']), status, codes: [...issueCodes(operationOutcome), ...issueTypes(operationOutcome)] };
}

function failed(sentence: string): FhirAnswer {
  return { kind: 'outcome', outcome: { kind: 'failed', sentence } };
}

/** Codes of the NHS Spine's error code systems, and FHIR issue types, that decide more than the status does. */
const BY_CODE: Readonly<Record<string, (name: string, retryAfter?: string) => SourceOutcome>> = {
  NO_PATIENT_CONSENT: (name) => refused(`${name} holds this record back: the patient has not agreed to share it.`),
  NO_ORGANISATION_CONSENT: (name) => refused(`${name} does not share its records with this organisation.`),
  ACCESS_DENIED: (name) => refused(`${name} does not let this role see the record.`),
  'ACCESS DENIED': (name) => refused(`${name} does not let this role see the record.`),
  FORBIDDEN: (name) => refused(`${name} does not let this role see the record.`),
  PATIENT_NOT_FOUND: notAdmittedTo,
  NO_RECORD_FOUND: (name) => noneHeld(`${name} holds no record of this patient.`),
  RESOURCE_NOT_FOUND: (name) => noneHeld(`${name} holds no record of this patient.`),
  INVALID_NHS_NUMBER: (name) => failedOutcome(`${name} did not accept this NHS number. Check it, then tell the service desk.`),
  TOO_MANY_REQUESTS: busy,
  ASID_CHECK_FAILED: (name) => refused(`The Spine does not let this system ask ${name}. Tell the service desk.`),
  UNABLE_TO_CALL_SERVICE: (name) => failedOutcome(`${name} could not reach a service that it needs. Try again; if it goes on, tell the service desk.`),
};

/**
 * "Patient not found" is also what a practice says of a record that it keeps back from everybody (GP Connect, error handling:
 * sensitive, deceased, inactive and not fully registered patients), so nothing follows from it for any part of the record.
 */
function notAdmittedTo(name: string): SourceOutcome {
  return { kind: 'none-held', notOffered: SECTIONS, sentence: `${name} has no record it can give for this patient. It says the same of patients who have left or died, who are not fully registered, and whose record is kept back from everybody.` };
}

/** How long the source asks to be left alone (HTTP, Retry-After in seconds), where it says so sensibly. */
function busy(name: string, retryAfter?: string): SourceOutcome {
  const seconds = /^\d{1,4}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0;
  const wait = seconds === 0 ? 'Wait a moment' : seconds < 120 ? `Wait ${seconds} seconds` : `Wait ${Math.ceil(seconds / 60)} minutes`;
  return failedOutcome(`${name} is busy. ${wait}, then try again.`);
}

/** What a refusal with this status and OperationOutcome comes to. `retryAfter`: the header of that name. */
export function outcomeOf(name: string, status: number, operationOutcome: Fields, retryAfter?: string): SourceOutcome {
  for (const code of issueCodes(operationOutcome)) {
    const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
    if (known !== undefined) return known(name, retryAfter);
  }
  if (status === 401) return refused(`${name} no longer accepts this sign-in. Sign out, then sign in again.`);
  if (status === 403 || status === 420) return refused(`${name} does not let this role see the record.`);
  if (status === 404 || status === 410) return notFound(name, operationOutcome);
  if (status === 429 || (status === 503 && retryAfter !== undefined)) return busy(name, retryAfter);
  if (status >= 500) return failedOutcome(`${name} has a fault of its own and could not answer. Try again; if it goes on, tell the service desk.`);
  return failedOutcome(`${name} could not answer this request. Tell the service desk.`);
}

/** Only a server that says so in FHIR holds none: a bare 404 may as well be a wrong address. */
function notFound(name: string, operationOutcome: Fields): SourceOutcome {
  const said = list(operationOutcome['issue']).some((issue) => ['not-found', 'deleted'].includes(text(fields(issue)['code']) ?? ''));
  return said ? noneHeld(`${name} holds no record of this patient.`) : failedOutcome(`Nothing answers at the address of ${name}. Ask the service desk to check it.`);
}

/** Every code in an OperationOutcome's details, upper case. */
export function issueCodes(operationOutcome: Fields): readonly string[] {
  return list(operationOutcome['issue']).flatMap((issue) => codingsOf(fields(issue)['details']).map(({ code }) => code.toUpperCase()));
}

/** Every FHIR issue type of an OperationOutcome, upper case (`NOT-SUPPORTED`). */
function issueTypes(operationOutcome: Fields): readonly string[] {
  return list(operationOutcome['issue']).flatMap((issue) => text(fields(issue)['code'])?.toUpperCase() ?? []);
}

function refused(sentence: string): SourceOutcome {
  return { kind: 'refused', sentence };
}

function noneHeld(sentence: string): SourceOutcome {
  return { kind: 'none-held', sentence };
}

function failedOutcome(sentence: string): SourceOutcome {
  return { kind: 'failed', sentence };
}

/** The outcome of a request the network did not bring back. Anything but a `NetworkFailure` is a mistake here and thrown on. */
export function networkOutcome(name: string, problem: unknown): SourceOutcome {
  if (!(problem instanceof NetworkFailure)) throw problem;
  switch (problem.kind) {
    case 'timed-out':
      return { kind: 'timed-out', sentence: `${name} did not answer in time. Try again.` };
    case 'cancelled':
      return { kind: 'failed', sentence: `${name} was not waited for.` };
    case 'reset':
      return { kind: 'failed', sentence: `${name} broke off before its answer was complete. Try again.` };
    case 'unreachable':
      return { kind: 'failed', sentence: `${name} cannot be reached. Check the network connection, then try again.` };
    case 'untrusted':
      return { kind: 'failed', sentence: `${name} could not prove who it is, so nothing was asked of it. Ask the service desk to check its certificate.` };
    case 'too-large':
      return { kind: 'failed', sentence: `${name} sent more than can be read. Ask the service desk to check it.` };
    case 'refused-address':
      return { kind: 'failed', sentence: `${name} tried to send the request on to another address. Nothing was sent there. Ask the service desk to check it.` };
    case 'held-off':
      return { kind: 'failed', sentence: problem.message };
  }
}

/** Asks and reads in one: the two ways of failing come back as the same kind of outcome. */
export async function ask(name: string, send: () => Promise<HttpResponse>, expected: readonly string[]): Promise<FhirAnswer> {
  try {
    return readFhirAnswer(name, await send(), expected);
  } catch (problem) {
    return { kind: 'outcome', outcome: networkOutcome(name, problem) };
  }
}
