import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listenForRedirect, type RedirectListener } from '../../../main/identity/cis2/redirect-listener.ts';
import { freePort, isListening } from './support.ts';

const PATH = '/signed-in';
const STATE = 'the-state';
const hasIpv6 = Object.values(networkInterfaces()).flat().some((one) => one?.address === '::1');
const GOOD = `${PATH}?code=c&state=${STATE}`;

let port: number;
let listener: RedirectListener;

beforeEach(async () => {
  port = await freePort();
  listener = await listenForRedirect({ port, path: PATH, state: STATE });
});

afterEach(() => listener.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function ask(path: string, { method = 'GET', host = `localhost:${port}`, address = '127.0.0.1' } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: address, port, path, method, headers: { host }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the way back from the browser', () => {
  test('is taken once', async () => {
    const answer = await ask(GOOD);
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('You are signed in. Go back to Lanyard.') });
    expect((await listener.arrived).href).toBe(`http://localhost:${port}${GOOD}`);
    expect((await ask(GOOD)).status).toBe(404);
  });

  test.skipIf(!hasIpv6)('is taken at the other address of localhost', async () => {
    const address = '::1';
    expect((await ask(GOOD, { address, host: `localhost:${port}` })).status).toBe(200);
  });

  test('gives a page that holds nothing, does nothing and is kept nowhere', async () => {
    const { headers, body } = await ask(`${PATH}?code=<script>alert(1)</script>&state=${STATE}`);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(body).not.toMatch(/script|alert|the-state/);
  });

  test('with a refusal is told that nobody is signed in, and handed on to be refused', async () => {
    const path = `${PATH}?error=access_denied&state=${STATE}`;
    expect(await ask(path)).toMatchObject({ status: 200, body: expect.stringContaining('You are not signed in.') });
    expect((await listener.arrived).href).toBe(`http://localhost:${port}${path}`);
  });

  test.each([
    ['another state', `${PATH}?code=c&state=other`],
    ['no state', `${PATH}?code=c`],
    ['a refusal of nobody knows what', `${PATH}?error=access_denied`],
    ['nothing', PATH],
  ])('with %s takes nothing: no page of a stranger can end a sign-in', async (_name, path) => {
    expect(listener.hasMetAnother()).toBe(false);
    expect(await ask(path)).toMatchObject({ status: 200, body: expect.stringContaining('You are not signed in.') });
    expect(listener.hasMetAnother()).toBe(true);
    expect((await ask(GOOD)).body).toContain('You are signed in.');
    expect((await listener.arrived).href).toBe(`http://localhost:${port}${GOOD}`);
  });

  test.each([
    ['another path', '/', {}, 404],
    ['a path below', `${PATH}/more?code=c`, {}, 404],
    ['a path that leads to it', `/x/..${GOOD}`, {}, 404],
    ['a whole address', `http://localhost${GOOD}`, {}, 404],
    ['an icon', '/favicon.ico', {}, 404],
    ['a form', GOOD, { method: 'POST' }, 405],
    ['a question for the head', GOOD, { method: 'HEAD' }, 405],
    ['a cross-site question', GOOD, { method: 'OPTIONS' }, 405],
    ['a name that only points here', GOOD, { host: 'evil.example' }, 404],
    ['another port', GOOD, { host: 'localhost:1' }, 404],
  ] as const)('%s gets %i and takes nothing', async (_name, path, how, status) => {
    const answer = await ask(path, how);
    expect(answer).toMatchObject({ status, body: '' });
    if (status === 405) expect(answer.headers).toMatchObject({ allow: 'GET' });
    expect((await ask(GOOD)).status).toBe(200);
  });

  test('that is too long is refused', async () => {
    expect((await ask(`${GOOD}&more=${'x'.repeat(60_000)}`)).status).toBe(431);
  });

  test('ends with connections that say nothing', async () => {
    const silent = connect(port, '127.0.0.1');
    await new Promise<void>((resolve) => silent.once('connect', () => resolve()));
    const ended = new Promise<void>((resolve) => silent.once('close', () => resolve()));
    silent.on('error', () => undefined);
    await listener.close();
    await ended;
    expect(await isListening(port)).toBe(false);
  });

  test('cannot be listened for twice', async () => {
    await expect(listenForRedirect({ port, path: PATH, state: STATE })).rejects.toThrow(`Another program uses port ${port}`);
    await listener.close();
    listener = await listenForRedirect({ port, path: PATH, state: STATE });
  });

  test.skipIf(!hasIpv6)('a port that somebody holds at the other address of localhost is taken too', async () => {
    await listener.close();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen({ host: '::1', port, ipv6Only: true }, () => resolve()));
    await expect(listenForRedirect({ port, path: PATH, state: STATE })).rejects.toThrow(`Another program uses port ${port}`);
    expect(await isListening(port)).toBe(false);
    await new Promise<void>((resolve) => void other.close(() => resolve()));
  });
});
