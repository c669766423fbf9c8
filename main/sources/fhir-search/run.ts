/** One asking of a searched record: what its parts share. */
import type { HttpPort, HttpResponse } from '../../net/http.ts';
import type { Fields } from '../../record/normalise/fields.ts';
import { instantOf, type SourceId } from '../../record/values.ts';
import type { Channel } from '../channel.ts';
import { fhirHeaders } from '../request-headers.ts';
import type { SourcePage, SourceRequest } from '../source.ts';
import type { Capabilities } from './capabilities.ts';
import type { SearchDialect, SearchKind } from './kinds.ts';

export interface SearchOptions {
  readonly id: SourceId;
  readonly name: string;
  readonly role: 'practice' | 'shared';
  readonly baseUrl: string;
  readonly types?: readonly string[] | undefined;
  readonly now?: () => Date;
}

export interface Run {
  readonly dialect: SearchDialect;
  readonly kinds: readonly SearchKind[];
  readonly options: SearchOptions;
  readonly request: SourceRequest;
  readonly http: HttpPort;
  readonly signal: AbortSignal;
  readonly pages: Channel<SourcePage>;
  /** What the server says of itself; `null` until it has said so, and where it never does. */
  capabilities: Capabilities | null;
  /** Whether searches have to be as plain as they can be: found out once, kept for the rest of the asking. */
  plainOnly: boolean;
  nextPageNumber: number;
}

export function get(run: Run, url: string): Promise<HttpResponse> {
  return run.http.send({ method: 'GET', url, headers: fhirHeaders(run.request) }, run.signal);
}

export function pageOf(run: Run, body: Fields): SourcePage {
  const page = run.nextPageNumber;
  run.nextPageNumber += 1;
  return { kind: 'page', source: run.options.id, page, release: run.dialect.release, body, retrievedAt: instantOf((run.options.now ?? (() => new Date()))()) };
}
