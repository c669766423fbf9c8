/** A region's summary document: `GET Patient/{id}/$summary`, or `GET Patient/$summary?identifier=…`. */
import { summary } from '../fhir/ips/summary.ts';
import { fhir, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { RegionId } from '../people/story.ts';
import { refuseCaller } from './callers.ts';
import { outcome } from './outcomes.ts';
import { asked, personOf, personWithId } from './search.ts';

/** A region that offers its summary and nothing else at this address. */
export function summaries(region: RegionId, base: string, tokens: Pick<Tokens, 'bearer'>): (ask: Ask) => Answer {
  return (ask) => {
    const refused = refuseCaller(ask, tokens);
    if (refused !== null) return refused;
    if (!isSummaryPath(ask.path)) return outcome(404, 'not-supported', 'This address gives the summary of a patient and nothing else');
    return ask.method === 'GET' ? summaryAnswer(region, base, ask) : wrongVerb('GET');
  };
}

/** Whether a path belongs to the summary rather than to the record. */
export function isSummaryPath(path: string): boolean {
  return path.split('/').at(-1) === '$summary' || path.endsWith('%24summary');
}

export function summaryAnswer(region: RegionId, base: string, ask: Ask): Answer {
  const [type, id, ...more] = ask.path.split('/').map(decodeURIComponent);
  if (type !== 'Patient' || more.length > 1) return outcome(404, 'not-supported', 'There is no such operation');
  const person = id === '$summary' ? personOf(region, ask.url.searchParams.get('identifier') ?? '') : personWithId(region, id ?? '');
  if (person === undefined) return outcome(404, 'not-found', 'The exchange holds no record of this patient');
  return fhir(200, summary(asked(region, person, ask), base, new Date().toISOString().replace(/\.\d+Z$/, '+00:00')));
}
