/**
 * The `record` command against published third-party records, read in place and served over real HTTP. Skipped, with a
 * sentence, where the folder is not there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrace } from '../../../main/patient/pds.ts';
import { bannerView } from '../../../main/patient/banner.ts';
import { createRecord } from '../../../main/record/record.ts';
import { parseNhsNumber, sourceId } from '../../../main/record/values.ts';
import { identifies } from '../../../main/record/normalise/codings.ts';
import { countResources } from '../../../main/record/normalise/entries.ts';
import type { Cluster, Group, Item, SourceReport } from '../../../main/record/model.ts';
import { UK_CORE } from '../../../main/sources/fhir-r4/kinds.ts';
import { parseExactJson } from '../../../main/sources/exact-json.ts';
import { sendJson, serve } from './loopback-server.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { NHS_NUMBER, PATIENT, patientResource, rekeyed } from './people.ts';
import { runRecord } from './record-command.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const present = existsSync(FOLDER);
if (!present) process.stdout.write('The published records are not beside the project: their tests are skipped.\n');

type Bundle = { entry?: { resource?: Record<string, unknown> }[] };
const read = (path: string): string => readFileSync(join(FOLDER, path), 'utf8').replace(/^\uFEFF/, '');
const bundle = (path: string): Bundle => rekeyed(JSON.parse(read(path)) as Bundle);
const filesIn = (folder: string): readonly string[] => (present ? readdirSync(join(FOLDER, folder)).map((name) => `${folder}/${name}`) : []);

interface Report {
  readonly sources: readonly SourceReport[];
  readonly clusters: readonly { readonly section: string; readonly comparison: { readonly kind: string }; readonly groupComparison: Group['comparison']; readonly items: readonly string[] }[];
  readonly items: readonly Item[];
  readonly quarantined: number;
  readonly comparison: Readonly<Record<string, number>>;
  readonly resources: { readonly received: number; readonly reachable: number; readonly heldBack: number };
}

describe.skipIf(!present)('published records through the record command', () => {
  let server: LoopbackServer;
  let folder: string;
  /** What each path answers; set by each test. */
  const answers = new Map<string, unknown>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lanyard-record-'));
    server = await serve(({ path }, response) => {
      const known = [...answers].find(([prefix]) => path.startsWith(prefix))?.[1];
      if (known !== undefined) sendJson(response, known);
      else if (path.startsWith('/pds/Patient/')) sendJson(response, { ...patientResource(), id: NHS_NUMBER });
      else sendJson(response, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found' }] }, 404);
    });
  });

  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function record(sources: readonly object[]): Promise<Report> {
    const file = join(folder, 'configuration.json');
    await writeFile(file, JSON.stringify({
      site: { name: 'Harbour Health Centre', odsCode: 'Z99001' },
      region: { id: 'test', name: 'Test region', sources },
      identity: { kind: 'card-assertion', issuer: `${server.origin}/identity` },
      pds: { baseUrl: `${server.origin}/pds` },
      practice: { name: 'Harbour Health Centre', protocol: 'gp-connect', baseUrl: `${server.origin}/practice`, odsCode: 'Z99001' },
    }));
    const result = await runRecord(['--config', file, '--nhs-number', NHS_NUMBER]);
    expect(result.stderr).toBe('');
    expect(result.exitCode).toBe(0);
    return JSON.parse(result.stdout) as Report;
  }

  const region = (protocol: string, path: string): object => ({ id: 'region', name: 'Region record', protocol, baseUrl: `${server.origin}${path}` });

  test.each(['PWTP2', 'PWTP3', 'PWTP5'])('%s: two systems’ copies of one record are found to be the same', async (pair) => {
    const practice = bundle(`gp-connect-stu3/EMISPatientStructurede2eResponse${pair}.json`);
    const shared = bundle(`gp-connect-stu3/TPPPatientStructuredRecordE2E${pair}.json`);
    answers.clear();
    answers.set('/practice/', practice).set('/region/', shared);

    const report = await record([region('gp-connect', '/region')]);

    expect(report.resources.received).toBe(countResources(practice) + countResources(shared));
    expect(report.resources).toMatchObject({ reachable: report.resources.received, heldBack: 0 });
    const reached = report.clusters.flatMap(({ items }) => items);
    expect(new Set(reached).size).toBe(report.resources.received);
    const clinical = report.clusters.filter(({ section }) => section !== 'supporting');
    const both = clinical.filter(({ items }) => items.some((id) => id.startsWith('practice/')) && items.some((id) => id.startsWith('region/')));
    process.stdout.write(`${pair}: ${report.resources.received} resources in, ${report.resources.reachable} reachable; ${both.length} of ${clinical.length} clinical clusters (${Math.round((100 * both.length) / clinical.length)} %) hold both systems' copies\n`);
    expect(both.length).toBe(clinical.length);
    expect(report.comparison).toMatchObject({ differs: 0, conflict: 0, 'only-practice': 0, 'only-shared': 0 });
  });

  test.each(['PWTP2', 'PWTP3', 'PWTP5'])('%s: without a shared identifier, codes, days and values find every copy that bears a code', (pair) => {
    const practice = bundle(`gp-connect-stu3/EMISPatientStructurede2eResponse${pair}.json`);
    const shared = withoutIdentifiers(bundle(`gp-connect-stu3/TPPPatientStructuredRecordE2E${pair}.json`));
    const one = createRecord({ patient: PATIENT, sources: [{ id: sourceId('practice'), name: 'Practice', role: 'practice' }, { id: sourceId('region'), name: 'Region', role: 'shared' }] });
    for (const [id, body] of [['practice', practice], ['region', shared]] as const) {
      one.addPage({ source: sourceId(id), page: 0, release: 'STU3', body, retrievedAt: '2026-11-22T11:58:00.000Z' as never });
      one.setState(sourceId(id), { kind: 'answered' });
    }
    const clinical = one.snapshot().clusters.filter(({ section }) => section !== 'supporting');
    const alone = clinical.filter(({ items }) => new Set(items.map(({ provenance }) => provenance.source)).size === 1);
    const coded = alone.filter(({ items }) => items.some(({ codings }) => codings.some(identifies)));
    process.stdout.write(`${pair} by likeness alone: ${clinical.length - alone.length} of ${clinical.length} clinical clusters hold both copies; of the other ${alone.length}, ${coded.length} bear a code that says what they are about\n`);
    expect(one.snapshot().resources.reachable).toBe(countResources(practice) + countResources(shared));
    expect(coded).toEqual([]);
    expect(one.snapshot().groups.filter(({ comparison }) => comparison.kind === 'conflict')).toEqual([]);
  });

  test.each(filesIn('gp-connect-stu3').filter((file) => /\/\d{10}_/.test(file)))('%s: every resource of a large practice record is reachable', async (file) => {
    const practice = bundle(file);
    answers.clear();
    answers.set('/practice/', practice);

    const report = await record([region('ips', '/region')]);

    expect(report.resources).toEqual({ received: countResources(practice), reachable: countResources(practice), heldBack: 0 });
    expect(report.sources.map(({ state }) => state.kind)).toEqual([expect.stringMatching(/answered|partial/), 'none-held']);
    process.stdout.write(`${file}: ${report.resources.reachable} of ${report.resources.received} reachable, ${report.clusters.length} clusters\n`);
  });

  test.each(filesIn('ips-r4'))('%s: a summary document beside an empty practice record', async (file) => {
    const summary = bundle(file);
    answers.clear();
    answers.set('/region/Patient/$summary', summary);

    const report = await record([region('ips', '/region')]);

    // UK_NHSx_IPS_Example_02 refers to a Patient it does not hold from two prescriptions: exactly what the guard is for.
    const strangers = file.includes('Example_02') ? 2 : 0;
    expect(report.resources).toEqual({ received: countResources(summary), reachable: countResources(summary) - strangers, heldBack: strangers });
    expect(report.quarantined).toBe(strangers);
    expect(report.sources.find(({ id }) => String(id) === 'region')?.state).toMatchObject({ kind: 'partial', generatedAt: expect.anything() });
  });

  test.each(filesIn('synthea-r4'))('%s: searched type by type, a page at a time', async (file) => {
    const whole = bundle(file);
    const patient = (whole.entry ?? []).find(({ resource }) => resource?.['resourceType'] === 'Patient')?.resource ?? {};
    const store = new Map<string, object[]>();
    for (const { fullUrl, resource } of (whole.entry ?? []) as { fullUrl?: string; resource?: Record<string, unknown> }[]) {
      const type = String(resource?.['resourceType']);
      store.set(type, [...(store.get(type) ?? []), { fullUrl, resource }]);
    }
    const pages = await serve(({ path }, response) => {
      const url = new URL(path, 'http://127.0.0.1');
      const type = url.pathname.split('/').at(-1) ?? '';
      const from = Number(url.searchParams.get('from') ?? 0);
      const all = type === 'Patient' ? [{ fullUrl: `urn:uuid:${String(patient['id'])}`, resource: patient }] : store.get(type) ?? [];
      const link = from + 100 < all.length ? [{ relation: 'next', url: `${url.pathname}?from=${from + 100}` }] : [];
      sendJson(response, { resourceType: 'Bundle', type: 'searchset', link, entry: all.slice(from, from + 100) });
    });
    answers.clear();

    const report = await record([{ id: 'region', name: 'Region record', protocol: 'fhir-r4', baseUrl: `${pages.origin}/R4` }]);
    await pages.close();

    const asked = ['Patient', ...UK_CORE.kinds.map(({ type }) => type)];
    const expected = asked.flatMap((type) => store.get(type) ?? []).reduce((total, entry) => total + countResources((entry as { resource: unknown }).resource), 0);
    expect(report.resources).toEqual({ received: expected, reachable: expected, heldBack: 0 });
    process.stdout.write(`${file}: ${expected} resources over ${pages.seen.length} requests, all reachable\n`);
  });

  test('nothing in the folder makes the record fail, whole and by itself', () => {
    for (const file of [...filesIn('gp-connect-stu3'), ...filesIn('ips-r4'), ...filesIn('synthea-r4'), ...filesIn('scr-r4'), ...filesIn('pds-r4/search'), ...filesIn('pds-r4/errors')]) {
      const body = rekeyed(parseExactJson(read(file)) as Bundle);
      const one = createRecord({ patient: PATIENT, sources: [{ id: sourceId('s'), name: 'Source', role: 'shared' }] });
      one.addPage({ source: sourceId('s'), page: 0, release: file.includes('stu3') ? 'STU3' : 'R4', body, retrievedAt: '2026-11-22T11:58:00.000Z' as never });
      one.setState(sourceId('s'), { kind: 'answered' });
      const { resources } = one.snapshot();
      expect(resources.received, file).toBe(countResources(body));
      expect(resources.reachable + resources.heldBack, file).toBe(resources.received);
    }
  });

  test('all of them as one patient of many sources: 50 orders of arrival, split into pages anywhere, come to one record', () => {
    const files = [...filesIn('gp-connect-stu3'), ...filesIn('ips-r4'), ...filesIn('synthea-r4'), 'scr-r4/GetScrBundle.json'];
    const sources = files.map((file) => ({ id: sourceId(file), name: file, role: file.includes('/EMIS') || file.includes('/9465') ? ('practice' as const) : ('shared' as const) }));
    const texts = files.map((file) => JSON.stringify(bundle(file)));
    const expected = texts.reduce((total, text) => total + countResources(JSON.parse(text)), 0);
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 50; seed += 1) {
      const one = createRecord({ patient: PATIENT, sources });
      for (const { file, page, body } of shuffled(files.flatMap((name, index) => pagesOf(name, texts[index] ?? '', seed)), seed)) {
        one.addPage({ source: sourceId(file), page, release: file.includes('stu3') ? 'STU3' : 'R4', body, retrievedAt: '2026-11-22T11:58:00.000Z' as never, ...(file.startsWith('scr') ? { subject: 'composition' } : {}) });
        if (seed % 10 === 0 && page % 3 === 0) one.snapshot();
      }
      for (const { id } of sources) one.setState(id, { kind: 'answered' });
      const { resources, groups } = one.snapshot();
      expect(resources.received).toBe(expected);
      expect(groups.reduce((total, { clusters }) => total + clusters.reduce((sum, { items }) => sum + items.length, 0), 0)).toBe(resources.reachable);
      expect(resources.reachable + resources.heldBack).toBe(expected);
      outcomes.add(fingerprint(groups));
    }
    process.stdout.write(`${files.length} published records, ${expected} resources, 50 orders: ${outcomes.size} outcome\n`);
    expect(outcomes.size).toBe(1);
  }, 120_000);

  test('the Summary Care Record’s entries are reachable, though none of them names a patient', () => {
    const one = createRecord({ patient: PATIENT, sources: [{ id: sourceId('scr'), name: 'Summary Care Record', role: 'shared' }] });
    const body = bundle('scr-r4/GetScrBundle.json');
    one.addPage({ source: sourceId('scr'), page: 0, release: 'R4', body, retrievedAt: '2026-11-22T11:58:00.000Z' as never, subject: 'composition' });
    one.setState(sourceId('scr'), { kind: 'answered' });
    expect(one.snapshot().resources).toEqual({ received: countResources(body), reachable: countResources(body), heldBack: 0 });
    expect(one.snapshot().sections.problems.items).toBe(5);
  });
});

