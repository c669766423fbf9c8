/** One search: every page of one resource type. */
import type { SourceOutcome } from '../../record/model.ts';
import { exactNumber, fields, identifier, list } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';
import { ask, type FhirAnswer } from '../fhir-answer.ts';
import { under } from '../request-headers.ts';
import type { SearchKind } from './kinds.ts';
import { lackOfPage } from './page-warnings.ts';
import { nextPage } from './paging.ts';
import { get, pageOf, type Run } from './run.ts';

/** One search's end: complete, not offered by the server at all, or why something of it is missing. */
export type SearchEnd = { readonly kind: SearchKind; readonly pages: number } & (
  | { readonly end: 'complete' }
  | { readonly end: 'not-offered' }
  | { readonly end: 'missing'; readonly outcome: SourceOutcome }
);

/** 100 resources a page: a hundred thousand of one kind, and then a server that never ends is left. */
const MOST_PAGES = 1_000;

export async function search(run: Run, kind: SearchKind, patientId: string): Promise<SearchEnd> {
  if (isNotOffered(run, kind)) return { kind, pages: 0, end: 'not-offered' };
  const first = await firstPage(run, kind, patientId);
  if (first.answer.kind === 'outcome') return endOfRefused(run, kind, first.answer);
  return followPages(run, kind, first.url, first.answer.resource);
}

/** What a record is made of is asked for even where a server does not list it: its list may be out of date. */
function isNotOffered({ capabilities }: Run, { type, core }: SearchKind): boolean {
  return core !== true && capabilities !== null && !capabilities.has(type);
}

/** Statuses that a server may give because of a parameter rather than of the type or the caller. */
const TOO_MUCH_ASKED = new Set([400, 404, 405, 406, 414, 422, 501]);

interface First {
  readonly url: string;
  readonly answer: FhirAnswer;
}

/**
 * The first page, asked for in ever plainer words: with what belongs to it, with a page size, and with the patient alone.
 * Servers may refuse what they do not know (FHIR, search, handling of parameters), and some are no more than files.
 */
async function firstPage(run: Run, kind: SearchKind, patientId: string): Promise<First> {
  const ways = waysToAsk(run, kind, patientId);
  let last: First | null = null;
  for (const [index, url] of ways.entries()) {
    const answer = await ask(run.options.name, () => get(run, url), ['Bundle']);
    if (answer.kind === 'resource' && index === ways.length - 1 && index > 0) run.plainOnly = true;
    last = { url, answer };
    if (answer.kind === 'resource' || !maySucceedPlainly(run, kind, answer)) return last;
  }
  if (last === null) throw new Error('There is no way to ask.');
  return last;
}

function waysToAsk(run: Run, kind: SearchKind, patientId: string): readonly string[] {
  const plain = under(run.options.baseUrl, `${kind.type}?patient=${encodeURIComponent(patientId)}`);
  if (run.plainOnly) return [plain];
  const includes = includesOf(run, kind).map((include) => `&_include=${include}`).join('');
  const counted = `${plain}&_count=100`;
  return includes === '' ? [counted, plain] : [`${counted}${includes}`, counted, plain];
}

function includesOf({ capabilities }: Run, { type, include = [] }: SearchKind): readonly string[] {
  const known = capabilities?.get(type);
  return include.map((parameter) => `${type}:${parameter}`).filter((one) => known === undefined || known === null || known.has(one));
}

function maySucceedPlainly({ capabilities }: Run, { type }: SearchKind, { status, outcome, codes = [] }: Extract<FhirAnswer, { kind: 'outcome' }>): boolean {
  if (status === undefined || !TOO_MUCH_ASKED.has(status) || outcome.kind === 'none-held') return false;
  return !(codes.includes('NOT-SUPPORTED') && capabilities !== null && !capabilities.has(type));
}

/** Where the Patient was found, an address below that answers nothing is a type that the server does not have. */
const NO_SUCH_TYPE = new Set([404, 405, 410, 501]);

function endOfRefused(run: Run, kind: SearchKind, { outcome, status, codes = [] }: Extract<FhirAnswer, { kind: 'outcome' }>): SearchEnd {
  // A search that finds none may say so with "not found" instead of an empty list.
  if (outcome.kind === 'none-held') return { kind, pages: 0, end: 'complete' };
  const unknown = status !== undefined && (NO_SUCH_TYPE.has(status) || (status === 400 && (codes.includes('NOT-SUPPORTED') || isUnlisted(run, kind))));
  return unknown ? { kind, pages: 0, end: 'not-offered' } : { kind, pages: 0, end: 'missing', outcome };
}

/** A bad request for something beside the core of a record, or for what the server does not list, only shows that it does not know it. */
function isUnlisted({ capabilities }: Run, { type, core }: SearchKind): boolean {
  return capabilities === null ? core !== true : !capabilities.has(type);
}

async function followPages(run: Run, kind: SearchKind, firstUrl: string, first: Fields): Promise<SearchEnd> {
  const { name } = run.options;
  const missing = (outcome: SourceOutcome, pages: number): SearchEnd => ({ kind, pages, end: 'missing', outcome });
  const seenUrls = new Set([firstUrl]);
  const seenMatches = new Set<string>();
  let lack: SourceOutcome | null = null;
  let url = firstUrl;
  let body = first;
  for (let pages = 1; ; pages += 1) {
    const matches = matchesIn(body, kind.type);
    if (pages > 1 && matches.length > 0 && matches.every((match) => seenMatches.has(match))) return missing(loop(name), pages - 1);
    await run.pages.push(pageOf(run, body));
    for (const match of matches) seenMatches.add(match);
    lack ??= lackOfPage(name, body);
    const next = nextPage(body, url, seenUrls);
    if (next.kind === 'refused') return missing({ kind: 'failed', sentence: `${name} ${next.reason}` }, pages);
    if (next.kind === 'none') return lastPage(run, kind, first, seenMatches.size, lack, pages);
    if (pages >= MOST_PAGES) return missing({ kind: 'failed', sentence: `${name} goes on without end.` }, pages);
    url = next.url;
    seenUrls.add(url);
    const address = url;
    const answer = await ask(name, () => get(run, address), ['Bundle']);
    if (answer.kind === 'outcome') return missing(answer.outcome.kind === 'none-held' ? { kind: 'failed', sentence: `${name} no longer had the next page. Try again.` } : answer.outcome, pages);
    body = answer.resource;
  }
}

function loop(name: string): SourceOutcome {
  return { kind: 'failed', sentence: `${name} gave the same page again instead of the next one.` };
}

/** A server that says how many there are and stops before has not given them all. */
function lastPage({ options: { name } }: Run, kind: SearchKind, first: Fields, received: number, lack: SourceOutcome | null, pages: number): SearchEnd {
  const total = exactNumber(first['total'])?.number ?? 0;
  const short: SourceOutcome | null = total > received && received > 0 ? { kind: 'failed', sentence: `${name} sent ${received} of ${total}. Try again.` } : null;
  const outcome = lack ?? short;
  return outcome === null ? { kind, pages, end: 'complete' } : { kind, pages, end: 'missing', outcome };
}

/** Names of the matches of one page: type and id, or where they stand if a server gives no ids. */
function matchesIn(bundle: Fields, type: string): readonly string[] {
  return list(bundle['entry']).map(fields).flatMap((entry, index) => {
    const resource = fields(entry['resource']);
    if (resource['resourceType'] !== type || fields(entry['search'])['mode'] === 'include') return [];
    return [identifier(resource['id']) ?? identifier(entry['fullUrl']) ?? `${index} ${JSON.stringify(resource)}`];
  });
}
