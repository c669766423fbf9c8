import { createHash } from 'node:crypto';
import { sha256DigestInfo, type SignatureScheme } from '../signature.ts';
import { findTlv } from '../tlv.ts';

/** PIV's algorithm identifiers (SP 800-78-5 table 6-2) by the length of the key. */
const rsaAlgorithms = { 256: 0x07, 384: 0x05 } as const;
const ecAlgorithms = { 32: 0x11, 48: 0x14 } as const;

/** The algorithm identifier by which GENERAL AUTHENTICATE signs with such a key. */
export const algorithmOf = ({ key }: SignatureScheme): number =>
  key.kind === 'rsa' ? rsaAlgorithms[key.modulusBytes] : ecAlgorithms[key.coordinateBytes];

/** What the card is given to sign `message`: the digest, or for RSA the whole PKCS#1 v1.5 block. */
export function signatureInput(scheme: SignatureScheme, message: Uint8Array): Uint8Array {
  const digest = createHash(scheme.hash).update(message).digest();
  if (scheme.key.kind === 'ec') return digest;
  const encoded = Buffer.concat([sha256DigestInfo, digest]);
  const filling = Buffer.alloc(scheme.key.modulusBytes - 3 - encoded.length, 0xff);
  return Buffer.concat([Buffer.of(0x00, 0x01), filling, Buffer.of(0x00), encoded]);
}

/** The signature inside GENERAL AUTHENTICATE's answer, `7C { 82 signature }`, or `null`. @throws {TlvError} */
export function signatureIn(answer: Uint8Array): Uint8Array | null {
  const template = findTlv(answer, 0x7c);
  return template === null ? null : findTlv(template, 0x82);
}
