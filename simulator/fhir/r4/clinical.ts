/** Allergies, problems, procedures, immunisations and flags as UK Core R4. */
import type { AllergyIntolerance, Condition, Flag, Immunization, Procedure } from 'fhir/r4';
import type { AllergyEntry, FlagEntry, ImmunisationEntry, Person, ProblemEntry, ProcedureEntry } from '../../people/story.ts';
import { author, base, concept, given, notes, organisationReference, patientReference, plainConcept, term, UK_CORE } from './common.ts';

export function allergy(person: Person, entry: AllergyEntry): AllergyIntolerance {
  const wrong = entry.verification === 'entered-in-error';
  return {
    resourceType: 'AllergyIntolerance',
    ...base(person, entry, 'UKCore-AllergyIntolerance'),
    ...(wrong ? {} : { clinicalStatus: term('allergyintolerance-clinical', entry.standing) }),
    verificationStatus: term('allergyintolerance-verification', entry.verification),
    ...given('category', entry.category === undefined ? undefined : [entry.category]),
    ...given('criticality', entry.criticality),
    code: concept(entry.concept, entry),
    patient: patientReference(person),
    ...given('onsetDateTime', entry.date),
    ...given('recordedDate', entry.recorded ?? entry.date),
    recorder: author(entry),
    ...notes(entry),
    ...(entry.reaction === undefined
      ? {}
      : { reaction: [{ manifestation: [plainConcept(entry.reaction.manifestation)], ...given('severity', entry.reaction.severity) }] }),
  };
}

export function problem(person: Person, entry: ProblemEntry): Condition {
  return {
    resourceType: 'Condition',
    ...base(person, entry, 'UKCore-Condition'),
    clinicalStatus: term('condition-clinical', entry.standing),
    verificationStatus: term('condition-ver-status', 'confirmed'),
    category: [term('condition-category', 'problem-list-item', 'Problem List Item')],
    code: concept(entry.concept, entry),
    subject: patientReference(person),
    ...given('onsetDateTime', entry.date),
    ...given('abatementDateTime', entry.abated),
    ...given('recordedDate', entry.recorded ?? entry.date),
    recorder: author(entry),
    ...notes(entry),
  };
}

export function procedure(person: Person, entry: ProcedureEntry): Procedure {
  return {
    resourceType: 'Procedure',
    ...base(person, entry, 'UKCore-Procedure'),
    status: 'completed',
    code: concept(entry.concept, entry),
    subject: patientReference(person),
    ...given('performedDateTime', entry.date),
    performer: [{ actor: author(entry), onBehalfOf: organisationReference(entry.organisation) }],
    ...notes(entry),
  };
}

export function immunisation(person: Person, entry: ImmunisationEntry): Immunization {
  return {
    resourceType: 'Immunization',
    ...base(person, entry, 'UKCore-Immunization'),
    extension: [{ url: `${UK_CORE}/Extension-UKCore-VaccinationProcedure`, valueCodeableConcept: concept(entry.procedure, entry) }],
    status: entry.given ? 'completed' : 'not-done',
    ...(entry.given || entry.reason === undefined ? {} : { statusReason: { text: entry.reason } }),
    vaccineCode: entry.vaccine === undefined ? { ...term('v3-NullFlavor', 'UNK', 'unknown'), text: entry.procedure.display } : concept(entry.vaccine, entry),
    patient: patientReference(person),
    ...(entry.date === undefined ? { occurrenceString: 'Date not recorded' } : { occurrenceDateTime: entry.date }),
    primarySource: true,
    ...given('lotNumber', entry.lot),
    performer: [{ actor: author(entry) }],
    ...(entry.doseNumber === undefined ? {} : { protocolApplied: [{ doseNumberPositiveInt: entry.doseNumber }] }),
    ...notes(entry),
  };
}

export function flag(person: Person, entry: FlagEntry): Flag {
  return {
    resourceType: 'Flag',
    ...base(person, entry, 'UKCore-Flag'),
    status: 'active',
    category: [term('flag-category', entry.category)],
    code: { ...plainConcept(entry.concept), ...given('text', entry.note === undefined ? undefined : `${entry.concept.display}. ${entry.note}`) },
    subject: patientReference(person),
    ...(entry.date === undefined ? {} : { period: { start: entry.date } }),
    author: author(entry),
  };
}
