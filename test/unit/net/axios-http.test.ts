/** The door to the network, on loopback servers and on engines that misbehave. */
import { afterEach, describe, expect, test } from 'vitest';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { authorised } from '../../../main/net/authorised.ts';
import { NetworkFailure } from '../../../main/net/http.ts';
import type { HttpPort } from '../../../main/net/http.ts';
import { serve } from '../../integration/record/loopback-server.ts';
import type { Handler, LoopbackServer } from '../../integration/record/loopback-server.ts';

let servers: LoopbackServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

async function on(handler: Handler): Promise<LoopbackServer> {
  const server = await serve(handler);
  servers.push(server);
  return server;
}

const never = new AbortController().signal;
const http = createAxiosHttp();
const failure = (sent: Promise<unknown>): Promise<NetworkFailure> => sent.then(() => { throw new Error('It was sent.'); }, (problem: unknown) => {
  expect(problem).toBeInstanceOf(NetworkFailure);
  return problem as NetworkFailure;
});
const get = (url: string, more: { maxBytes?: number; headers?: Record<string, string> } = {}) => http.send({ method: 'GET', url, ...more }, never);

describe('an answer', () => {
  test('comes with its status, whatever it is, and lower-case header names', async () => {
    const server = await on((_request, response) => response.writeHead(503, { 'X-Thing': 'Value' }).end('späte Antwort'));
    expect(await get(server.origin)).toMatchObject({ status: 503, headers: { 'x-thing': 'Value' }, body: 'späte Antwort' });
  });

  test('is asked for with body and headers as given', async () => {
    const server = await on((_request, response) => response.end('{}'));
    await http.send({ method: 'POST', url: `${server.origin}/a$b?c=d%7Ce`, body: '{"a":1}', headers: { 'content-type': 'application/fhir+json' } }, never);
    expect(server.seen).toMatchObject([{ method: 'POST', path: '/a$b?c=d%7Ce', body: '{"a":1}', headers: { 'content-type': 'application/fhir+json' } }]);
  });

  test('is bytes where bytes are asked for, and so is what is sent', async () => {
    const whole = Uint8Array.from({ length: 256 }, (_, index) => index);
    const server = await on((_request, response) => response.end(Buffer.from(whole)));
    const answer = await http.send({ method: 'POST', url: server.origin, body: whole.subarray(0, 0x80), headers: { 'content-type': 'application/ocsp-request' }, answerAs: 'bytes' }, never);
    expect([...(answer.bytes ?? [])]).toEqual([...whole]);
    expect(answer.body).toBe('');
    // The server reads text: the lower half is the same in both.
    expect(server.seen).toMatchObject([{ body: String.fromCharCode(...whole.subarray(0, 0x80)), headers: { 'content-type': 'application/ocsp-request', 'content-length': '128' } }]);
    expect((await failure(http.send({ method: 'GET', url: server.origin, answerAs: 'bytes', maxBytes: 255 }, never))).kind).toBe('too-large');
  });

  test('without a body is empty text', async () => {
    const server = await on((_request, response) => response.writeHead(204).end());
    expect(await get(server.origin)).toMatchObject({ status: 204, body: '' });
  });
});

