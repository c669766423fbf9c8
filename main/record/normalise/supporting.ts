/** Resources that others refer to, and everything this program has no better place for. Nothing is left out. */
import { codingsOf, statusWord, wordsOf } from './codings.ts';
import { firstDate, periodDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { text } from './fields.ts';
import type { Fields } from './fields.ts';
import { fact, joined, notes, spoken, standingOf } from './item.ts';
import type { Normaliser, Reading } from './item.ts';
import { humanName } from './people.ts';

/** Kinds that say nothing of the patient by themselves. */
export const SUPPORTING: ReadonlySet<string> = new Set([
  'Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'Location', 'Medication', 'List', 'Composition', 'Device',
  'Specimen', 'HealthcareService', 'Provenance', 'RelatedPerson', 'Substance', 'Endpoint', 'Binary', 'OperationOutcome',
  'Schedule', 'Slot', 'Person', 'Group', 'Parameters', 'MessageHeader', 'StructureDefinition', 'ValueSet', 'CodeSystem',
]);

export const SUPPORT: Normaliser = { read: readSupport, facts: supportFacts };
/** A resource of a kind this program does not sort, or an entry that is no resource at all. */
export const OTHER: Normaliser = { read: readOther, facts: otherFacts };

function readSupport({ resource, resourceType }: Entry): Reading {
  return {
    section: 'supporting',
    title: `${spoken(resourceType)}${ofWhom(resource)}`,
    codings: codingsOf(resource['code']),
    standing: 'current',
    date: firstDate(resource['date'], resource['recorded'], resource['collectedDateTime'], resource['receivedTime']),
  };
}

function supportFacts({ resource }: Entry): ReturnType<Normaliser['facts']> {
  return [joined('Status', [statusWord(resource['status'])].flatMap((word) => word ?? [])), notes(resource)];
}

function ofWhom(resource: Fields): string {
  const name = text(resource['name']) ?? humanName(resource['name']) ?? text(resource['title']) ?? wordsOf(resource['code']) ?? wordsOf(resource['type']) ?? wordsOf(resource['deviceName']);
  return name === undefined ? '' : `: ${name}`;
}

function readOther({ resource, resourceType, unreadable }: Entry): Reading {
  const status = statusWord(resource['status']);
  const concept = resource['code'] ?? resource['type'] ?? resource['category'];
  const words = wordsOf(concept);
  return {
    section: 'other',
    title: words === undefined ? spoken(resourceType) : `${spoken(resourceType)}: ${words}`,
    codings: codingsOf(concept),
    date: firstDate(resource['date'], resource['created'], resource['authored'], resource['authoredOn'], resource['recordedDate'], resource['sent']) ?? periodDate(resource['period'] ?? resource['billablePeriod']),
    standing: unreadable === undefined ? standingOf('other', status) : 'unclear',
    status,
    warning: unreadable,
  };
}

function otherFacts({ resource }: Entry): ReturnType<Normaliser['facts']> {
  return [fact('Description', text(resource['description'])), notes(resource)];
}
