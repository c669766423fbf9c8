import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import type { PivBehaviour } from './piv-behaviour.ts';
import { tlv } from './tlv.ts';

/** The data objects of a PIV card (NIST SP 800-73-5 part 1, appendix A). Keys are object identifiers in hexadecimal. */
export type PivObjects = ReadonlyMap<string, Buffer>;

/** The PIV application with its version. */
export const applicationId = Buffer.from('a000000308000010000100', 'hex');

export function certificateObject(der: Uint8Array, storage: Exclude<PivBehaviour['certificate'], 'missing'>): Buffer {
  const isFlagged = storage === 'gzip' || storage === 'plain-flagged-gzip' || storage === 'net-id';
  return tlv('53', tlv('70', stored(der, storage)), tlv('71', Buffer.of(isFlagged ? 0x01 : 0x00)), tlv('fe'));
}

function stored(der: Uint8Array, storage: Exclude<PivBehaviour['certificate'], 'missing'>): Buffer {
  switch (storage) {
    case 'plain':
    case 'plain-flagged-gzip':
      return Buffer.from(der);
    case 'gzip':
    case 'gzip-flagged-plain':
      return gzipSync(der);
    case 'net-id':
      return Buffer.concat([Buffer.of(0x01, 0x00, der.length & 0xff, der.length >> 8), deflateSync(der)]);
  }
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

/** Discovery object, not wrapped in 53, with its usage policy of two bytes (part 1, section 3.3.2); `garbage`: a length that lies. */
export function discoveryObject(policy: Exclude<PivBehaviour['discovery'], 'missing'>): Buffer {
  if (policy === 'garbage') return Buffer.from('7e12ff84ffffffff', 'hex');
  return tlv('7e', tlv('4f', applicationId), tlv('5f2f', Buffer.from(policy, 'hex')));
}

/** The same bytes with another length in the outermost TLV, whose tag is one byte. */
export function withFalseLength(whole: Buffer, lengths: PivBehaviour['lengths']): Buffer {
  const value = whole.subarray(whole[1]! < 0x80 ? 2 : 2 + (whole[1]! & 0x7f));
  switch (lengths) {
    case 'right':
      return whole;
    case 'beyond':
      return Buffer.concat([whole.subarray(0, 1), Buffer.of(0x82, (value.length + 1) >> 8, (value.length + 1) & 0xff), value]);
    case 'indefinite':
      return Buffer.concat([whole.subarray(0, 1), Buffer.of(0x80), value]);
    case 'huge':
      return Buffer.concat([whole.subarray(0, 1), Buffer.of(0x84, 0x7f, 0xff, 0xff, 0xff), value]);
  }
}