describe('limits', () => {
  test('a body larger than allowed is stopped while it streams', async () => {
    let sent = 0;
    const server = await on((_request, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        sent += 1;
        if (response.write('x'.repeat(64 * 1024))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    expect((await failure(get(server.origin, { maxBytes: 256 * 1024 }))).kind).toBe('too-large');
    expect(sent).toBeLessThan(1_000);
  });

  test('a time limit is timed-out, a cancellation is cancelled, before and during', async () => {
    const server = await on(() => undefined);
    expect((await failure(http.send({ method: 'GET', url: server.origin }, AbortSignal.timeout(50)))).kind).toBe('timed-out');
    const abort = new AbortController();
    const sent = failure(http.send({ method: 'GET', url: server.origin }, abort.signal));
    abort.abort();
    expect((await sent).kind).toBe('cancelled');
    expect((await failure(http.send({ method: 'GET', url: server.origin }, AbortSignal.abort()))).kind).toBe('cancelled');
  });

  test('a time limit also ends an answer that stops half way', async () => {
    const server = await on((_request, response) => void response.writeHead(200).write('half'));
    expect((await failure(http.send({ method: 'GET', url: server.origin }, AbortSignal.timeout(100)))).kind).toBe('timed-out');
  });

  test('a connection that is cut, and one that nobody answers', async () => {
    const cut = await on((_request, response) => response.socket?.destroy());
    expect((await failure(get(cut.origin))).kind).toBe('reset');
    const half = await on((_request, response) => { response.writeHead(200, { 'content-length': '100' }); response.write('half', () => response.socket?.destroy()); });
    expect((await failure(get(half.origin))).kind).toBe('reset');
    await half.close();
    expect((await failure(get(half.origin))).kind).toBe('unreachable');
  });
});

describe('addresses', () => {
  test.each(['http://record.example.nhs.uk/x', 'ftp://127.0.0.1/x', 'nonsense', 'https://user:secret@record.example.nhs.uk'])('%s is refused before anything is sent', async (url) => {
    let sent = 0;
    const strict = createAxiosHttp({ fetch: () => { sent += 1; return Promise.resolve(new Response('')); } });
    expect((await failure(strict.send({ method: 'GET', url }, never))).kind).toBe('refused-address');
    expect(sent).toBe(0);
  });

  test('plain http off this computer is for signed content alone, and for nothing else that is wrong with an address', async () => {
    const reached: string[] = [];
    const engine = createAxiosHttp({ fetch: async (input) => (reached.push(String(input)), new Response('list')) });
    const send = (url: string, signedContent?: true) => engine.send({ method: 'GET', url, ...(signedContent && { signedContent }) }, never);
    expect((await failure(send('http://lists.example/cards.crl'))).kind).toBe('refused-address');
    expect(await send('http://lists.example/cards.crl', true)).toMatchObject({ body: 'list' });
    for (const url of ['ftp://lists.example/', 'file:///etc/passwd', 'http://user:word@lists.example/', 'nonsense']) expect((await failure(send(url, true))).kind).toBe('refused-address');
    expect(reached).toEqual(['http://lists.example/cards.crl']);
  });

  test('a redirect is followed on the same origin and refused to another; no token leaves', async () => {
    const other = await on((_request, response) => response.end('stolen'));
    const server = await on(({ path }, response) => {
      if (path === '/near') response.writeHead(302, { location: '/here' }).end();
      else if (path === '/far') response.writeHead(307, { location: `${other.origin}/steal` }).end();
      else if (path === '/round') response.writeHead(302, { location: '/round' }).end();
      else response.end('here');
    });
    expect((await get(`${server.origin}/near`)).body).toBe('here');
    expect((await failure(get(`${server.origin}/far`, { headers: { authorization: 'Bearer token' } }))).kind).toBe('refused-address');
    expect((await failure(get(`${server.origin}/round`))).kind).toBe('refused-address');
    expect((await failure(http.send({ method: 'POST', url: `${server.origin}/near`, body: '{}' }, never))).kind).toBe('refused-address');
    expect(other.seen).toEqual([]);
  });

  test('an engine that hides where a redirect leads is refused too', async () => {
    const hiding = createAxiosHttp({ fetch: () => Promise.resolve(Object.assign(Response.error(), {})) });
    expect((await failure(hiding.send({ method: 'GET', url: 'https://record.example.nhs.uk' }, never))).kind).toBe('refused-address');
  });
});

describe('failures', () => {
  test('say nothing of the token or the address’s path, not even to a log', async () => {
    const server = await on((_request, response) => response.socket?.destroy());
    const problem = await failure(get(`${server.origin}/Patient/9990000018`, { headers: { authorization: 'Bearer very-secret' } }));
    const { inspect } = await import('node:util');
    const logged = inspect(problem, { depth: 10 });
    expect(logged).not.toContain('very-secret');
    expect(logged).not.toContain('9990000018');
  });

  test('an unknown certificate is untrusted', async () => {
    const distrusting = createAxiosHttp({ fetch: () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) })) });
    expect((await failure(distrusting.send({ method: 'GET', url: 'https://record.example.nhs.uk' }, never))).kind).toBe('untrusted');
  });

  test('Electron’s own words are understood', async () => {
    const electron = (text: string) => createAxiosHttp({ fetch: () => Promise.reject(new Error(text)) }).send({ method: 'GET', url: 'https://record.example.nhs.uk' }, never);
    expect((await failure(electron('net::ERR_CERT_AUTHORITY_INVALID'))).kind).toBe('untrusted');
    expect((await failure(electron('net::ERR_NAME_NOT_RESOLVED'))).kind).toBe('unreachable');
    expect((await failure(electron('net::ERR_CONNECTION_RESET'))).kind).toBe('reset');
    expect((await failure(electron('Redirect was cancelled'))).kind).toBe('refused-address');
  });
});

describe('authorised', () => {
  const recording = (): { http: HttpPort; headers: () => Readonly<Record<string, string>> } => {
    let last: Readonly<Record<string, string>> = {};
    return { http: { send: ({ headers = {} }) => { last = headers; return Promise.resolve({ status: 200, headers: {}, body: '' }); } }, headers: () => last };
  };

  test.each([
    ['https://record.example.nhs.uk/R4/Patient', 'Bearer t'],
    ['https://record.example.nhs.uk.evil.example/R4', undefined],
    ['https://record.example.nhs.uk:8443/R4', undefined],
    ['http://record.example.nhs.uk/R4', undefined],
  ])('%s', async (url, expected) => {
    const { http: port, headers } = recording();
    await authorised(port, () => 't', ['https://record.example.nhs.uk/base']).send({ method: 'GET', url }, never);
    expect(headers()['authorization']).toBe(expected);
  });

  test('without a session there is no header', async () => {
    const { http: port, headers } = recording();
    await authorised(port, () => null, ['https://record.example.nhs.uk']).send({ method: 'GET', url: 'https://record.example.nhs.uk' }, never);
    expect(headers()).toEqual({});
  });
});
