/** What answers in part, in pages or with something kept back comes to, over real HTTP on loopback. Every fault of every protocol: `every-fault.test.ts`. */
import { afterEach, describe, expect, test } from 'vitest';
import type { RecordSnapshot } from '../../../main/record/record.ts';
import { recordView } from '../../../main/record/view.ts';
import { sendJson, serve } from '../record/loopback-server.ts';
import type { Handler, LoopbackServer, Seen } from '../record/loopback-server.ts';
import { patientResource } from '../record/people.ts';
import { asked } from './asked.ts';
import { allergy, NONE, PROTOCOLS, type SpokenProtocol, summarySection as part } from './protocols.ts';

/** A right answer of the protocol's server, for one patient. */
function answer(seen: Seen, patient: Record<string, unknown>): object {
  return named('fhir-r4').answer(seen, patient);
}

function named(protocol: string): SpokenProtocol {
  const found = PROTOCOLS.find(({ name }) => name === protocol);
  if (found === undefined) throw new Error(protocol);
  return found;
}

let server: LoopbackServer;
afterEach(() => server.close());

async function ask(protocol: string, handler: Handler, hardMs = 400): Promise<RecordSnapshot> {
  server = await serve(handler);
  return asked(named(protocol).make(server.origin), { hardMs });
}

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
    const snapshot = await ask('gp-connect by the gateway', keeping(list('886921000000105')), 5_000);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'partial', because: 'kept-back', lacks: ['allergies'] });
  });

  test('is a gap everywhere where the list does not tell', async () => {
    const snapshot = await ask('gp-connect by the gateway', keeping(list('886921000000105'), list('25851000000105')), 5_000);
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
    await ask('gp-connect by the gateway', (request, response) => sendJson(response, named('gp-connect by the gateway').answer(request, patientResource())), 5_000);
    const [request] = server.seen;
    expect(request).toMatchObject({ method: 'POST', path: '/patient/$gpc.getstructuredrecord' });
    expect(request?.headers).toMatchObject({ 'ods-from': 'Z99001', 'ssp-traceid': expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(request?.headers['authorization']).toBeUndefined();
    const names = (JSON.parse(request?.body ?? '{}') as { parameter: { name: string }[] }).parameter.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['patientNHSNumber', 'includeAllergies', 'includeMedication', 'includeProblems', 'includeInvestigations', 'includeDiaryEntries']));
  });
});
