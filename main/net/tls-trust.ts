/**
 * Trust in a server whose certificate the operating system does not know but the site's configuration does: private
 * authorities are common inside hospitals. Only an unknown authority is ever forgiven, and only with a whole path.
 */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { isForServers, isStrong, mayIssue } from './certificate-rules.ts';

export interface ServerCertificate {
  /** PEM of the server's certificate and of those it sent along, leaf first. */
  readonly chain: readonly string[];
  readonly hostname: string;
}

/** Longest path that is followed from a server's certificate to an anchor. */
const MOST_STEPS = 8;

/**
 * Whether the chain leads to one of the anchors: every certificate in its dates and strong, each signed by the next,
 * authorities marked as such, and the leaf made out to this host and for servers (RFC 5280 section 6.1, RFC 6125;
 * revocation is not looked at). What cannot be read is not trusted; nothing is thrown, whatever a server sends.
 * @param anchors PEM of the authorities that the configuration names, or of one server's own certificate
 */
export function leadsToAnchor(server: ServerCertificate, anchors: readonly string[], now: Date): boolean {
  try {
    return hasPath(server, anchors.flatMap(certificatesIn), now);
  } catch {
    return false;
  }
}

function hasPath({ chain, hostname }: ServerCertificate, anchors: readonly X509Certificate[], now: Date): boolean {
  const [leaf, ...sent] = chain.slice(0, MOST_STEPS).map((pem) => new X509Certificate(pem));
  if (leaf === undefined || !isMadeOutTo(leaf, hostname) || !isForServers(leaf)) return false;
  let current = leaf;
  for (let below = 0; below < MOST_STEPS; below += 1) {
    if (!isInDate(current, now) || !isStrong(current)) return false;
    if (below === 0 && anchors.some((anchor) => anchor.raw.equals(leaf.raw))) return true;
    const issued = (candidate: X509Certificate): boolean => isInDate(candidate, now) && signed(candidate, current) && mayIssue(candidate, below);
    if (anchors.some(issued)) return true;
    const issuer = sent.find(issued);
    if (issuer === undefined || issuer === current) return false;
    current = issuer;
  }
  return false;
}

/** By its subject alternative names alone: the common name is a person's or a product's just as well (RFC 6125 6.4.4). */
function isMadeOutTo(leaf: X509Certificate, hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) return leaf.checkIP(host) !== undefined;
  return leaf.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined;
}

/** Every certificate in a PEM file. Throws where one of them cannot be read. */
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
