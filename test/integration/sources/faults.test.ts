/** Each kind of source against each way a server can go wrong, over real HTTP on loopback. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { createRecord } from '../../../main/record/record.ts';
import { sourceId } from '../../../main/record/values.ts';
import type { RecordSnapshot } from '../../../main/record/record.ts';
import { rowPage, recordView } from '../../../main/record/view.ts';
import { federate } from '../../../main/sources/federate.ts';
import { createFhirR4Source } from '../../../main/sources/fhir-r4/fhir-r4-source.ts';
import { createGpConnectSource } from '../../../main/sources/gp-connect/gp-connect-source.ts';
import { createIpsSource } from '../../../main/sources/ips/ips-source.ts';
import type { Source } from '../../../main/sources/source.ts';
import { sendJson, serve } from '../record/loopback-server.ts';
import type { Handler, LoopbackServer, Seen } from '../record/loopback-server.ts';
import { NHS_NUMBER, PATIENT, patientResource } from '../record/people.ts';

const ID = sourceId('wessex');
const NAME = 'Wessex record';

const MAKERS: Readonly<Record<string, (baseUrl: string) => Source>> = {
  'fhir-r4': (baseUrl) => createFhirR4Source({ id: ID, name: NAME, role: 'shared', baseUrl }),
  ips: (baseUrl) => createIpsSource({ id: ID, name: NAME, role: 'shared', baseUrl }),
  'gp-connect': (baseUrl) => createGpConnectSource({ id: ID, name: NAME, role: 'shared', baseUrl }),
};

const allergy = (patient = 'p1'): object => ({
  resourceType: 'AllergyIntolerance', id: 'a1', patient: { reference: `Patient/${patient}` },
  clinicalStatus: { coding: [{ code: 'active' }] }, code: { coding: [{ system: 'http://snomed.info/sct', code: '91936005', display: 'Allergy to penicillin' }] },
});

const part = (code: string, more: object): object => ({ code: { coding: [{ system: 'http://loinc.org', code }] }, ...more });
const NONE = { emptyReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'nilknown' }] } };

/** A right answer of any of the three, for one patient. */
function answer({ path }: Seen, patient: Record<string, unknown>): object {
  const wrapped = (resources: readonly object[], type: string): object => ({ resourceType: 'Bundle', type, entry: resources.map((resource) => ({ resource })) });
  if (path.includes('$summary')) return wrapped([{ resourceType: 'Composition', date: '2026-11-22', subject: { reference: 'Patient/p1' }, section: [part('48765-2', { entry: [{ reference: 'AllergyIntolerance/a1' }] }), part('11450-4', NONE), part('10160-0', NONE)] }, patient, allergy()], 'document');
  if (path.includes('$gpc')) return wrapped([patient, allergy()], 'collection');
  if (path.includes('Patient?')) return wrapped([patient], 'searchset');
  return wrapped(path.includes('AllergyIntolerance?') ? [allergy()] : [], 'searchset');
}

const outcome = (code: string, issue = 'processing'): object => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: issue, details: { coding: [{ system: 'https://fhir.nhs.uk/STU3/ValueSet/Spine-ErrorOrWarningCode-1', code }] } }] });
const bare = (status: number) => (response: ServerResponse): void => void response.writeHead(status).end();

interface Fault {
  readonly name: string;
  readonly answer: (response: ServerResponse, request: Seen) => void;
  readonly state: string;
  readonly sentence: RegExp;
}

