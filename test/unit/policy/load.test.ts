/** A configuration that cannot be used is refused with sentences that name the file and the field. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../../main/policy/load.ts';
import { issue, pemOf } from '../../support/certificates.ts';

let folder: string;
let regionsFolder: string;

const PROFILE = { id: 'wessex', name: 'Wessex', sources: [{ id: 'wessex-record', name: 'Wessex record', protocol: 'fhir-r4' }] };
const GOOD = {
  site: { name: 'Harbour Health Centre', odsCode: 'Z99001' },
  region: 'wessex',
  addresses: { 'wessex-record': 'https://record.example.nhs.uk/FHIR/R4' },
  identity: { kind: 'card-assertion', issuer: 'https://signin.example.nhs.uk' },
  pds: { baseUrl: 'https://pds.example.nhs.uk/FHIR/R4' },
  practice: { name: 'Harbour Health Centre', odsCode: 'Z99001', protocol: 'gp-connect', baseUrl: 'https://gateway.example.nhs.uk' },
};
let PEM: string;

beforeAll(async () => {
  PEM = pemOf(await issue({ name: 'Our own authority', authority: true }));
  folder = await mkdtemp(join(tmpdir(), 'lanyard-policy-'));
  regionsFolder = join(folder, 'regions');
  await mkdir(regionsFolder);
  await writeFile(join(regionsFolder, 'wessex.json'), JSON.stringify(PROFILE));
  await writeFile(join(folder, 'own.json'), JSON.stringify({ ...PROFILE, id: 'own', name: 'Our own' }));
  await writeFile(join(folder, 'authority.pem'), PEM);
  await writeFile(join(folder, 'not-pem.pem'), 'hello');
  await writeFile(join(folder, 'broken.pem'), `${PEM}-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(content: unknown) {
  const file = join(folder, 'configuration.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadConfiguration(file, { regionsFolder });
}

async function refusal(content: unknown): Promise<string> {
  const result = await load(content);
  if (result.ok) throw new Error('It was accepted.');
  for (const sentence of result.sentences) expect(sentence).toContain(folder);
  return result.sentences.join('\n');
}

describe('sign-in that is described wrongly', () => {
  const cis2 = { kind: 'cis2', issuer: 'https://am.example.nhs.uk', clientId: 'lanyard', redirectPort: 21_000, clientAuthentication: { kind: 'none' } };

  test.each<[string, object, RegExp]>([
    ['a key file that is not there', { ...cis2, clientAuthentication: { kind: 'private-key-jwt', keyFile: 'no-key.pem', keyId: 'k1' } }, /identity\.clientAuthentication\.keyFile: .*no-key\.pem: there is no such file/],
    ['a secret file that is not there', { ...cis2, clientAuthentication: { kind: 'client-secret-post', secretFile: 'no-secret' } }, /identity\.clientAuthentication\.secretFile: .*no-secret: there is no such file/],
    ['an exchange whose key is not there', { ...cis2, tokenExchange: { tokenEndpoint: 'https://api.example.nhs.uk/token', clientAuthentication: { kind: 'private-key-jwt', keyFile: 'no-key.pem', keyId: 'k1' } } }, /identity\.tokenExchange\.clientAuthentication\.keyFile: .*no-key\.pem/],
    ['the combined pattern without addresses', { ...cis2, pattern: 'combined' }, /identity\.endpoints: the combined pattern has no discovery/],
    ['a client that proves nothing, without PKCE', { ...cis2, clientAuthentication: { kind: 'none' }, pkce: false }, /identity\.pkce: can only be off/],
    ['an issuer in the clear', { ...cis2, issuer: 'http://am.example.nhs.uk' }, /identity\.issuer: must start with https/],
    ['a scope without openid', { ...cis2, scope: 'profile' }, /identity\.scope: must contain openid/],
    ['a redirect path that is none', { ...cis2, redirectPath: 'https://example.org/' }, /identity\.redirectPath: use a path/],
  ])('%s is named', async (_name, identity, sentence) => {
    expect(await refusal({ ...GOOD, identity })).toMatch(sentence);
  });

  test.each<[string, object, RegExp]>([
    ['no time to be idle', { idleMinutes: 1 }, /session\.idleMinutes/],
    ['a removal nobody knows', { onCardRemoval: 'maybe' }, /session\.onCardRemoval/],
    ['an end before the lock', { onCardRemoval: { endAfterMinutes: -1 } }, /session\.onCardRemoval\.endAfterMinutes/],
  ])('%s is named', async (_name, session, sentence) => {
    expect(await refusal({ ...GOOD, session })).toMatch(sentence);
  });
});

describe('a configuration that can be used', () => {
  test.each([
    ['by a shipped id', 'wessex', 'Wessex'],
    ['by a path beside the file', 'own.json', 'Our own'],
    ['inline', { ...PROFILE, name: 'Inline' }, 'Inline'],
  ])('names its region %s', async (_how, region, name) => {
    expect(await load({ ...GOOD, region })).toMatchObject({ ok: true, configuration: { region: { name }, sources: [{ id: 'wessex-record', protocol: 'fhir-r4', baseUrl: 'https://record.example.nhs.uk/FHIR/R4' }], limits: { softMs: 3_000, hardMs: 10_000 }, reader: { kind: 'pcsc' } } });
  });

  test('through NHS CIS2 is loaded with its key, and the rest is as the national service has it', async () => {
    const cis2 = { kind: 'cis2', issuer: 'https://am.example.nhs.uk:443/realms/Healthcare', clientId: 'lanyard', redirectPort: 21_000, clientAuthentication: { kind: 'private-key-jwt', keyFile: 'not-pem.pem', keyId: 'k1' } };
    const result = await load({ ...GOOD, identity: cis2 });
    expect(result).toMatchObject({
      ok: true,
      configuration: {
        identity: {
          issuer: 'https://am.example.nhs.uk:443/realms/Healthcare',
          clientAuthentication: { kind: 'private-key-jwt', key: 'hello', keyId: 'k1', algorithm: 'RS512' },
          scope: 'openid profile nationalrbacaccess associatedorgs',
          acrValues: ['AAL3_ANY'],
          maxAgeSeconds: 300,
          pkce: true,
          pattern: 'separate',
          browser: 'own-window',
          assurance: { identity: 3, authentication: 3 },
        },
        session: { idleMinutes: 15, onCardRemoval: 'lock', resumeMinutes: 30 },
        trust: { revocation: { policy: 'soft-fail' } },
      },
    });
  });

  test.each(['/usr/lib/vendor/lib.so', 'C:\\Program Files\\Vendor\\lib.dll'])('takes the whole path of middleware, %s', async (module) => {
    expect(await load({ ...GOOD, card: { middleware: { module } } })).toMatchObject({ ok: true, configuration: { card: { middleware: { module } } } });
  });

  test('brings the texts of its trusted authorities', async () => {
    expect(await load({ ...GOOD, trust: { card: ['authority.pem'], tls: [] } })).toMatchObject({ ok: true, configuration: { trust: { card: [PEM], tls: [] } } });
  });

  test('the deployment’s address wins over the profile’s own', async () => {
    const own = { ...PROFILE, sources: [{ id: 'wessex-record', name: 'W', protocol: 'ips', baseUrl: 'https://profile.example' }] };
    expect(await load({ ...GOOD, region: own })).toMatchObject({ configuration: { sources: [{ baseUrl: 'https://record.example.nhs.uk/FHIR/R4' }] } });
    expect(await load({ ...GOOD, region: own, addresses: {} })).toMatchObject({ configuration: { sources: [{ baseUrl: 'https://profile.example' }] } });
  });
});

describe('a configuration that cannot be used', () => {
  test.each([
    ['a field nobody knows', { ...GOOD, colour: 'blue' }, /no field "colour"/],
    ['a field nobody knows, further in', { ...GOOD, site: { ...GOOD.site, phone: '1' } }, /no field "site\.phone"/],
    ['a missing field', { ...GOOD, pds: {} }, /pds\.baseUrl/],
    ['http off loopback', { ...GOOD, pds: { baseUrl: 'http://pds.example.nhs.uk' } }, /pds\.baseUrl: must start with https:\/\//],
    ['a password in an address', { ...GOOD, pds: { baseUrl: 'https://a:b@pds.example.nhs.uk' } }, /pds\.baseUrl: must not carry/],
    ['a region nobody knows', { ...GOOD, region: 'atlantis' }, /region: there is no usable profile "atlantis"[\s\S]*no such file/],
    ['a profile file that is not there', { ...GOOD, region: 'nowhere/x.json' }, /region: the profile "nowhere\/x\.json" cannot be used/],
    ['a fault inside an inline region', { ...GOOD, region: { ...PROFILE, sources: [{ id: 'W', name: 'x', protocol: 'ips' }] } }, /region\.sources\.0\.id/],
    ['a source without an address', { ...GOOD, addresses: {} }, /addresses\.wessex-record is missing/],
    ['an address for no source', { ...GOOD, addresses: { ...GOOD.addresses, london: 'https://x.example' } }, /addresses\.london: Wessex has no source of that id/],
    ['one id twice', { ...GOOD, region: { ...PROFILE, sources: [...PROFILE.sources, ...PROFILE.sources] } }, /used twice/],
    ['a certificate that is not there', { ...GOOD, trust: { card: ['gone.pem'], tls: [] } }, /trust\.card\.0: .*gone\.pem: there is no such file/],
    ['a file that is no certificate', { ...GOOD, trust: { card: [], tls: ['not-pem.pem'] } }, /trust\.tls\.0: .*not-pem\.pem holds no certificate/],
    ['middleware by its name alone', { ...GOOD, card: { middleware: { module: 'opensc-pkcs11.so' } } }, /card\.middleware\.module: .*whole path/],
    ['a certificate that is broken', { ...GOOD, trust: { card: ['broken.pem'], tls: [] } }, /trust\.card\.0: .*broken\.pem holds no certificate/],
    ['broken JSON', '{\n  "site": {\n    "name": oops\n', /not valid JSON: look at line 3, column 13/],
    ['JSON that stops', '{"site":', /not valid JSON: look at line 1, column 9/],
    ['JSON that is no object', '[]', /the file: /],
  ])('%s', async (_what, content, expected) => {
    expect(await refusal(content)).toMatch(expected);
  });

  test('a file that is not there, and a folder', async () => {
    const missing = join(folder, 'missing.json');
    expect(await loadConfiguration(missing, { regionsFolder })).toEqual({ ok: false, sentences: [`${missing}: there is no such file.`] });
    expect(await loadConfiguration(folder, { regionsFolder })).toEqual({ ok: false, sentences: [`${folder}: this is a folder, not a file.`] });
  });

  test('several problems are all said', async () => {
    expect((await refusal({ ...GOOD, colour: 'blue', site: { name: '', odsCode: 'z' } })).split('\n').length).toBeGreaterThanOrEqual(3);
  });
});
