/** A region's sources, by protocol, with what the site adds to them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../../main/policy/load.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanyard-region-'));
  await writeFile(join(folder, 'launch.pem'), 'the key');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const AT = 'https://record.example.nhs.uk';
const SPINE = { proxyUrl: 'https://proxy.example.nhs.uk', asidFrom: '200000000359', asidTo: '918999198993', issuer: 'https://lanyard.example.nhs.uk' };
const SIGNING = { keyFile: 'launch.pem', keyId: 'k1' };
const BASE = {
  site: { name: 'Harbour Health Centre', odsCode: 'Z99001' },
  identity: { kind: 'card-assertion', issuer: 'https://signin.example.nhs.uk' },
  pds: { baseUrl: 'https://pds.example.nhs.uk/FHIR/R4' },
  practice: { name: 'Harbour Health Centre', odsCode: 'Z99001', protocol: 'gp-connect', baseUrl: 'https://gateway.example.nhs.uk' },
};

async function load(change: object, source: object = { protocol: 'ips' }) {
  const file = join(folder, 'configuration.json');
  const region = { id: 'harbour', name: 'Harbour', sources: [{ id: 'record', name: 'Harbour record', ...source }] };
  await writeFile(file, JSON.stringify({ ...BASE, region, addresses: { record: AT }, ...change }));
  return loadConfiguration(file, { regionsFolder: folder });
}

async function refusal(change: object, source?: object): Promise<string> {
  const result = await load(change, source);
  if (result.ok) throw new Error('It was accepted.');
  return result.sentences.join('\n');
}

describe('each protocol', () => {
  test.each<[object, object]>([
    [{ protocol: 'fhir-r4' }, {}],
    [{ protocol: 'fhir-r4', types: ['Observation', 'Condition'] }, { types: ['Observation', 'Condition'] }],
    [{ protocol: 'fhir-stu3', types: ['ReferralRequest'] }, { types: ['ReferralRequest'] }],
    [{ protocol: 'ips' }, {}],
    [{ protocol: 'mhd', documentBaseUrl: 'https://documents.example.nhs.uk' }, { documentBaseUrl: 'https://documents.example.nhs.uk' }],
    [{ protocol: 'nrl', pointerTypes: ['1382601000000107'] }, { pointerTypes: ['1382601000000107'] }],
    [{ protocol: 'nrl', spineProxy: { proxyUrl: SPINE.proxyUrl, asidFrom: '1', issuer: SPINE.issuer } }, { spineProxy: { asidFrom: '1' } }],
    [{ protocol: 'scr' }, {}],
    [{ protocol: 'gp-connect' }, { route: 'clinical-data-gateway' }],
    [{ protocol: 'gp-connect', route: 'spine-proxy', spineProxy: SPINE }, { spineProxy: { interactionId: 'urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1' } }],
    [{ protocol: 'launch', issuer: 'urn:lanyard', signing: SIGNING }, { validSeconds: 60, signing: { key: 'the key', keyId: 'k1', algorithm: 'RS512' } }],
  ])('%j', async (source, expected) => {
    expect(await load({}, source)).toMatchObject({ ok: true, configuration: { sources: [{ id: 'record', name: 'Harbour record', baseUrl: AT, protocol: (source as { protocol: string }).protocol, ...expected }] } });
  });

  test.each<[string, object, RegExp]>([
    ['a protocol nobody speaks', { protocol: 'xds' }, /region\.sources\.0\.protocol/],
    ['an option of another protocol', { protocol: 'ips', types: ['Observation'] }, /there is no field "region\.sources\.0\.types"/],
    ['a type that is none', { protocol: 'fhir-r4', types: ['../metadata'] }, /types\.0: use the name of a FHIR resource type/],
    ['no types at all', { protocol: 'fhir-r4', types: [] }, /sources\.0\.types/],
    ['a pointer type that is no code', { protocol: 'nrl', pointerTypes: ['ReSPECT'] }, /pointerTypes\.0: use a SNOMED CT concept id/],
    ['an ASID with letters', { protocol: 'gp-connect', route: 'spine-proxy', spineProxy: { ...SPINE, asidTo: 'x' } }, /spineProxy\.asidTo: use an ASID/],
    ['a proxy in the clear', { protocol: 'gp-connect', route: 'spine-proxy', spineProxy: { ...SPINE, proxyUrl: 'http://proxy.example.nhs.uk' } }, /spineProxy\.proxyUrl: must start with https/],
    ['the Spine proxy without its particulars', { protocol: 'gp-connect', route: 'spine-proxy' }, /sources\.record\.spineProxy is missing/],
    ['a launch in nobody’s name', { protocol: 'launch', signing: SIGNING }, /sources\.record\.issuer is missing/],
    ['a launch that nobody signs', { protocol: 'launch', issuer: 'urn:lanyard' }, /sources\.record\.signing is missing/],
    ['a launch whose key is not there', { protocol: 'launch', issuer: 'urn:lanyard', signing: { ...SIGNING, keyFile: 'gone.pem' } }, /sources\.record\.signing\.keyFile: .*gone\.pem: there is no such file/],
  ])('refuses %s', async (_what, source, expected) => {
    expect(await refusal({}, source)).toMatch(expected);
  });
});

describe('what a site adds', () => {
  test('completes what the profile leaves open, and wins over what it says', async () => {
    const loaded = await load({ sources: { record: { spineProxy: SPINE, name: 'Our record' } } }, { protocol: 'gp-connect', route: 'spine-proxy' });
    expect(loaded).toMatchObject({ ok: true, configuration: { sources: [{ name: 'Our record', spineProxy: { asidTo: SPINE.asidTo } }] } });
  });

  test('may be where it answers', async () => {
    expect(await load({ addresses: {}, sources: { record: { baseUrl: 'https://ours.example.nhs.uk' } } })).toMatchObject({ ok: true, configuration: { sources: [{ baseUrl: 'https://ours.example.nhs.uk' }] } });
  });

  test('makes no other source of it', async () => {
    expect(await refusal({ sources: { record: { protocol: 'scr' } } })).toMatch(/sources\.record\.protocol is Harbour’s to say: it is "ips"/);
    expect(await load({ sources: { record: { protocol: 'ips' } } })).toMatchObject({ ok: true });
  });

  test.each<[string, object, RegExp]>([
    ['a field that the protocol does not have', { sources: { record: { colour: 'blue' } } }, /there is no field "sources\.record\.colour"/],
    ['a source that the region does not have', { sources: { elsewhere: {} } }, /sources\.elsewhere: Harbour has no source of that id/],
    ['a wrong value', { sources: { record: { baseUrl: 'ftp://x' } } }, /sources\.record\.baseUrl: must start with https/],
  ])('is refused where it is %s', async (_what, change, expected) => {
    expect(await refusal(change)).toMatch(expected);
  });
});

describe('the practice', () => {
  test('is reached by the Spine proxy with its particulars', async () => {
    expect(await load({ practice: { ...BASE.practice, route: 'spine-proxy', spineProxy: SPINE } })).toMatchObject({ ok: true, configuration: { practice: { route: 'spine-proxy', spineProxy: { asidFrom: SPINE.asidFrom } } } });
  });

  test('and not without them', async () => {
    expect(await refusal({ practice: { ...BASE.practice, route: 'spine-proxy' } })).toMatch(/practice\.spineProxy: is missing/);
  });
});
