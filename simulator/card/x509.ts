import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import { tlv } from './tlv.ts';

/** As much of X.509 (RFC 5280) as issuing the simulator's certificates takes: DER written straight down. */

export interface CertificateFields {
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** Attribute types by object identifier, each with its text, in order. */
export type DistinguishedName = readonly (readonly [oid: string, text: string])[];

export const attribute = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  userId: '0.9.2342.19200300.100.1.1',
} as const;

const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const clientAuthentication = '1.3.6.1.5.5.7.3.2';

/** Signs a version 3 certificate with an elliptic-curve key; DER. */
export function signCertificate(fields: CertificateFields, signingKey: KeyObject): Buffer {
  const algorithm = sequence(oid(ecdsaWithSha256));
  const identifiers = [subjectKeyIdentifier(fields.publicKey), authorityKeyIdentifier(fields.issuerPublicKey)];
  const body = sequence(
    tlv('a0', tlv('02', Buffer.of(0x02))),
    tlv('02', Buffer.concat([Buffer.of(0x01), randomBytes(15)])),
    algorithm,
    name(fields.issuer),
    sequence(time(fields.notBefore), time(fields.notAfter)),
    name(fields.subject),
    fields.publicKey.export({ type: 'spki', format: 'der' }),
    tlv('a3', sequence(...fields.extensions, ...identifiers)),
  );
  return sequence(body, algorithm, bitString(sign('sha256', body, signingKey)));
}

export function toPem(der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** An authority that may issue `pathLength` further authorities below it; signs certificates and revocation lists. */
export const authorityExtensions = (pathLength: number): readonly Buffer[] => [
  extension('2.5.29.19', sequence(boolean(true), tlv('02', Buffer.of(pathLength))), 'critical'),
  extension('2.5.29.15', tlv('03', Buffer.of(0x01, 0x06)), 'critical'),
];

/** A holder who signs, to authenticate as a client. */
export const holderExtensions = (): readonly Buffer[] => [
  extension('2.5.29.19', sequence(), 'critical'),
  extension('2.5.29.15', tlv('03', Buffer.of(0x07, 0x80)), 'critical'),
  extension('2.5.29.37', sequence(oid(clientAuthentication)), 'optional'),
];

const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv('30', ...parts);

const boolean = (value: boolean): Buffer => tlv('01', Buffer.of(value ? 0xff : 0x00));

const bitString = (bytes: Uint8Array): Buffer => tlv('03', Buffer.of(0x00), bytes);

function extension(identifier: string, value: Buffer, weight: 'critical' | 'optional'): Buffer {
  const critical = weight === 'critical' ? [boolean(true)] : [];
  return sequence(oid(identifier), ...critical, tlv('04', value));
}

const subjectKeyIdentifier = (key: KeyObject): Buffer => extension('2.5.29.14', tlv('04', keyIdentifier(key)), 'optional');

const authorityKeyIdentifier = (key: KeyObject): Buffer =>
  extension('2.5.29.35', sequence(tlv('80', keyIdentifier(key))), 'optional');

/** Method 1 of RFC 7093 section 2: the leftmost 160 bits of the SHA-256 of the public key. */
const keyIdentifier = (key: KeyObject): Buffer =>
  createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest().subarray(0, 20);

function name(attributes: DistinguishedName): Buffer {
  return sequence(...attributes.map(([type, text]) => tlv('31', sequence(oid(type), nameText(type, text)))));
}

/** Country and serial number are PrintableString by definition (RFC 5280 appendix A.1), all else UTF-8. */
function nameText(type: string, text: string): Buffer {
  const isPrintable = type === attribute.country || type === attribute.serialNumber;
  return tlv(isPrintable ? '13' : '0c', Buffer.from(text, 'utf8'));
}

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5). */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  return date.getUTCFullYear() < 2050 ? tlv('17', Buffer.from(digits.slice(2), 'ascii')) : tlv('18', Buffer.from(digits, 'ascii'));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv('06', Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
