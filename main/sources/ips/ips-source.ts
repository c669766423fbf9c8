/**
 * A shared care record that answers with an International Patient Summary document: `GET [base]/Patient/$summary?identifier=…`,
 * or for one of its own patients `GET [base]/Patient/[id]/$summary` (HL7 IPS; NHS England's draft shared care record summary).
 */
import type { HttpPort } from '../../net/http.ts';
import { filledSections } from '../../record/emptiness.ts';
import { SECTIONS } from '../../record/model.ts';
import type { Section, SourceOutcome } from '../../record/model.ts';
import { firstDate } from '../../record/normalise/dates.ts';
import { fields, identifier, list } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';
import type { SourceId } from '../../record/values.ts';
import { instantOf } from '../../record/values.ts';
import { ask, type FhirAnswer } from '../fhir-answer.ts';
import { fhirHeaders, NHS_NUMBER_SYSTEM, under } from '../request-headers.ts';
import type { Source, SourceEnd, SourcePage, SourceRequest } from '../source.ts';

export interface FhirSourceOptions {
  readonly id: SourceId;
  readonly name: string;
  readonly role: 'practice' | 'shared';
  readonly baseUrl: string;
  readonly now?: () => Date;
}

/** Results of six months or the last five, medicines of a year: what is not in a summary may still be in the record. */
export const SUMMARY_NOTE = 'Summary only: more may exist than this source sends.';

export function createIpsSource({ id, name, role, baseUrl, now = () => new Date() }: FhirSourceOptions): Source {
  return { id, name, role, fetch: (request, http, signal) => fetchSummary({ id, name, baseUrl, now }, request, http, signal) };
}

type Options = Required<Pick<FhirSourceOptions, 'id' | 'name' | 'baseUrl' | 'now'>>;

async function* fetchSummary({ id, name, baseUrl, now }: Options, request: SourceRequest, http: HttpPort, signal: AbortSignal): AsyncGenerator<SourcePage | SourceEnd> {
  const get: Get = (path) => ask(name, () => http.send({ method: 'GET', url: under(baseUrl, path), headers: { ...fhirHeaders(request), 'content-type': 'application/fhir+json' } }, signal), ['Bundle']);
  const answer = await getSummary(get, name, `identifier=${encodeURIComponent(`${NHS_NUMBER_SYSTEM}|${request.nhsNumber}`)}`);
  if (answer.kind === 'outcome') return yield { kind: 'outcome', outcome: answer.outcome, notes: [] };
  if (!isDocument(answer.resource)) {
    return yield { kind: 'outcome', outcome: { kind: 'failed', sentence: `${name} sent something other than a summary. Ask the service desk to check its address.` }, notes: [] };
  }
  yield { kind: 'page', source: id, page: 0, release: 'R4', body: answer.resource, retrievedAt: instantOf(now()) };
  yield { kind: 'outcome', outcome: summaryOutcome(name, answer.resource), notes: [SUMMARY_NOTE] };
}

type Get = (path: string) => Promise<FhirAnswer>;

/** Refusals of a server that has the operation for one of its patients only, and does not take it for all of them. */
const NO_SUCH_OPERATION = new Set([400, 404, 405, 422, 501]);

/** A plain "not found" may be said of a patient by the name of "$summary"; only a national code says that of the patient who is meant. */
function mayHaveItForOne({ outcome, status = 0, codes = [] }: Extract<FhirAnswer, { kind: 'outcome' }>): boolean {
  if (!NO_SUCH_OPERATION.has(status)) return false;
  return outcome.kind === 'failed' || (outcome.kind === 'none-held' && !codes.some((code) => code.endsWith('_NOT_FOUND') || code === 'NO_RECORD_FOUND'));
}

/** By the NHS number in one step; of a server that cannot, by the patient it knows under that number. */
async function getSummary(get: Get, name: string, patientNumber: string): Promise<FhirAnswer> {
  const direct = await get(`Patient/$summary?${patientNumber}`);
  if (direct.kind === 'resource' || !mayHaveItForOne(direct)) return direct;
  const found = await get(`Patient?${patientNumber}`);
  if (found.kind === 'outcome') return direct;
  const ids = new Set(list(found.resource['entry']).map((entry) => fields(fields(entry)['resource'])).filter((resource) => resource['resourceType'] === 'Patient').flatMap((patient) => identifier(patient['id']) ?? []));
  const [id, ...others] = ids;
  if (id === undefined) return { kind: 'outcome', outcome: { kind: 'none-held', sentence: `${name} holds no record of this patient.` } };
  if (others.length > 0) return { kind: 'outcome', outcome: { kind: 'failed', sentence: `${name} holds ${ids.size} patients with this NHS number, so its summary cannot be read safely. Tell the service desk.` } };
  return get(`Patient/${encodeURIComponent(id)}/$summary`);
}

function isDocument(bundle: Fields): boolean {
  return list(bundle['entry']).some((entry) => fields(fields(entry)['resource'])['resourceType'] === 'Composition');
}

/** Sections every summary must have (NHS England, draft shared care record patient summary). */
const MANDATORY: readonly Section[] = ['allergies', 'problems', 'medication'];

/** Of the mandatory ones these are sent whole; medication is limited to what is current or recent. */
const SENT_WHOLE: ReadonlySet<Section> = new Set(['allergies', 'problems']);

/**
 * A summary is never the whole record, so its answer is always a part. One that leaves a mandatory section out, or names
 * an entry it does not bring, is not even the summary it should be.
 */
function summaryOutcome(name: string, bundle: Fields): SourceOutcome {
  const composition = list(bundle['entry']).map((entry) => fields(fields(entry)['resource'])).find((resource) => resource['resourceType'] === 'Composition');
  const period = fields(fields(list(composition?.['event'])[0])['period']);
  const generatedAt = firstDate(bundle['timestamp'], composition?.['date'], period['end']);
  const filled = filledSections(bundle);
  const missing = MANDATORY.filter((section) => !filled.has(section));
  return {
    kind: 'partial',
    ...(missing.length === 0 ? { because: 'summary', sentence: SUMMARY_NOTE } : { because: 'incomplete', sentence: `${name} sent a summary that is not complete. Missing or incomplete: ${missing.join(', ')}.` }),
    lacks: SECTIONS.filter((section) => !(SENT_WHOLE.has(section) && filled.has(section))),
    ...(generatedAt === undefined ? {} : { generatedAt }),
  };
}
