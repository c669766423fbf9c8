/** Records behind FHIR searches: whole where the server gives the whole, and honest about the rest. Foreign servers included. */
import { describe, expect, test } from 'vitest';
import { type HttpRequest, type HttpResponse, NetworkFailure } from '../../../main/net/http.ts';
import { sourceId } from '../../../main/record/values.ts';
import { createFhirR4Source } from '../../../main/sources/fhir-r4/fhir-r4-source.ts';
import { UK_CORE } from '../../../main/sources/fhir-r4/kinds.ts';
import { createFhirStu3Source } from '../../../main/sources/fhir-stu3/fhir-stu3-source.ts';
import { CARE_CONNECT } from '../../../main/sources/fhir-stu3/kinds.ts';
import { askSource, bundle, json, outcome, PATIENT, scripted, STRANGER } from './scripted-http.ts';

const BASE = 'https://record.example.nhs.uk/FHIR';
const options = { id: sourceId('harbour'), name: 'Harbour record', role: 'shared', baseUrl: BASE } as const;
const r4 = createFhirR4Source(options);
const many = (type: string, from: number, to: number): object[] => Array.from({ length: to - from }, (_, index) => ({ resourceType: type, id: `${type}-${from + index}`, subject: { reference: 'Patient/p1' } }));
const capabilities = (...types: (string | [string, string[]])[]): object => ({
  resourceType: 'CapabilityStatement',
  rest: [{ mode: 'server', resource: types.map((one) => (typeof one === 'string' ? { type: one, interaction: [{ code: 'search-type' }] } : { type: one[0], searchInclude: one[1] })) }],
});

/** The type a search asks for, or `metadata`. */
const typeOf = ({ url }: HttpRequest): string => new URL(url).pathname.split('/').at(-1) ?? '';
const queryOf = ({ url }: HttpRequest): URLSearchParams => new URL(url).searchParams;

/** A server that has a Patient and answers as told where the test cares. */
const server = (answers: Readonly<Record<string, (request: HttpRequest) => HttpResponse>>, otherwise: HttpResponse = json(bundle([]))) =>
  scripted((request) => answers[typeOf(request)]?.(request) ?? (typeOf(request) === 'Patient' ? json(bundle([PATIENT])) : otherwise));

const idsIn = (pages: readonly { readonly body: unknown }[], type: string): string[] =>
  pages.flatMap(({ body }) => (body as { entry?: { resource: { resourceType: string; id: string } }[] }).entry ?? []).flatMap(({ resource }) => (resource.resourceType === type ? [resource.id] : []));

describe.each([
  ['fhir-r4', r4, UK_CORE, 'ServiceRequest'],
  ['fhir-stu3', createFhirStu3Source(options), CARE_CONNECT, 'ReferralRequest'],
] as const)('%s', (_protocol, source, dialect, referral) => {
  test('every kind is asked for once, by the patient the server knows, and every page says in which release it is', async () => {
    const { http, sent } = server({});
    const { pages, end } = await askSource(source, http);
    expect(end.outcome).toEqual({ kind: 'answered' });
    const searched = sent.filter((request) => !['Patient', 'metadata'].includes(typeOf(request)));
    expect(searched.map(typeOf).toSorted()).toEqual(dialect.kinds.map(({ type }) => type).toSorted());
    expect(searched.map(typeOf)).toContain(referral);
    for (const request of searched) expect(queryOf(request).get('patient')).toBe('p1');
    expect(new Set(pages.map(({ release }) => release))).toEqual(new Set([dialect.release]));
    expect(new Set(pages.map(({ page }) => page)).size).toBe(pages.length);
  });

  test('allergies, medication and problems are asked for first', async () => {
    const { http, sent } = server({});
    await askSource(source, http);
    expect(new Set(sent.filter((request) => typeOf(request) !== 'metadata').slice(1, 5).map(typeOf))).toEqual(new Set(['AllergyIntolerance', 'MedicationRequest', 'MedicationStatement', 'Condition']));
  });

  test('who said it and which medicine come along', async () => {
    const { http, sent } = server({});
    await askSource(source, http);
    const prescriptions = sent.find((request) => typeOf(request) === 'MedicationRequest') as HttpRequest;
    expect(queryOf(prescriptions).getAll('_include')).toEqual(['MedicationRequest:medication', 'MedicationRequest:requester']);
  });
});

