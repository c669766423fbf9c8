/** The door with the session's token on it. */
import type { HttpPort } from './http.ts';

/** The access token of the active session, or `null` where there is none: the request then goes without. */
export type TokenProvider = () => string | null;

/**
 * Adds `Authorization: Bearer` to requests whose origin is one of `origins` (base URLs are fine; their origin counts).
 * Any other request goes out without it, and a header a caller set itself is left alone.
 */
export function authorised(http: HttpPort, token: TokenProvider, origins: readonly string[]): HttpPort {
  const allowed = new Set(origins.map((address) => new URL(address).origin));
  return {
    async send(request, signal) {
      const value = allowed.has(originOf(request.url)) ? token() : null;
      if (value === null) return http.send(request, signal);
      return http.send({ ...request, headers: { authorization: `Bearer ${value}`, ...request.headers } }, signal);
    },
  };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
