/**
 * Takes the browser's way back: http on loopback, the port and path that are registered for this site (RFC 8252 sections
 * 7.3 and 8.3). It listens only while a sign-in is under way, takes the one request that brings its state back, and tells
 * nothing to any other: every page in a browser of this computer can send here, and must not be able to end a sign-in.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SignInProblem } from '../provider.ts';

export interface RedirectTarget {
  readonly port: number;
  /** Begins with a slash. */
  readonly path: string;
  /** What the request must bring back. */
  readonly state: string;
}

export interface RedirectListener {
  /** The address that brought the state back, with a code or a refusal; by then the browser has its page. */
  readonly arrived: Promise<URL>;
  /** Whether an answer to another sign-in came by, and was not taken. */
  readonly hasMetAnother: () => boolean;
  /** Ends the listening at once; `arrived` then stays open. */
  close(): Promise<void>;
}

/** `localhost` is both; a browser may try either first. */
const LOOPBACK = ['127.0.0.1', '::1'] as const;
/** No computer needs to have IPv6. */
const NO_SUCH_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);
const REQUEST_LIMIT_MS = 5_000;
const MOST_HEADER_BYTES = 32_768;
const MOST_CONNECTIONS = 16;

/** The address as it is registered: what CIS2 compares, letter by letter. */
export function redirectAddress({ port, path }: Pick<RedirectTarget, 'port' | 'path'>): string {
  return `http://localhost:${port}${path}`;
}

/** @throws {SignInProblem} where the port is not to be had */
export async function listenForRedirect(target: RedirectTarget): Promise<RedirectListener> {
  const { promise: arrived, resolve } = Promise.withResolvers<URL>();
  let isTaken = false;
  let hasMetAnother = false;
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const answer = readRequest(target, request);
    if (typeof answer === 'number') return refuseRequest(response, answer);
    if (isTaken) return refuseRequest(response, 404);
    if (answer.searchParams.get('state') !== target.state) {
      hasMetAnother = true;
      return sendPage(response, false);
    }
    isTaken = true;
    response.once('close', () => resolve(answer));
    sendPage(response, isSignedIn(answer));
  };
  const servers: Server[] = [];
  const close = async (): Promise<void> => void (await Promise.all(servers.map(closeServer)));
  try {
    for (const address of LOOPBACK) {
      const server = await listen(address, target.port, take);
      if (server !== null) servers.push(server);
    }
    return { arrived, hasMetAnother: () => hasMetAnother, close };
  } catch (problem) {
    await close();
    throw problem;
  }
}

/** The address that came back, or the status to refuse with. A page of somebody else's name on this port is not for us. */
function readRequest({ port, path }: RedirectTarget, { method, url = '', headers }: IncomingMessage): URL | number {
  const hosts = ['localhost', ...LOOPBACK].map((host) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  if (!hosts.includes(headers.host ?? '')) return 404;
  const [asked, ...query] = url.split('?');
  if (asked !== path) return 404;
  return method === 'GET' ? new URL(`${redirectAddress({ port, path })}?${query.join('?')}`) : 405;
}

function isSignedIn({ searchParams }: URL): boolean {
  return searchParams.has('code') && !searchParams.has('error');
}

const PLAIN_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
} as const;

function sendPage(response: ServerResponse, signedIn: boolean): void {
  const sentence = signedIn ? 'You are signed in. Go back to Lanyard.' : 'You are not signed in. Go back to Lanyard.';
  response.writeHead(200, { ...PLAIN_HEADERS, 'content-type': 'text/html; charset=utf-8' });
  response.end(`<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Lanyard</title></head><body><p>${sentence}</p></body></html>`);
}

function refuseRequest(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...PLAIN_HEADERS, ...(status === 405 ? { allow: 'GET' } : {}) });
  response.end();
}

/** `null` where this computer has no such address. */
function listen(address: string, port: number, take: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server | null> {
  const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES, requestTimeout: REQUEST_LIMIT_MS, headersTimeout: REQUEST_LIMIT_MS, connectionsCheckingInterval: REQUEST_LIMIT_MS }, take);
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', ({ code = '' }: NodeJS.ErrnoException) => (NO_SUCH_ADDRESS.has(code) ? resolve(null) : reject(portProblem(port, code))));
    server.listen({ host: address, port, exclusive: true, ipv6Only: address.includes(':') }, () => resolve(server));
  });
}

function portProblem(port: number, code: string): SignInProblem {
  const sentence =
    code === 'EADDRINUSE'
      ? `Another program uses port ${port} of this computer, which sign-in needs. Close it, or tell the service desk.`
      : `Port ${port} of this computer cannot be used for sign-in (${code}). Tell the service desk.`;
  return new SignInProblem(sentence);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
