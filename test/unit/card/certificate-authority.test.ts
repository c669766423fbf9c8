import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { describe, expect, test } from 'vitest';
import { createCardAuthority, generateCardKeys, type CardAlgorithm, type CardAuthority, type CertificateUsage } from '../../../simulator/card/certificate-authority.ts';
import { authority } from './cards.ts';

const day = 86_400_000;
const [issuing, root] = authority.chainPem.match(/-----BEGIN[^]+?END CERTIFICATE-----\n/g)!.map((pem) => new X509Certificate(pem));

async function issue({ commonName = 'Priya NAIR', algorithm = 'P-256' }: { commonName?: string; algorithm?: CardAlgorithm } = {}): Promise<X509Certificate> {
  const { publicKey } = await generateCardKeys(algorithm);
  const der = await authority.issue({ commonName, userId: '555254240100', publicKey, notBefore: new Date(), notAfter: new Date(Date.now() + day) });
  const certificate = new X509Certificate(der);
  expect(certificate.publicKey.equals(publicKey)).toBe(true);
  return certificate;
}

/** Each extension's object identifier and weight, in order. */
const extensionsOf = (certificate: X509Certificate) =>
  new x509.X509Certificate(certificate.raw).extensions.map(({ type, critical }) => `${type}${critical ? ' critical' : ''}`);

/** Subject and issuer key identifier, in hexadecimal. */
function keyIdentifiersOf(certificate: X509Certificate): { own: string | undefined; issuer: string | undefined } {
  const read = new x509.X509Certificate(certificate.raw);
  return { own: read.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId, issuer: read.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId };
}

describe('the card authority', () => {
  test.each(['RSA-2048', 'RSA-3072', 'P-256', 'P-384'] as const)('issues for %s what its own chain verifies', async (algorithm) => {
    const certificate = await issue({ algorithm });
    expect(certificate.checkIssued(issuing!) && certificate.verify(issuing!.publicKey)).toBe(true);
    expect(issuing!.checkIssued(root!) && issuing!.verify(root!.publicKey)).toBe(true);
    expect(root!.checkIssued(root!) && root!.verify(root!.publicKey)).toBe(true);
    expect(root!.raw).toEqual(new X509Certificate(authority.rootPem).raw);
    expect([certificate.ca, issuing!.ca, root!.ca]).toEqual([false, true, true]);
  });

  test('names holder and authorities, with the user identifier as serialNumber and UID', async () => {
    const certificate = await issue();
    expect(certificate.subject.split('\n')).toEqual(['CN=Priya NAIR', 'serialNumber=555254240100', 'UID=555254240100', 'O=Lanyard Simulator', 'C=GB']);
    expect(certificate.issuer.split('\n')).toEqual(['CN=Lanyard Simulator Card Authority', 'O=Lanyard Simulator', 'C=GB']);
    expect(root!.subject.split('\n')).toEqual(['CN=Lanyard Simulator Card Root', 'O=Lanyard Simulator', 'C=GB']);
  });

  test.each(['Siân O’Brien, jr', '#1 "Q" \\ +x', "D'ARCY"])('writes the name %s as it is', async (commonName) => {
    const { subject } = (await issue({ commonName })).toLegacyObject();
    expect(subject).toMatchObject({ CN: commonName });
  });

  test('lets a holder authenticate as a client and nothing else, and authorities issue so deep and no deeper', async () => {
    const certificate = await issue();
    expect(extensionsOf(certificate)).toEqual(['2.5.29.19 critical', '2.5.29.15 critical', '2.5.29.37', '2.5.29.14', '2.5.29.35']);
    expect(certificate.keyUsage).toEqual([x509.ExtendedKeyUsage.clientAuth]);
    for (const [index, of] of [root!, issuing!].entries()) {
      expect(extensionsOf(of)).toEqual(['2.5.29.19 critical', '2.5.29.15 critical', '2.5.29.14', '2.5.29.35']);
      expect(new x509.X509Certificate(of.raw).getExtension(x509.BasicConstraintsExtension)?.pathLength).toBe(1 - index);
    }
    const usages = [certificate, issuing!, root!].map((of) => new x509.X509Certificate(of.raw).getExtension(x509.KeyUsagesExtension)?.usages);
    const authorityUsages = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
    expect(usages).toEqual([x509.KeyUsageFlags.digitalSignature, authorityUsages, authorityUsages]);
  });

  test('links each certificate to its issuer by key identifier', async () => {
    const [holder, middle, top] = [await issue(), issuing!, root!].map(keyIdentifiersOf);
    expect(holder!.own).toMatch(/^[\da-f]{40}$/);
    expect([holder!.issuer, middle!.issuer, top!.issuer]).toEqual([middle!.own, top!.own, top!.own]);
    expect(new Set([holder!.own, middle!.own, top!.own]).size).toBe(3);
  });

  test('gives each certificate a serial number of its own', async () => {
    expect((await issue()).serialNumber).not.toBe((await issue()).serialNumber);
  });
});

