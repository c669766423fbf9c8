import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tlv } from './tlv.ts';

/** The data objects of a PIV card (NIST SP 800-73-5 part 1, appendix A). Keys are object identifiers in hexadecimal. */
export type PivObjects = ReadonlyMap<string, Buffer>;

/** The PIV application with its version. */
export const applicationId = Buffer.from('a000000308000010000100', 'hex');

/** How a certificate is stored; issued cards do get CertInfo wrong. */
export type CertificateStorage = 'plain' | 'gzip' | 'plain-flagged-gzip' | 'gzip-flagged-plain';

export function certificateObject(der: Uint8Array, storage: CertificateStorage): Buffer {
  const isZipped = storage === 'gzip' || storage === 'gzip-flagged-plain';
  const isFlagged = storage === 'gzip' || storage === 'plain-flagged-gzip';
  const stored = isZipped ? gzipSync(der) : Buffer.from(der);
  return tlv('53', tlv('70', stored), tlv('71', Buffer.of(isFlagged ? 0x01 : 0x00)), tlv('fe'));
}

/** Cardholder unique identifier: FASC-N of a card without one, a random GUID, an expiry date, no signature. */
export function cardholderIdentifier(expires: Date): Buffer {
  const date = expires.toISOString().slice(0, 10).replaceAll('-', '');
  const noFascN = Buffer.from('d4e739da739ced39ce739da1685a1082108ce73984119257fc', 'hex');
  return tlv('53', tlv('30', noFascN), tlv('34', randomBytes(16)), tlv('35', Buffer.from(date, 'ascii')), tlv('3e'), tlv('fe'));
}

/** Card capability container: the form every PIV card carries for old middleware. */
export function capabilityContainer(): Buffer {
  const identifier = Buffer.concat([Buffer.from('a000000116ff02', 'hex'), randomBytes(14)]);
  const later = ['f6', 'f7', 'fa', 'fb', 'fc', 'fd', 'fe'].map((tag) => tlv(tag));
  return tlv(
    '53', tlv('f0', identifier), tlv('f1', Buffer.of(0x21)), tlv('f2', Buffer.of(0x21)), tlv('f3'), tlv('f4', Buffer.of(0x00)),
    tlv('f5', Buffer.of(0x10)), ...later,
  );
}

/** Discovery object, not wrapped in 53: the PIV application's passcode, and no other. */
export const discoveryObject = (): Buffer => tlv('7e', tlv('4f', applicationId), tlv('5f2f', Buffer.of(0x40, 0x00)));
