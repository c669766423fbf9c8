/** What an identity service says of itself (OpenID Connect Discovery section 4). */
import type * as z from 'zod';
import type { HttpPort } from '../net/http.ts';
import { refuseAddress } from '../policy/configuration.ts';
import { SignInProblem } from './provider.ts';
import { ask, getJson } from './service-http.ts';

/** How long it is taken as it was told, in milliseconds. */
const KEPT_MS = 300_000;

export const ANOTHER_SERVER = 'The identity service pointed to another server. Tell the service desk: sign-in is stopped.';

/** A final slash is part of a name to OpenID Connect, and to nobody who writes a configuration by hand. */
export function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

/**
 * Asks each time.
 * @param isName whether the name it gives is its own; compared letter by letter where left out (section 4.3)
 * @throws {SignInProblem} also where it is not
 */
export async function discover<T extends { readonly issuer: string }>(
  http: HttpPort,
  issuer: string,
  schema: z.ZodType<T>,
  signal: AbortSignal,
  isName = (given: string): boolean => given === issuer,
): Promise<T> {
  const metadata = await ask(http, schema, getJson(`${withoutSlash(issuer)}/.well-known/openid-configuration`), signal);
  if (isName(metadata.issuer)) return metadata;
  throw new SignInProblem('The identity service gave another name than its own. Tell the service desk: sign-in is stopped.');
}

/** @throws {SignInProblem} unless each address is one that a secret may be sent to */
export function refuseUnsafe(addresses: readonly (string | undefined)[]): void {
  if (addresses.some((address) => address !== undefined && refuseAddress(address) !== null)) throw new SignInProblem(ANOTHER_SERVER);
}

/** The last answer for a while; whoever asks with `again` has it asked anew. */
export function kept<T>(load: (signal: AbortSignal) => Promise<T>, now: () => Date): (signal: AbortSignal, again?: 'again') => Promise<T> {
  let last: { readonly value: T; readonly at: number } | null = null;
  return async (signal, again) => {
    const age = last === null ? Infinity : now().getTime() - last.at;
    if (last !== null && again === undefined && age >= 0 && age < KEPT_MS) return last.value;
    const value = await load(signal);
    last = { value, at: now().getTime() };
    return value;
  };
}
