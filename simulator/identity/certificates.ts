/** Whether a card's certificate comes from an authority this service trusts (RFC 5280 path validation, in small). */
import { X509Certificate } from 'node:crypto';
import type { CardSubject } from './users.ts';

const MOST_LINKS = 4;

export type ChainVerdict = { readonly ok: true; readonly subject: CardSubject } | { readonly ok: false; readonly reason: string };

/** PEM text with one certificate or several. Throws where there is none or one cannot be read. */
export function readAuthorities(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (blocks === null) throw new Error('no certificate in PEM form');
  return blocks.map((block) => new X509Certificate(block));
}

/** `leaf` first, then whatever else the card sent. */
export function checkChain(chain: readonly X509Certificate[], authorities: readonly X509Certificate[], now: Date): ChainVerdict {
  const [leaf, ...others] = chain;
  if (leaf === undefined) return { ok: false, reason: 'there is no certificate' };
  if (leaf.ca) return { ok: false, reason: "the card's certificate is an authority's" };
  if (leaf.validToDate < now) return { ok: false, reason: `the card's certificate expired on ${day(leaf.validToDate)}` };
  if (leaf.validFromDate > now) return { ok: false, reason: `the card's certificate is not valid before ${day(leaf.validFromDate)}` };
  if (!leadsToAuthority(leaf, others, authorities, now, MOST_LINKS)) return { ok: false, reason: "the card's certificate was not issued by a trusted authority" };
  return { ok: true, subject: subjectOf(leaf) };
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function leadsToAuthority(certificate: X509Certificate, others: readonly X509Certificate[], authorities: readonly X509Certificate[], now: Date, linksLeft: number): boolean {
  if (authorities.some((authority) => issued(authority, certificate, now))) return true;
  if (linksLeft === 0) return false;
  return others.some((other) => other !== certificate && issued(other, certificate, now) && leadsToAuthority(other, others, authorities, now, linksLeft - 1));
}

function issued(issuer: X509Certificate, certificate: X509Certificate, now: Date): boolean {
  return issuer.ca && isCurrent(issuer, now) && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isCurrent(certificate: X509Certificate, now: Date): boolean {
  return certificate.validFromDate <= now && now <= certificate.validToDate;
}

/** The 12-digit user identifier: serialNumber, then UID, then a common name that holds one. */
function subjectOf(certificate: X509Certificate): CardSubject {
  const subject = (certificate.toLegacyObject().subject ?? {}) as unknown as Readonly<Record<string, string | string[] | undefined>>;
  const first = (name: string): string | null => {
    const value = subject[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  const commonName = first('CN');
  const candidates = [first('serialNumber'), first('UID'), commonName];
  const userId = candidates.map((text) => /\b\d{12}\b/.exec(text ?? '')?.[0]).find((found) => found !== undefined);
  return { userId: userId ?? null, commonName };
}
