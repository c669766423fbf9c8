/** What a service of the simulator looks like to the shared HTTP layer: an ask in, an answer out, no sockets. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ExchangeName, NationalName } from '../exchange/regions.ts';

export type ServiceName = 'practice' | ExchangeName | NationalName | 'pds' | 'identity' | 'revocation-list' | 'revocation-answers' | 'control';

export interface Ask {
  readonly method: string;
  /** The whole address as it was asked, for absolute links in answers. */
  readonly url: URL;
  /** The path below the service's mount, without a leading slash, still percent-encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as it came. */
  readonly bytes: Uint8Array;
  /** The service has been told to mix patients up: it answers about somebody else. */
  readonly mistaken: boolean;
}

export interface Answer {
  readonly status: number;
  /** A header that is there several times is a list. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array;
}

/** One service below one path. A mount may hold two services: which one answers is decided by the path. */
export interface Mount {
  /** `/identity`: no trailing slash. The empty prefix takes whatever no other mount does. */
  readonly prefix: string;
  readonly service: (path: string) => ServiceName;
  readonly answer: (ask: Ask) => Answer | Promise<Answer>;
}

/** One header as one string; the empty string where it is absent. */
export function header(ask: Ask, name: string): string {
  const value = ask.headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

/** JSON with the content type given. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}, type = 'application/json'): Answer {
  return { status, headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store', ...headers }, body: JSON.stringify(value) };
}

/** FHIR JSON. */
export function fhir(status: number, resource: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(status, resource, headers, 'application/fhir+json');
}

/** 405 with the verbs that work. */
export function wrongVerb(allowed: string): Answer {
  return { status: 405, headers: { allow: allowed, 'content-type': 'text/plain; charset=utf-8' }, body: `Use ${allowed}.` };
}
