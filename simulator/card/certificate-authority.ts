import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { attribute, authorityExtensions, holderExtensions, signCertificate, toPem, type DistinguishedName } from './x509.ts';

/**
 * The test authority that issues the simulator's cards: a root and an issuing authority, made anew at each start, so
 * that no key of theirs ever lies on a disk.
 */
export interface CardAuthority {
  /** Issuing authority and root, PEM, one after the other: what an identity service trusts. */
  readonly chainPem: string;
  readonly rootPem: string;
  /** A holder's certificate, DER. */
  issue(request: CertificateRequest): Uint8Array;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** 12 digits: the subject's serialNumber and UID attributes. */
  readonly userId: string;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const organisation: DistinguishedName = [
  [attribute.organisation, 'Lanyard Simulator'],
  [attribute.country, 'GB'],
];

const rootName: DistinguishedName = [[attribute.commonName, 'Lanyard Simulator Card Root'], ...organisation];
const issuingName: DistinguishedName = [[attribute.commonName, 'Lanyard Simulator Card Authority'], ...organisation];

export function createCardAuthority(): CardAuthority {
  const rootKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuingKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = new Date();
  const rootPem = toPem(
    signCertificate(
      {
        subject: rootName,
        issuer: rootName,
        notBefore: now,
        notAfter: yearsAfter(now, 20),
        publicKey: rootKeys.publicKey,
        issuerPublicKey: rootKeys.publicKey,
        extensions: authorityExtensions(1),
      },
      rootKeys.privateKey,
    ),
  );
  const issuingPem = toPem(
    signCertificate(
      {
        subject: issuingName,
        issuer: rootName,
        notBefore: now,
        notAfter: yearsAfter(now, 10),
        publicKey: issuingKeys.publicKey,
        issuerPublicKey: rootKeys.publicKey,
        extensions: authorityExtensions(0),
      },
      rootKeys.privateKey,
    ),
  );
  return {
    chainPem: issuingPem + rootPem,
    rootPem,
    issue: ({ commonName, userId, ...request }) =>
      signCertificate(
        {
          ...request,
          subject: [
            [attribute.commonName, commonName],
            [attribute.serialNumber, userId],
            [attribute.userId, userId],
            ...organisation,
          ],
          issuer: issuingName,
          issuerPublicKey: issuingKeys.publicKey,
          extensions: holderExtensions(),
        },
        issuingKeys.privateKey,
      ),
  };
}

/** The same day and time of a later year. */
export function yearsAfter(date: Date, years: number): Date {
  const later = new Date(date);
  later.setUTCFullYear(later.getUTCFullYear() + years);
  return later;
}

export type CardAlgorithm = 'RSA-2048' | 'RSA-3072' | 'P-256' | 'P-384';

/** A fresh key pair of a kind that PIV knows. */
export function generateCardKeys(algorithm: CardAlgorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (algorithm) {
    case 'RSA-2048':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'RSA-3072':
      return generateKeyPairSync('rsa', { modulusLength: 3072 });
    case 'P-256':
    case 'P-384':
      return generateKeyPairSync('ec', { namedCurve: algorithm });
  }
}