const FAULTS: readonly Fault[] = [
  { name: 'a log-in page with 200', answer: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Log in</title>'), state: 'failed', sentence: /web page instead of a record/ },
  { name: 'JSON that breaks off', answer: (response, request) => sendJson(response, JSON.stringify(answer(request, patientResource())).slice(0, 60)), state: 'failed', sentence: /breaks off or is damaged/ },
  { name: 'another resource than asked for', answer: (response) => sendJson(response, { resourceType: 'CapabilityStatement' }), state: 'failed', sentence: /something other than a record/ },
  { name: '401', answer: bare(401), state: 'refused', sentence: /sign in again/ },
  { name: '403', answer: bare(403), state: 'refused', sentence: /does not let this role/ },
  { name: '403 without consent', answer: (response) => sendJson(response, outcome('NO_PATIENT_CONSENT', 'forbidden'), 403), state: 'refused', sentence: /has not agreed to share/ },
  { name: '404 that says no record', answer: (response) => sendJson(response, outcome('NO_RECORD_FOUND', 'not-found'), 404), state: 'none-held', sentence: /holds no record/ },
  { name: '404 that says nothing', answer: bare(404), state: 'failed', sentence: /Nothing answers at the address/ },
  { name: '420', answer: bare(420), state: 'refused', sentence: /does not let this role/ },
  { name: '429', answer: bare(429), state: 'failed', sentence: /busy/ },
  { name: '500', answer: bare(500), state: 'failed', sentence: /fault of its own/ },
  { name: 'a connection that is cut', answer: (response) => response.socket?.destroy(), state: 'failed', sentence: /broke off/ },
  { name: 'no answer', answer: () => undefined, state: 'timed-out', sentence: /did not answer in/ },
  { name: 'a redirect to another origin', answer: (response) => response.writeHead(302, { location: 'http://127.0.0.2:9/elsewhere' }).end(), state: 'failed', sentence: /Nothing was sent there/ },
];

let server: LoopbackServer;
afterEach(() => server.close());

async function ask(protocol: string, handler: Handler, hardMs = 400): Promise<RecordSnapshot> {
  server = await serve(handler);
  const source = MAKERS[protocol]?.(server.origin);
  if (source === undefined) throw new Error(protocol);
  const record = createRecord({ patient: PATIENT, sources: [source] });
  const federation = federate({
    sources: [source],
    request: { nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId: '555254240100' },
    http: createAxiosHttp(),
    limits: { softMs: 100, hardMs },
    emit: (event) => {
      if (event.kind === 'asking') record.restart(event.source);
      else if (event.kind === 'page') record.addPage(event.page);
      else record.setState(event.source, event.state, { notes: event.notes, elapsedMs: event.elapsedMs });
    },
  });
  await federation.settled();
  return record.snapshot();
}

describe.each(Object.keys(MAKERS))('%s', (protocol) => {
  test('a right answer is shown', async () => {
    const snapshot = await ask(protocol, (request, response) => sendJson(response, answer(request, patientResource())), 5_000);
    expect(snapshot.items.filter(({ section }) => section === 'allergies')).toHaveLength(1);
    expect(snapshot.sources[0]?.state).toMatchObject(protocol === 'ips' ? { kind: 'partial', because: 'summary' } : { kind: 'answered' });
    expect(snapshot.sources[0]?.gaps.allergies).toBeUndefined();
  });

  test.each(FAULTS)('$name is a plain sentence that names the source', async (fault) => {
    const snapshot = await ask(protocol, (request, response) => fault.answer(response, request), fault.state === 'timed-out' ? 400 : 5_000);
    const [report] = snapshot.sources;
    expect(report?.state).toMatchObject({ kind: fault.state, sentence: expect.stringMatching(fault.sentence) });
    expect(report?.state).toMatchObject({ sentence: expect.stringContaining(NAME) });
    expect(JSON.stringify(report)).not.toContain(NHS_NUMBER);
    expect(recordView(snapshot).allergies.phrase).not.toBe('No known allergies');
  });

  test('another patient’s record is held back whole', async () => {
    const stranger = patientResource('p1', '9990000026');
    const snapshot = await ask(protocol, (request, response) => sendJson(response, answer(request, stranger)), 5_000);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'withheld' });
    expect(snapshot.items).toEqual([]);
    expect(snapshot.resources.heldBack).toBe(snapshot.resources.received);
    expect(rowPage(snapshot, { section: null, from: 0, count: 100, onlyDiffering: false, includeWithdrawn: true }).rows).toEqual([]);
  });

  test('the same number with another birth date is held back, and both dates are shown', async () => {
    const twin = { ...patientResource(), birthDate: '1950-01-01' };
    const snapshot = await ask(protocol, (request, response) => sendJson(response, answer(request, twin)), 5_000);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'withheld', sentence: expect.stringMatching(/01-Jan-1950.*12-Mar-1948/) });
    expect(snapshot.items).toEqual([]);
  });
});

describe('a summary', () => {
  const withSections = (...sections: readonly object[]): Handler => (_request, response) => sendJson(response, { resourceType: 'Bundle', type: 'document', entry: [{ resourceType: 'Composition', subject: { reference: 'Patient/p1' }, section: sections }, patientResource(), allergy()].map((resource) => ({ resource })) });
  const problems = part('11450-4', NONE);
  const medication = part('10160-0', NONE);

  test.each<[string, readonly object[]]>([
    ['leaves its allergies out', [problems, medication]],
    ['names an allergy it does not bring', [part('48765-2', { entry: [{ reference: 'AllergyIntolerance/a1' }, { reference: 'AllergyIntolerance/lost' }] }), problems, medication]],
    ['has an allergies section that says nothing', [part('48765-2', {}), problems, medication]],
  ])('that %s is incomplete, and nothing is said of other allergies', async (_what, sections) => {
    const snapshot = await ask('ips', withSections(...sections), 5_000);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'partial', because: 'incomplete', sentence: expect.stringMatching(/Missing or incomplete: allergies\./) });
    expect(snapshot.sources[0]?.gaps.allergies).toBe('incomplete');
    expect(recordView(snapshot).sources[0]?.canRetry).toBe(true);
  });
});