/** A record's entries in any order, cut into pages anywhere. What is a whole by its nature stays one: a document, and a Summary Care Record. */
function pagesOf(file: string, text: string, seed: number): readonly { readonly file: string; readonly page: number; readonly body: unknown }[] {
  const body = JSON.parse(text) as Bundle;
  const entries = shuffled(body.entry ?? [], seed * 7);
  const isWhole = entries.some(({ resource }) => resource?.['resourceType'] === 'Composition');
  const size = isWhole ? entries.length : 20 + ((seed * 31) % 180);
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, page) => ({ file, page, body: { ...body, entry: entries.slice(page * size, (page + 1) * size) } }));
}

describe.skipIf(!present)('published PDS answers', () => {
  const patients = filesIn('pds-r4').filter((file) => file.endsWith('.json'));

  test.each(patients)('%s is understood', (file) => {
    const number = /(\d{10})/.exec(file)?.[1] ?? '';
    const asked = parseNhsNumber(number);
    const outcome = readTrace(number as never, 200, read(file));
    expect(asked.ok).toBe(true);
    expect(outcome.kind).toBe('traced');
    if (outcome.kind === 'traced') expect(bannerView(outcome.demographics, new Date('2026-11-22T12:00:00Z'), outcome.notices).nhsNumber.replace(/\u00a0/g, '')).toBe(number);
  });

  test('the restricted, deceased patient shows neither address nor practice', () => {
    const outcome = readTrace('9000000025' as never, 200, read('pds-r4/patient_9000000025.json'));
    if (outcome.kind !== 'traced') throw new Error(outcome.kind);
    const banner = bannerView(outcome.demographics, new Date('2026-11-22T12:00:00Z'), outcome.notices);
    expect(banner).toMatchObject({ name: 'SMYTHE, Janet (Mrs)', restricted: true, address: null, registered: null, died: { date: '22-Oct-2010', age: '0d' } });
    expect(banner.notices[0]).toContain('restricted');
  });

  test('the minimal patient has no name and is still a patient', () => {
    const outcome = readTrace('9000000033' as never, 200, read('pds-r4/patient_9000000033.json'));
    if (outcome.kind !== 'traced') throw new Error(outcome.kind);
    expect(bannerView(outcome.demographics, new Date(), [])).toMatchObject({ name: 'Name not recorded', born: 'Not recorded', gender: 'Not recorded' });
  });

  test('an invalidated number is said to be so', () => {
    expect(readTrace('9000000009' as never, 404, read('pds-r4/errors/INVALIDATED_RESOURCE.json')).kind).toBe('invalidated');
  });
});

/** The same record as a system that gives its copies no business identifiers sends it. */
function withoutIdentifiers(body: Bundle): Bundle {
  for (const { resource } of body.entry ?? []) if (resource !== undefined && resource['resourceType'] !== 'Patient') delete resource['identifier'];
  return body;
}

/** Resource ids and not places: entries that have no id are told apart by what they hold. */
function fingerprint(groups: readonly Group[]): string {
  const named = (item: Item): string => (item.id.includes('~') ? `${item.provenance.source} ${item.resourceType} ${item.title}` : item.id);
  const ofCluster = (cluster: Cluster): string => cluster.items.map(named).toSorted().join(',');
  return groups.map((group) => `${group.section} ${group.comparison.kind} ${group.clusters.map(ofCluster).toSorted().join(' + ')}`).toSorted().join('\n');
}

/** The same order for the same seed. */
function shuffled<Value>(values: readonly Value[], seed: number): readonly Value[] {
  let state = seed;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return values.map((value) => ({ value, at: next() })).toSorted((one, other) => one.at - other.at).map(({ value }) => value);
}
