/** Who is searched for: the Patient that bears the NHS number, as the server knows them. */
import type { SourceOutcome } from '../../record/model.ts';
import { fields, identifier, list, text } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';
import { ask } from '../fhir-answer.ts';
import { NHS_NUMBER_SYSTEM, under } from '../request-headers.ts';
import type { SourcePage } from '../source.ts';
import { get, pageOf, type Run } from './run.ts';

export type Found =
  | { readonly kind: 'found'; readonly patientId: string; readonly page: SourcePage }
  /** The server answered with somebody else: the page goes to the wrong-patient guard, and nothing more is asked. */
  | { readonly kind: 'somebody-else'; readonly page: SourcePage }
  | { readonly kind: 'outcome'; readonly outcome: SourceOutcome };

/**
 * The one Patient with this NHS number. None is "none held"; several cannot be told apart and are not guessed at. Of a
 * server that ignores what it was asked and sends everybody, only who bears the number counts.
 */
export async function findPatient(run: Run): Promise<Found> {
  const { name, baseUrl } = run.options;
  const numbered = encodeURIComponent(`${NHS_NUMBER_SYSTEM}|${run.request.nhsNumber}`);
  const answer = await ask(name, () => get(run, under(baseUrl, `Patient?identifier=${numbered}`)), ['Bundle']);
  if (answer.kind === 'outcome') return answer;
  const patients = list(answer.resource['entry']).map((entry) => fields(fields(entry)['resource'])).filter((resource) => resource['resourceType'] === 'Patient');
  if (patients.length === 0) return { kind: 'outcome', outcome: { kind: 'none-held', sentence: `${name} holds no record of this patient.` } };
  const bearing = patients.filter((patient) => bears(patient, run.request.nhsNumber));
  if (bearing.length === 0) return { kind: 'somebody-else', page: pageOf(run, answer.resource) };
  const [id, ...others] = new Set(bearing.flatMap((patient) => identifier(patient['id']) ?? []));
  if (id === undefined) return { kind: 'outcome', outcome: { kind: 'failed', sentence: `${name} names no record for this patient, so nothing can be asked of it. Tell the service desk.` } };
  if (others.length > 0) {
    return { kind: 'outcome', outcome: { kind: 'failed', sentence: `${name} holds ${others.length + 1} patients with this NHS number, so its record cannot be read safely. Tell the service desk.` } };
  }
  return { kind: 'found', patientId: id, page: pageOf(run, answer.resource) };
}

function bears(patient: Fields, nhsNumber: string): boolean {
  return list(patient['identifier']).map(fields).some((one) => text(one['system']) === NHS_NUMBER_SYSTEM && identifier(one['value'])?.replace(/[\s-]/g, '') === nhsNumber);
}
