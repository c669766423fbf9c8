/** TLS in front of a plain loopback server, so that real TLS can be tested against the simulator. */
import { request as plainRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issue, keyPemOf, pemOf } from './certificates.ts';

export interface TlsProxy {
  /** `https://localhost:PORT` */
  readonly origin: string;
  /** PEM of the authority that issued the server's certificate through an intermediate one. */
  readonly authority: string;
  /** How many requests came through so far. */
  requests(): number;
  close(): Promise<void>;
}

/** @param target the plain server, `http://127.0.0.1:PORT`; its own address in answers is replaced by the proxy's */
export async function startTlsProxy(target: string): Promise<TlsProxy> {
  const root = await issue({ name: 'Test servers root', authority: true });
  const middle = await issue({ name: 'Test servers', issuer: root, authority: true });
  const leaf = await issue({ name: 'localhost', issuer: middle, host: 'localhost' });
  let requests = 0;
  const server = createServer({ cert: pemOf(leaf) + pemOf(middle), key: await keyPemOf(leaf) }, (incoming, outgoing) => {
    requests += 1;
    forward(target, origin(), incoming, outgoing);
  });
  const origin = (): string => `https://localhost:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: origin(),
    authority: pemOf(root),
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(target: string, origin: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { host: _host, ...headers } = incoming.headers;
  const request = plainRequest(`${target}${incoming.url ?? ''}`, { method: incoming.method ?? 'GET', headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8').replaceAll(target, origin);
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...rest } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, rest).end(body);
    });
  });
  request.on('error', () => outgoing.writeHead(502).end());
  incoming.pipe(request);
}
