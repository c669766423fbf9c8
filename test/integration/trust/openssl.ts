/** OpenSSL's own programs in a folder of one test: another opinion on certificates, another responder, another list. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LIMIT_MS = 20_000;

export interface OpensslFolder {
  path(name: string): string;
  write(name: string, text: string): string;
  /** Resolves with what the program printed; rejects where it fails. */
  openssl(...words: readonly string[]): Promise<string>;
  remove(): void;
}

export function opensslFolder(): OpensslFolder {
  const folder = mkdtempSync(join(tmpdir(), 'lanyard-openssl-'));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write: (name, text) => {
      writeFileSync(path(name), text);
      return path(name);
    },
    openssl: async (...words) => (await run('openssl', [...words], { cwd: folder, timeout: LIMIT_MS, env: { ...process.env, OPENSSL_CONF: '/dev/null' } })).stdout,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Responder {
  readonly port: number;
  /** How `openssl ocsp` is called for each question, beside the question itself. */
  words: readonly string[];
  close(): Promise<void>;
}

/**
 * `openssl ocsp` as a responder. Its own `-port` listens on every interface of the computer; so a server on loopback takes
 * the question and the program answers it.
 */
export async function startResponder(folder: OpensslFolder): Promise<Responder> {
  const server = createServer((request, response) => {
    void answer(request).then(
      (der) => response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end(der),
      () => response.writeHead(500).end(),
    );
  });
  const answer = async (request: IncomingMessage): Promise<Buffer> => {
    writeFileSync(folder.path('question.der'), Buffer.concat(await request.toArray()));
    await folder.openssl('ocsp', '-reqin', folder.path('question.der'), '-respout', folder.path('answer.der'), ...responder.words);
    return readFileSync(folder.path('answer.der'));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const responder: Responder = { port: (server.address() as AddressInfo).port, words: [], close: () => new Promise((resolve) => void server.close(() => resolve())) };
  return responder;
}
