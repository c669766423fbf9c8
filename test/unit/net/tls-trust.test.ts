import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { beforeAll, describe, expect, test } from 'vitest';
import { leadsToAnchor } from '../../../main/net/tls-trust.ts';
import { type Issued, issue, pemOf as pem } from '../../support/certificates.ts';

const NOW = new Date();

describe('a server that only the site knows', () => {
  let root: Issued;
  let middle: Issued;
  let leaf: Issued;
  const host = 'record.example.nhs.uk';

  beforeAll(async () => {
    root = await issue({ name: 'Site root', authority: true });
    middle = await issue({ name: 'Site servers', issuer: root, authority: true });
    leaf = await issue({ name: 'record', issuer: middle, host });
  });

  test('is trusted by a whole path to a named authority', () => {
    expect(leadsToAnchor({ chain: [pem(leaf), pem(middle)], hostname: host }, [pem(root)], NOW)).toBe(true);
    expect(leadsToAnchor({ chain: [pem(leaf)], hostname: host }, [pem(middle)], NOW)).toBe(true);
  });

  test('is not trusted under another host name', () => {
    expect(leadsToAnchor({ chain: [pem(leaf), pem(middle)], hostname: 'other.example.nhs.uk' }, [pem(root)], NOW)).toBe(false);
  });

  test('is not trusted with a gap in the path', () => {
    expect(leadsToAnchor({ chain: [pem(leaf)], hostname: host }, [pem(root)], NOW)).toBe(false);
  });

  test('is not trusted by an authority of the same name with another key', async () => {
    const impostor = await issue({ name: 'Site root', authority: true });
    expect(leadsToAnchor({ chain: [pem(leaf), pem(middle)], hostname: host }, [pem(impostor)], NOW)).toBe(false);
  });

  test('is not trusted through a certificate that is no authority', async () => {
    const ordinary = await issue({ name: 'Site servers', issuer: root, host: 'www.example.nhs.uk' });
    const forged = await issue({ name: 'record', issuer: ordinary, host });
    expect(leadsToAnchor({ chain: [pem(forged), pem(ordinary)], hostname: host }, [pem(root)], NOW)).toBe(false);
  });

  test('is not trusted outside its dates', async () => {
    const expired = await issue({ name: 'record', issuer: middle, host, until: -1 });
    expect(leadsToAnchor({ chain: [pem(expired), pem(middle)], hostname: host }, [pem(root)], NOW)).toBe(false);
  });
});

