/**
 * The national Summary Care Record (Summary Care Record FHIR API): first whether there is one and who may see it, then the
 * summary itself.
 */
import type { HttpPort } from '../../net/http.ts';
import { firstDate } from '../../record/normalise/dates.ts';
import { fields, list } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';
import { SECTIONS } from '../../record/model.ts';
import type { SourceOutcome } from '../../record/model.ts';
import { instantOf, type SourceId } from '../../record/values.ts';
import { ask, type FhirAnswer } from '../fhir-answer.ts';
import { fhirHeaders, NHS_NUMBER_SYSTEM, under } from '../request-headers.ts';
import type { Source, SourceEnd, SourcePage, SourceRequest } from '../source.ts';
import { permissionOf, summaryIdOf } from './summary-pointer.ts';

export interface ScrOptions {
  readonly id: SourceId;
  readonly name: string;
  readonly role: 'practice' | 'shared';
  readonly baseUrl: string;
  readonly now?: () => Date;
}

/** SNOMED CT General Practice Summary. */
const GP_SUMMARY = 'http://snomed.info/sct|196981000000101';

/** Codes and free text of the practice's own choosing: medication, allergies, and what the patient agreed to add. */
export const SCR_NOTE = 'The Summary Care Record is a summary of the practice’s record: more may exist. Much of it is text, which stands in the document itself.';

export function createScrSource(options: ScrOptions): Source {
  const { id, name, role } = options;
  return { id, name, role, fetch: (request, http, signal) => fetchSummary(options, request, http, signal) };
}

async function* fetchSummary(options: ScrOptions, request: SourceRequest, http: HttpPort, signal: AbortSignal): AsyncGenerator<SourcePage | SourceEnd> {
  const { id, name, baseUrl, now = () => new Date() } = options;
  const patient = encodeURIComponent(`${NHS_NUMBER_SYSTEM}|${request.nhsNumber}`);
  const get = (path: string): ReturnType<typeof ask> => ask(name, () => http.send({ method: 'GET', url: under(baseUrl, path), headers: fhirHeaders(request) }, signal), ['Bundle']);
  const end = (outcome: SourceOutcome, notes: readonly string[] = []): SourceEnd => ({ kind: 'outcome', outcome, notes });

  const found = await get(`DocumentReference?patient=${patient}&type=${encodeURIComponent(GP_SUMMARY)}&_sort=date&_count=1`);
  if (found.kind === 'outcome') return yield end(refusalOf(name, found));
  const pointer = resourcesIn(found.resource).find((resource) => resource['resourceType'] === 'DocumentReference');
  if (pointer === undefined) return yield end({ kind: 'none-held', sentence: `${name} holds no summary of this patient.` });
  const permission = permissionOf(name, pointer, request.permissionToView ?? 'not-asked');
  if (permission !== null) return yield end(permission);
  const summaryId = summaryIdOf(pointer);
  if (summaryId === undefined) return yield end({ kind: 'failed', sentence: `${name} does not say which summary is this patient’s. Tell the service desk.` });

  const answer = await get(`Bundle?composition.identifier=${encodeURIComponent(summaryId)}&composition.subject:Patient.identifier=${patient}`);
  if (answer.kind === 'outcome') return yield end(refusalOf(name, answer));
  const composition = resourcesIn(answer.resource).find((resource) => resource['resourceType'] === 'Composition');
  if (composition === undefined) return yield end({ kind: 'failed', sentence: `${name} sent something other than a summary. Try again; if it goes on, tell the service desk.` });
  // With a second patient in it a summary is no longer about one: what names nobody then proves nothing, and the guard keeps it back.
  const patients = resourcesIn(answer.resource).filter((resource) => resource['resourceType'] === 'Patient').length;
  yield { kind: 'page', source: id, page: 0, release: 'R4', body: answer.resource, retrievedAt: instantOf(now()), ...(patients === 1 ? { subject: 'composition' } : {}) };
  yield end(summaryOutcome(name, answer.resource, composition), [SCR_NOTE]);
}

/** A summary is never the whole; one of which entries are missing is not even that. */
function summaryOutcome(name: string, bundle: Fields, composition: Fields): SourceOutcome {
  const total = bundle['total'];
  const received = list(bundle['entry']).length;
  const generatedAt = firstDate(composition['date'], bundle['timestamp']);
  const isShort = typeof total === 'number' && total > received;
  return {
    kind: 'partial',
    ...(isShort ? { because: 'incomplete', sentence: `${name} sent ${received} of the ${total} entries of its summary. Try again.` } : { because: 'summary', sentence: SCR_NOTE }),
    lacks: SECTIONS,
    ...(generatedAt === undefined ? {} : { generatedAt }),
  };
}

/**
 * A refusal for want of access is not about the role alone here: whoever has no legitimate relationship or no permission to
 * view is told the same (HTTP 403 and 420, "ACF does not permit access").
 */
function refusalOf(name: string, { outcome, status, codes = [] }: Extract<FhirAnswer, { kind: 'outcome' }>): SourceOutcome {
  const saysNoMore = (status === 403 || status === 420) && !codes.includes('NO_PATIENT_CONSENT');
  return saysNoMore ? { kind: 'refused', sentence: `${name} does not let you see it: it wants a role that may, care for this patient that it knows of, and the patient’s permission.` } : outcome;
}

function resourcesIn(bundle: Fields): readonly Fields[] {
  return list(bundle['entry']).map((entry) => fields(fields(entry)['resource']));
}
