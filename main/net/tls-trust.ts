/**
 * Trust in a server whose certificate the operating system does not know but the site's configuration does: private
 * authorities are common inside hospitals. Only an unknown authority is ever forgiven, and only with a whole path.
 */
import { X509Certificate } from 'node:crypto';

export interface ServerCertificate {
  /** PEM of the server's certificate and of those it sent along, leaf first. */
  readonly chain: readonly string[];
  readonly hostname: string;
}

/** Longest path that is followed from a server's certificate to an anchor. */
const MOST_STEPS = 8;

/**
 * Whether the chain leads to one of the anchors: every certificate in its dates, each signed by the next, authorities
 * marked as such, and the leaf made out to this host (RFC 5280 section 6.1, RFC 6125; revocation is not looked at).
 * @param anchors PEM of the authorities that the configuration names
 */
export function leadsToAnchor({ chain, hostname }: ServerCertificate, anchors: readonly string[], now: Date): boolean {
  const [leaf, ...sent] = chain.map((pem) => new X509Certificate(pem));
  if (leaf === undefined || leaf.checkHost(hostname) === undefined) return false;
  const trusted = anchors.flatMap(certificatesIn);
  let current = leaf;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (!isInDate(current, now)) return false;
    const anchor = trusted.find((candidate) => signed(candidate, current));
    if (anchor !== undefined) return isInDate(anchor, now);
    const issuer = sent.find((candidate) => candidate.ca && signed(candidate, current));
    if (issuer === undefined || issuer === current) return false;
    current = issuer;
  }
  return false;
}

/** Every certificate in a PEM file. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((text) => new X509Certificate(text));
}

/** Whether `issuer` issued `certificate`: names, key identifiers and the signature itself. */
export function signed(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** Whether a certificate is in its dates. */
export function isInDate(certificate: X509Certificate, now: Date): boolean {
  return new Date(certificate.validFrom) <= now && now <= new Date(certificate.validTo);
}
