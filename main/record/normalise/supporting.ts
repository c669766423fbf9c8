/** Resources that others refer to, and everything this program has no better place for. Nothing is left out. */
import type { Item } from '../model.ts';
import { codingsOf, statusWord, wordsOf } from './codings.ts';
import type { Context } from './context.ts';
import { firstDate, periodDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { text } from './fields.ts';
import type { Fields } from './fields.ts';
import { fact, itemOf, joined, notes, spoken, standingOf } from './item.ts';
import { humanName } from './people.ts';

/** Kinds that say nothing of the patient by themselves. */
export const SUPPORTING: ReadonlySet<string> = new Set([
  'Patient', 'Practitioner', 'PractitionerRole', 'Organization', 'Location', 'Medication', 'List', 'Composition', 'Device',
  'Specimen', 'HealthcareService', 'Provenance', 'RelatedPerson', 'Substance', 'Endpoint', 'Binary', 'OperationOutcome',
  'Schedule', 'Slot', 'Person', 'Group', 'Parameters', 'MessageHeader', 'StructureDefinition', 'ValueSet', 'CodeSystem',
]);

export function normaliseSupporting(entry: Entry, id: string, context: Context): Item {
  const { resource, resourceType } = entry;
  return itemOf(entry, id, {
    section: 'supporting',
    title: `${spoken(resourceType)}${ofWhom(resource)}`,
    standing: 'current',
    date: firstDate(resource['date'], resource['recorded'], resource['collectedDateTime'], resource['receivedTime']),
    facts: [joined('Status', [statusWord(resource['status'])].flatMap((word) => word ?? [])), notes(resource)],
  }, context);
}

function ofWhom(resource: Fields): string {
  const name = text(resource['name']) ?? humanName(resource['name']) ?? text(resource['title']) ?? wordsOf(resource['code']) ?? wordsOf(resource['type']) ?? wordsOf(resource['deviceName']);
  return name === undefined ? '' : `: ${name}`;
}

/** A resource of a kind this program does not sort, or an entry that is no resource at all. */
export function normaliseOther(entry: Entry, id: string, context: Context): Item {
  const { resource, resourceType, unreadable } = entry;
  const status = statusWord(resource['status']);
  const concept = resource['code'] ?? resource['type'] ?? resource['category'];
  const words = wordsOf(concept);
  return itemOf(entry, id, {
    section: 'other',
    title: words === undefined ? spoken(resourceType) : `${spoken(resourceType)}: ${words}`,
    codings: codingsOf(concept),
    date: firstDate(resource['date'], resource['created'], resource['authored'], resource['authoredOn'], resource['recordedDate'], resource['sent']) ?? periodDate(resource['period'] ?? resource['billablePeriod']),
    standing: unreadable === undefined ? standingOf('other', status) : 'unclear',
    ...(status === undefined ? {} : { status }),
    ...(unreadable === undefined ? {} : { warning: unreadable }),
    facts: [fact('Description', text(resource['description'])), notes(resource)],
  }, context);
}
