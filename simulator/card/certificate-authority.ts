// The library decorates its classes and needs this loaded first.
import 'reflect-metadata';
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import * as x509 from '@peculiar/x509';
import { Revocations, type ListValidity, type Revocation, type RevocationReason } from './revocations.ts';

/**
 * The test authority that issues the simulator's cards: a root and an issuing authority, made anew at each start, so
 * that no key of theirs ever lies on a disk. To whoever trusts the root alone, the issuing authority is an intermediate.
 */
export interface CardAuthority {
  /** Issuing authority and root, PEM, one after the other: what an identity service trusts. */
  readonly chainPem: string;
  readonly rootPem: string;
  /** Who issues, with the keys: signs OCSP answers for its own certificates too (RFC 6960 section 2.2). */
  readonly issuing: { readonly certificate: x509.X509Certificate; readonly keys: CryptoKeyPair };
  /** A holder's certificate, DER. */
  issue(request: CertificateRequest): Promise<Uint8Array<ArrayBuffer>>;
  /** Takes a certificate back. `serialNumber` in hexadecimal. */
  revoke(serialNumber: string, reason?: RevocationReason, at?: Date): void;
  /** Takes the revocation back. */
  restore(serialNumber: string): void;
  statusOf(serialNumber: string): 'good' | 'unknown' | Revocation;
  /** The issuing authority's certificate revocation list, DER; from now and for a day where not said. */
  revocationList(validity?: Partial<ListValidity>): Promise<Uint8Array<ArrayBuffer>>;
}

/** Where the issued certificates say that their revocation is told: a CRL distribution point and an OCSP responder. */
export interface RevocationAddresses {
  readonly crl: string;
  readonly ocsp: string;
}

export interface CardAuthorityOptions {
  /** A function where they are known only later: it is asked at each issue. Left out: certificates name none. */
  readonly addresses?: RevocationAddresses | (() => RevocationAddresses);
}

export interface CertificateRequest {
  readonly commonName: string;
  /** 12 digits: the subject's serialNumber and UID attributes. */
  readonly userId: string;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly usage?: CertificateUsage;
}

/** What the key may be used for, as the certificate says. */
export interface CertificateUsage {
  /** Bits of `x509.KeyUsageFlags`; digitalSignature where not given, and no such extension for `null`. */
  readonly key?: number | null;
  /** Object identifiers; client authentication where not given, and no such extension for `null`. */
  readonly extended?: readonly string[] | null;
}

interface Issuer {
  readonly name: x509.Name;
  readonly keys: CryptoKeyPair;
}

interface CertificateFields {
  readonly subject: x509.Name;
  readonly publicKey: CryptoKey | BufferSource;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Without the key identifiers, which every certificate gets. */
  readonly extensions: readonly x509.Extension[];
}

/** Attribute types that the library knows by number alone (RFC 4519 sections 2.31 and 2.39). */
const attributeType = { serialNumber: '2.5.4.5', userId: '0.9.2342.19200300.100.1.1' } as const;

/** The elliptic curve of both authorities. */
const authorityAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export async function createCardAuthority({ addresses }: CardAuthorityOptions = {}): Promise<CardAuthority> {
  const now = new Date();
  const revocations = new Revocations();
  const root: Issuer = { name: authorityName('Lanyard Simulator Card Root'), keys: await generateAuthorityKeys() };
  const issuing: Issuer = { name: authorityName('Lanyard Simulator Card Authority'), keys: await generateAuthorityKeys() };
  const rootPem = await certifyAuthority(root, root, { notBefore: now, notAfter: yearsAfter(now, 20), pathLength: 1 });
  const issuingPem = await certifyAuthority(root, issuing, { notBefore: now, notAfter: yearsAfter(now, 10), pathLength: 0 });
  return {
    chainPem: issuingPem + rootPem,
    rootPem,
    issuing: { certificate: new x509.X509Certificate(issuingPem), keys: issuing.keys },
    async issue({ commonName, userId, publicKey, notBefore, notAfter, usage = {} }) {
      const subject = holderName(commonName, userId);
      const spki = publicKey.export({ type: 'spki', format: 'der' });
      const told = typeof addresses === 'function' ? addresses() : addresses;
      const extensions = [...holderExtensions(usage), ...(told ? revocationExtensions(told) : [])];
      const certificate = await certify(issuing, { subject, publicKey: spki, notBefore, notAfter, extensions });
      revocations.issued(certificate.serialNumber);
      return new Uint8Array(certificate.rawData);
    },
    revoke: (serialNumber, reason = 'unspecified', at = new Date()) => revocations.revoke(serialNumber, reason, at),
    restore: (serialNumber) => revocations.restore(serialNumber),
    statusOf: (serialNumber) => revocations.statusOf(serialNumber),
    revocationList({ thisUpdate = new Date(), nextUpdate = new Date(thisUpdate.getTime() + dayMs) } = {}) {
      return revocations.list(issuing, { thisUpdate, nextUpdate });
    },
  };
}

