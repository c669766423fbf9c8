import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { describe, expect, test } from 'vitest';
import { chooseCertificate, type TokenCertificate } from '../../../../main/card/pkcs11/choice.ts';
import { tokenFlags } from '../../../../main/card/pkcs11/constants.ts';
import { schemeFor } from '../../../../main/card/signature.ts';
import { issue, pemOf } from '../../../support/certificates.ts';
import { certify, day, now, type CertificateWish } from './scripted-module.ts';

const { KeyUsageFlags, ExtendedKeyUsage } = x509;
const smartcardLogon = '1.3.6.1.4.1.311.20.2.2';

async function entry(wish: CertificateWish = {}, changes: Partial<TokenCertificate> = {}): Promise<TokenCertificate> {
  const certificate = new X509Certificate(await certify(wish));
  return { slot: 1n, token: { flags: 0, shortestPasscode: 0, longestPasscode: 0 }, id: Uint8Array.of(1), certificate, scheme: schemeFor(certificate)!, ...changes };
}

const at = (days: number): Date => new Date(now.getTime() + days * day);

/** The choice, whatever the order the module lists them in. */
function chosenOf(...entries: readonly TokenCertificate[]): TokenCertificate | null {
  const choice = chooseCertificate(entries, now);
  expect(chooseCertificate([...entries].reverse(), now)).toBe(choice);
  return choice;
}

describe('which certificate a card signs in with', () => {
  test('none where there is none', () => {
    expect(chooseCertificate([], now)).toBeNull();
  });

  test('never an authority’s', async () => {
    // It signs digitally and is for anything: only that it is an authority's speaks against it.
    const certificate = new X509Certificate(pemOf(await issue({ name: 'An authority', authority: true })));
    expect(chosenOf({ ...(await entry()), certificate })).toBeNull();
  });

  test.each([
    ['encipherment', KeyUsageFlags.keyEncipherment],
    ['non-repudiation', KeyUsageFlags.nonRepudiation],
  ])('never one whose key is for %s only', async (_name, key) => {
    expect(chosenOf(await entry({ usage: { key } }))).toBeNull();
  });

  test('digital signature beside another usage will do, and no usage at all', async () => {
    const both = await entry({ usage: { key: KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation } });
    expect(chosenOf(both)).toBe(both);
    const unsaid = await entry({ usage: { key: null, extended: null } });
    expect(chosenOf(unsaid)).toBe(unsaid);
  });

  test.each<[string, CertificateWish, CertificateWish]>([
    ['valid before expired, though the expired one was issued later', { notBefore: at(-300) }, { notBefore: at(-20), notAfter: at(-10) }],
    ['valid before not yet valid', { notBefore: at(-300) }, { notBefore: at(2), notAfter: at(900) }],
    ['not yet valid before expired', { notBefore: at(2) }, { notBefore: at(-20), notAfter: at(-10) }],
    ['for client authentication before unrestricted', { notBefore: at(-300) }, { usage: { extended: null } }],
    ['for smartcard logon before unrestricted', { notBefore: at(-300), usage: { extended: [smartcardLogon] } }, { usage: { extended: null } }],
    ['unrestricted before one for e-mail', { notBefore: at(-300), usage: { extended: null } }, { usage: { extended: [ExtendedKeyUsage.emailProtection] } }],
    ['valid before the right purpose', { usage: { extended: [ExtendedKeyUsage.emailProtection] } }, { notBefore: at(-20), notAfter: at(-10) }],
    ['the latest issued', { notBefore: at(-1), notAfter: at(100) }, { notBefore: at(-30), notAfter: at(900) }],
    ['of those the longest valid', { notBefore: at(-1), notAfter: at(900) }, { notBefore: at(-1), notAfter: at(100) }],
  ])('%s', async (_name, better, worse) => {
    const wanted = await entry(better);
    expect(chosenOf(await entry(worse), wanted)).toBe(wanted);
  });

  test('one on a token that is not blocked before the latest', async () => {
    const blocked = { token: { flags: tokenFlags.userPinLocked, shortestPasscode: 0, longestPasscode: 0 } };
    const wanted = await entry({ notBefore: at(-30) });
    expect(chosenOf(await entry({}, blocked), wanted)).toBe(wanted);
    const only = await entry({}, blocked);
    expect(chosenOf(only)).toBe(only);
  });

  test('equal ones by fingerprint, and the same one by slot', async () => {
    const twins = [await entry({ name: 'A' }), await entry({ name: 'B' }), await entry({ name: 'C' })];
    const lowest = [...twins].sort((a, b) => (a.certificate.fingerprint256 < b.certificate.fingerprint256 ? -1 : 1))[0]!;
    expect(chosenOf(...twins)).toBe(lowest);
    const here = { ...twins[0]!, slot: 2n };
    expect(chosenOf({ ...here, slot: 10n }, here)).toBe(here);
  });
});
