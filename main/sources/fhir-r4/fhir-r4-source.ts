/**
 * A UK Core FHIR R4 record behind REST searches: the Patient by NHS number, then each kind of resource by that Patient,
 * a page at a time.
 */
import type { HttpPort } from '../../net/http.ts';
import { SECTIONS } from '../../record/model.ts';
import type { Section, SourceOutcome } from '../../record/model.ts';
import { fields, identifier, list } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';
import { instantOf } from '../../record/values.ts';
import { Channel } from '../channel.ts';
import { ask } from '../fhir-answer.ts';
import type { FhirSourceOptions } from '../ips/ips-source.ts';
import { fhirHeaders, NHS_NUMBER_SYSTEM, under } from '../request-headers.ts';
import type { Source, SourceEnd, SourcePage, SourceRequest } from '../source.ts';
import { nextPage } from './paging.ts';

/** What is asked for, what a clinician needs first coming first. The second part is the search parameter for the patient. */
export const SEARCHES: readonly (readonly [type: string, parameter: string])[] = [
  ['AllergyIntolerance', 'patient'],
  ['MedicationRequest', 'patient'],
  ['MedicationStatement', 'patient'],
  ['Condition', 'patient'],
  ['Flag', 'patient'],
  ['Observation', 'patient'],
  ['DiagnosticReport', 'patient'],
  ['Immunization', 'patient'],
  ['Encounter', 'patient'],
  ['Procedure', 'patient'],
  ['DocumentReference', 'patient'],
  ['CarePlan', 'patient'],
  ['ServiceRequest', 'patient'],
  ['Appointment', 'patient'],
];

const LANES = 4;
/** 100 resources a page: a hundred thousand of one kind, and then a server that never ends is left. */
const MOST_PAGES_PER_SEARCH = 1_000;

interface Run {
  readonly options: Required<FhirSourceOptions>;
  readonly request: SourceRequest;
  readonly http: HttpPort;
  readonly signal: AbortSignal;
  readonly pages: Channel<SourcePage>;
  nextPageNumber: number;
}

export function createFhirR4Source(options: FhirSourceOptions): Source {
  const complete = { now: () => new Date(), ...options };
  return { id: options.id, name: options.name, role: options.role, fetch: (request, http, signal) => fetchRecord(complete, request, http, signal) };
}

async function* fetchRecord(options: Required<FhirSourceOptions>, request: SourceRequest, http: HttpPort, signal: AbortSignal): AsyncGenerator<SourcePage | SourceEnd> {
  const run: Run = { options, request, http, signal, pages: new Channel(), nextPageNumber: 0 };
  const found = await findPatient(run);
  if (found.kind === 'outcome') return yield { kind: 'outcome', outcome: found.outcome, notes: [] };
  yield found.page;
  const searching = searchAll(run, found.patientId).finally(() => run.pages.close());
  yield* run.pages;
  yield { kind: 'outcome', outcome: outcomeOf(options.name, await searching), notes: [] };
}

type Found = { readonly kind: 'found'; readonly patientId: string; readonly page: SourcePage } | { readonly kind: 'outcome'; readonly outcome: SourceOutcome };

/** The one Patient with this NHS number. None is "none held"; several cannot be told apart and are not guessed at. */
async function findPatient(run: Run): Promise<Found> {
  const { name, baseUrl } = run.options;
  const numbered = encodeURIComponent(`${NHS_NUMBER_SYSTEM}|${run.request.nhsNumber}`);
  const answer = await ask(name, () => get(run, under(baseUrl, `Patient?identifier=${numbered}`)), ['Bundle']);
  if (answer.kind === 'outcome') return answer;
  const patients = resourcesIn(answer.resource).filter((resource) => resource['resourceType'] === 'Patient');
  if (patients.length === 0) return { kind: 'outcome', outcome: { kind: 'none-held', sentence: `${name} holds no record of this patient.` } };
  const [id, ...others] = new Set(patients.flatMap((patient) => identifier(patient['id']) ?? []));
  if (id === undefined || others.length > 0) {
    return { kind: 'outcome', outcome: { kind: 'failed', sentence: `${name} holds ${patients.length} patients with this NHS number, so its record cannot be read safely. Tell the service desk.` } };
  }
  return { kind: 'found', patientId: id, page: pageOf(run, answer.resource) };
}

/** One search's end: complete, or why something of it is missing. */
type SearchEnd = { readonly type: string; readonly missing: SourceOutcome | null; readonly pages: number };

