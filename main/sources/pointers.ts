/** Searches for DocumentReferences: what `mhd` and `nrl` have in common. The documents themselves are not fetched. */
import type { HttpPort } from '../net/http.ts';
import { SECTIONS } from '../record/model.ts';
import type { Section, SourceOutcome } from '../record/model.ts';
import type { Fields } from '../record/normalise/fields.ts';
import { ask } from './fhir-answer.ts';
import { lackOfPage } from './fhir-search/page-warnings.ts';
import { nextPage } from './fhir-search/paging.ts';

/** What a registry of documents can say something about; of all other parts it says nothing at all. */
const GIVEN: ReadonlySet<Section> = new Set(['documents', 'plans', 'supporting']);
export const NOT_OFFERED: readonly Section[] = SECTIONS.filter((section) => !GIVEN.has(section));

const MOST_PAGES = 200;

export interface PointerSearch {
  readonly name: string;
  readonly firstUrl: string;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly http: HttpPort;
  readonly signal: AbortSignal;
}

/** The pages of one search in their order, then how it ended. */
export async function* searchPointers({ name, firstUrl, headers, http, signal }: PointerSearch): AsyncGenerator<Fields, SourceOutcome> {
  const seen = new Set<string>();
  let lack: SourceOutcome | null = null;
  let url = firstUrl;
  for (let pages = 0; ; pages += 1) {
    seen.add(url);
    const address = url;
    const answer = await ask(name, () => http.send({ method: 'GET', url: address, headers: headers() }, signal), ['Bundle']);
    if (answer.kind === 'outcome') return pages === 0 ? answer.outcome : incomplete(name, answer.outcome);
    yield answer.resource;
    lack ??= lackOfPage(name, answer.resource);
    const next = nextPage(answer.resource, url, seen);
    if (next.kind === 'refused') return incomplete(name, { kind: 'failed', sentence: `${name} ${next.reason}` });
    if (next.kind === 'none') return lack === null ? { kind: 'answered', notOffered: NOT_OFFERED } : incomplete(name, lack);
    if (pages + 1 >= MOST_PAGES) return incomplete(name, { kind: 'failed', sentence: `${name} goes on without end.` });
    url = next.url;
  }
}

function incomplete(name: string, because: SourceOutcome): SourceOutcome {
  const why = 'sentence' in because ? because.sentence : '';
  return { kind: 'partial', because: 'incomplete', lacks: [...GIVEN], notOffered: NOT_OFFERED, sentence: `${name} did not give all its documents. ${why}`.trim() };
}