describe('pages', () => {
  const paged = (answer: (from: number) => object) => server({ Observation: (request) => json(answer(Number(queryOf(request).get('from') ?? 0))) });
  const next = (from: number | string): object[] => [{ relation: 'next', url: typeof from === 'number' ? `${BASE}/Observation?from=${from}` : from }];

  test('are read to the last one', async () => {
    const { http } = paged((from) => bundle(many('Observation', from, Math.min(from + 100, 730)), { total: 730, ...(from < 700 ? { link: next(from + 100) } : {}) }));
    const { pages, end } = await askSource(r4, http);
    expect(new Set(idsIn(pages, 'Observation')).size).toBe(730);
    expect(end.outcome).toEqual({ kind: 'answered' });
  });

  test('that come round again under new addresses are a loop, and the page is not shown twice', async () => {
    let tokens = 0;
    const { http, sent } = paged(() => bundle(many('Observation', 0, 100), { link: next(`${BASE}/Observation?session=${(tokens += 1)}`) }));
    const { pages, end } = await askSource(r4, http);
    expect(idsIn(pages, 'Observation')).toHaveLength(100);
    expect(sent.filter((request) => typeOf(request) === 'Observation')).toHaveLength(2);
    expect(end.outcome).toMatchObject({ kind: 'partial', because: 'incomplete', lacks: ['results', 'observations'], sentence: expect.stringMatching(/same page again/) });
  });

  test('that lie at another origin are not followed', async () => {
    const { http, sent } = paged(() => bundle(many('Observation', 0, 100), { link: next('https://elsewhere.example/Observation?from=100') }));
    const { end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'partial', sentence: expect.stringMatching(/another address, which was not followed/) });
    expect(sent.every(({ url }) => url.startsWith(BASE))).toBe(true);
  });

  test('fewer than the server counts are not all', async () => {
    const { http } = paged(() => bundle(many('Observation', 0, 100), { total: 240 }));
    const { end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'partial', because: 'incomplete', sentence: expect.stringMatching(/sent 100 of 240/) });
  });

  test('a page of included resources alone is no loop', async () => {
    const included = { resource: { resourceType: 'Practitioner', id: 'dr' }, search: { mode: 'include' } };
    const { http } = paged((from) => ({ resourceType: 'Bundle', entry: from === 200 ? [included] : many('Observation', from, from + 100).map((resource) => ({ resource })), ...(from < 300 ? { link: next(from + 100) } : {}) }));
    const { end } = await askSource(r4, http);
    expect(end.outcome).toEqual({ kind: 'answered' });
  });

  test('a page that is gone leaves the search incomplete', async () => {
    const { http } = server({ Observation: (request) => (queryOf(request).has('from') ? json(outcome('', 'not-found'), 404) : json(bundle(many('Observation', 0, 100), { link: next(100) }))) });
    const { pages, end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'partial', sentence: expect.stringMatching(/no longer had the next page/) });
    expect(idsIn(pages, 'Observation')).toHaveLength(100);
  });
});

