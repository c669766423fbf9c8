/**
 * The GP practice's structured record (GP Connect Access Record: Structured, FHIR STU3) through NHS England's Clinical
 * Data Gateway: `POST [base]/patient/$gpc.getstructuredrecord`.
 */
import type { HttpPort } from '../../net/http.ts';
import type { SourceId } from '../../record/values.ts';
import { instantOf } from '../../record/values.ts';
import { ask } from '../fhir-answer.ts';
import { NHS_NUMBER_SYSTEM, under } from '../request-headers.ts';
import type { Source, SourceEnd, SourcePage, SourceRequest } from '../source.ts';
import { withheldNotes, withheldSections } from './withheld.ts';

export interface GpConnectOptions {
  readonly id: SourceId;
  readonly name: string;
  readonly role: 'practice' | 'shared';
  readonly baseUrl: string;
  readonly now?: () => Date;
}

export function createGpConnectSource({ id, name, role, baseUrl, now = () => new Date() }: GpConnectOptions): Source {
  return { id, name, role, fetch: (request, http, signal) => fetchRecord({ id, name, baseUrl, now }, request, http, signal) };
}

type Options = Required<Pick<GpConnectOptions, 'id' | 'name' | 'baseUrl' | 'now'>>;

async function* fetchRecord({ id, name, baseUrl, now }: Options, request: SourceRequest, http: HttpPort, signal: AbortSignal): AsyncGenerator<SourcePage | SourceEnd> {
  const answer = await ask(name, () => http.send({ method: 'POST', url: under(baseUrl, 'patient/$gpc.getstructuredrecord'), headers: headersOf(request), body: JSON.stringify(parametersOf(request)) }, signal), ['Bundle']);
  if (answer.kind === 'outcome') return yield { kind: 'outcome', outcome: answer.outcome, notes: [] };
  yield { kind: 'page', source: id, page: 0, release: 'STU3', body: answer.resource, retrievedAt: instantOf(now()) };
  const notes = withheldNotes(answer.resource);
  const outcome = notes.length === 0 ? ({ kind: 'answered' } as const) : ({ kind: 'partial', because: 'kept-back', lacks: withheldSections(answer.resource), sentence: `${name} kept something back: ${notes[0]}` } as const);
  yield { kind: 'outcome', outcome, notes };
}

function headersOf(request: SourceRequest): Readonly<Record<string, string>> {
  return {
    accept: 'application/fhir+json',
    'content-type': 'application/fhir+json',
    'ods-from': request.organisation,
    'ssp-traceid': crypto.randomUUID(),
    ...(request.roleId === '' ? {} : { 'nhsd-session-urid': request.roleId }),
    'cache-control': 'no-store',
  };
}

/** Every clinical area of version 1.6, with what has ended and what was issued: nothing is left out by asking for less. */
function parametersOf({ nhsNumber }: SourceRequest): unknown {
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'patientNHSNumber', valueIdentifier: { system: NHS_NUMBER_SYSTEM, value: nhsNumber } },
      { name: 'includeAllergies', part: [{ name: 'includeResolvedAllergies', valueBoolean: true }] },
      { name: 'includeMedication', part: [{ name: 'includePrescriptionIssues', valueBoolean: true }] },
      { name: 'includeConsultations' },
      { name: 'includeProblems' },
      { name: 'includeImmunisations', part: [{ name: 'includeNotGiven', valueBoolean: true }] },
      { name: 'includeUncategorisedData' },
      { name: 'includeInvestigations' },
      { name: 'includeReferrals' },
      { name: 'includeDiaryEntries' },
    ],
  };
}
