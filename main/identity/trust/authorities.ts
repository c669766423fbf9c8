/**
 * The authorities that a site names in `trust.card`, sorted into those that are believed because they are named and those
 * that are believed only as far as another vouches for them.
 */
import type { X509Certificate } from 'node:crypto';
import { certificatesIn, signed } from '../../net/tls-trust.ts';
import { type ReadCertificate, readCertificate } from './certificate.ts';

export interface Authorities {
  /** Where a path may end. */
  readonly anchors: readonly ReadCertificate[];
  /** What a path may lead through. */
  readonly intermediates: readonly ReadCertificate[];
}

/**
 * A named authority is an anchor, unless another named certificate bears its issuer's name: then it is an intermediate, and
 * has to prove itself up to that one, with dates, limits and revocation. So a site that names only its issuing authority
 * trusts exactly that; one that names root and issuing authority has both checked.
 * @param pems PEM texts; every certificate in them counts. Throws where one cannot be read, or where there is none in them:
 * a site that names authorities is never taken for one that names nobody
 */
export function readAuthorities(pems: readonly string[]): Authorities {
  const named = distinct(pems.flatMap(certificatesIn)).map(({ raw }) => readCertificate(raw));
  if (pems.length > 0 && named.length === 0) throw new TypeError('The named authorities hold no certificate.');
  const isIntermediate = (certificate: ReadCertificate): boolean =>
    named.some((other) => other !== certificate && other.parsed.subject.isEqual(certificate.parsed.issuer)) && !isSelfSigned(certificate);
  return { anchors: named.filter((certificate) => !isIntermediate(certificate)), intermediates: named.filter(isIntermediate) };
}

/** By its own key: a renewed key of an authority is issued in its own name too, but by the old key. */
function isSelfSigned({ x509 }: ReadCertificate): boolean {
  try {
    return signed(x509, x509);
  } catch {
    return false;
  }
}

function distinct(certificates: readonly X509Certificate[]): readonly X509Certificate[] {
  return [...new Map(certificates.map((certificate) => [certificate.fingerprint256, certificate])).values()];
}
