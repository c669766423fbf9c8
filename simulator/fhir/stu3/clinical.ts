/** Allergies, problems, immunisations, referrals, documents and diary entries of the practice record. */
import type { AllergyIntolerance, Condition, DocumentReference, Immunization, ProcedureRequest, ReferralRequest } from 'fhir/r3';
import type { AllergyEntry, DocumentEntry, ImmunisationEntry, Person, ProblemEntry, RecallEntry, ReferralEntry } from '../../people/story.ts';
import { documentText } from '../r4/contacts.ts';
import { author, base, concept, given, GPC, instant, organisationId, patientReference } from './common.ts';

const VERIFICATION = { confirmed: 'confirmed', unconfirmed: 'unconfirmed', refuted: 'refuted', 'entered-in-error': 'entered-in-error' } as const;
const CARE_CONNECT = 'https://fhir.hl7.org.uk/STU3/StructureDefinition';
const SEVERITY = { mild: 'mild', moderate: 'moderate', severe: 'severe' } as const;

export function allergy(person: Person, entry: AllergyEntry): AllergyIntolerance {
  return {
    resourceType: 'AllergyIntolerance',
    ...base(person, entry, 'CareConnect-GPC-AllergyIntolerance-1'),
    ...(entry.ended === undefined ? {} : { extension: [allergyEnd(entry.ended)] }),
    clinicalStatus: entry.standing,
    verificationStatus: VERIFICATION[entry.verification],
    ...given('category', entry.category === undefined ? undefined : [entry.category]),
    ...given('criticality', entry.criticality),
    code: concept(entry.concept),
    patient: patientReference(person),
    ...given('onsetDateTime', entry.date),
    assertedDate: instant(entry.recorded ?? entry.date),
    recorder: author(entry),
    ...given('note', entry.note === undefined ? undefined : [{ text: entry.note }]),
    ...(entry.reaction === undefined
      ? {}
      : { reaction: [{ manifestation: [concept(entry.reaction.manifestation)], ...given('severity', entry.reaction.severity === undefined ? undefined : SEVERITY[entry.reaction.severity]) }] }),
  };
}

function allergyEnd(ended: NonNullable<AllergyEntry['ended']>): { url: string; extension: { url: string; valueDateTime?: string; valueString?: string }[] } {
  return {
    url: `${GPC}/Extension-CareConnect-GPC-AllergyIntoleranceEnd-1`,
    extension: [{ url: 'endDate', valueDateTime: ended.date }, { url: 'reasonEnded', valueString: ended.reason }],
  };
}

export function problem(person: Person, entry: ProblemEntry): Condition {
  const start = base(person, entry, 'CareConnect-GPC-ProblemHeader-Condition-1');
  return {
    resourceType: 'Condition',
    ...start,
    extension: [
      { url: `${GPC}/Extension-CareConnect-GPC-ActualProblem-1`, valueReference: { reference: `Condition/${start.id}` } },
      { url: `${CARE_CONNECT}/Extension-CareConnect-ProblemSignificance-1`, valueCode: entry.significance ?? 'minor' },
    ],
    clinicalStatus: entry.standing === 'active' ? 'active' : 'inactive',
    category: [{ coding: [{ system: 'https://fhir.hl7.org.uk/STU3/CodeSystem/CareConnect-ConditionCategory-1', code: 'problem-list-item', display: 'Problem List Item' }] }],
    code: concept(entry.concept),
    subject: patientReference(person),
    ...given('onsetDateTime', entry.date),
    ...given('abatementDateTime', entry.abated),
    assertedDate: instant(entry.recorded ?? entry.date),
    asserter: author(entry),
    ...given('note', entry.note === undefined ? undefined : [{ text: entry.note }]),
  };
}

export function immunisation(person: Person, entry: ImmunisationEntry): Immunization {
  return {
    resourceType: 'Immunization',
    ...base(person, entry, 'CareConnect-GPC-Immunization-1'),
    extension: [
      { url: `${CARE_CONNECT}/Extension-CareConnect-DateRecorded-1`, valueDateTime: instant(entry.recorded ?? entry.date) },
      { url: `${CARE_CONNECT}/Extension-CareConnect-VaccinationProcedure-1`, valueCodeableConcept: concept(entry.procedure) },
    ],
    status: 'completed',
    notGiven: !entry.given,
    vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/v3/NullFlavor', code: 'UNK', display: 'unknown' }] },
    patient: patientReference(person),
    ...given('date', entry.date),
    primarySource: true,
    ...given('lotNumber', entry.lot),
    practitioner: [{ role: { coding: [{ system: 'http://hl7.org/fhir/v2/0443', code: 'AP', display: 'Administering Provider' }] }, actor: author(entry) }],
    ...given('note', entry.note === undefined ? undefined : [{ text: entry.note }]),
    ...(entry.reason === undefined ? {} : { explanation: { reasonNotGiven: [{ text: entry.reason }] } }),
    ...(entry.doseNumber === undefined ? {} : { vaccinationProtocol: [{ doseSequence: entry.doseNumber, targetDisease: [{ text: entry.procedure.display }], doseStatus: { coding: [{ system: 'http://hl7.org/fhir/vaccination-protocol-dose-status', code: 'count', display: 'Counts' }] } }] }),
  };
}

export function referral(person: Person, entry: ReferralEntry): ReferralRequest {
  return {
    resourceType: 'ReferralRequest',
    ...base(person, entry, 'CareConnect-GPC-ReferralRequest-1'),
    status: entry.standing,
    intent: 'order',
    priority: entry.priority,
    subject: patientReference(person),
    ...given('authoredOn', entry.date),
    requester: { agent: author(entry) },
    recipient: [{ reference: `Organization/${organisationId(entry.to)}` }],
    reasonCode: [concept(entry.concept)],
    description: entry.reason,
  };
}

/** The practice system names its documents; fetching them is another interaction. */
export function document(person: Person, entry: DocumentEntry): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    ...base(person, entry, 'CareConnect-GPC-DocumentReference-1'),
    status: 'current',
    type: { ...concept(entry.concept), text: entry.concept.display },
    subject: patientReference(person),
    ...given('created', entry.date),
    indexed: instant(entry.recorded ?? entry.date),
    author: [author(entry)],
    custodian: { reference: `Organization/${organisationId('harbour')}` },
    description: entry.title,
    content: [{ attachment: { contentType: 'text/plain', title: entry.title, size: Buffer.byteLength(documentText(entry)) } }],
  };
}

export function recall(person: Person, entry: RecallEntry): ProcedureRequest {
  return {
    resourceType: 'ProcedureRequest',
    ...base(person, entry, 'CareConnect-GPC-ProcedureRequest-1'),
    status: 'active',
    intent: 'plan',
    code: concept(entry.concept),
    subject: patientReference(person),
    ...given('occurrenceDateTime', entry.date),
    authoredOn: instant(entry.recorded),
    requester: { agent: author(entry) },
    ...given('note', entry.note === undefined ? undefined : [{ text: entry.note }]),
  };
}
