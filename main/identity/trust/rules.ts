/** What a whole chain must satisfy (RFC 5280 section 6.1), apart from the signatures and from revocation: pure. */
import { hasStrongKey, isStrong } from '../../net/certificate-rules.ts';
import { allows, EXTENSION, isSelfIssued, type ReadCertificate } from './certificate.ts';
import { allowsNames } from './name-constraints.ts';
import { refused, type Refused } from './verdict.ts';

/** Computers' clocks differ: so much is forgiven at both ends of every validity. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** Critical extensions whose meaning is applied here. Any other critical one is refused (section 4.2). */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.extendedKeyUsage,
  EXTENSION.nameConstraints,
  EXTENSION.crlDistributionPoints,
  // Any policy will do, so there is nothing to apply; constraints on policies are not applied, and so refused where critical.
  EXTENSION.certificatePolicies,
]);

/**
 * What a card's key may be meant for: TLS client authentication, Windows smart card logon, Kerberos PKINIT, or anything.
 * The first three are what the PIV authentication certificate carries (FPKI certificate profiles, worksheet 9).
 */
const SIGN_IN_USAGES: ReadonlySet<string> = new Set(['1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.311.20.2.2', '1.3.6.1.5.2.3.4', '2.5.29.37.0']);

/** A chain: the card's certificate first, then whoever issued it, the anchor last. */
export type Chain = readonly [card: ReadCertificate, ...issuers: ReadCertificate[]];

/** Whether the card's certificate is in its dates. */
export function dateFault(card: ReadCertificate, now: Date): Refused | null {
  const moment = now.getTime();
  if (moment + CLOCK_SKEW_MS < card.validFrom) return refused.notYetValid(new Date(card.validFrom));
  return moment - CLOCK_SKEW_MS > card.validTo ? refused.expired(new Date(card.validTo)) : null;
}

/** What is wrong with the card's own certificate, whoever issued it. */
export function cardFault(card: ReadCertificate, now: Date): Refused | null {
  const date = dateFault(card, now);
  if (date !== null) return date;
  if (!understands(card)) return refused.notUnderstood();
  if (!isStrongOrReadable(card)) return refused.weak();
  return allows(card, 'digitalSignature') && isForSignIn(card) ? null : refused.wrongUse();
}

/** What is wrong with those that vouch for it, nearest first; `null` where the chain holds. */
export function issuersFault(chain: Chain, now: Date): Refused | null {
  for (let index = 1; index < chain.length; index += 1) {
    const fault = issuerFault(chain, index, now);
    if (fault !== null) return fault;
  }
  return null;
}

function issuerFault(chain: Chain, index: number, now: Date): Refused | null {
  const issuer = chain[index] as ReadCertificate;
  const isAnchor = index === chain.length - 1;
  if (!isInDate(issuer, now)) return refused.authorityOutOfDate();
  if (!issuer.isAuthority || !allows(issuer, 'keyCertSign') || !isForSignIn(issuer)) return refused.authorityMayNot();
  if (authoritiesBelow(chain, index) > issuer.pathLength) return refused.authorityMayNot();
  if (!namedBelow(chain, index).every((certificate) => allowsNames(issuer, certificate))) return refused.authorityMayNot();
  // Of an anchor only the key counts: its own signature proves nothing, and what it says of itself the site has accepted.
  if (isAnchor) return hasStrongKey(issuer.x509) ? null : refused.authorityWeak();
  if (!understands(issuer)) return refused.authorityMayNot();
  return isStrong(issuer.x509) ? null : refused.authorityWeak();
}

/** Authorities between one and the card. Those that renewed their own key do not count (section 4.2.1.9). */
function authoritiesBelow(chain: Chain, index: number): number {
  return chain.slice(1, index).filter((certificate) => !isSelfIssued(certificate)).length;
}

/** Those whose names an authority's constraints hold for: a renewed key of an authority is none (section 6.1.3 b). */
function namedBelow(chain: Chain, index: number): readonly ReadCertificate[] {
  return chain.slice(0, index).filter((certificate, place) => place === 0 || !isSelfIssued(certificate));
}

function understands({ extensions }: ReadCertificate): boolean {
  return [...extensions.values()].every(({ critical, extnID }) => !critical || UNDERSTOOD.has(extnID));
}

/** A curve that OpenSSL does not know cannot even be asked for its strength. */
function isStrongOrReadable({ x509 }: ReadCertificate): boolean {
  try {
    return isStrong(x509);
  } catch {
    return false;
  }
}

function isForSignIn({ extendedUsages }: ReadCertificate): boolean {
  return extendedUsages === null || extendedUsages.some((usage) => SIGN_IN_USAGES.has(usage));
}

function isInDate({ validFrom, validTo }: ReadCertificate, now: Date): boolean {
  const moment = now.getTime();
  return validFrom - CLOCK_SKEW_MS <= moment && moment - CLOCK_SKEW_MS <= validTo;
}
