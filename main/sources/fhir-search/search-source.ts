/**
 * A record behind FHIR REST searches: the Patient by NHS number, then each kind of resource by that Patient, a page at a
 * time and a few searches at once.
 */
import type { HttpPort } from '../../net/http.ts';
import { ask } from '../fhir-answer.ts';
import { Channel } from '../channel.ts';
import { fhirHeaders, under } from '../request-headers.ts';
import type { Source, SourceEnd, SourcePage, SourceRequest } from '../source.ts';
import { readCapabilities } from './capabilities.ts';
import { findPatient } from './find-patient.ts';
import { kindsFor, type SearchDialect, type SearchKind } from './kinds.ts';
import type { Run, SearchOptions } from './run.ts';
import { search, type SearchEnd } from './search.ts';
import { outcomeOfSearches } from './search-outcome.ts';

/** Searches of one server that are under way at once. What is long (results) is among the first, so that nobody waits for a lane. */
const LANES = 8;

export function createSearchSource(dialect: SearchDialect, options: SearchOptions): Source {
  return { id: options.id, name: options.name, role: options.role, fetch: (request, http, signal) => fetchRecord(dialect, options, request, http, signal) };
}

function fetchRecord(dialect: SearchDialect, options: SearchOptions, request: SourceRequest, http: HttpPort, signal: AbortSignal): AsyncGenerator<SourcePage | SourceEnd> {
  return readRecord({ dialect, kinds: kindsFor(dialect, options.types), options, request, http, signal, pages: new Channel(), capabilities: null, plainOnly: false, nextPageNumber: 0 });
}

async function* readRecord(run: Run): AsyncGenerator<SourcePage | SourceEnd> {
  const found = await findPatient(run);
  if (found.kind === 'outcome') return yield { kind: 'outcome', outcome: found.outcome, notes: [] };
  yield found.page;
  if (found.kind === 'somebody-else') return yield { kind: 'outcome', outcome: { kind: 'answered' }, notes: [] };
  const searching = searchAll(run, found.patientId).finally(() => run.pages.close());
  yield* run.pages;
  yield { kind: 'outcome', ...outcomeOfSearches(run.options.name, await searching, run.kinds) };
}

/**
 * The core of a record at once; what stands beside it as soon as the server has said what it can do, and at the latest when
 * the core is there. What one search meets leaves the others alone.
 */
async function searchAll(run: Run, patientId: string): Promise<readonly SearchEnd[]> {
  const done = new AbortController();
  const learning = learnCapabilities(run, AbortSignal.any([run.signal, done.signal]));
  const core = inLanes(run.kinds.filter((kind) => kind.core === true), (kind) => search(run, kind, patientId));
  const beside = Promise.race([learning, core]).then(() => inLanes(run.kinds.filter((kind) => kind.core !== true), (kind) => search(run, kind, patientId)));
  const searches = Promise.all([core, beside]).finally(() => done.abort());
  const [ends] = await Promise.all([searches, learning]);
  return ends.flat();
}

async function inLanes(kinds: readonly SearchKind[], searchFor: (kind: SearchKind) => Promise<SearchEnd>): Promise<readonly SearchEnd[]> {
  const waiting = [...kinds];
  const ends: SearchEnd[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) ends.push(await searchFor(next));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return ends;
}

/** A server that does not say what it can do, or says it wrong, is asked everything. */
async function learnCapabilities(run: Run, signal: AbortSignal): Promise<void> {
  const url = under(run.options.baseUrl, 'metadata');
  const answer = await ask(run.options.name, () => run.http.send({ method: 'GET', url, headers: fhirHeaders(run.request) }, signal), ['CapabilityStatement']);
  if (answer.kind === 'resource') run.capabilities = readCapabilities(answer.resource);
}
