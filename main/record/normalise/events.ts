/** What happened or is planned: each kind of resource with where it is shown and which fields say what and when. */
import type { Item, Section } from '../model.ts';
import { allWords, codingsOf, identifies, isAdvancePlan, statusWord, wordsOf } from './codings.ts';
import type { Context } from './context.ts';
import { firstDate, periodDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { extension, exactNumber, fields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { dated, fact, joined, notes, reasons, spoken, standingOf } from './item.ts';
import type { Normaliser, Reading } from './item.ts';

interface EventKind {
  readonly section: Section;
  /** Fields that name it (CodeableConcept, Coding or text), the best first. */
  readonly title: readonly string[];
  /** Fields that date it (dateTime or Period), the best first. */
  readonly date: readonly string[];
  /** Further fields in words. */
  readonly facts?: readonly (readonly [label: string, field: string])[];
}

const EVENT_KINDS: Readonly<Record<string, EventKind>> = {
  Flag: { section: 'alerts', title: ['code', 'category'], date: ['period'], facts: [['Category', 'category']] },
  DetectedIssue: { section: 'alerts', title: ['code', 'category'], date: ['identifiedDateTime', 'date'], facts: [['Detail', 'detail']] },
  Immunization: { section: 'immunisations', title: ['vaccineCode'], date: ['occurrenceDateTime', 'date'], facts: [['Batch', 'lotNumber'], ['Site', 'site'], ['Route', 'route'], ['Not given because', 'statusReason'], ['Given because', 'reasonCode']] },
  Procedure: { section: 'procedures', title: ['code', 'category'], date: ['performedDateTime', 'performedPeriod'], facts: [['Site', 'bodySite'], ['Outcome', 'outcome'], ['Complication', 'complication'], ['Not done because', 'notDoneReason']] },
  Encounter: { section: 'encounters', title: ['type', 'serviceType', 'class'], date: ['period'], facts: [['Class', 'class'], ['Diagnosis', 'diagnosis']] },
  EpisodeOfCare: { section: 'encounters', title: ['type'], date: ['period'] },
  CarePlan: { section: 'plans', title: ['title', 'category', 'description'], date: ['period', 'created'], facts: [['Description', 'description']] },
  Goal: { section: 'plans', title: ['description'], date: ['startDate', 'statusDate'], facts: [['Achieved', 'achievementStatus']] },
  CareTeam: { section: 'plans', title: ['name', 'category'], date: ['period'] },
  Consent: { section: 'plans', title: ['category', 'scope'], date: ['dateTime'] },
  ProcedureRequest: { section: 'plans', title: ['code', 'category'], date: ['occurrenceDateTime', 'occurrencePeriod', 'authoredOn'] },
  RequestGroup: { section: 'plans', title: ['code'], date: ['authoredOn'] },
  DocumentReference: { section: 'documents', title: ['type', 'description', 'category'], date: ['created', 'date', 'indexed'], facts: [['Description', 'description'], ['Category', 'category'], ['Kind of document', 'type']] },
  Media: { section: 'documents', title: ['type', 'modality', 'reasonCode'], date: ['createdDateTime', 'occurrenceDateTime', 'issued'] },
  ImagingStudy: { section: 'results', title: ['description', 'procedureCode', 'modality'], date: ['started'], facts: [['Modality', 'modality']] },
  ReferralRequest: { section: 'referrals', title: ['type', 'specialty', 'reasonCode', 'description'], date: ['authoredOn', 'occurrenceDateTime'], facts: [['Specialty', 'specialty'], ['Priority', 'priority'], ['Service', 'serviceRequested'], ['Description', 'description']] },
  ServiceRequest: { section: 'referrals', title: ['code', 'category'], date: ['authoredOn', 'occurrenceDateTime', 'occurrencePeriod'], facts: [['Priority', 'priority'], ['Category', 'category'], ['Kind of performer', 'performerType']] },
  Appointment: { section: 'appointments', title: ['description', 'appointmentType', 'serviceType', 'specialty'], date: ['start', 'requestedPeriod'], facts: [['Kind', 'appointmentType'], ['Service', 'serviceType'], ['Specialty', 'specialty'], ['Comment', 'comment']] },
};

/** A normaliser for each kind in the table. */
export const EVENTS: Readonly<Record<string, Normaliser>> = Object.fromEntries(Object.entries(EVENT_KINDS).map(([type, kind]) => [type, eventNormaliser(kind)]));

function eventNormaliser(kind: EventKind): Normaliser {
  return { read: (entry) => readEvent(entry, kind), facts: (entry, context) => eventFacts(entry, kind, context) };
}

function readEvent({ resource, resourceType }: Entry, kind: EventKind): Reading {
  const status = resource['notGiven'] === true || resource['notDone'] === true ? 'not-done' : statusWord(resource['status']);
  const codings = codingsOf(...kind.title.map((field) => resource[field]), extension(resource, 'VaccinationProcedure')?.['valueCodeableConcept']);
  const section = kind.section !== 'alerts' && codings.some(isAdvancePlan) ? 'plans' : kind.section;
  return {
    section,
    title: titleOf(resource, kind) ?? spoken(resourceType),
    codings,
    date: dateOf(resource, kind),
    standing: eventStanding(kind.section, status),
    status,
  };
}

function eventFacts(entry: Entry, kind: EventKind, context: Context): ReturnType<Normaliser['facts']> {
  const { resource, resourceType } = entry;
  return [
    ...(kind.facts ?? []).map(([label, field]) => joined(label, wordsIn(resource[field]))),
    fact('Dose number', doseNumber(resource)),
    dated('Expires', resource['expirationDate']),
    dated('Ended', fields(resource['period'])['end'] ?? fields(resource['performedPeriod'])['end']),
    joined('Place', placesOf(entry, context)),
    joined('Activity', list(resource['activity']).flatMap((one) => wordsIn(fields(fields(one)['detail'])['code']))),
    joined('File', list(resource['content']).flatMap((one) => attachmentText(fields(fields(one)['attachment'])))),
    resourceType === 'Immunization' ? undefined : reasons(resource, context, entry),
    notes(resource),
  ];
}

/** What was done is there whatever its status says; only a withdrawn entry and one that did not happen stand apart. */
function eventStanding(section: Section, status: string | undefined): Item['standing'] {
  const standing = standingOf(section, status);
  const isEvent = section === 'encounters' || section === 'procedures' || section === 'immunisations' || section === 'documents';
  return isEvent && standing === 'unclear' ? 'current' : standing;
}

/** A vaccine code of "unknown" names nothing; GP Connect then names the vaccination in an extension. */
function titleOf(resource: Fields, kind: EventKind): string | undefined {
  const named = kind.title.map((field) => resource[field]).filter((value) => value !== undefined && !isNullFlavour(value));
  const vaccination = extension(resource, 'VaccinationProcedure')?.['valueCodeableConcept'];
  for (const value of [...named, vaccination]) {
    const words = wordsIn(value)[0];
    if (words !== undefined) return words;
  }
  return undefined;
}

function isNullFlavour(value: unknown): boolean {
  const codings = codingsOf(value);
  return codings.length > 0 && fields(value)['text'] === undefined && codings.every((coding) => !identifies(coding) && coding.system.endsWith('v3-NullFlavor'));
}

function dateOf(resource: Fields, kind: EventKind): Item['date'] {
  for (const field of kind.date) {
    const found = firstDate(resource[field]) ?? periodDate(resource[field]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A field in words, whether it holds text, a concept, or a list of either. */
function wordsIn(value: unknown): readonly string[] {
  return list(value).flatMap((one) => text(one) ?? wordsOf(one) ?? allWords(fields(one)['condition']));
}

function doseNumber(resource: Fields): string | undefined {
  const applied = fields(list(resource['protocolApplied'] ?? resource['vaccinationProtocol'])[0]);
  return exactNumber(applied['doseNumberPositiveInt'] ?? applied['doseSequence'])?.text ?? text(applied['doseNumberString']);
}

function placesOf(entry: Entry, context: Context): readonly string[] {
  const { resource } = entry;
  return [...list(resource['location']).map((one) => fields(one)['location'] ?? one), ...list(resource['participant']).map((one) => fields(one)['actor'])].flatMap((reference) => {
    const target = context.resolve(reference, entry);
    return target?.resourceType === 'Location' ? text(target.resource['name']) ?? [] : [];
  });
}

function attachmentText(attachment: Fields): readonly string[] {
  const named = text(attachment['title']) ?? text(attachment['contentType']);
  return named === undefined ? [] : [named];
}
