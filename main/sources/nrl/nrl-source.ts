/**
 * The National Record Locator, consumer API version 3: pointers to care plans, ReSPECT forms and other records that
 * organisations hold. A document is fetched when somebody opens it, through the Spine proxy.
 */
import type { HttpPort } from '../../net/http.ts';
import { instantOf } from '../../record/values.ts';
import { type DocumentAnswer, type DocumentLocation, fetchDocument } from '../document.ts';
import { searchPointers } from '../pointers.ts';
import { fhirHeaders, NHS_NUMBER_SYSTEM, under } from '../request-headers.ts';
import type { Source, SourceEnd, SourceOptions, SourcePage, SourceRequest } from '../source.ts';
import type { Fields } from '../../record/normalise/fields.ts';
import { RETRIEVE, providerOf } from './provider.ts';
import { retrievalToken } from './retrieval-token.ts';

type NrlOptions = SourceOptions<'nrl'> & { readonly now?: () => Date };

export const NRL_NOTE = 'Pointers to documents that other organisations hold. What they say is not compared with the rest of the record.';

export function createNrlSource(options: NrlOptions): Source {
  const { id, name, role } = options;
  return { id, name, role, fetch: (request, http, signal) => findPointers(options, request, http, signal), document: (location, resource, request, http, signal) => retrieve(options, location, resource, request, http, signal) };
}

async function* findPointers({ id, name, baseUrl, pointerTypes, now = () => new Date() }: NrlOptions, request: SourceRequest, http: HttpPort, signal: AbortSignal): AsyncGenerator<SourcePage | SourceEnd> {
  const subject = encodeURIComponent(`${NHS_NUMBER_SYSTEM}|${request.nhsNumber}`);
  const types = pointerTypes === undefined ? '' : `&type=${encodeURIComponent(pointerTypes.map((code) => `http://snomed.info/sct|${code}`).join(','))}`;
  const headers = (): Readonly<Record<string, string>> => ({ ...fhirHeaders(request), accept: 'application/fhir+json;version=1', 'x-correlation-id': crypto.randomUUID() });
  const search = searchPointers({ name, firstUrl: under(baseUrl, `DocumentReference?subject:identifier=${subject}${types}`), headers, http, signal });
  for (let page = 0; ; page += 1) {
    const { done, value } = await search.next();
    if (done === true) return yield { kind: 'outcome', outcome: value, notes: [NRL_NOTE] };
    yield { kind: 'page', source: id, page, release: 'R4', body: value, retrievedAt: instantOf(now()), subject: 'identifier' };
  }
}

async function retrieve({ name, spineProxy, now = () => new Date() }: NrlOptions, location: DocumentLocation, pointer: Fields, request: SourceRequest, http: HttpPort, signal: AbortSignal): Promise<DocumentAnswer> {
  const refuse = (sentence: string): DocumentAnswer => ({ kind: 'outcome', outcome: { kind: 'failed', sentence } });
  if (spineProxy === undefined) return refuse(`Documents of ${name} are fetched through the Spine proxy, which this site has not set up. Ask the service desk.`);
  const provider = providerOf(location.url, pointer, spineProxy);
  if (provider === null) return refuse(`${name} does not say where this document is in a way that can be followed. Tell the service desk.`);
  if (request.requester === undefined) return refuse(`${name} has to be told who opens a document, and that is not known. Sign out, then sign in again.`);
  const headers = {
    'ssp-traceid': crypto.randomUUID(),
    'ssp-from': spineProxy.asidFrom,
    'ssp-to': provider.asid,
    'ssp-interactionid': RETRIEVE,
    'cache-control': 'no-store',
    authorization: `Bearer ${retrievalToken({ issuer: spineProxy.issuer, audience: new URL(provider.url).origin, asidFrom: spineProxy.asidFrom }, request, now())}`,
  };
  return fetchDocument(name, location, { url: under(spineProxy.proxyUrl, encodeURIComponent(provider.url)), headers }, http, signal);
}
