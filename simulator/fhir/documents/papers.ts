/** The papers a region keeps of a person, each with its bytes. */
import { createHash } from 'node:crypto';
import { heldBy } from '../../people/index.ts';
import type { DocumentEntry, Person, PlanEntry } from '../../people/story.ts';
import { entryId } from '../identifiers.ts';
import { documentText } from '../r4/contacts.ts';
import { sharedRecordOf } from '../shared-records.ts';
import { pdf } from './pdf.ts';

export interface Paper {
  /** What the bytes are fetched by. */
  readonly id: string;
  readonly entry: DocumentEntry | PlanEntry;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** SHA-1 in base64, as `Attachment.hash` wants it. */
  readonly hash: string;
}

/** Letters, and plans where the region keeps the paper itself. Wessex keeps plain text, the others PDF. */
export function papersOf(person: Person): readonly Paper[] {
  return heldBy(person, 'wessex').flatMap((entry) => (entry.kind === 'document' || (entry.kind === 'plan' && person.keptBy !== undefined) ? [paper(person, entry)] : []));
}

export function paper(person: Person, entry: DocumentEntry | PlanEntry): Paper {
  const { region } = sharedRecordOf(person);
  const lines = entry.kind === 'document' ? entry.lines : [entry.description];
  const asText = region === 'wessex' && entry.kind === 'document';
  const bytes = asText ? Buffer.from(documentText(entry)) : pdf(entry.title, lines);
  return {
    id: entryId(person, entry, 'wessex', 'binary'),
    entry,
    contentType: asText ? 'text/plain; charset=utf-8' : 'application/pdf',
    bytes,
    hash: createHash('sha1').update(bytes).digest('base64'),
  };
}
