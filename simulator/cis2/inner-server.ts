/**
 * Asks a Node HTTP handler without a socket: a real HTTP server and a real client, joined by a pair of streams in memory.
 * So a library that wants Node's own request and response lives behind the simulator's one port like any other service.
 */
import { createServer, request } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { duplexPair } from 'node:stream';
import type { Answer, Ask } from '../http/service.ts';

export type AskHandler = (ask: Pick<Ask, 'method' | 'headers' | 'body'>, path: string) => Promise<Answer>;

/** `path` is the whole path with its query, as the handler is to see it. */
export function createInnerServer(handler: RequestListener): AskHandler {
  const server = createServer(handler);
  return ({ method, headers, body }, path) =>
    new Promise((resolve, reject) => {
      const [client, served] = duplexPair();
      server.emit('connection', served);
      const { 'content-length': _length, connection: _connection, 'transfer-encoding': _encoding, ...passed } = headers;
      const bytes = Buffer.from(body);
      const asking = request({ method, path, createConnection: () => client as never, headers: { ...passed, 'content-length': bytes.length, connection: 'close' } }, (response) => {
        readAnswer(response).then(resolve, reject);
      });
      asking.once('error', reject);
      asking.end(bytes);
    });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const { 'content-length': _length, connection: _connection, 'transfer-encoding': _encoding, 'keep-alive': _alive, ...headers } = response.headers;
  const kept = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined);
  return { status: response.statusCode ?? 500, headers: Object.fromEntries(kept), body: Buffer.concat(chunks).toString('utf8') };
}
