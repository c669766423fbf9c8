import { constants, privateDecrypt, type KeyObject } from 'node:crypto';
import { curves, signDigest, type CurveName } from './ecdsa.ts';

export type CardKey =
  | { readonly kind: 'rsa'; readonly bytes: 256 | 384; readonly privateKey: KeyObject }
  | { readonly kind: 'ec'; readonly curve: CurveName; readonly secret: Uint8Array };

/** PIV's algorithm identifier of a key (SP 800-78-5 table 6-2). */
export function algorithmOf(key: CardKey): number {
  if (key.kind === 'rsa') return key.bytes === 256 ? 0x07 : 0x05;
  return key.curve === 'P-256' ? 0x11 : 0x14;
}

/** The private key's operation: on a whole block for RSA, on a digest for elliptic curves; `null` for another length or a block too large. */
export function operate(key: CardKey, challenge: Buffer): Buffer | null {
  if (key.kind === 'ec') {
    const curve = curves[key.curve];
    return challenge.length === curve.bytes ? signDigest(curve, key.secret, challenge) : null;
  }
  if (challenge.length !== key.bytes) return null;
  try {
    return privateDecrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, challenge);
  } catch {
    // A block that is not below the modulus: the only thing this operation refuses.
    return null;
  }
}
