/**
 * Published third-party records behind the protocols that are not one document: Care Connect searches and the Summary Care
 * Record, over real HTTP. Read in place; skipped, with a sentence, where the folder is not there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { readTrace } from '../../../main/patient/pds.ts';
import type { Demographics } from '../../../main/record/demographics.ts';
import { countResources } from '../../../main/record/normalise/entries.ts';
import { createRecord, type RecordSnapshot } from '../../../main/record/record.ts';
import { parseNhsNumber, sourceId } from '../../../main/record/values.ts';
import { CARE_CONNECT } from '../../../main/sources/fhir-stu3/kinds.ts';
import { createFhirStu3Source } from '../../../main/sources/fhir-stu3/fhir-stu3-source.ts';
import { createScrSource } from '../../../main/sources/scr/scr-source.ts';
import type { Source } from '../../../main/sources/source.ts';
import { sendJson, serve } from '../record/loopback-server.ts';
import { PATIENT, rekeyed } from '../record/people.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const present = existsSync(FOLDER);
if (!present) process.stdout.write('The published records are not beside the project: their tests are skipped.\n');

type Resource = Readonly<Record<string, unknown>>;
interface Bundle {
  entry?: { fullUrl?: string; resource?: Record<string, unknown> }[];
}
const read = <T>(path: string): T => JSON.parse(readFileSync(join(FOLDER, path), 'utf8').replace(/^\uFEFF/, '')) as T;
const options = { id: sourceId('region'), name: 'Region record', role: 'shared' } as const;

async function recordOf(source: Source, patient: Demographics): Promise<RecordSnapshot> {
  const record = createRecord({ patient, sources: [source] });
  const request = { nhsNumber: patient.nhsNumber, organisation: 'Z99001', roleId: '555254240100', permissionToView: 'given' } as const;
  for await (const part of source.fetch(request, createAxiosHttp(), AbortSignal.timeout(20_000))) {
    if (part.kind === 'page') record.addPage(part);
    else record.setState(source.id, part.outcome, { notes: part.notes });
  }
  return record.snapshot();
}

describe.skipIf(!present)('Care Connect searches', () => {
  const files = present ? readdirSync(join(FOLDER, 'gp-connect-stu3')).filter((name) => name.endsWith('.json')) : [];

  test.each(files)('%s: type by type, a page at a time, with what the resources refer to', async (file) => {
    const whole = rekeyed(read<Bundle>(`gp-connect-stu3/${file}`));
    const entries = (whole.entry ?? []).filter((entry): entry is { fullUrl?: string; resource: Record<string, unknown> } => entry.resource !== undefined);
    const patient = entries.find(({ resource }) => resource['resourceType'] === 'Patient')?.resource ?? {};
    const directory = entries.filter(({ resource }) => ['Medication', 'Practitioner', 'PractitionerRole', 'Organization', 'Location'].includes(String(resource['resourceType'])));
    const server = await serve(({ path }, response) => {
      const url = new URL(path, 'http://127.0.0.1');
      const type = url.pathname.split('/').at(-1) ?? '';
      const from = Number(url.searchParams.get('from') ?? 0);
      if (type !== 'Patient' && !CARE_CONNECT.kinds.some((kind) => kind.type === type)) return sendJson(response, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-supported' }] }, 404);
      const all = type === 'Patient' ? [{ resource: patient }] : entries.filter(({ resource }) => resource['resourceType'] === type);
      const page = all.slice(from, from + 100);
      const included = url.searchParams.has('_include') ? directory.filter(({ resource }) => JSON.stringify(page).includes(`"${String(resource['resourceType'])}/${String(resource['id'])}"`)).map((entry) => ({ ...entry, search: { mode: 'include' } })) : [];
      const link = from + 100 < all.length ? [{ relation: 'next', url: `${url.pathname}?from=${from + 100}${included.length > 0 ? '&_include=x' : ''}` }] : [];
      sendJson(response, { resourceType: 'Bundle', type: 'searchset', total: all.length, link, entry: [...page, ...included] });
    });
    const snapshot = await recordOf(createFhirStu3Source({ ...options, baseUrl: `${server.origin}/STU3` }), PATIENT);
    await server.close();

    const kinds = new Set(['Patient', ...CARE_CONNECT.kinds.map(({ type }) => type)]);
    const searched = entries.filter(({ resource }) => kinds.has(String(resource['resourceType']))).reduce((total, { resource }) => total + countResources(resource), 0);
    expect(snapshot.sources[0]?.state).toEqual({ kind: 'answered' });
    expect(snapshot.resources.heldBack).toBe(0);
    expect(snapshot.resources.reachable).toBe(snapshot.resources.received);
    expect(snapshot.resources.received).toBeGreaterThanOrEqual(searched);
    const medicines = snapshot.items.filter(({ resourceType }) => ['MedicationStatement', 'MedicationRequest'].includes(resourceType));
    expect(medicines.filter(({ title }) => title === 'Medicine, name not recorded')).toEqual([]);
    process.stdout.write(`${file}: ${snapshot.resources.received} resources over ${server.seen.length} requests, all reachable\n`);
  });
});

describe.skipIf(!present)('the Summary Care Record', () => {
  const found = present ? read<Bundle>('scr-r4/DocumentReferenceBundle.json') : {};
  const summary = present ? read<Bundle>('scr-r4/GetScrBundle.json') : {};
  const traced = (): Demographics => {
    const number = parseNhsNumber('9000000009');
    if (!number.ok) throw new Error(number.sentence);
    const trace = readTrace(number.value, 200, JSON.stringify(read<Resource>('pds-r4/patient_9000000009.json')));
    if (trace.kind !== 'traced') throw new Error(trace.kind);
    return trace.demographics;
  };

  async function opened(bundle: Bundle, patient = traced()): Promise<RecordSnapshot> {
    const server = await serve(({ path }, response) => sendJson(response, path.includes('/Bundle?') ? bundle : found));
    const snapshot = await recordOf(createScrSource({ ...options, baseUrl: `${server.origin}/FHIR/R4` }), patient);
    await server.close();
    return snapshot;
  }

  test('its Conditions and Observations, which name no subject, are this patient’s: the summary is', async () => {
    const snapshot = await opened(summary);
    expect(snapshot.sources[0]?.state).toMatchObject({ kind: 'partial', because: 'summary', generatedAt: expect.anything() });
    expect(snapshot.resources).toEqual({ received: countResources(summary), reachable: countResources(summary), heldBack: 0 });
    expect(snapshot.items.filter(({ resourceType }) => resourceType === 'Condition')).toHaveLength(5);
    expect(snapshot.sources[0]?.notes.join(' ')).toMatch(/by NHS number only/);
  });

  test.each<[string, (resources: Record<string, unknown>[]) => void]>([
    ['of another number', (resources) => Object.assign(resources.find(({ resourceType }) => resourceType === 'Patient') ?? {}, { identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9000000017' }] })],
    ['whose Composition is about somebody who is not there', (resources) => Object.assign(resources.find(({ resourceType }) => resourceType === 'Composition') ?? {}, { subject: { reference: 'Patient/somebody-else' } })],
    ['whose Composition names nobody', (resources) => Object.assign(resources.find(({ resourceType }) => resourceType === 'Composition') ?? {}, { subject: undefined })],
    ['with a second Patient', (resources) => resources.push({ resourceType: 'Patient', id: 'second', identifier: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9000000017' }] })],
  ])('a summary %s shows nothing clinical', async (_what, change) => {
    const resources: Record<string, unknown>[] = structuredClone((summary.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource])));
    change(resources);
    const snapshot = await opened({ ...summary, entry: resources.map((resource) => ({ resource })) });
    expect(snapshot.items.filter(({ section }) => section !== 'supporting')).toEqual([]);
    expect(snapshot.resources.heldBack).toBeGreaterThan(0);
  });
});
