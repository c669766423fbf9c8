/** The door with the session's token on it. */
import type { HttpPort } from './http.ts';

/** The access token of the active session, or `null` where there is none: the request then goes without. */
export type TokenProvider = () => string | null;

/**
 * Adds `Authorization: Bearer` to requests whose origin is one of `origins` (base URLs are fine; their origin counts).
 * Any other request goes out without it, and a header a caller set itself is left alone.
 * @param onRefused told the token that one of them answered 401 to; the answer does not wait for what comes of it
 */
export function authorised(http: HttpPort, token: TokenProvider, origins: readonly string[], onRefused: (token: string) => void = () => undefined): HttpPort {
  const allowed = new Set(origins.map((address) => new URL(address).origin));
  return {
    async send(request, signal) {
      const value = allowed.has(originOf(request.url)) ? token() : null;
      if (value === null || namesItsOwn(request.headers)) return http.send(request, signal);
      const response = await http.send({ ...request, headers: { authorization: `Bearer ${value}`, ...request.headers } }, signal);
      if (response.status === 401) onRefused(value);
      return response;
    },
  };
}

function namesItsOwn(headers: Readonly<Record<string, string>> = {}): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
