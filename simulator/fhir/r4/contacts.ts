/** Encounters, documents, plans, referrals and appointments as UK Core R4. */
import type { Appointment, CarePlan, DocumentReference, Encounter, ServiceRequest } from 'fhir/r4';
import { entryId, SNOMED } from '../identifiers.ts';
import type { AppointmentEntry, DocumentEntry, EncounterEntry, Person, PlanEntry, ReferralEntry } from '../../people/story.ts';
import { author, base, concept, given, instant, notes, organisationReference, patientReference, plainConcept } from './common.ts';

const CLASS = {
  ambulatory: ['AMB', 'ambulatory'],
  inpatient: ['IMP', 'inpatient encounter'],
  emergency: ['EMER', 'emergency'],
  home: ['HH', 'home health'],
  virtual: ['VR', 'virtual'],
} as const;

export function encounter(person: Person, entry: EncounterEntry): Encounter {
  const [code, display] = CLASS[entry.setting];
  return {
    resourceType: 'Encounter',
    ...base(person, entry, 'UKCore-Encounter'),
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code, display },
    type: [{ text: entry.type }],
    subject: patientReference(person),
    ...(entry.author === undefined ? {} : { participant: [{ individual: author(entry) }] }),
    period: { ...given('start', entry.date), ...given('end', entry.end) },
    ...given('reasonCode', reasons(entry)),
    serviceProvider: organisationReference(entry.organisation),
  };
}

/** R4 encounters have no note: what was written is the reason's words. */
function reasons(entry: EncounterEntry): { text: string }[] | undefined {
  const words = [entry.reason, entry.note].filter((text) => text !== undefined);
  return words.length === 0 ? undefined : words.map((text) => ({ text }));
}

/** `address` is where the text can be fetched. */
export function document(person: Person, entry: DocumentEntry, base4: string): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    ...base(person, entry, 'UKCore-DocumentReference'),
    status: 'current',
    docStatus: 'final',
    type: plainConcept(entry.concept),
    category: [{ coding: [{ system: SNOMED, code: '823651000000106', display: 'Clinical note' }] }],
    subject: patientReference(person),
    ...given('date', entry.date === undefined ? undefined : instant(entry.date)),
    author: [author(entry)],
    custodian: organisationReference(entry.organisation),
    description: entry.title,
    content: [{
      attachment: {
        contentType: 'text/plain; charset=utf-8',
        language: 'en-GB',
        url: `${base4}/Binary/${entryId(person, entry, 'wessex', 'binary')}`,
        size: Buffer.byteLength(documentText(entry)),
        title: entry.title,
        ...given('creation', entry.date),
      },
    }],
  };
}

/** The document itself, plain text. */
export function documentText(entry: DocumentEntry): string {
  return [entry.title, '', ...entry.lines, ''].join('\n');
}

export function plan(person: Person, entry: PlanEntry): CarePlan {
  return {
    resourceType: 'CarePlan',
    ...base(person, entry, 'UKCore-CarePlan'),
    status: 'active',
    intent: 'plan',
    category: [plainConcept(entry.concept)],
    title: entry.title,
    description: entry.description,
    subject: patientReference(person),
    ...(entry.date === undefined ? {} : { period: { start: entry.date } }),
    ...given('created', entry.date),
    author: author(entry),
  };
}

export function referral(person: Person, entry: ReferralEntry): ServiceRequest {
  return {
    resourceType: 'ServiceRequest',
    ...base(person, entry, 'UKCore-ServiceRequest'),
    status: entry.standing,
    intent: 'order',
    category: [{ coding: [{ system: SNOMED, code: '3457005', display: 'Patient referral' }] }],
    priority: entry.priority,
    code: concept(entry.concept, entry),
    subject: patientReference(person),
    ...given('authoredOn', entry.date),
    requester: author(entry),
    performer: [organisationReference(entry.to)],
    reasonCode: [{ text: entry.reason }],
    ...notes(entry),
  };
}

export function appointment(person: Person, entry: AppointmentEntry): Appointment {
  return {
    resourceType: 'Appointment',
    ...base(person, entry, 'UKCore-Appointment'),
    status: entry.standing,
    description: entry.title,
    ...given('start', entry.date),
    end: entry.end,
    participant: [
      { actor: patientReference(person), status: 'accepted' },
      { actor: organisationReference(entry.organisation), status: 'accepted' },
    ],
  };
}
