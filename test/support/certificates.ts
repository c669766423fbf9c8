/** Authorities and certificates made for one test, by a library; their keys are never written anywhere. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

export interface Issued {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}

export interface Wish {
  readonly name: string;
  /** Itself where left out. */
  readonly issuer?: Issued;
  readonly authority?: boolean;
  readonly host?: string;
  /** Days from now; a year each way where left out. */
  readonly from?: number;
  readonly until?: number;
  /** Of an authority: how many further ones may come below it; any number where left out. */
  readonly pathLength?: number;
  /** Beside the basic constraints and the host. */
  readonly extensions?: readonly x509.Extension[];
  /** Of its own key; ECDSA on P-256 where left out. */
  readonly algorithm?: RsaHashedKeyGenParams | EcKeyGenParams;
  /** Of the issuer's signature; SHA-256 where left out. */
  readonly hash?: 'SHA-1' | 'SHA-256';
}

export async function issue({ name, issuer, authority = false, host, from = -365, until = 365, pathLength, extensions = [], algorithm = ALGORITHM, hash = 'SHA-256' }: Wish): Promise<Issued> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: webcrypto.randomUUID().replaceAll('-', ''),
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date(Date.now() + from * DAY_MS),
    notAfter: new Date(Date.now() + until * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: issuer?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: { ...(issuer?.keys.privateKey ?? keys.privateKey).algorithm, hash },
    extensions: [
      new x509.BasicConstraintsExtension(authority, pathLength, true),
      ...(host === undefined ? [] : [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }])]),
      ...extensions,
    ],
  });
  return { certificate, keys };
}

/** Ends with a line break, so that one may follow another. */
export function pemOf({ certificate }: Issued): string {
  return `${certificate.toString('pem')}\n`;
}

/** PKCS#8 PEM of the private key, for a TLS server in this process. */
export async function keyPemOf({ keys }: Issued): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return x509.PemConverter.encode(der, 'PRIVATE KEY');
}
