/** What a revocation list says about one certificate (RFC 5280 sections 5 and 6.3). */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CertificateRevocationList, type GeneralName, type IssuingDistributionPoint, Time } from 'pkijs';
import { childrenOf, type Element, elementAt, hexOf, only } from '../../../net/der.ts';
import { allows, type ReadCertificate, valueOf } from '../certificate.ts';
import { hasUnknownCritical, isCurrent, type Issued, isSignedBy, keptUntil, type RevocationAnswer, unusable } from './answer.ts';

const ISSUING_DISTRIBUTION_POINT = '2.5.29.28';
const URI = 6;
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BOOLEAN = 0x01;

/** A list's names, dates, extensions and signature: what is read before the signature is known to hold. */
const MOST_BYTES_BESIDE_ENTRIES = 16 * 1024;

/** Entries that are walked before others have their turn: below a millisecond, and a few before the code is warm. */
const ENTRIES_A_TURN = 500;

/**
 * Whether the certificate is on the list. Lists for some reasons alone, for other kinds of certificates, of changes alone
 * (delta) or by another issuer (indirect) are unusable rather than wrongly believed; never rejects.
 *
 * PKI.js reads everything but the entries: it refuses more than a few thousand of them, and would hold everything up for
 * three seconds over a hundred thousand. Those are walked in place.
 */
export async function readRevocationList(der: Uint8Array, issued: Issued, addresses: readonly string[], now: Date): Promise<RevocationAnswer> {
  try {
    return await read(Buffer.from(der.buffer, der.byteOffset, der.byteLength), issued, addresses, now);
  } catch {
    return unusable('the revocation list cannot be read');
  }
}

async function read(der: Buffer, issued: Issued, addresses: readonly string[], now: Date): Promise<RevocationAnswer> {
  const { list, entries, signedBytes } = takeApart(der);
  const { nextUpdate, revokedCertificates = [] } = list;
  if (revokedCertificates.length > 0) return unusable('the revocation list is put together in an unknown way');
  if (nextUpdate === undefined || !isCurrent(list.thisUpdate.value, nextUpdate.value, now)) return unusable('the revocation list is not of this time');
  const fault = scopeFault(list, issued, addresses);
  if (fault !== null) return unusable(fault);
  if (!allows(issued.issuer, 'crlSign')) return unusable('the issuer may not sign revocation lists');
  if (!(await isSignedBy(issued.issuer, signedBytes, list.signatureValue, list.signatureAlgorithm))) return unusable('the signature of the revocation list does not hold');
  const until = keptUntil(nextUpdate.value, now);
  const found = await find(der, entries, issued.certificate);
  switch (found.kind) {
    case 'unknown-condition':
      return unusable('an entry of the revocation list carries an unknown condition');
    case 'listed':
      return { kind: 'revoked', since: found.since, until };
    case 'not-listed':
      return { kind: 'good', until };
  }
}

interface TakenApart {
  /** Without its entries, and with a signature that so no longer fits. */
  readonly list: CertificateRevocationList;
  readonly entries: Element | null;
  readonly signedBytes: Uint8Array;
}

/**
 * CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signature }, tbsCertList ::= SEQUENCE { version OPTIONAL,
 * signature, issuer, thisUpdate, nextUpdate OPTIONAL, revokedCertificates SEQUENCE OPTIONAL, [0] extensions }: the entries
 * are the one sequence that comes after a time.
 */
function takeApart(der: Buffer): TakenApart {
  const whole = only(der);
  if (whole.end !== der.length) throw new RangeError('Something follows the revocation list.');
  const [tbs, ...rest] = childrenOf(der, whole);
  if (tbs === undefined) throw new RangeError('The revocation list is empty.');
  const parts = childrenOf(der, tbs);
  const entries = parts.find(({ tag }, index) => tag === SEQUENCE && isTime(parts[index - 1])) ?? null;
  const bytesOf = ({ from, end }: Element): Buffer => der.subarray(from, end);
  const withoutEntries = whole.end - (entries === null ? 0 : entries.end - entries.from);
  if (withoutEntries > MOST_BYTES_BESIDE_ENTRIES) throw new RangeError('The revocation list says more than any that is in use.');
  const shortTbs = sequence(parts.filter((part) => part !== entries).map(bytesOf));
  return { list: CertificateRevocationList.fromBER(Uint8Array.from(sequence([shortTbs, ...rest.map(bytesOf)]))), entries, signedBytes: bytesOf(tbs) };
}

