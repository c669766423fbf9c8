/** Every protocol against every way a server can go wrong, over real HTTP on loopback: each has its outcome and its sentence. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { rowPage, recordView } from '../../../main/record/view.ts';
import { sendJson, serve } from '../record/loopback-server.ts';
import type { Handler, LoopbackServer, Seen } from '../record/loopback-server.ts';
import { NHS_NUMBER, patientResource } from '../record/people.ts';
import { asked } from './asked.ts';
import { NAME, PROTOCOLS, type SpokenProtocol } from './protocols.ts';

let server: LoopbackServer;
afterEach(() => server.close());

const outcome = (code: string, issue = 'processing'): object => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: issue, details: { coding: [{ system: 'https://fhir.nhs.uk/STU3/ValueSet/Spine-ErrorOrWarningCode-1', code }] } }] });
const status = (code: number, headers: Readonly<Record<string, string>> = {}) => (response: ServerResponse): void => void response.writeHead(code, headers).end();

interface Fault {
  readonly name: string;
  readonly answer: (response: ServerResponse, request: Seen, protocol: SpokenProtocol) => void;
  readonly state: string;
  readonly sentence: RegExp;
  readonly hardMs?: number;
  /** How often one question is sent by GET: it is sent once more only where that may help. */
  readonly sent?: number;
}