const dayMs = 86_400_000;

/** An authority that may issue `pathLength` further authorities below it, certified by `issuer`; PEM. */
async function certifyAuthority(issuer: Issuer, authority: Issuer, terms: { notBefore: Date; notAfter: Date; pathLength: number }): Promise<string> {
  const { pathLength, ...validity } = terms;
  const fields = { subject: authority.name, publicKey: authority.keys.publicKey, extensions: authorityExtensions(pathLength), ...validity };
  const certificate = await certify(issuer, fields);
  return `${certificate.toString('pem')}\n`;
}

/** The serial number is random; the key identifiers are method 1 of RFC 5280 section 4.2.1.2. */
async function certify(issuer: Issuer, { extensions, ...fields }: CertificateFields): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    ...fields,
    issuer: issuer.name,
    signingKey: issuer.keys.privateKey,
    extensions: [
      ...extensions,
      await x509.SubjectKeyIdentifierExtension.create(fields.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  });
}

/** Signs certificates and revocation lists. */
const authorityExtensions = (pathLength: number): readonly x509.Extension[] => [
  new x509.BasicConstraintsExtension(true, pathLength, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
];

/** A holder who signs, to authenticate as a client, where the order says nothing else. */
function holderExtensions({ key = x509.KeyUsageFlags.digitalSignature, extended = [x509.ExtendedKeyUsage.clientAuth] }: CertificateUsage): readonly x509.Extension[] {
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    ...(key === null ? [] : [new x509.KeyUsagesExtension(key, true)]),
    ...(extended === null ? [] : [new x509.ExtendedKeyUsageExtension([...extended])]),
  ];
}

/** RFC 5280 sections 4.2.1.13 and 4.2.2.1. */
const revocationExtensions = ({ crl, ocsp }: RevocationAddresses): readonly x509.Extension[] => [
  new x509.CRLDistributionPointsExtension([crl]),
  new x509.AuthorityInfoAccessExtension({ ocsp }),
];

const authorityName = (commonName: string): x509.Name => distinguishedName({ CN: [{ utf8String: commonName }] });

const holderName = (commonName: string, userId: string): x509.Name =>
  distinguishedName(
    { CN: [{ utf8String: commonName }] },
    { [attributeType.serialNumber]: [{ printableString: userId }] },
    { [attributeType.userId]: [{ utf8String: userId }] },
  );

/** Each value names its string type: of a bare string, the library would take quotes, `#` and `\` for syntax. */
const distinguishedName = (...attributes: x509.JsonAttributeAndObjectValue[]): x509.Name =>
  new x509.Name([...attributes, { O: [{ utf8String: 'Lanyard Simulator' }] }, { C: [{ printableString: 'GB' }] }]);

const generateAuthorityKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(authorityAlgorithm, false, ['sign', 'verify']);

/** The same day and time of a later year. */
export function yearsAfter(date: Date, years: number): Date {
  const later = new Date(date);
  later.setUTCFullYear(later.getUTCFullYear() + years);
  return later;
}

export type CardAlgorithm = 'RSA-2048' | 'RSA-3072' | 'P-256' | 'P-384';

const generateKeys = promisify(generateKeyPair);

/** A fresh key pair of a kind that PIV knows. */
export function generateCardKeys(algorithm: CardAlgorithm): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  switch (algorithm) {
    case 'RSA-2048':
      return generateKeys('rsa', { modulusLength: 2048 });
    case 'RSA-3072':
      return generateKeys('rsa', { modulusLength: 3072 });
    case 'P-256':
    case 'P-384':
      return generateKeys('ec', { namedCurve: algorithm });
  }
}
