/** The record's side of the `federate` benchmark: the real federation in a thread of its own, over the real port. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { remoteHttp } from '../../../main/net/remote-http.ts';
import { fields, list } from '../../../main/record/normalise/fields.ts';
import { sourceId } from '../../../main/record/values.ts';
import { federate } from '../../../main/sources/federate.ts';
import { createFhirR4Source } from '../../../main/sources/fhir-r4/fhir-r4-source.ts';
import { FIRST, NHS_NUMBER } from './chart.ts';

export interface FederateWork {
  readonly origins: readonly string[];
  readonly http: MessagePort;
}

/** What the thread says when it is done. Times in milliseconds since it was told to start. */
export interface FederateDone {
  readonly firstMs: number;
  readonly completeMs: number;
  readonly resources: number;
  readonly states: readonly string[];
}

const { origins, http } = workerData as FederateWork;
const port = parentPort;
if (port === null) throw new Error('Started by the benchmark, not by hand');

/** Types whose last page has not come, for each source. */
const waiting = new Map(origins.map((_, source) => [String(source), new Set<string>(FIRST)]));
const states: string[] = [];
let resources = 0;
let firstMs = Number.NaN;

function take(source: string, body: unknown): void {
  const bundle = fields(body);
  const types = list(bundle['entry']).map((entry) => String(fields(fields(entry)['resource'])['resourceType']));
  resources += types.length;
  const open = waiting.get(source);
  const goesOn = list(bundle['link']).some((link) => fields(link)['relation'] === 'next');
  if (!goesOn && open !== undefined) for (const type of types) open.delete(type);
  if (Number.isNaN(firstMs) && [...waiting.values()].every((left) => left.size === 0)) firstMs = performance.now() - startedAt;
}

await new Promise((resolve) => port.once('message', resolve));
const startedAt = performance.now();
const federation = federate({
  sources: origins.map((baseUrl, source) => createFhirR4Source({ id: sourceId(`s${source}`), name: `Source ${source}`, role: 'shared', baseUrl })),
  request: { nhsNumber: NHS_NUMBER as never, organisation: 'Z99001', roleId: '555254240100' },
  http: remoteHttp(http),
  limits: { softMs: 60_000, hardMs: 120_000 },
  emit: (event) => {
    if (event.kind === 'page') take(String(event.source).slice(1), event.page.body);
    if (event.kind === 'state') states.push('sentence' in event.state ? event.state.sentence : event.state.kind);
  },
});
await federation.settled();
port.postMessage({ firstMs, completeMs: performance.now() - startedAt, resources, states } satisfies FederateDone);
http.close();
