/** One certificate, read once: `node:crypto` for its signature and key, PKI.js for what it says of itself. */
import { X509Certificate } from 'node:crypto';
import { type AttributeTypeAndValue, type BasicConstraints, Certificate, type ExtKeyUsage, type Extension } from 'pkijs';

export interface ReadCertificate {
  readonly x509: X509Certificate;
  readonly parsed: Certificate;
  /** By object identifier. */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  /** Marked as an authority by its basic constraints. */
  readonly isAuthority: boolean;
  /** How many further authorities may come below it; infinite where it sets no limit. */
  readonly pathLength: number;
  /** The bits of the key usage extension's first byte (RFC 5280 section 4.2.1.3); `null`: any use. */
  readonly keyUsage: number | null;
  /** Object identifiers of the extended key usages; `null`: any. */
  readonly extendedUsages: readonly string[] | null;
}

export const KEY_USAGE = { digitalSignature: 0x80, keyCertSign: 0x04, crlSign: 0x02 } as const;

/** RFC 5280 section 4.2; the last is of RFC 6960 section 4.2.2.2.1. */
export const EXTENSION = {
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  crlDistributionPoints: '2.5.29.31',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;

/** Several times what any certificate in use has. */
const MOST_CERTIFICATE_BYTES = 16 * 1024;

/**
 * Reads DER. Bytes come from cards and servers that may be hostile: they are bounded, and whatever is wrong with them
 * throws an Error, which every caller takes as "cannot be read".
 */
export function readCertificate(der: Buffer): ReadCertificate {
  if (der.length > MOST_CERTIFICATE_BYTES) throw new RangeError('The certificate is larger than any that is in use.');
  const x509 = new X509Certificate(der);
  if (!x509.raw.equals(der)) throw new RangeError('Something follows the certificate.');
  const parsed = Certificate.fromBER(x509.raw);
  const extensions = extensionsOf(parsed);
  const constraints = valueOf<BasicConstraints>(extensions, EXTENSION.basicConstraints);
  return {
    x509,
    parsed,
    extensions,
    validFrom: momentOf(parsed.notBefore.value),
    validTo: momentOf(parsed.notAfter.value),
    isAuthority: constraints?.cA === true,
    pathLength: pathLengthOf(constraints),
    keyUsage: keyUsageOf(extensions),
    extendedUsages: valueOf<ExtKeyUsage>(extensions, EXTENSION.extendedKeyUsage)?.keyPurposes ?? null,
  };
}

/** The parsed value of an extension, `null` where the certificate has none. Throws where it is not what it should be. */
export function valueOf<T>(extensions: ReadonlyMap<string, Extension>, identifier: string): T | null {
  const extension = extensions.get(identifier);
  if (extension === undefined) return null;
  const value: unknown = extension.parsedValue;
  if (value === null || value === undefined || (typeof value === 'object' && 'parsingError' in value)) throw new TypeError(`The extension ${identifier} cannot be read.`);
  return value as T;
}

/** Whether a use is allowed: a certificate that names no uses allows every one (RFC 5280 section 4.2.1.3). */
export function allows({ keyUsage }: ReadCertificate, use: keyof typeof KEY_USAGE): boolean {
  return keyUsage === null || (keyUsage & KEY_USAGE[use]) !== 0;
}

/** Issued to the bearer of its issuer's own name: a renewed key of the same authority (RFC 5280 section 6.1). */
export function isSelfIssued({ parsed }: ReadCertificate): boolean {
  return parsed.subject.isEqual(parsed.issuer);
}

/** The attributes of the subject, most general first. */
export function subjectOf({ parsed }: ReadCertificate): readonly AttributeTypeAndValue[] {
  return parsed.subject.typesAndValues;
}

export function sameCertificate(one: ReadCertificate, other: ReadCertificate): boolean {
  return one.x509.raw.equals(other.x509.raw);
}

/** An extension may be there only once (RFC 5280 section 4.2): of two, every reader would believe another. */
function extensionsOf({ extensions = [] }: Certificate): ReadonlyMap<string, Extension> {
  const byIdentifier = new Map(extensions.map((extension) => [extension.extnID, extension]));
  if (byIdentifier.size !== extensions.length) throw new TypeError('An extension is there twice.');
  return byIdentifier;
}

function pathLengthOf(constraints: BasicConstraints | null): number {
  const limit: unknown = constraints?.pathLenConstraint;
  if (limit === undefined || limit === null) return Number.POSITIVE_INFINITY;
  // A number too long for PKI.js comes as an Integer: nobody has as many authorities, but a limit is never read as none.
  return typeof limit === 'number' && limit >= 0 ? limit : 0;
}

function keyUsageOf(extensions: ReadonlyMap<string, Extension>): number | null {
  const bits = valueOf<{ readonly valueBlock: { readonly valueHexView: Uint8Array } }>(extensions, EXTENSION.keyUsage);
  return bits === null ? null : (bits.valueBlock.valueHexView[0] ?? 0);
}

function momentOf(date: Date): number {
  const moment = date.getTime();
  if (Number.isNaN(moment)) throw new RangeError('A date in the certificate is none.');
  return moment;
}