const DEEP = `{"resourceType":"Bundle","type":"searchset","entry":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;

const FAULTS: readonly Fault[] = [
  { name: 'a log-in page with 200', answer: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Log in</title>'), state: 'failed', sentence: /web page instead of a record/ },
  { name: 'an answer that breaks off', answer: (response, request, { answer }) => sendJson(response, JSON.stringify(answer(request, patientResource())).slice(0, 60)), state: 'failed', sentence: /breaks off or is damaged/ },
  { name: 'a body shorter than announced', answer: (response, request, { answer }) => { response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': 100_000 }); response.write(JSON.stringify(answer(request, patientResource()))); setImmediate(() => response.socket?.destroy()); }, state: 'failed', sentence: /broke off before its answer was complete/, sent: 2 },
  { name: 'another resource than asked for', answer: (response) => sendJson(response, { resourceType: 'Basic' }), state: 'failed', sentence: /something other than a record/ },
  { name: 'JSON nested deeper than anything', answer: (response) => sendJson(response, DEEP), state: 'failed', sentence: /nested deeper than any record/ },
  { name: '401', answer: status(401), state: 'refused', sentence: /sign in again/ },
  { name: '403', answer: status(403), state: 'refused', sentence: /does not let/ },
  { name: '403 without consent', answer: (response) => sendJson(response, outcome('NO_PATIENT_CONSENT', 'forbidden'), 403), state: 'refused', sentence: /has not agreed to share/ },
  { name: '404 that says no record', answer: (response) => sendJson(response, outcome('NO_RECORD_FOUND', 'not-found'), 404), state: 'none-held', sentence: /holds no record/ },
  { name: '404 that says nothing', answer: status(404), state: 'failed', sentence: /Nothing answers at the address/ },
  { name: '420', answer: status(420), state: 'refused', sentence: /does not let/ },
  { name: '429', answer: status(429), state: 'failed', sentence: /busy/, sent: 3 },
  { name: '429 for longer than can be waited', answer: status(429, { 'retry-after': '30' }), state: 'failed', sentence: /busy\. Wait 30 seconds/ },
  { name: '503', answer: status(503), state: 'failed', sentence: /busy|fault of its own/, sent: 3 },
  { name: '500', answer: status(500), state: 'failed', sentence: /fault of its own/ },
  { name: 'a connection that is cut', answer: (response) => response.socket?.destroy(), state: 'failed', sentence: /broke off/, sent: 2 },
  { name: 'no answer', answer: () => undefined, state: 'timed-out', sentence: /did not answer in/, hardMs: 400 },
  { name: 'a redirect to another origin', answer: (response) => response.writeHead(302, { location: 'http://127.0.0.2:9/elsewhere' }).end(), state: 'failed', sentence: /Nothing was sent there/ },
  { name: 'a redirect to itself without end', answer: (response, { path }) => response.writeHead(302, { location: path }).end(), state: 'failed', sentence: /Nothing was sent there/, sent: 6 },
];

const COMBINATIONS = PROTOCOLS.flatMap((protocol) => FAULTS.map((fault) => ({ protocol, fault, what: `${protocol.name}: ${fault.name}` })));

async function served(handler: Handler): Promise<string> {
  server = await serve(handler);
  return server.origin;
}

const right = ({ answer }: SpokenProtocol, patient: Record<string, unknown> = patientResource()): Handler => (request, response) => sendJson(response, answer(request, patient));

describe('every protocol × every fault', () => {
  test.each(COMBINATIONS)('$what', async ({ protocol, fault }) => {
    const source = protocol.make(await served((request, response) => fault.answer(response, request, protocol)));
    const snapshot = await asked(source, fault.hardMs === undefined ? {} : { hardMs: fault.hardMs });
    const [report] = snapshot.sources;
    expect(report?.state).toMatchObject({ kind: fault.state, sentence: expect.stringMatching(fault.sentence) });
    expect(report?.state).toMatchObject({ sentence: expect.stringContaining(NAME) });
    expect(JSON.stringify(report)).not.toContain(NHS_NUMBER);
    expect(recordView(snapshot).allergies.phrase).not.toBe('No known allergies');
    // The order of the questions is each protocol's own; how often the first of them was sent is the same for all.
    const first = server.seen.filter(({ path }) => path === server.seen[0]?.path);
    expect(first).toHaveLength(protocol.method === 'GET' ? (fault.sent ?? 1) : 1);
  });

  test.each(PROTOCOLS)('$name: nobody listens', async (protocol) => {
    const origin = await served(() => undefined);
    await server.close();
    const snapshot = await asked(protocol.make(origin));
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'failed', sentence: expect.stringMatching(/Wessex record cannot be reached/) });
  });
});

describe.each(PROTOCOLS)('$name', (protocol) => {
  test('a right answer is shown', async () => {
    const snapshot = await asked(protocol.make(await served(right(protocol))));
    expect(snapshot.items.filter(({ section }) => section === protocol.section)).toHaveLength(1);
    expect(snapshot.sources[0]?.state).toMatchObject(protocol.right);
  });

  test('another patient’s record is held back whole', async () => {
    const snapshot = await asked(protocol.make(await served(right(protocol, patientResource('p1', '9990000026')))));
    expect(snapshot.items).toEqual([]);
    expect(snapshot.resources.heldBack).toBe(snapshot.resources.received);
    expect(snapshot.resources.received).toBeGreaterThan(0);
    expect(rowPage(snapshot, { section: null, from: 0, count: 100, onlyDiffering: false, includeWithdrawn: true }).rows).toEqual([]);
    if (protocol.describesPatient) expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'withheld' });
    else expect(snapshot.sources[0]).toMatchObject({ quarantined: 1 });
  });

  test.runIf(protocol.describesPatient)('the same number with another birth date is held back, and both dates are shown', async () => {
    const snapshot = await asked(protocol.make(await served(right(protocol, { ...patientResource(), birthDate: '1950-01-01' }))));
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'withheld', sentence: expect.stringMatching(/01-Jan-1950.*12-Mar-1948/) });
    expect(snapshot.items).toEqual([]);
  });

  test.runIf(protocol.pages)('a next page that is the same page again ends with what is missing', async () => {
    const wanted = protocol.section === 'plans' ? '/DocumentReference?' : '/AllergyIntolerance?';
    const source = protocol.make(await served((request, response) => {
      const link = request.path.includes(wanted) ? { link: [{ relation: 'next', url: request.path }] } : {};
      sendJson(response, { ...protocol.answer(request, patientResource()), ...link });
    }));
    const snapshot = await asked(source);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'partial', because: 'incomplete', sentence: expect.stringMatching(/same page again/) });
    expect(snapshot.items.filter(({ section }) => section === protocol.section)).toHaveLength(1);
    expect(server.seen.filter(({ path }) => path.includes(wanted))).toHaveLength(1);
  });

  test.runIf(protocol.method === 'GET')('one that is busy for a moment is asked once more and then answers', async () => {
    let refusals = 1;
    const source = protocol.make(await served((request, response) => {
      refusals -= 1;
      if (refusals >= 0) response.writeHead(503, { 'retry-after': '0' }).end();
      else right(protocol)(request, response);
    }));
    expect((await asked(source)).sources[0]?.state).toMatchObject(protocol.right);
  });
});
