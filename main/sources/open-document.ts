/** Opens a document that an item of the record points at: by the source that gave the pointer, and by nobody else. */
import type { HttpPort } from '../net/http.ts';
import { fields } from '../record/normalise/fields.ts';
import { openAsking } from './asking.ts';
import type { Circuits } from './breaker.ts';
import { type DocumentAnswer, locationsIn } from './document.ts';
import type { Source, SourceRequest } from './source.ts';
import { systemTiming } from './timing.ts';

export interface DocumentOpening {
  readonly sources: readonly Source[];
  /** The resource behind an item that is shown, as JSON; `undefined` where there is none. What is held back has no item here. */
  readonly raw: (itemId: string) => string | undefined;
  readonly request: SourceRequest;
  readonly http: HttpPort;
  readonly circuits: Circuits;
  /** Milliseconds until it is given up. */
  readonly hardMs: number;
}

/** `null` where the item, the file or a way of fetching it is not there. */
export async function openDocument({ sources, raw, request, http, circuits, hardMs }: DocumentOpening, { itemId, which }: { readonly itemId: string; readonly which: number }): Promise<DocumentAnswer | null> {
  // An item's id begins with its source's.
  const source = sources.find(({ id }) => itemId.startsWith(`${id}/`));
  const text = raw(itemId);
  if (source?.document === undefined || text === undefined) return null;
  const resource = fields(JSON.parse(text));
  const location = resource['resourceType'] === 'DocumentReference' ? locationsIn(resource)[which] : undefined;
  if (location === undefined) return null;
  // A person asked for it: a source that is held off is asked all the same.
  const asking = openAsking({ source, http, circuits, timing: systemTiming, random: Math.random, deadline: systemTiming.now() + hardMs, probe: true });
  try {
    return await source.document(location, resource, request, asking.http, AbortSignal.timeout(hardMs));
  } catch {
    // As with a source's own pages: a mistake here must not take the record with it, and its text may hold what was sent.
    return { kind: 'outcome', outcome: { kind: 'failed', sentence: `${source.name} sent something this program could not read. Tell the service desk.` } };
  } finally {
    asking.settle();
  }
}
