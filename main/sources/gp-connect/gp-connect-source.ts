/**
 * The GP practice's structured record (GP Connect Access Record: Structured, FHIR STU3), through NHS England's Clinical Data
 * Gateway or the Spine proxy: `POST …/$gpc.getstructuredrecord`.
 */
import type { HttpPort } from '../../net/http.ts';
import type { SourceId } from '../../record/values.ts';
import { instantOf } from '../../record/values.ts';
import { firstDate } from '../../record/normalise/dates.ts';
import { type Fields, fields } from '../../record/normalise/fields.ts';
import { ask } from '../fhir-answer.ts';
import { NHS_NUMBER_SYSTEM } from '../request-headers.ts';
import type { Source, SourceEnd, SourcePage, SourceRequest } from '../source.ts';
import { addressOf, type GpConnectAddress } from './route.ts';
import { unknownAreas } from './unknown-areas.ts';
import { withheldNotes, withheldSections } from './withheld.ts';

export interface GpConnectOptions extends GpConnectAddress {
  readonly id: SourceId;
  readonly role: 'practice' | 'shared';
  readonly now?: () => Date;
}

export function createGpConnectSource(options: GpConnectOptions): Source {
  const { id, name, role } = options;
  return { id, name, role, fetch: (request, http, signal) => fetchRecord(options, request, http, signal) };
}

async function* fetchRecord(options: GpConnectOptions, request: SourceRequest, http: HttpPort, signal: AbortSignal): AsyncGenerator<SourcePage | SourceEnd> {
  const { id, name, now = () => new Date() } = options;
  const addressed = addressOf(options, request, now());
  if (addressed.kind === 'refused') return yield { kind: 'outcome', outcome: addressed, notes: [] };
  const answer = await ask(name, () => http.send({ method: 'POST', ...addressed.request, body: JSON.stringify(parametersOf(request)) }, signal), ['Bundle']);
  if (answer.kind === 'outcome') return yield { kind: 'outcome', outcome: answer.outcome, notes: [] };
  yield { kind: 'page', source: id, page: 0, release: 'STU3', body: answer.resource, retrievedAt: instantOf(now()) };
  yield endOf(name, answer.resource);
}

/** What the practice keeps back, and which of the areas it was asked for it does not know yet. */
function endOf(name: string, bundle: Fields): SourceEnd {
  const withheld = withheldNotes(bundle);
  const notOffered = unknownAreas(bundle);
  const generatedAt = firstDate(bundle['timestamp'], fields(bundle['meta'])['lastUpdated']);
  const more = { ...(generatedAt === undefined ? {} : { generatedAt }), ...(notOffered.length === 0 ? {} : { notOffered }) };
  const notes = notOffered.length === 0 ? withheld : [...withheld, `${name} cannot give every part of its record by this way yet.`];
  const [first] = withheld;
  if (first === undefined) return { kind: 'outcome', outcome: { kind: 'answered', ...more }, notes };
  return { kind: 'outcome', outcome: { kind: 'partial', because: 'kept-back', lacks: withheldSections(bundle), sentence: `${name} kept something back: ${first}`, ...more }, notes };
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