describe('what a page says of itself', () => {
  const saying = (issue: object) => server({ Condition: () => json(bundle([...many('Condition', 0, 3), { resourceType: 'OperationOutcome', issue: [issue] }])) });

  test.each([
    ['an error', { severity: 'error', code: 'exception', diagnostics: 'SECRET' }, { kind: 'partial', because: 'incomplete', lacks: ['problems'] }],
    ['that it was too costly', { severity: 'warning', code: 'too-costly' }, { kind: 'partial', because: 'incomplete' }],
    ['that something is kept back', { severity: 'information', code: 'suppressed' }, { kind: 'partial', because: 'kept-back', lacks: ['problems'] }],
    ['that a parameter was ignored', { severity: 'warning', code: 'not-supported' }, { kind: 'answered' }],
    ['some information', { severity: 'information', code: 'informational' }, { kind: 'answered' }],
  ])('%s', async (_what, issue, expected) => {
    const { end } = await askSource(r4, saying(issue).http);
    expect(end.outcome).toMatchObject(expected);
    expect(JSON.stringify(end)).not.toContain('SECRET');
  });
});

describe('a server that does not know a type', () => {
  test.each<[string, HttpResponse]>([
    ['says so', json(outcome('', 'not-supported'), 404)],
    ['has nothing at its address', json('', 404)],
    ['calls the request bad', json(outcome('', 'not-supported'), 400)],
    ['has not built it', json('', 501)],
  ])('and %s has not failed; of that part nothing follows', async (_how, refusal) => {
    const { http } = server({ CarePlan: () => refusal, Goal: () => refusal, CareTeam: () => refusal, Consent: () => refusal });
    const { end } = await askSource(r4, http);
    expect(end.outcome).toEqual({ kind: 'answered', notOffered: ['plans'] });
    expect(end.notes).toEqual(['Harbour record does not offer: care plans, goals, care teams, consents and advance decisions.']);
  });

  test('is not asked for what its CapabilityStatement leaves out, the core of a record excepted', async () => {
    const { http, sent } = server({ metadata: () => json(capabilities('Patient', 'Observation', 'Goal')) });
    const { end } = await askSource(r4, http);
    const asked = new Set(sent.map(typeOf));
    expect(asked.has('AllergyIntolerance')).toBe(true);
    expect(asked.has('Goal')).toBe(true);
    expect([...asked].filter((type) => ['Communication', 'RelatedPerson', 'ImagingStudy'].includes(type))).toEqual([]);
    expect(end.outcome).toEqual({ kind: 'answered' });
  });

  test('and does not say what it can do is asked everything, though its CapabilityStatement never comes', async () => {
    const { http, sent } = server({});
    const hanging: typeof http = {
      send: (request, signal) => (typeOf(request) === 'metadata' ? new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new NetworkFailure('cancelled', 'x')))) : http.send(request, signal)),
    };
    const { end } = await askSource(r4, hanging);
    expect(end.outcome).toEqual({ kind: 'answered' });
    expect(new Set(sent.map(typeOf)).size).toBe(UK_CORE.kinds.length + 1);
  });

  test('a part of which one type is offered is offered', async () => {
    const { http } = server({ MedicationRequest: () => json('', 404), MedicationDispense: () => json('', 404), MedicationAdministration: () => json('', 404), Communication: () => json('', 404) });
    const { end } = await askSource(r4, http);
    expect(end).toEqual({ kind: 'outcome', outcome: { kind: 'answered' }, notes: [] });
  });

  test('a bad request for allergies is not taken for a type that is not there', async () => {
    const { http } = server({ AllergyIntolerance: () => json(outcome('', 'invalid'), 400) });
    const { end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'partial', because: 'incomplete', lacks: ['allergies'] });
  });

  test('a server that has only the patient says what it does not offer', async () => {
    const { http } = server({}, json('', 404));
    const { end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'answered', notOffered: expect.arrayContaining(['allergies', 'medication', 'problems']) });
  });
});

