/** Who signs what is told of the card authority's certificates: itself, its delegate, and two who should not be believed. */
import * as x509 from '@peculiar/x509';
import type { CardAuthority } from '../card/index.ts';

export interface Signer {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

export type SignerKind = 'authority' | 'delegated' | 'without-purpose' | 'stranger';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const DAY_MS = 86_400_000;
/** id-kp-OCSPSigning and id-pkix-ocsp-nocheck (RFC 6960 sections 4.2.2.2 and 4.2.2.2.1). */
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const OCSP_NO_CHECK = '1.3.6.1.5.5.7.48.1.5';
const NULL_VALUE = Buffer.of(0x05, 0x00);

/** Each is made when it is first asked for. */
export function createSigners(authority: CardAuthority): (kind: SignerKind) => Promise<Signer> {
  const made = new Map<SignerKind, Promise<Signer>>();
  return (kind) => {
    const signer = made.get(kind) ?? make(kind, authority);
    made.set(kind, signer);
    return signer;
  };
}

async function make(kind: SignerKind, { issuing }: CardAuthority): Promise<Signer> {
  switch (kind) {
    case 'authority':
      return issuing;
    case 'delegated':
      return certified('Lanyard Simulator OCSP Responder', issuing, [OCSP_SIGNING]);
    case 'without-purpose':
      return certified('Lanyard Simulator OCSP Responder', issuing, [x509.ExtendedKeyUsage.clientAuth]);
    case 'stranger':
      return stranger(issuing.certificate.subjectName);
  }
}

async function certified(commonName: string, issuer: Signer, purposes: readonly string[]): Promise<Signer> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [commonName] }, { O: ['Lanyard Simulator'] }, { C: ['GB'] }],
    issuer: issuer.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 90 * DAY_MS),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([...purposes]),
      new x509.Extension(OCSP_NO_CHECK, false, NULL_VALUE),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
    ],
  });
  return { certificate, keys };
}

/** The authority's name on a key of somebody else. */
async function stranger(name: x509.Name): Promise<Signer> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 90 * DAY_MS),
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.ExtendedKeyUsageExtension([OCSP_SIGNING])],
  });
  return { certificate, keys };
}

const generateKeys = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
