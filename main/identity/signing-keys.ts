/**
 * The public keys that an identity service signs with (RFC 7517). Kept for a while; asked for once more where a token
 * names a key that is not among them, because keys change at any time (OpenID Connect Core section 10.1.1).
 */
import type { JSONWebKeySet, LocalJWKSet } from 'jose';
import * as z from 'zod';
import type { HttpPort } from '../net/http.ts';
import { ask, getJson } from './service-http.ts';

/** How long a key that was withdrawn is still taken at most. */
const KEPT_MS = 600_000;
const MOST_KEYS = 100;

const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MOST_KEYS) });

interface Kept {
  readonly address: string;
  readonly keys: LocalJWKSet;
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
}

export class SigningKeys {
  readonly #http: HttpPort;
  readonly #now: () => Date;
  #kept: Kept | null = null;

  constructor(http: HttpPort, now: () => Date) {
    this.#http = http;
    this.#now = now;
  }

  /** Verifies with the keys at `address`; with fresh ones where the kept ones do not have the token's. Rejects as `verify` does. */
  async verify<T>(address: string, verify: (keys: LocalJWKSet) => Promise<T>, signal: AbortSignal): Promise<T> {
    const kept = this.#fresh(address);
    if (kept === null) return verify(await this.#fetch(address, signal));
    const { errors } = await import('jose');
    try {
      return await verify(kept);
    } catch (problem) {
      if (!(problem instanceof errors.JWKSNoMatchingKey)) throw problem;
      return verify(await this.#fetch(address, signal));
    }
  }

  #fresh(address: string): LocalJWKSet | null {
    if (this.#kept === null || this.#kept.address !== address) return null;
    const age = this.#now().getTime() - this.#kept.fetchedAt;
    return age >= 0 && age < KEPT_MS ? this.#kept.keys : null;
  }

  async #fetch(address: string, signal: AbortSignal): Promise<LocalJWKSet> {
    const { createLocalJWKSet } = await import('jose');
    const set = await ask(this.#http, keySetSchema, getJson(address), signal);
    const keys = createLocalJWKSet(set as JSONWebKeySet);
    this.#kept = { address, keys, fetchedAt: this.#now().getTime() };
    return keys;
  }
}