function isTime(element: Element | undefined): boolean {
  return element?.tag === 0x17 || element?.tag === 0x18;
}

function sequence(parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([Buffer.from([SEQUENCE, 0x84]), length, content]);
}

/** Why the list does not speak about this certificate, or `null` (section 6.3.3 b). */
function scopeFault(list: CertificateRevocationList, { certificate, issuer }: Issued, addresses: readonly string[]): string | null {
  if (!list.issuer.isEqual(issuer.parsed.subject) || !list.issuer.isEqual(certificate.parsed.issuer)) return 'the revocation list is by another issuer';
  const extensions = list.crlExtensions?.extensions ?? [];
  if (hasUnknownCritical(extensions, [ISSUING_DISTRIBUTION_POINT])) return 'the revocation list carries an unknown condition, or holds only changes';
  const byIdentifier = new Map(extensions.map((extension) => [extension.extnID, extension]));
  const point = valueOf<IssuingDistributionPoint>(byIdentifier, ISSUING_DISTRIBUTION_POINT);
  return point === null || covers(point, certificate, addresses) ? null : 'the revocation list is for other certificates';
}

function covers(point: IssuingDistributionPoint, { isAuthority }: ReadCertificate, addresses: readonly string[]): boolean {
  if (point.indirectCRL || point.onlyContainsAttributeCerts || point.onlySomeReasons !== undefined) return false;
  if (isAuthority ? point.onlyContainsUserCerts : point.onlyContainsCACerts) return false;
  return point.distributionPoint === undefined || (Array.isArray(point.distributionPoint) && point.distributionPoint.some((name) => isOneOf(name, addresses)));
}

function isOneOf(name: GeneralName, addresses: readonly string[]): boolean {
  return name.type === URI && addresses.includes(String(name.value));
}

type Found = { readonly kind: 'listed'; readonly since: Date | null } | { readonly kind: 'not-listed' } | { readonly kind: 'unknown-condition' };

/** Every entry is looked at, for a critical extension of one makes the whole list unusable (section 5.3). */
async function find(der: Buffer, entries: Element | null, certificate: ReadCertificate): Promise<Found> {
  if (entries === null) return { kind: 'not-listed' };
  const serial = serialOf(certificate);
  let found: Element | null = null;
  let walked = 0;
  for (let offset = entries.start; offset < entries.end; walked += 1) {
    const entry = elementAt(der, offset, entries.end);
    const number = elementAt(der, entry.start, entry.end);
    if (entry.tag !== SEQUENCE || number.tag !== INTEGER) throw new RangeError('An entry of the revocation list is none.');
    if (isCritical(der, number, entry)) return { kind: 'unknown-condition' };
    if (serial.equals(der.subarray(number.start, number.end))) found = entry;
    offset = entry.end;
    if (walked % ENTRIES_A_TURN === ENTRIES_A_TURN - 1) await nextTurn();
  }
  return found === null ? { kind: 'not-listed' } : { kind: 'listed', since: dateOf(der, found) };
}

/** What is listed is revoked, even where the date cannot be read. */
function dateOf(der: Buffer, entry: Element): Date | null {
  try {
    const [, date] = childrenOf(der, entry);
    return date === undefined ? null : Time.fromBER(Uint8Array.from(der.subarray(date.from, date.end))).value;
  } catch {
    return null;
  }
}

/** The serial number's bytes: the one INTEGER of tbsCertificate. */
function serialOf({ x509: { raw } }: ReadCertificate): Buffer {
  const [tbs] = childrenOf(raw, only(raw));
  const number = tbs === undefined ? undefined : childrenOf(raw, tbs).find(({ tag }) => tag === INTEGER);
  if (number === undefined) throw new RangeError('The certificate has no number.');
  return raw.subarray(number.start, number.end);
}

/** Entry ::= SEQUENCE { number, date, SEQUENCE OF SEQUENCE { identifier, critical BOOLEAN, value } OPTIONAL }. */
function isCritical(der: Buffer, number: Element, entry: Element): boolean {
  const date = elementAt(der, number.end, entry.end);
  if (date.end === entry.end) return false;
  const extensions = elementAt(der, date.end, entry.end);
  return childrenOf(der, extensions).some((extension) => childrenOf(der, extension).some((part) => part.tag === BOOLEAN && hexOf(der, part) !== '00'));
}
