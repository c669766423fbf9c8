/**
 * A shared care record that answers with an International Patient Summary document:
 * `GET [base]/Patient/$summary?identifier=…` (HL7 IPS; NHS England's draft shared care record summary).
 */
import type { HttpPort } from '../../net/http.ts';
import { filledSections } from '../../record/emptiness.ts';
import { SECTIONS } from '../../record/model.ts';
import type { Section, SourceOutcome } from '../../record/model.ts';
import { firstDate } from '../../record/normalise/dates.ts';
import { fields, list } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';
import type { SourceId } from '../../record/values.ts';
import { instantOf } from '../../record/values.ts';
import { ask } from '../fhir-answer.ts';
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
  const identifier = encodeURIComponent(`${NHS_NUMBER_SYSTEM}|${request.nhsNumber}`);
  const url = under(baseUrl, `Patient/$summary?identifier=${identifier}`);
  const answer = await ask(name, () => http.send({ method: 'GET', url, headers: { ...fhirHeaders(request), 'content-type': 'application/fhir+json' } }, signal), ['Bundle']);
  if (answer.kind === 'outcome') return yield { kind: 'outcome', outcome: answer.outcome, notes: [] };
  if (!isDocument(answer.resource)) {
    return yield { kind: 'outcome', outcome: { kind: 'failed', sentence: `${name} sent something other than a summary. Ask the service desk to check its address.` }, notes: [] };
  }
  yield { kind: 'page', source: id, page: 0, release: 'R4', body: answer.resource, retrievedAt: instantOf(now()) };
  yield { kind: 'outcome', outcome: summaryOutcome(name, answer.resource), notes: [SUMMARY_NOTE] };
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