describe('what the card authority says of revocation', () => {
  const addresses = { crl: 'http://127.0.0.1:1/crl', ocsp: 'http://127.0.0.1:1/ocsp' };

  async function issueFrom(from: CardAuthority, usage?: CertificateUsage): Promise<x509.X509Certificate> {
    const { publicKey } = await generateCardKeys('P-256');
    return new x509.X509Certificate(await from.issue({ commonName: 'A', userId: '555254240100', publicKey, notBefore: new Date(), notAfter: new Date(Date.now() + day), ...(usage && { usage }) }));
  }

  test('names the addresses in what it issues, as they are known by then, and none where it has none', async () => {
    let told = addresses;
    const known = await createCardAuthority({ addresses: () => told });
    const addressesIn = (certificate: x509.X509Certificate) => ({
      crl: certificate.getExtension(x509.CRLDistributionPointsExtension)?.distributionPoints[0]?.distributionPoint?.fullName?.[0]?.uniformResourceIdentifier,
      ocsp: certificate.getExtension(x509.AuthorityInfoAccessExtension)?.ocsp[0]?.value,
    });
    expect(addressesIn(await issueFrom(known))).toEqual(addresses);
    told = { crl: 'http://127.0.0.1:2/crl', ocsp: 'http://127.0.0.1:2/ocsp' };
    expect(addressesIn(await issueFrom(known))).toEqual(told);
    expect(addressesIn(await issueFrom(await createCardAuthority({ addresses })))).toEqual(addresses);
    expect(addressesIn(await issueFrom(authority))).toEqual({ crl: undefined, ocsp: undefined });
  });

  test('lists what it took back, with date and reason, signed by the issuing authority', async () => {
    const own = await createCardAuthority();
    const [kept, lost] = [await issueFrom(own), await issueFrom(own)];
    const at = new Date('2026-01-02T03:04:05Z');
    own.revoke(lost.serialNumber, 'keyCompromise', at);
    const validity = { thisUpdate: new Date('2026-03-01T00:00:00Z'), nextUpdate: new Date('2026-03-02T00:00:00Z') };
    const list = new x509.X509Crl(await own.revocationList(validity));
    expect(list.entries.map(({ serialNumber, revocationDate, reason }) => [serialNumber, revocationDate, reason])).toEqual([[lost.serialNumber, at, x509.X509CrlReason.keyCompromise]]);
    expect([list.thisUpdate, list.nextUpdate, list.issuer]).toEqual([validity.thisUpdate, validity.nextUpdate, own.issuing.certificate.subject]);
    expect(await list.verify({ publicKey: own.issuing.certificate })).toBe(true);
    expect(await list.verify({ publicKey: authority.issuing.certificate })).toBe(false);
    expect([own.statusOf(kept.serialNumber), own.statusOf(lost.serialNumber), own.statusOf('0123')]).toEqual(['good', { serialNumber: lost.serialNumber.replace(/^(00)+/, ''), reason: 'keyCompromise', at }, 'unknown']);
  });

  test('takes a revocation back, whatever the case of the serial number', async () => {
    const own = await createCardAuthority();
    const { serialNumber } = await issueFrom(own);
    own.revoke(serialNumber.toUpperCase());
    expect(own.statusOf(serialNumber)).toMatchObject({ reason: 'unspecified' });
    own.restore(serialNumber);
    expect(own.statusOf(serialNumber.toUpperCase())).toBe('good');
    expect(new x509.X509Crl(await own.revocationList()).entries).toEqual([]);
  });

  test('lets a certificate be for something else, or for nothing said', async () => {
    const usageOf = (certificate: x509.X509Certificate) => [certificate.getExtension(x509.KeyUsagesExtension)?.usages, certificate.getExtension(x509.ExtendedKeyUsageExtension)?.usages];
    expect(usageOf(await issueFrom(authority, { key: x509.KeyUsageFlags.keyEncipherment, extended: [x509.ExtendedKeyUsage.emailProtection] }))).toEqual([x509.KeyUsageFlags.keyEncipherment, [x509.ExtendedKeyUsage.emailProtection]]);
    expect(usageOf(await issueFrom(authority, { key: null, extended: null }))).toEqual([undefined, undefined]);
  });
});