/** Runs the searches a few at a time; what one of them meets leaves the others alone. */
async function searchAll(run: Run, patientId: string): Promise<readonly SearchEnd[]> {
  const waiting = [...SEARCHES];
  const ends: SearchEnd[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) ends.push(await search(run, next, patientId));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return ends;
}

async function search(run: Run, [type, parameter]: readonly [string, string], patientId: string): Promise<SearchEnd> {
  const { name, baseUrl } = run.options;
  const seen = new Set<string>();
  let url: string | null = under(baseUrl, `${type}?${parameter}=${encodeURIComponent(patientId)}&_count=100`);
  for (let pages = 0; url !== null; pages += 1) {
    if (pages >= MOST_PAGES_PER_SEARCH) return { type, missing: { kind: 'failed', sentence: `${name} goes on without end.` }, pages };
    seen.add(url);
    const address: string = url;
    const answer = await ask(name, () => get(run, address), ['Bundle']);
    if (answer.kind === 'outcome') return { type, missing: pages === 0 && isNotOffered(answer.outcome) ? null : answer.outcome, pages };
    run.pages.push(pageOf(run, answer.resource));
    const next = nextPage(answer.resource, address, seen);
    if (next.kind === 'refused') return { type, missing: { kind: 'failed', sentence: `${name} ${next.reason}` }, pages: pages + 1 };
    url = next.kind === 'page' ? next.url : null;
  }
  return { type, missing: null, pages: seen.size };
}

/** A search that finds none may say so with "not found" instead of an empty list. */
function isNotOffered(outcome: SourceOutcome): boolean {
  return outcome.kind === 'none-held';
}

function get(run: Run, url: string): ReturnType<HttpPort['send']> {
  return run.http.send({ method: 'GET', url, headers: fhirHeaders(run.request) }, run.signal);
}

function pageOf(run: Run, body: Fields): SourcePage {
  const page = run.nextPageNumber;
  run.nextPageNumber += 1;
  return { kind: 'page', source: run.options.id, page, release: 'R4', body, retrievedAt: instantOf(run.options.now()) };
}

function resourcesIn(bundle: Fields): readonly Fields[] {
  return list(bundle['entry']).map((entry) => fields(fields(entry)['resource']));
}

/** All, a part with what is missing, or nothing with the reason most searches gave. */
function outcomeOf(name: string, ends: readonly SearchEnd[]): SourceOutcome {
  const missing = ends.filter((end) => end.missing !== null);
  const [first] = missing.map((end) => end.missing).filter((outcome) => outcome !== null);
  if (first === undefined) return { kind: 'answered' };
  if (ends.every((end) => end.pages === 0)) return first;
  const kinds = SEARCHES.map(([type]) => type).filter((type) => missing.some((end) => end.type === type)).map((type) => KINDS[type] ?? { words: type, sections: SECTIONS });
  const lacked = new Set(kinds.flatMap(({ sections }) => sections));
  const why = 'sentence' in first ? first.sentence : '';
  return {
    kind: 'partial',
    because: 'incomplete',
    lacks: SECTIONS.filter((section) => lacked.has(section)),
    sentence: `${name} did not give everything. Missing or incomplete: ${kinds.map(({ words }) => words).join(', ')}. ${why}`.trim(),
  };
}

/** What each search is called, and the sections that are incomplete without it. */
const KINDS: Readonly<Record<string, { readonly words: string; readonly sections: readonly Section[] }>> = {
  AllergyIntolerance: { words: 'allergies', sections: ['allergies'] },
  MedicationRequest: { words: 'prescriptions', sections: ['medication'] },
  MedicationStatement: { words: 'medication', sections: ['medication'] },
  Condition: { words: 'problems', sections: ['problems'] },
  Flag: { words: 'alerts', sections: ['alerts'] },
  Observation: { words: 'observations and results', sections: ['results', 'observations'] },
  DiagnosticReport: { words: 'reports', sections: ['results'] },
  Immunization: { words: 'immunisations', sections: ['immunisations'] },
  Encounter: { words: 'encounters', sections: ['encounters'] },
  Procedure: { words: 'procedures', sections: ['procedures'] },
  DocumentReference: { words: 'documents', sections: ['documents'] },
  CarePlan: { words: 'care plans', sections: ['plans'] },
  ServiceRequest: { words: 'referrals', sections: ['referrals'] },
  Appointment: { words: 'appointments', sections: ['appointments'] },
};