describe('a server that refuses some', () => {
  test('keeps that back, and says so', async () => {
    const { http } = server({ Condition: () => json(outcome('ACCESS_DENIED', 'forbidden'), 403) });
    const { end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'partial', because: 'kept-back', lacks: ['problems'], sentence: expect.stringMatching(/keeps something back: problems/) });
  });

  test('and fails others has failed', async () => {
    const { http } = server({ Condition: () => json('', 403), Flag: () => json('', 500) });
    const { end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'partial', because: 'incomplete', lacks: ['alerts', 'problems'] });
  });

  test('after others that said they hold none has not failed altogether', async () => {
    const { http } = server({ Condition: () => json('', 500) }, json(outcome('NO_RECORD_FOUND', 'not-found'), 404));
    const { end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'partial', because: 'incomplete', lacks: ['problems'] });
  });

  test('everything has refused', async () => {
    const { http } = server({}, json('', 403));
    const { end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'refused' });
  });
});

describe('foreign servers', () => {
  test('one that refuses includes is asked without them', async () => {
    const { http, sent } = server({ MedicationRequest: (request) => (queryOf(request).has('_include') ? json(outcome('', 'invalid'), 400) : json(bundle(many('MedicationRequest', 0, 2)))) });
    const { pages, end } = await askSource(r4, http);
    expect(idsIn(pages, 'MedicationRequest')).toHaveLength(2);
    expect(end.outcome).toEqual({ kind: 'answered' });
    expect(sent.filter((request) => typeOf(request) === 'MedicationRequest')).toHaveLength(2);
  });

  test('one that names the includes it takes is asked for those alone', async () => {
    const { http, sent } = server({ metadata: () => json(capabilities('Patient', ['MedicationDispense', ['MedicationDispense:receiver']], ['CareTeam', ['CareTeam:participant']])) });
    await askSource(r4, http);
    const includes = (type: string): string[] => sent.filter((request) => typeOf(request) === type).flatMap((request) => queryOf(request).getAll('_include'));
    expect([includes('MedicationDispense'), includes('CareTeam')]).toEqual([[], ['CareTeam:participant']]);
  });

  test('static files that answer only the plainest searches are read whole, and the others are asked plainly at once', async () => {
    const files = new Map(UK_CORE.kinds.filter(({ core }) => core).map(({ type }) => [`${BASE}/${type}?patient=p1`, bundle(many(type, 0, 2))]));
    const { http, sent } = scripted(({ url }) => {
      const file = typeOf({ url, method: 'GET' }) === 'Patient' ? bundle([PATIENT]) : files.get(url);
      return file === undefined ? json('', 404) : json(file);
    });
    const { pages, end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'answered' });
    for (const { type } of UK_CORE.kinds.filter(({ core }) => core)) expect(idsIn(pages, type), type).toHaveLength(2);
    expect(sent.filter(({ url }) => url.includes('_count')).length).toBeLessThan(UK_CORE.kinds.length);
  });

  test('one that ignores what it was asked for and sends everybody is asked for the right patient', async () => {
    const { http, sent } = scripted((request) => (typeOf(request) === 'Patient' ? json(bundle([{ ...STRANGER, id: 'p0' }, PATIENT, { ...STRANGER, id: 'p2' }])) : json(bundle([]))));
    const { end } = await askSource(r4, http);
    expect(end.outcome).toEqual({ kind: 'answered' });
    expect(new Set(sent.flatMap((request) => queryOf(request).get('patient') ?? []))).toEqual(new Set(['p1']));
  });

  test('one with two patients of this number is not guessed at', async () => {
    const { http, sent } = scripted(() => json(bundle([PATIENT, { ...PATIENT, id: 'p2' }])));
    const { end } = await askSource(r4, http);
    expect(end.outcome).toMatchObject({ kind: 'failed', sentence: expect.stringMatching(/2 patients with this NHS number/) });
    expect(sent).toHaveLength(1);
  });

  test('a site may name the types it wants', async () => {
    const { http, sent } = server({});
    const { end } = await askSource(createFhirR4Source({ ...options, types: ['Observation', 'BodyStructure'] }), http);
    expect(sent.map(typeOf).toSorted()).toEqual(['BodyStructure', 'Observation', 'Patient', 'metadata']);
    expect(end.outcome).toMatchObject({ kind: 'answered', notOffered: expect.arrayContaining(['allergies']) });
  });
});
