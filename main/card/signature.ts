import { constants, verify, type KeyObject, type X509Certificate } from 'node:crypto';
import { findTlv, parseTlvs } from './tlv.ts';

/** How one kind of key signs a JWT: RFC 7518's name, the digest, and the lengths of key and signature. */
export interface SignatureScheme {
  readonly jose: 'RS256' | 'ES256' | 'ES384';
  readonly hash: 'sha256' | 'sha384';
  readonly key: { readonly kind: 'rsa'; readonly modulusBytes: 256 | 384 } | { readonly kind: 'ec'; readonly coordinateBytes: 32 | 48 };
}

const schemes: Readonly<Record<string, SignatureScheme>> = {
  'rsa-2048': { jose: 'RS256', hash: 'sha256', key: { kind: 'rsa', modulusBytes: 256 } },
  'rsa-3072': { jose: 'RS256', hash: 'sha256', key: { kind: 'rsa', modulusBytes: 384 } },
  'ec-prime256v1': { jose: 'ES256', hash: 'sha256', key: { kind: 'ec', coordinateBytes: 32 } },
  'ec-secp384r1': { jose: 'ES384', hash: 'sha384', key: { kind: 'ec', coordinateBytes: 48 } },
};

/** The scheme for a certificate's public key, or `null` where Lanyard does not sign with such a key. */
export function schemeFor(certificate: X509Certificate): SignatureScheme | null {
  const key = certificate.publicKey;
  const details = key.asymmetricKeyDetails;
  const name = key.asymmetricKeyType === 'rsa' ? `rsa-${details?.modulusLength}` : `${key.asymmetricKeyType}-${details?.namedCurve}`;
  return schemes[name] ?? null;
}

/** `DigestInfo` of SHA-256 without the digest (RFC 8017 section 9.2, note 1). */
export const sha256DigestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/**
 * A card's signature as JOSE wants it: RSA as it is, ECDSA's DER `SEQUENCE { r, s }` as r and s side by side
 * (RFC 7518 section 3.4). `null` where it is no such thing. @throws {TlvError}
 */
export function joseSignature(scheme: SignatureScheme, signature: Uint8Array): Uint8Array | null {
  if (scheme.key.kind === 'rsa') return signature.length === scheme.key.modulusBytes ? signature : null;
  const sequence = findTlv(signature, 0x30);
  if (sequence === null) return null;
  const numbers = parseTlvs(sequence);
  if (numbers.length !== 2 || numbers.some((number) => number.tag !== 0x02)) return null;
  const { coordinateBytes } = scheme.key;
  const coordinates = numbers.map(({ value }) => fixedLength(value, coordinateBytes));
  return coordinates.includes(null) ? null : Buffer.concat(coordinates as Uint8Array[]);
}

function fixedLength(integer: Uint8Array, bytes: number): Uint8Array | null {
  const firstDigit = integer.findIndex((byte) => byte !== 0);
  const digits = firstDigit < 0 ? new Uint8Array(0) : integer.subarray(firstDigit);
  if (digits.length > bytes) return null;
  const fixed = new Uint8Array(bytes);
  fixed.set(digits, bytes - digits.length);
  return fixed;
}

/** Whether a JOSE signature over `message` is the key's. */
export function isGenuine(scheme: SignatureScheme, key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return scheme.key.kind === 'rsa'
    ? verify(scheme.hash, message, { key, padding: constants.RSA_PKCS1_PADDING }, signature)
    : verify(scheme.hash, message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
