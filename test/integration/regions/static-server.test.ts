/** A FHIR server that nobody here wrote for Lanyard: files in a folder, over TLS, used by configuration alone. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NHS_NUMBER, patientResource, rekeyed } from '../record/people.ts';
import { runRecord } from '../record/record-command.ts';
import type { Report } from './setting.ts';
import { serveFolder } from './static-folder.ts';
import type { StaticFolder } from './static-folder.ts';

interface Resource {
  readonly resourceType: string;
  readonly id?: string;
  readonly [field: string]: unknown;
}

let folder: string;
let server: StaticFolder;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lanyard-static-'));
  server = await serveFolder(folder);
  writeFileSync(join(folder, 'authority.pem'), server.authority);
  write('pds/Patient', NHS_NUMBER, { ...patientResource(), id: NHS_NUMBER });
  write('hospital', 'Patient', searchset([patientResource('p1') as unknown as Resource]));
  write('hospital', 'Condition', searchset([{ resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, code: { coding: [{ system: 'http://snomed.info/sct', code: '195967001', display: 'Asthma' }] }, clinicalStatus: { coding: [{ code: 'active' }] } }]));
  write('hospital', 'AllergyIntolerance', searchset([{ resourceType: 'AllergyIntolerance', id: 'a1', patient: { reference: 'Patient/p1' }, code: { coding: [{ system: 'http://snomed.info/sct', code: '91936005', display: 'Allergy to penicillin' }] } }]));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, name: string, value: unknown): void {
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, `${name}.json`), JSON.stringify(value));
}

function searchset(resources: readonly Resource[]): object {
  return { resourceType: 'Bundle', type: 'searchset', total: resources.length, entry: resources.map((resource) => ({ resource })) };
}

function configuration(base: string, more: object = {}): string {
  const file = join(folder, 'configuration.json');
  writeFileSync(file, JSON.stringify({
    site: { name: 'Harbour Health Centre', odsCode: 'Z99001' },
    region: { id: 'static', name: 'Static', sources: [{ id: 'hospital', name: 'The hospital', protocol: 'fhir-r4', baseUrl: `${server.origin}${base}` }] },
    identity: { kind: 'card-assertion', issuer: server.origin },
    pds: { baseUrl: `${server.origin}/pds` },
    practice: { name: 'Harbour Health Centre', protocol: 'gp-connect', baseUrl: `${server.origin}/practice`, odsCode: 'Z99001' },
    trust: { tls: ['authority.pem'] },
    ...more,
  }));
  return file;
}

async function report(file: string): Promise<Report> {
  const { stdout, stderr, exitCode } = await runRecord(['--config', file, '--nhs-number', NHS_NUMBER]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

test('its record is read; what it has no file for is named or empty, and nothing is taken for an answer', async () => {
  const { sources, items, resources } = await report(configuration('/hospital'));
  expect(sources.map(({ id }) => id)).toEqual(['practice', 'hospital']);
  expect(items.map(({ title, provenance }) => `${provenance.source}: ${title}`).filter((text) => !text.includes('Patient')).sort()).toEqual(['hospital: Allergy to penicillin', 'hospital: Asthma']);
  expect(sources.find(({ id }) => id === 'hospital')?.state.kind).toMatch(/answered|partial/);
  expect(sources.find(({ id }) => id === 'practice')?.state.kind).toMatch(/failed|none-held/);
  expect(resources.reachable).toBe(resources.received);
  expect(server.asked).toEqual(expect.arrayContaining(['/hospital/Patient', '/hospital/Condition', '/hospital/AllergyIntolerance']));
});

test('a server that is nobody\'s folder is a failure, not an empty record', async () => {
  const { sources } = await report(configuration('/elsewhere'));
  expect(sources.find(({ id }) => id === 'hospital')?.state.kind).toBe('failed');
});

test('its authority is named by the configuration or it is not trusted', async () => {
  const { exitCode, stdout, stderr } = await runRecord(['--config', configuration('/hospital', { trust: { tls: [] } }), '--nhs-number', NHS_NUMBER]);
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/certificate|trust/i);
});

const PUBLISHED = join(import.meta.dirname, '../../../../shared/data/synthea-r4');

describe.runIf(existsSync(PUBLISHED))('records that others published, as files', () => {
  const names = existsSync(PUBLISHED) ? readdirSync(PUBLISHED).filter((name) => name.endsWith('.json')) : [];

  test.each(names)('%s: every resource arrives and is reachable', async (name) => {
    const bundle = rekeyed(JSON.parse(readFileSync(join(PUBLISHED, name), 'utf8')) as { entry?: { resource?: Record<string, unknown> }[] });
    const base = name.replace('.json', '').replace('_', '-');
    const resources = (bundle.entry ?? []).flatMap(({ resource }) => (resource ?? []) as Resource);
    const types = Map.groupBy(resources, ({ resourceType }) => resourceType);
    for (const [type, ofType] of types) write(base, type, { resourceType: 'Bundle', type: 'searchset', total: ofType.length, entry: (bundle.entry ?? []).filter(({ resource }) => resource?.['resourceType'] === type) });
    const before = server.asked.length;
    const { resources: counted, quarantined, sources } = await report(configuration(`/${base}`));
    const asked = new Set(server.asked.slice(before).filter((path) => path.startsWith(`/${base}/`)).map((path) => path.slice(base.length + 2)));
    const sent = resources.filter(({ resourceType }) => asked.has(resourceType)).length;
    expect(sent).toBeGreaterThan(100);
    expect(counted.reachable + counted.heldBack).toBe(counted.received);
    expect(counted.received).toBeGreaterThanOrEqual(sent);
    expect([quarantined, sources.find(({ id }) => id === 'hospital')?.state.kind]).toEqual([0, expect.stringMatching(/answered|partial/)]);
  });
});
