import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { beforeAll, describe, expect, test } from 'vitest';
import { leadsToAnchor } from '../../../main/net/tls-trust.ts';

const KEYS = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const NOW = new Date('2026-11-22T12:00:00Z');

interface Issued {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

interface Wish {
  readonly name: string;
  readonly issuer?: Issued;
  readonly authority?: boolean;
  readonly host?: string;
  readonly until?: Date;
}

async function issue({ name, issuer, authority = false, host, until }: Wish): Promise<Issued> {
  const keys = await crypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '01',
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date('2025-01-01'),
    notAfter: until ?? new Date('2030-01-01'),
    publicKey: keys.publicKey,
    signingKey: issuer?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: KEYS,
    extensions: [
      new x509.BasicConstraintsExtension(authority, undefined, true),
      ...(host === undefined ? [] : [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }])]),
    ],
  });
  return { certificate, keys };
}

const pem = (issued: Issued): string => issued.certificate.toString('pem');

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
    const expired = await issue({ name: 'record', issuer: middle, host, until: new Date('2026-11-21') });
    expect(leadsToAnchor({ chain: [pem(expired), pem(middle)], hostname: host }, [pem(root)], NOW)).toBe(false);
  });
});