describe('what a practice keeps back', () => {
  const list = (code: string): object => ({ resourceType: 'List', subject: { reference: 'Patient/p1' }, title: code, code: { coding: [{ system: 'http://snomed.info/sct', code }] }, extension: [{ url: 'https://fhir.nhs.uk/STU3/StructureDefinition/Extension-CareConnect-GPC-ListWarningCode-1', valueCode: 'confidential-items' }] });
  const keeping = (...lists: readonly object[]): Handler => (_request, response) => sendJson(response, { resourceType: 'Bundle', type: 'collection', entry: [patientResource(), ...lists].map((resource) => ({ resource })) });

  test('is a gap in the section its list is about, and in no other', async () => {
    const snapshot = await ask('gp-connect', keeping(list('886921000000105')), 5_000);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'partial', because: 'kept-back', lacks: ['allergies'] });
  });

  test('is a gap everywhere where the list does not tell', async () => {
    const snapshot = await ask('gp-connect', keeping(list('886921000000105'), list('25851000000105')), 5_000);
    expect(snapshot.sources[0]?.gaps).toMatchObject({ allergies: 'kept-back', problems: 'kept-back', plans: 'kept-back' });
  });
});

describe('pages of a search', () => {
  const withNext = (next: (path: string) => string): Handler => (request, response) => {
    const bundle = answer(request, patientResource()) as { link?: unknown };
    if (request.path.includes('AllergyIntolerance?')) bundle.link = [{ relation: 'next', url: next(request.path) }];
    sendJson(response, bundle);
  };

  test('250 allergies on three pages are all there', async () => {
    const all = Array.from({ length: 250 }, (_, index) => ({ ...allergy(), id: `a${index}`, code: { coding: [{ system: 'http://snomed.info/sct', code: `9${index}`, display: `Allergy ${index}` }] } }));
    const snapshot = await ask('fhir-r4', (request, response) => {
      if (!request.path.includes('AllergyIntolerance?')) return sendJson(response, answer(request, patientResource()));
      const from = Number(new URL(request.path, server.origin).searchParams.get('from') ?? 0);
      const link = from + 100 < all.length ? [{ relation: 'next', url: `/AllergyIntolerance?from=${from + 100}` }] : [];
      sendJson(response, { resourceType: 'Bundle', type: 'searchset', link, entry: all.slice(from, from + 100).map((resource) => ({ resource })) });
    }, 5_000);
    expect(snapshot.items.filter(({ section }) => section === 'allergies')).toHaveLength(250);
    expect(snapshot.sources[0]?.state).toEqual({ kind: 'answered' });
  });

  test('a next link that leads back to the same page ends with what is missing', async () => {
    const snapshot = await ask('fhir-r4', withNext((path) => path), 5_000);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'partial', sentence: expect.stringMatching(/allergies.*same page again/) });
    expect(server.seen.filter(({ path }) => path.includes('AllergyIntolerance'))).toHaveLength(1);
  });

  test('a next link to another origin is not followed', async () => {
    const snapshot = await ask('fhir-r4', withNext(() => 'http://127.0.0.2:9/R4/AllergyIntolerance?page=2'), 5_000);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'partial', sentence: expect.stringMatching(/another address/) });
  });

  test('one search that fails leaves the others, and the section says so', async () => {
    const snapshot = await ask('fhir-r4', (request, response) => (request.path.includes('/Condition?') ? response.writeHead(500).end() : sendJson(response, answer(request, patientResource()))), 5_000);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'partial', because: 'incomplete', lacks: ['problems'], sentence: expect.stringMatching(/Missing or incomplete: problems/) });
    expect(snapshot.sources[0]?.gaps).toEqual({ problems: 'incomplete' });
    expect(snapshot.items.some(({ section }) => section === 'allergies')).toBe(true);
    expect(recordView(snapshot).sections.find(({ id }) => id === 'problems')?.emptySentence).not.toMatch(/None recorded/);
  });

  test('a search that hangs is given up, and what came is kept', async () => {
    const snapshot = await ask('fhir-r4', (request, response) => {
      if (!request.path.includes('/Procedure?')) sendJson(response, answer(request, patientResource()));
    }, 700);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'partial', sentence: expect.stringMatching(/procedures.*did not answer in time/) });
    expect(snapshot.items.some(({ section }) => section === 'allergies')).toBe(true);
  });
});

describe('what is sent', () => {
  test('role, organisation and a trace id go to the practice; every clinical area is asked for', async () => {
    await ask('gp-connect', (request, response) => sendJson(response, answer(request, patientResource())), 5_000);
    const [request] = server.seen;
    expect(request).toMatchObject({ method: 'POST', path: '/patient/$gpc.getstructuredrecord' });
    expect(request?.headers).toMatchObject({ 'ods-from': 'Z99001', 'ssp-traceid': expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(request?.headers['authorization']).toBeUndefined();
    const names = (JSON.parse(request?.body ?? '{}') as { parameter: { name: string }[] }).parameter.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['patientNHSNumber', 'includeAllergies', 'includeMedication', 'includeProblems', 'includeInvestigations', 'includeDiaryEntries']));
  });
});
