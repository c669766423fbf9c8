/**
 * The exchange of the `federate` benchmark, in a process of its own: twelve FHIR R4 servers on loopback, each with one
 * patient's 5,000 resources in pages. Every answer is ready before the first question and is held back for 20 to 200 ms, the
 * same for the same address in every run. Prints one line of JSON, `{ "origins": […] }`, and ends with its parent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PAGE, resourceOf, RESOURCES, SOURCES, TYPES } from './chart.ts';

const LEAST_DELAY_MS = 20;
const MOST_DELAY_MS = 200;

/** FNV-1a: the same address waits as long every time. */
function delayOf(address: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < address.length; index += 1) hash = Math.imul(hash ^ address.charCodeAt(index), 0x01000193) >>> 0;
  return LEAST_DELAY_MS + (hash % (MOST_DELAY_MS - LEAST_DELAY_MS + 1));
}

function bundle(entries: readonly object[], next: string | null): Buffer {
  return Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', link: next === null ? [] : [{ relation: 'next', url: next }], entry: entries.map((resource) => ({ resource })) }));
}

/** Every page of one source by what is asked for: `Observation 3` is the fourth page of observations. */
function pagesOf(source: number): ReadonlyMap<string, Buffer> {
  const pages = new Map<string, Buffer>();
  for (const [type, count] of Object.entries(RESOURCES)) {
    for (let from = 0; from < count; from += PAGE) {
      const page = from / PAGE;
      const entries = Array.from({ length: Math.min(PAGE, count - from) }, (_, index) => resourceOf(type, source, from + index));
      pages.set(`${type} ${page}`, bundle(entries, from + PAGE < count ? `${type}?patient=p${source}&_count=${PAGE}&page=${page + 1}` : null));
    }
  }
  return pages;
}

async function serve(source: number): Promise<string> {
  const pages = pagesOf(source);
  const patient = bundle([resourceOf('Patient', source, 0)], null);
  const capabilities = Buffer.from(JSON.stringify({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', rest: [{ mode: 'server', resource: TYPES.map((type) => ({ type, interaction: [{ code: 'search-type' }], searchParam: [{ name: 'patient', type: 'reference' }] })) }] }));
  const none = bundle([], null);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const type = url.pathname.slice(1);
    const body = type === 'Patient' ? patient : type === 'metadata' ? capabilities : (pages.get(`${type} ${url.searchParams.get('page') ?? 0}`) ?? none);
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': body.byteLength }).end(body), delayOf(`${source}${url.pathname}${url.searchParams.get('page') ?? 0}`));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const origins = await Promise.all(Array.from({ length: SOURCES }, (_, source) => serve(source)));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ origins })}\n`);
