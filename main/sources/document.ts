/** A document behind a pointer: where it is, fetched only when somebody opens it, and checked against what was said of it. */
import { createHash } from 'node:crypto';
import type { HttpPort, HttpRequest, HttpResponse } from '../net/http.ts';
import type { SourceOutcome } from '../record/model.ts';
import { exactNumber, fields, list, text } from '../record/normalise/fields.ts';
import type { Fields } from '../record/normalise/fields.ts';
import { networkOutcome } from './fhir-answer.ts';

/** One file of a DocumentReference, as its attachment describes it. */
export interface DocumentLocation {
  readonly url: string;
  readonly title?: string | undefined;
  readonly contentType?: string | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
  /** SHA-1 in base64 (FHIR Attachment.hash). */
  readonly hash?: string | undefined;
}

export type DocumentAnswer = { readonly kind: 'document'; readonly bytes: Uint8Array; readonly contentType: string } | { readonly kind: 'outcome'; readonly outcome: SourceOutcome };

/** A document larger than this is not a letter. */
const MOST_BYTES = 32 * 1024 * 1024;

/** The files of a DocumentReference (R4, and STU3 which has the same shape here) that are somewhere else. */
export function locationsIn(resource: Fields): readonly DocumentLocation[] {
  return list(resource['content']).flatMap((content) => {
    const attachment = fields(fields(content)['attachment']);
    const url = text(attachment['url']);
    if (url === undefined) return [];
    return [{ url, title: text(attachment['title']), contentType: text(attachment['contentType']), size: exactNumber(attachment['size'])?.number, hash: text(attachment['hash']) }];
  });
}

/** Sends `request` and answers with the bytes, or with why they may not be shown. `name` is the source's. */
export async function fetchDocument(name: string, location: DocumentLocation, request: Pick<HttpRequest, 'url' | 'headers'>, http: HttpPort, signal: AbortSignal): Promise<DocumentAnswer> {
  try {
    const accept = location.contentType === undefined ? '*/*' : `${location.contentType}, */*;q=0.1`;
    const response = await http.send({ ...request, method: 'GET', headers: { ...request.headers, accept }, answerAs: 'bytes', maxBytes: MOST_BYTES }, signal);
    return readDocument(name, location, response);
  } catch (problem) {
    return { kind: 'outcome', outcome: networkOutcome(name, problem) };
  }
}

/** Statuses of Retrieve Document (IHE ITI-68) and what they mean for the person who opened it. */
const BY_STATUS: Readonly<Record<number, (name: string) => SourceOutcome>> = {
  401: (name) => ({ kind: 'refused', sentence: `${name} no longer accepts this sign-in. Sign out, then sign in again.` }),
  403: (name) => ({ kind: 'refused', sentence: `${name} does not let this role see the document.` }),
  404: (name) => ({ kind: 'failed', sentence: `${name} no longer has this document at the place it named.` }),
  406: (name) => ({ kind: 'failed', sentence: `${name} cannot give this document in a form that can be shown.` }),
  410: (name) => ({ kind: 'failed', sentence: `${name} has withdrawn this document.` }),
  429: (name) => ({ kind: 'failed', sentence: `${name} is busy. Wait a moment, then try again.` }),
  503: (name) => ({ kind: 'failed', sentence: `${name} is busy. Wait a moment, then try again.` }),
};

function readDocument(name: string, location: DocumentLocation, { status, headers, bytes = new Uint8Array() }: HttpResponse): DocumentAnswer {
  if (status < 200 || status > 299) return { kind: 'outcome', outcome: BY_STATUS[status]?.(name) ?? failed(`${name} could not give this document. Try again; if it goes on, tell the service desk.`) };
  const contentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? location.contentType ?? 'application/octet-stream';
  const wrong = mismatch(location, contentType, bytes);
  if (wrong === null) return { kind: 'document', bytes, contentType };
  return { kind: 'outcome', outcome: failed(`${name} sent ${wrong}, so it is not shown. Try again; if it goes on, tell the service desk.`) };
}

/** In what it is not the document that was pointed at. A log-in page is no letter, whatever its status. */
function mismatch({ contentType: wanted, size, hash }: DocumentLocation, contentType: string, bytes: Uint8Array): string | null {
  if (contentType === 'text/html' && wanted !== undefined && !wanted.startsWith('text/html')) return 'a web page instead of the document';
  if (bytes.byteLength === 0) return 'an empty document';
  if (size !== undefined && size !== bytes.byteLength) return `a document of ${bytes.byteLength} bytes where ${size} were announced`;
  if (hash !== undefined && createHash('sha1').update(bytes).digest('base64') !== hash) return 'a document that is not the one it described';
  return null;
}

function failed(sentence: string): SourceOutcome {
  return { kind: 'failed', sentence };
}
