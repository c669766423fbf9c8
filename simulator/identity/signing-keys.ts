/** The RSA keys that ID tokens are signed with. Made when somebody first asks, so that a start need not wait for them. */
import { generateKeyPair } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';

export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** Public, as the JWKS shows it. */
  readonly jwk: JWK;
}

export interface SigningKeys {
  current(): Promise<SigningKey>;
  /** The key that follows it. */
  next(): Promise<SigningKey>;
}

const generate = promisify(generateKeyPair);

export function createSigningKeys(): SigningKeys {
  let current: Promise<SigningKey> | null = null;
  let next: Promise<SigningKey> | null = null;
  return {
    current: () => (current ??= makeKey('simulator-1')),
    next: () => (next ??= makeKey('simulator-2')),
  };
}

async function makeKey(keyId: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 });
  return { keyId, privateKey, jwk: { ...(publicKey.export({ format: 'jwk' }) as JWK), kid: keyId, alg: 'RS256', use: 'sig' } };
}
