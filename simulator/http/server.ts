/** The one HTTP server of the simulator: finds the mount, applies the service's fault, logs the request. Loopback only. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault, Faults } from './faults.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import type { Answer, Ask, Mount } from './service.ts';

const MOST_BODY_BYTES = 1_000_000;

export interface RunningServer {
  readonly port: number;
  /** What answers below which path; until then nothing is here. */
  mount(mounts: readonly Mount[]): void;
  /** Cuts every connection, the hanging ones too. */
  close(): Promise<void>;
}

/** Rejects with the system's error where the port is taken. */
export async function listen(port: number, faults: Faults, log: RequestLog): Promise<RunningServer> {
  let mounted: readonly Mount[] = [];
  const server = createServer((request, response) => {
    serve(request, response, mounted, faults, log).catch((error: unknown) => {
      // A caller that went away is nobody's mistake; anything else is one of the simulator's own.
      if (!request.destroyed || request.complete) process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      response.destroy();
    });
  });
  const bound = await bind(server, port);
  return {
    port: bound,
    mount(mounts) {
      mounted = [...mounts].sort((one, other) => other.prefix.length - one.prefix.length);
    },
    close: () => close(server),
  };
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, mounts: readonly Mount[], faults: Faults, log: RequestLog): Promise<void> {
  const refusal = refuseStranger(request);
  if (refusal !== null) return send(response, refusal, null);
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const mount = mounts.find(({ prefix }) => url.pathname === prefix || url.pathname.startsWith(`${prefix}/`));
  if (mount === undefined) return send(response, { status: 404, body: 'Nothing is here.' }, null);
  const path = url.pathname.slice(mount.prefix.length + 1);
  const service = mount.service(path);
  const logged = service === 'control' ? null : log.add({ service, method: request.method ?? 'GET', path: url.pathname + url.search });
  const body = await read(request);
  if (body === null) return send(response, { status: 413, body: 'The request is too large.' }, logged);
  const fault = faults.of(service);
  const ask: Ask = { method: request.method ?? 'GET', url, path, headers: request.headers, body: body.toString('utf8'), bytes: body, mistaken: fault?.kind === 'wrong-patient' };
  const answer = await withFault(fault, response, () => answerOf(mount, ask));
  if (answer !== null) send(response, answer, logged);
}

/** `null`: there will be no answer, because the fault is that there is none. */
async function withFault(fault: Fault | null, response: ServerResponse, answer: () => Promise<Answer>): Promise<Answer | null> {
  switch (fault?.kind) {
    case undefined:
    case 'wrong-patient':
      return answer();
    case 'status':
      return { status: fault.status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'The simulator was told to fail.' };
    case 'html':
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: LOG_IN_PAGE };
    case 'truncated':
      return halved(await answer());
    case 'delay':
      await delay(fault.ms, response);
      return answer();
    case 'hang':
      return null;
    case 'reset':
      response.socket?.resetAndDestroy();
      return null;
  }
}

const LOG_IN_PAGE = '<!doctype html><html lang="en"><head><title>Log in</title></head><body><form method="post"><label>User name <input name="user"></label><button>Log in</button></form></body></html>';

/** The first half of the body, as when a proxy cut it short without saying so. */
function halved(answer: Answer): Answer {
  return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
}

/** Waits, but no longer than the client does. */
function delay(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function answerOf(mount: Mount, ask: Ask): Promise<Answer> {
  return mount.answer(ask);
}

function send(response: ServerResponse, answer: Answer, logged: LoggedRequest | null): void {
  if (logged !== null) logged.status = answer.status;
  if (response.destroyed) return;
  const bytes = Buffer.from(answer.body);
  // 204 has no body and must not tell of one (RFC 9110 section 8.6).
  const length = answer.status === 204 ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(answer.status, { ...(answer.headers as Readonly<Record<string, string | string[]>>), ...length });
  response.end(bytes);
}

/** A web page in a browser on the same computer must not be able to drive the simulator (DNS rebinding, cross-site posts). */
function refuseStranger(request: IncomingMessage): Answer | null {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (host === '127.0.0.1' || host === 'localhost') return null;
  return { status: 421, body: 'The simulator answers to 127.0.0.1 and localhost only.' };
}

/** The body, or `null` where it is too large. */
async function read(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MOST_BODY_BYTES) chunks.push(chunk);
  }
  return size > MOST_BODY_BYTES ? null : Buffer.concat(chunks);
}
