/** The practice system behind the Clinical Data Gateway: GP Connect Access Record Structured over the internet. */
import * as z from 'zod';
import { NHS_NUMBER } from '../fhir/identifiers.ts';
import { SECTIONS, structuredRecord } from '../fhir/stu3/record.ts';
import type { Section } from '../fhir/stu3/record.ts';
import { fhir, header, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { Bearer, Tokens } from '../identity/tokens.ts';
import { personByNumber, somebodyElse } from '../people/index.ts';
import { isNhsNumber } from '../people/nhs-number.ts';
import type { Person } from '../people/story.ts';
import { outcome } from './outcomes.ts';

const OPERATION = 'patient/$gpc.getstructuredrecord';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const parametersSchema = z.looseObject({
  resourceType: z.literal('Parameters'),
  parameter: z.array(z.looseObject({ name: z.string(), valueIdentifier: z.looseObject({ system: z.string().optional(), value: z.string().optional() }).optional() })),
});

/** GP Connect's names of what may be asked for. Documents come with the consultations they were filed in. */
const INCLUDES: Readonly<Record<string, readonly Section[]>> = {
  includeAllergies: ['allergies'],
  includeMedication: ['medication'],
  includeProblems: ['problems'],
  includeImmunisations: ['immunisations'],
  includeConsultations: ['consultations', 'documents'],
  includeInvestigations: ['investigations'],
  includeUncategorisedData: ['uncategorised'],
  includeReferrals: ['referrals'],
  includeDiaryEntries: ['diary'],
};

export function practice(tokens: Pick<Tokens, 'bearer'>): (ask: Ask) => Answer {
  return (ask) => {
    if (decodeURIComponent(ask.path) !== OPERATION) return outcome(404, 'NO_RECORD_FOUND', 'There is no such operation');
    if (ask.method !== 'POST') return wrongVerb('POST');
    return refuseCaller(ask, tokens.bearer(header(ask, 'authorization'))) ?? structuredRecordAnswer(ask);
  };
}

function refuseCaller(ask: Ask, bearer: Bearer): Answer | null {
  if (bearer.kind !== 'user' && bearer.kind !== 'unchecked') return outcome(401, 'ACCESS_DENIED', 'The access token is missing, revoked or too old');
  if (!header(ask, 'content-type').startsWith('application/fhir+json')) return outcome(415, 'BAD_REQUEST', 'Content-Type must be application/fhir+json');
  const from = header(ask, 'ods-from');
  if (from === '') return outcome(400, 'BAD_REQUEST', 'Header Ods-from is missing');
  if (bearer.kind === 'user' && !bearer.user.roles.some(({ org_code }) => org_code === from)) return outcome(403, 'ACCESS_DENIED', 'The user has no role at the organisation in Ods-from');
  return UUID.test(header(ask, 'ssp-traceid')) ? null : outcome(400, 'BAD_REQUEST', 'Header Ssp-TraceID is missing or not a UUID');
}

/** The structured record that a Parameters body asks for, whoever brought the request. */
export function structuredRecordAnswer(ask: Ask): Answer {
  const parameters = read(ask.body);
  if (parameters === null) return outcome(400, 'BAD_REQUEST', 'The body is not a Parameters resource');
  const number = parameters.find(({ name }) => name === 'patientNHSNumber')?.valueIdentifier;
  if (number === undefined) return outcome(400, 'BAD_REQUEST', 'Parameter patientNHSNumber is missing');
  if (number.system !== NHS_NUMBER || !isNhsNumber(number.value ?? '')) return outcome(400, 'INVALID_NHS_NUMBER', 'Parameter patientNHSNumber is not an NHS number');
  const person = personByNumber(number.value ?? '');
  // A former number is unknown to the practice, which took over the new one.
  if (person === undefined || person.nhsNumber !== number.value || !answersFor(person)) return outcome(404, 'PATIENT_NOT_FOUND', 'No patient with this NHS number is registered here');
  return fhir(200, structuredRecord(ask.mistaken ? somebodyElse(person) : person, sectionsOf(parameters)));
}

/** GP Connect providers say that they do not know restricted, deceased or deregistered patients. */
function answersFor(person: Person): boolean {
  return person.practice.registered && person.demographics === 'open' && person.died === undefined;
}

function read(body: string): z.infer<typeof parametersSchema>['parameter'] | null {
  try {
    const parsed = parametersSchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data.parameter : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The gateway's own request names the patient alone, and means everything. */
function sectionsOf(parameters: readonly { readonly name: string }[]): ReadonlySet<Section> {
  const asked = parameters.flatMap(({ name }) => (Object.hasOwn(INCLUDES, name) ? (INCLUDES[name] ?? []) : []));
  return new Set(asked.length === 0 ? SECTIONS : asked);
}
