/** What OCSP and revocation lists have in common: the answer, its freshness and its signature. */
import { type AlgorithmIdentifier, type CRLDistributionPoints, type Extension, getCrypto, type InfoAccess } from 'pkijs';
import type { BitString } from 'asn1js';
import { hasStrongKey, isStrongAlgorithm } from '../../../net/certificate-rules.ts';
import { EXTENSION, type ReadCertificate, valueOf } from '../certificate.ts';
import { CLOCK_SKEW_MS } from '../rules.ts';

/** `until`: milliseconds since 1970, after which it is to be asked again. */
export type RevocationAnswer =
  | { readonly kind: 'good'; readonly until: number }
  | { readonly kind: 'revoked'; readonly since: Date | null; readonly until: number }
  /** As good as none: `why` is for the running log and holds nothing of a person. */
  | Unusable;

export interface Unusable {
  readonly kind: 'unusable';
  readonly why: string;
}

export function unusable(why: string): Unusable {
  return { kind: 'unusable', why };
}

/** A certificate and the one that issued it: revocation is its issuer's word. */
export interface Issued {
  readonly certificate: ReadCertificate;
  readonly issuer: ReadCertificate;
}

/** However long an answer says that it holds, it is asked again after this: a card reported stolen is out within the hour. */
const LONGEST_KEPT_MS = 60 * 60_000;
const SHORTEST_KEPT_MS = 60_000;

/** Until when an answer is kept that holds until `nextUpdate`. */
export function keptUntil(nextUpdate: Date | null, now: Date): number {
  const end = nextUpdate?.getTime() ?? 0;
  return Math.min(Math.max(end, now.getTime() + SHORTEST_KEPT_MS), now.getTime() + LONGEST_KEPT_MS);
}

/** Whether an answer has begun to hold and not ended (RFC 6960 section 4.2.2.1, RFC 5280 section 5.1.2), the clocks' difference forgiven. */
export function isCurrent(thisUpdate: Date, nextUpdate: Date, now: Date): boolean {
  return isPast(thisUpdate, now) && nextUpdate.getTime() + CLOCK_SKEW_MS >= now.getTime();
}

/** Not in the future. A date that is none is not past either. */
export function isPast(date: Date, now: Date): boolean {
  return date.getTime() - CLOCK_SKEW_MS <= now.getTime();
}

/** Whether `signer` signed these bytes, in a way that cannot be forged. Never rejects. */
export async function isSignedBy(signer: ReadCertificate, content: Uint8Array, signature: BitString, algorithm: AlgorithmIdentifier): Promise<boolean> {
  try {
    if (!hasStrongKey(signer.x509) || !isStrongAlgorithm(Buffer.from(algorithm.toSchema().toBER()))) return false;
    return await getCrypto(true).verifyWithPublicKey(content as Uint8Array<ArrayBuffer>, signature, signer.parsed.subjectPublicKeyInfo, algorithm);
  } catch {
    return false;
  }
}

/** Whether one of them is critical and not among those that are understood. */
export function hasUnknownCritical(extensions: readonly Extension[], understood: readonly string[]): boolean {
  return extensions.some(({ critical, extnID }) => critical && !understood.includes(extnID));
}

const OCSP_ACCESS = '1.3.6.1.5.5.7.48.1';
const URI = 6;
const MOST_ADDRESSES = 3;
const LONGEST_ADDRESS = 2_000;

/** Where a certificate says that OCSP answers (RFC 5280 section 4.2.2.1). Throws where it cannot be read. */
export function ocspAddresses({ extensions }: ReadCertificate): readonly string[] {
  const access = valueOf<InfoAccess>(extensions, EXTENSION.authorityInformationAccess)?.accessDescriptions ?? [];
  return usable(access.filter(({ accessMethod }) => accessMethod === OCSP_ACCESS).map(({ accessLocation }) => accessLocation));
}

/**
 * Where it says that a whole list of its issuer's lies (section 4.2.1.13). Points for some reasons alone, and lists by
 * another issuer, could only be read together with further ones: they are left out.
 */
export function listAddresses({ extensions }: ReadCertificate): readonly string[] {
  const points = valueOf<CRLDistributionPoints>(extensions, EXTENSION.crlDistributionPoints)?.distributionPoints ?? [];
  const whole = points.filter(({ reasons, cRLIssuer }) => reasons === undefined && cRLIssuer === undefined);
  return usable(whole.flatMap(({ distributionPoint }) => (Array.isArray(distributionPoint) ? distributionPoint : [])));
}

function usable(names: readonly { readonly type: number; readonly value: unknown }[]): readonly string[] {
  const addresses = names.flatMap(({ type, value }) => (type === URI && typeof value === 'string' && isWeb(value) ? [value] : []));
  return [...new Set(addresses)].slice(0, MOST_ADDRESSES);
}

/** Directories (ldap) are not asked. */
function isWeb(address: string): boolean {
  return address.length <= LONGEST_ADDRESS && URL.canParse(address) && ['http:', 'https:'].includes(new URL(address).protocol);
}