describe('the rules of a path', () => {
  const host = 'record.example.nhs.uk';
  const RSA = (modulusLength: number): RsaHashedKeyGenParams => ({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent: new Uint8Array([1, 0, 1]) });
  const names = (...values: x509.JsonGeneralNames): x509.Extension => new x509.SubjectAlternativeNameExtension(values);
  const trusts = (chain: readonly Issued[], anchors: readonly Issued[], hostname = host): boolean =>
    leadsToAnchor({ chain: chain.map(pem), hostname }, anchors.map(pem), NOW);
  let root: Issued;

  beforeAll(async () => {
    root = await issue({ name: 'Site root', authority: true });
  });

  test('an address is looked for among the addresses, not among the names', async () => {
    const byAddress = await issue({ name: 'record', issuer: root, extensions: [names({ type: 'ip', value: '10.1.2.3' }, { type: 'ip', value: 'fd00::7' })] });
    const byName = await issue({ name: '10.1.2.3', issuer: root, host: '10.1.2.3' });
    expect(trusts([byAddress], [root], '10.1.2.3')).toBe(true);
    expect(trusts([byAddress], [root], 'fd00::7')).toBe(true);
    expect(trusts([byAddress], [root], '[fd00::7]')).toBe(true);
    expect(trusts([byAddress], [root], '10.1.2.4')).toBe(false);
    expect(trusts([byName], [root], '10.1.2.3')).toBe(false);
  });

  test('a common name is not a host name', async () => {
    expect(trusts([await issue({ name: host, issuer: root })], [root])).toBe(false);
  });

  test("a clinician's certificate is not a server's", async () => {
    const usage = (...usages: string[]): x509.Extension => new x509.ExtendedKeyUsageExtension(usages);
    expect(trusts([await issue({ name: 'record', issuer: root, host, extensions: [usage(x509.ExtendedKeyUsage.clientAuth)] })], [root])).toBe(false);
    expect(trusts([await issue({ name: 'record', issuer: root, host, extensions: [usage(x509.ExtendedKeyUsage.clientAuth, x509.ExtendedKeyUsage.serverAuth)] })], [root])).toBe(true);
  });

  test('a named certificate that is no authority vouches for itself alone', async () => {
    const ordinary = await issue({ name: 'Appliance', host });
    const issued = await issue({ name: 'record', issuer: ordinary, host });
    expect(trusts([ordinary], [ordinary])).toBe(true);
    expect(trusts([issued], [ordinary])).toBe(false);
  });

  test('an authority may not sign certificates where its key is for something else', async () => {
    const middle = await issue({ name: 'Site lists', issuer: root, authority: true, extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.cRLSign, true)] });
    expect(trusts([await issue({ name: 'record', issuer: middle, host }), middle], [root])).toBe(false);
  });

  test('an authority that may have none below it has none', async () => {
    const last = await issue({ name: 'Site last', issuer: root, authority: true, pathLength: 0 });
    const beyond = await issue({ name: 'Site beyond', issuer: last, authority: true });
    expect(trusts([await issue({ name: 'record', issuer: last, host }), last], [root])).toBe(true);
    expect(trusts([await issue({ name: 'record', issuer: beyond, host }), beyond, last], [root])).toBe(false);
  });

  test('an authority for certain names only is not followed', async () => {
    const constraints = new x509.Extension('2.5.29.30', true, new Uint8Array([0x30, 0x00]));
    const narrow = await issue({ name: 'Site narrow', issuer: root, authority: true, extensions: [constraints] });
    expect(trusts([await issue({ name: 'record', issuer: narrow, host }), narrow], [root])).toBe(false);
  });

  test('an authority that ran out does not hide its successor with the same key', async () => {
    const expired = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '02', name: root.certificate.subject, keys: root.keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01'), extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    });
    const leaf = await issue({ name: 'record', issuer: root, host });
    const old: Issued = { certificate: expired, keys: root.keys };
    expect(trusts([leaf], [old])).toBe(false);
    expect(trusts([leaf], [old, root])).toBe(true);
  });

  test('weak keys and weak signatures are not trusted', async () => {
    expect(trusts([await issue({ name: 'record', issuer: root, host, algorithm: RSA(2048) })], [root])).toBe(true);
    expect(trusts([await issue({ name: 'record', issuer: root, host, algorithm: RSA(1024) })], [root])).toBe(false);
    expect(trusts([await issue({ name: 'record', issuer: root, host, hash: 'SHA-1' })], [root])).toBe(false);
    const weakRoot = await issue({ name: 'Weak root', authority: true, algorithm: RSA(1024) });
    expect(trusts([await issue({ name: 'record', issuer: weakRoot, host })], [weakRoot])).toBe(false);
  });

  test('what cannot be read is not trusted, and nothing is thrown', async () => {
    const leaf = pem(await issue({ name: 'record', issuer: root, host }));
    const broken = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    for (const chain of [[], [''], ['hello'], [broken], [leaf, broken], [leaf.slice(0, 200)]]) {
      expect(leadsToAnchor({ chain, hostname: host }, [pem(root)], NOW)).toBe(false);
    }
    expect(leadsToAnchor({ chain: [leaf], hostname: host }, [broken], NOW)).toBe(false);
    expect(leadsToAnchor({ chain: [leaf], hostname: `${host}\u0000.example` }, [pem(root)], NOW)).toBe(false);
  });

  test('a chain without end is given up', async () => {
    const loop = await issue({ name: 'Loop', authority: true });
    const leaf = await issue({ name: 'record', issuer: loop, host });
    expect(trusts([leaf, ...Array.from({ length: 500 }, () => loop)], [root])).toBe(false);
  });
});
