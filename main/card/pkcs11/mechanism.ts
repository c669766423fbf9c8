import { createHash } from 'node:crypto';
import { joseSignature, sha256DigestInfo, type SignatureScheme } from '../signature.ts';
import { mechanisms } from './constants.ts';
import type { Handle, Mechanism, Pkcs11Module } from './module.ts';

/** How a token is asked for a signature over a message. */
export interface SigningMethod {
  readonly mechanism: Mechanism;
  /** What the mechanism signs. */
  input(message: Uint8Array): Uint8Array;
}

const digest = (hash: string, message: Uint8Array): Buffer => createHash(hash).update(message).digest();

/** PKCS #1 v1.5: hashed by the token, or here where the token only pads. */
const rsaMethods: readonly SigningMethod[] = [
  { mechanism: mechanisms.sha256RsaPkcs, input: (message) => message },
  { mechanism: mechanisms.rsaPkcs, input: (message) => Buffer.concat([sha256DigestInfo, digest('sha256', message)]) },
];

const ecMethods = (hash: SignatureScheme['hash']): readonly SigningMethod[] => [
  { mechanism: mechanisms.ecdsa, input: (message) => digest(hash, message) },
  { mechanism: hash === 'sha256' ? mechanisms.ecdsaSha256 : mechanisms.ecdsaSha384, input: (message) => message },
];

/** The first method for the certificate's key that the token has, or `null`. @throws {Pkcs11Error} */
export async function chooseMethod(module: Pkcs11Module, slot: Handle, scheme: SignatureScheme): Promise<SigningMethod | null> {
  const methods = scheme.key.kind === 'rsa' ? rsaMethods : ecMethods(scheme.hash);
  for (const method of methods) {
    if (await module.canSign(slot, method.mechanism)) return method;
  }
  return null;
}

/**
 * A token's signature as JOSE wants it. PKCS #11 gives ECDSA's r and s side by side, as JOSE does; some modules give DER
 * all the same. `null` where it is neither. @throws {TlvError}
 */
export function joseSignatureOf(scheme: SignatureScheme, signature: Uint8Array): Uint8Array | null {
  if (scheme.key.kind === 'ec' && signature.length === 2 * scheme.key.coordinateBytes) return signature;
  return joseSignature(scheme, signature);
}
