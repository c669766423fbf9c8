/**
 * A region's documents by IHE MHD: Find Document References (ITI-67) when the record is opened, Retrieve Document (ITI-68)
 * when somebody opens one. Whose they are is asked beside it (PDQm ITI-78): a reference alone proves nobody.
 */
import type { HttpPort } from '../../net/http.ts';
import { instantOf } from '../../record/values.ts';
import { ask } from '../fhir-answer.ts';
import { type DocumentAnswer, type DocumentLocation, fetchDocument } from '../document.ts';
import { searchPointers } from '../pointers.ts';
import { fhirHeaders, NHS_NUMBER_SYSTEM, under } from '../request-headers.ts';
import type { Source, SourceEnd, SourceOptions, SourcePage, SourceRequest } from '../source.ts';

type MhdOptions = SourceOptions<'mhd'> & { readonly now?: () => Date };

export const MHD_NOTE = 'Documents only. What they say is not compared with the rest of the record.';

export function createMhdSource(options: MhdOptions): Source {
  const { id, name, role } = options;
  return { id, name, role, fetch: (request, http, signal) => findDocuments(options, request, http, signal), document: (location, _resource, request, http, signal) => retrieve(options, location, request, http, signal) };
}

async function* findDocuments({ id, name, baseUrl, now = () => new Date() }: MhdOptions, request: SourceRequest, http: HttpPort, signal: AbortSignal): AsyncGenerator<SourcePage | SourceEnd> {
  const identifier = encodeURIComponent(`${NHS_NUMBER_SYSTEM}|${request.nhsNumber}`);
  const headers = (): Readonly<Record<string, string>> => fhirHeaders(request);
  let page = 0;
  const pageOf = (body: SourcePage['body']): SourcePage => ({ kind: 'page', source: id, page: page++, release: 'R4', body, retrievedAt: instantOf(now()), subject: 'identifier' });

  const whose = ask(name, () => http.send({ method: 'GET', url: under(baseUrl, `Patient?identifier=${identifier}`), headers: headers() }, signal), ['Bundle']);
  const search = searchPointers({ name, firstUrl: under(baseUrl, `DocumentReference?patient.identifier=${identifier}&status=current`), headers, http, signal });
  // A server without patients of its own (ITI-78 is another actor's) is believed where each reference bears the NHS number itself.
  const patient = await whose;
  if (patient.kind === 'resource') yield pageOf(patient.resource);
  for (;;) {
    const { done, value } = await search.next();
    if (done === true) return yield { kind: 'outcome', outcome: value, notes: [MHD_NOTE] };
    yield pageOf(value);
  }
}

/** ITI-68, only where the site says that documents are: a reference must not lead the token or the clinician elsewhere. */
function retrieve({ name, baseUrl, documentBaseUrl }: MhdOptions, location: DocumentLocation, request: SourceRequest, http: HttpPort, signal: AbortSignal): Promise<DocumentAnswer> {
  const url = URL.canParse(location.url, under(baseUrl, '')) ? new URL(location.url, under(baseUrl, '')) : null;
  const origins = [baseUrl, documentBaseUrl].filter((one) => one !== undefined).map((one) => new URL(one).origin);
  if (url === null || !origins.includes(url.origin)) {
    return Promise.resolve({ kind: 'outcome', outcome: { kind: 'failed', sentence: `${name} keeps this document at an address that this site does not know, so it was not fetched. Ask the service desk.` } });
  }
  const { accept: _, ...headers } = fhirHeaders(request);
  return fetchDocument(name, location, { url: url.href, headers }, http, signal);
}
