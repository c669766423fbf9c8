/** A region that opens in its own viewer: nothing follows from it, and its link says who and whom in a signed token only. */
import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { createRecord } from '../../../main/record/record.ts';
import { SECTIONS } from '../../../main/record/model.ts';
import { sourceId } from '../../../main/record/values.ts';
import { recordView } from '../../../main/record/view.ts';
import { sourceOrigins, withoutKeys } from '../../../main/sources/create.ts';
import { launchLink, type LaunchOptions } from '../../../main/sources/launch/launch-link.ts';
import { createLaunchSource } from '../../../main/sources/launch/launch-source.ts';
import { NHS_NUMBER, PATIENT } from '../../integration/record/people.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: typeof rsa.privateKey): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const OPTIONS: LaunchOptions = { baseUrl: 'https://viewer.example/open?region=london', issuer: 'https://site.example', signing: { key: pem(rsa.privateKey), keyId: 'key-1', algorithm: 'RS512' }, validSeconds: 60 };
const LAUNCH = { nhsNumber: NHS_NUMBER, birthDate: '1948-03-12', organisation: 'Z99001', userId: '910000000001', roleId: '555254240100' };
const NOW = Date.parse('2026-11-22T12:00:00Z');
const tokenOf = (link: string): string => new URL(link).searchParams.get('launch') ?? '';

describe('a launch link', () => {
  test.each([['RS512', rsa], ['ES256', ec]] as const)('is signed with %s for a minute, for one patient and one clinician', async (algorithm, keys) => {
    const link = await launchLink({ ...OPTIONS, signing: { key: pem(keys.privateKey), keyId: 'key-1', algorithm } }, LAUNCH, NOW);
    const { payload, protectedHeader } = await jwtVerify(tokenOf(link), keys.publicKey, { issuer: 'https://site.example', audience: 'https://viewer.example', currentDate: new Date(NOW), requiredClaims: ['jti', 'nbf'] });
    expect(protectedHeader).toEqual({ alg: algorithm, kid: 'key-1', typ: 'JWT' });
    expect(payload).toMatchObject({
      sub: '910000000001', iat: NOW / 1_000, nbf: NOW / 1_000, exp: NOW / 1_000 + 60, birthdate: '1948-03-12',
      patient: `https://fhir.nhs.uk/Id/nhs-number|${NHS_NUMBER}`, location: 'https://fhir.nhs.uk/Id/ods-organization-code|Z99001',
      practitioner: 'https://fhir.nhs.uk/Id/sds-user-id|910000000001', role: 'https://fhir.nhs.uk/Id/sds-role-profile-id|555254240100',
    });
    await expect(jwtVerify(tokenOf(link), keys.publicKey, { currentDate: new Date(NOW + 61_000) })).rejects.toThrow();
    await expect(jwtVerify(tokenOf(link), generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey, { currentDate: new Date(NOW) })).rejects.toThrow();
  });

  test('keeps what the viewer’s address has, and nothing of the patient is beside the token', async () => {
    const link = await launchLink(OPTIONS, LAUNCH, NOW);
    expect(new URL(link).searchParams.get('region')).toBe('london');
    expect(link).not.toContain(NHS_NUMBER);
    expect(link).not.toContain('1948');
  });

  test('is another one each time', async () => {
    expect(tokenOf(await launchLink(OPTIONS, LAUNCH, NOW))).not.toBe(tokenOf(await launchLink(OPTIONS, LAUNCH, NOW)));
  });

  test('is for the audience that the site names', async () => {
    const link = await launchLink({ ...OPTIONS, audience: 'gmcr' }, LAUNCH, NOW);
    await expect(jwtVerify(tokenOf(link), rsa.publicKey, { audience: 'gmcr', currentDate: new Date(NOW) })).resolves.toBeDefined();
  });
});

describe('a source that opens in its own viewer', () => {
  const source = createLaunchSource({ id: sourceId('viewer'), name: 'London Care Record', role: 'shared' });

  test('asks nothing and is no answer about anything', async () => {
    const record = createRecord({ patient: PATIENT, sources: [source] });
    const sent: string[] = [];
    for await (const part of source.fetch({ nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId: '' }, { send: (request) => { sent.push(request.url); return Promise.reject(new Error('not used')); } }, new AbortController().signal)) {
      if (part.kind === 'outcome') record.setState(source.id, part.outcome, { notes: part.notes });
    }
    expect(sent).toEqual([]);
    const snapshot = record.snapshot();
    for (const section of SECTIONS) expect(snapshot.sources[0]?.gaps[section]).toBe('own-viewer');
    const view = recordView(snapshot);
    expect(view.sources[0]).toMatchObject({ summary: 'opens in its own viewer', canRetry: false });
    expect(view.completeness).toMatch(/London Care Record opens in its own viewer and is not compared/);
    for (const { emptySentence } of view.sections) expect(emptySentence).toMatch(/opens in its own viewer and is not read here/);
    expect(view.allergies.phrase).not.toMatch(/^(No known allergies|Allergies not recorded)/);
  });
});

test('the viewer gets no token, and a record’s thread no key', () => {
  const configuration = {
    practice: { id: 'practice', name: 'Larkfield', protocol: 'gp-connect', route: 'clinical-data-gateway', baseUrl: 'https://practice.example', odsCode: 'Z99001' },
    sources: [{ id: 'viewer', name: 'London Care Record', protocol: 'launch', ...OPTIONS }, { id: 'docs', name: 'Documents', protocol: 'mhd', baseUrl: 'https://exchange.example/mhd', documentBaseUrl: 'https://store.example' }],
  } as const;
  expect(sourceOrigins(configuration)).toEqual(['https://practice.example', 'https://exchange.example/mhd', 'https://store.example']);
  expect(JSON.stringify(withoutKeys(configuration))).not.toContain('PRIVATE KEY');
  expect(JSON.stringify(configuration)).toContain('PRIVATE KEY');
});
