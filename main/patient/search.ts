/**
 * Finds a person by demographics in the Personal Demographics Service (PDS FHIR API, `GET /Patient?…`). One match is
 * named; of several nothing is handed on but how many they are.
 */
import type { HttpPort } from '../net/http.ts';
import type { Demographics } from '../record/demographics.ts';
import { fields, list } from '../record/normalise/fields.ts';
import type { Fields } from '../record/normalise/fields.ts';
import { parseDemographics } from './demographics.ts';
import { askPds, failed, faultOf, issuesOf, parseAnswer, PDS, unreadable } from './pds-request.ts';
import type { PdsCaller, PdsIssues } from './pds-request.ts';
import { noticesOf } from './pds.ts';
import { searchQuery } from './search-criteria.ts';
import type { SearchCriteria } from './search-criteria.ts';

export type SearchOutcome =
  /** Trace the number before the record is opened: whatever changed since is said there. */
  | { readonly kind: 'one'; readonly demographics: Demographics; readonly notices: readonly string[] }
  | { readonly kind: 'several'; readonly count: number; readonly sentence: string }
  | { readonly kind: 'too-many' | 'none' | 'refused' | 'failed'; readonly sentence: string };

/** Asks PDS once. Never throws for what PDS or the network can do. */
export async function searchPatients(baseUrl: string, criteria: SearchCriteria, caller: PdsCaller, http: HttpPort, signal: AbortSignal): Promise<SearchOutcome> {
  const answer = await askPds(baseUrl, `Patient?${searchQuery(criteria)}`, caller, http, signal);
  return answer.kind === 'answer' ? readSearch(criteria, answer.status, answer.body) : answer;
}

const NARROW = 'Add a given name, the gender or a postcode.';

/** Understands an answer of PDS. Too many matches come with 200 and an OperationOutcome, from some deployments with 400. */
export function readSearch(criteria: SearchCriteria, status: number, body: string): SearchOutcome {
  const resource = parseAnswer(body);
  if (resource === undefined) return unreadable();
  if (status !== 200 || resource['resourceType'] === 'OperationOutcome') return refusal(issuesOf(status, resource));
  if (resource['resourceType'] !== 'Bundle') return unreadable();
  return matches(criteria, resource);
}

function refusal(issues: PdsIssues): SearchOutcome {
  const { codes } = issues;
  if (codes.includes('TOO_MANY_MATCHES')) return { kind: 'too-many', sentence: `Too many people match. ${NARROW}` };
  if (codes.includes('RESOURCE_NOT_FOUND')) return none();
  if (codes.includes('TOO_FEW_VALUES_SUBMITTED') || codes.includes('INVALID_SEARCH_DATA')) return failed(`${PDS} needs more to search by. ${NARROW}`);
  return faultOf(issues);
}

function matches(criteria: SearchCriteria, bundle: Fields): SearchOutcome {
  const found = list(bundle['entry']).map((entry) => fields(fields(entry)['resource']));
  const people = new Map<string, Demographics>();
  let unread = 0;
  for (const resource of found) {
    const demographics = parseDemographics(resource);
    if (demographics === undefined) unread += 1;
    else people.set(demographics.nhsNumber, demographics);
  }
  const count = Math.max(people.size + unread, totalOf(bundle, found.length, people.size + unread));
  if (count > 1) return { kind: 'several', count, sentence: `${count} people match. ${NARROW}` };
  const [only] = people.values();
  if (only !== undefined) return one(criteria, only);
  return count === 0 ? none() : failed(`${PDS} sent an answer that names no patient. Tell the service desk.`);
}

/** How many PDS says there are, where it sent fewer than that; the same person sent twice is one. */
function totalOf(bundle: Fields, sent: number, different: number): number {
  const total = Number(bundle['total'] ?? 0);
  return Number.isInteger(total) && total > sent ? total : different;
}

/** A person who was not born when the search says is the answer to another search. */
function one({ born }: SearchCriteria, demographics: Demographics): SearchOutcome {
  const day = demographics.birthDate?.day ?? demographics.birthDate?.text;
  const isAsked = day === undefined || (day >= born.from.slice(0, day.length) && day <= born.to.slice(0, day.length));
  return isAsked ? { kind: 'one', demographics, notices: noticesOf(demographics) } : failed(`${PDS} answered with somebody born on another date. Nothing of it is used. Try again; if it goes on, tell the service desk.`);
}

function none(): SearchOutcome {
  return { kind: 'none', sentence: 'Nobody matches. Check the spelling and the date of birth, or search by NHS number.' };
}
