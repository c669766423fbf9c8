/** The revocation services of the simulator, seen through OpenSSL's own command lines. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCardAuthority } from '../../../simulator/card/index.ts';
import { generateCardKeys } from '../../../simulator/card/certificate-authority.ts';
import { startSimulator } from './simulator-process.ts';
import type { Simulator } from './simulator-process.ts';

const run = promisify(execFile);

let simulator: Simulator;
let folder: string;
let trust: string;
const files = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lanyard-test-'));
  simulator = await startSimulator();
  const chain = readFileSync(simulator.ready.trust.card, 'utf8').match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/g) ?? [];
  trust = simulator.ready.trust.card;
  writeFileSync(join(folder, 'issuing.pem'), chain[0] ?? '');
  for (const id of ['okafor', 'mcallister', 'farrow']) files.set(id, await certificateFile(id));
});

afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(() => command('/reset'));

async function command(path: string, body: unknown = {}, expected = 200): Promise<void> {
  const response = await fetch(`${simulator.ready.control}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect([response.status, expected === 200 ? '' : await response.text()]).toEqual([expected, expected === 200 ? '' : expect.any(String)]);
}

/** Reads the card's certificate as any program would: through the reader, from object 5FC105. */
async function certificateFile(id: string): Promise<string> {
  await command('/card/insert', { card: id });
  const call = await reader();
  const [name] = (await call({ call: 'listReaders' })) as string[];
  const { handle } = (await call({ call: 'connect', reader: name })) as { handle: number };
  await call({ call: 'beginTransaction', handle });
  await call({ call: 'transmit', handle, command: '00a404000ba000000308000010000100' });
  let answer = (await call({ call: 'transmit', handle, command: '00cb3fff055c035fc10500' })) as string;
  let object = answer.slice(0, -4);
  while (answer.slice(-4).startsWith('61')) {
    answer = (await call({ call: 'transmit', handle, command: '00c0000000' })) as string;
    object += answer.slice(0, -4);
  }
  await call({ call: 'disconnect', handle, disposition: 'reset' });
  call.end();
  const bytes = Buffer.from(object, 'hex');
  // The certificate is the SEQUENCE inside tag 70.
  const start = bytes.indexOf(Buffer.from('3082', 'hex'));
  const certificate = new X509Certificate(bytes.subarray(start, start + 4 + bytes.readUInt16BE(start + 2)));
  const file = join(folder, `${id}.pem`);
  writeFileSync(file, certificate.toString());
  return file;
}

type Call = ((request: object) => Promise<unknown>) & { end: () => void };

/** The simulated reader's protocol: lines of JSON, each answered under its id. */
function reader(): Promise<Call> {
  const socket = connect(simulator.ready.card.port ?? 0, '127.0.0.1');
  const waiting = new Map<number, (line: { value?: unknown; result?: unknown; code?: number }) => void>();
  let [next, text] = [1, ''];
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const answer = JSON.parse(line) as { id: number; value?: unknown; code?: number };
      waiting.get(answer.id)?.(answer);
    }
  });
  const call = (request: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, ({ value, code }) => (code === undefined ? resolve(value) : reject(new Error(`PC/SC 0x${code.toString(16)}`))));
      socket.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  return new Promise((resolve, reject) => socket.once('error', reject).once('connect', () => resolve(Object.assign(call, { end: () => socket.destroy() }))));
}

interface Said {
  readonly code: number;
  readonly text: string;
}

async function openssl(...argv: readonly string[]): Promise<Said> {
  const said = await run('openssl', [...argv], { timeout: 20_000 }).catch((error: unknown) => error as { code: number; stdout: string; stderr: string });
  return { code: 'code' in said ? said.code : 0, text: said.stdout + said.stderr };
}

const ask = (id: string, ...more: readonly string[]): Promise<Said> =>
  openssl('ocsp', '-issuer', join(folder, 'issuing.pem'), '-cert', files.get(id) ?? '', '-url', simulator.ready.revocation.ocsp, '-CAfile', trust, ...more);

async function list(): Promise<string> {
  const file = join(folder, 'list.crl');
  writeFileSync(file, Buffer.from(await (await fetch(simulator.ready.revocation.crl)).arrayBuffer()));
  return file;
}

describe('certificates', () => {
  it('say where their revocation is told', () => {
    const certificate = new X509Certificate(readFileSync(files.get('okafor') ?? ''));
    expect(certificate.infoAccess).toContain(`OCSP - URI:${simulator.ready.revocation.ocsp}`);
    expect(certificate.raw.includes(simulator.ready.revocation.crl)).toBe(true);
  });
});

describe('OCSP', () => {
  it.each([[[]], [['-sha256']]] as string[][][])('says good and revoked, signed for the authority, with the nonce sent back (%j)', async (digest = []) => {
    const good = await openssl('ocsp', ...digest, '-issuer', join(folder, 'issuing.pem'), '-cert', files.get('okafor') ?? '', '-url', simulator.ready.revocation.ocsp, '-CAfile', trust, '-resp_text');
    expect(good.text).toMatch(/Response verify OK/);
    expect(good.text).toMatch(/okafor\.pem: good/);
    expect(good.text).toMatch(/OCSP Nonce/);
    expect(good.text).toMatch(/Next Update/);
    expect(good.text).not.toMatch(/WARNING/);
    const revoked = await ask('mcallister');
    expect(revoked.text).toMatch(/mcallister\.pem: revoked\n\tThis Update: \w+ +\d+ [\d:]{8} \d{4} GMT\n\tNext Update: \w+ +\d+ [\d:]{8} \d{4} GMT\n\tReason: keyCompromise\n\tRevocation Time: \w+ +\d+ [\d:]{8} \d{4} GMT\nResponse verify OK/);
  });

  it('is signed by the authority itself where that is asked for', async () => {
    await command('/revocation/mode', { signer: 'authority' });
    const { text } = await ask('okafor', '-resp_text');
    expect(text).toMatch(/Response verify OK/);
    expect(text).toMatch(/Responder Id: .*Lanyard Simulator Card Authority/);
  });

  it('does not know the certificates of another authority', async () => {
    const other = await createCardAuthority();
    const { publicKey } = await generateCardKeys('P-256');
    const der = await other.issue({ commonName: 'A STRANGER', userId: '555254249997', publicKey, notBefore: new Date(), notAfter: new Date(Date.now() + 86_400_000) });
    const [issuing] = other.chainPem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/g) ?? [];
    writeFileSync(join(folder, 'stranger.pem'), new X509Certificate(der).toString());
    writeFileSync(join(folder, 'stranger-authority.pem'), issuing ?? '');
    const { text } = await openssl('ocsp', '-issuer', join(folder, 'stranger-authority.pem'), '-cert', join(folder, 'stranger.pem'), '-url', simulator.ready.revocation.ocsp, '-CAfile', trust, '-noverify');
    expect(text).toMatch(/stranger\.pem: unknown/);
    const { serialNumber } = new X509Certificate(readFileSync(files.get('okafor') ?? ''));
    const sameNumber = await openssl('ocsp', '-issuer', join(folder, 'stranger-authority.pem'), '-serial', `0x${serialNumber}`, '-url', simulator.ready.revocation.ocsp, '-CAfile', trust, '-noverify');
    expect(sameNumber.text).toMatch(/: unknown/);
  });

  it('takes a request by GET, in base64 in the path', async () => {
    const request = join(folder, 'request.der');
    await openssl('ocsp', '-issuer', join(folder, 'issuing.pem'), '-cert', files.get('mcallister') ?? '', '-no_nonce', '-reqout', request);
    const response = await fetch(`${simulator.ready.revocation.ocsp}/${encodeURIComponent(readFileSync(request).toString('base64'))}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/ocsp-response']);
    writeFileSync(join(folder, 'answer.der'), Buffer.from(await response.arrayBuffer()));
    const { text } = await openssl('ocsp', '-respin', join(folder, 'answer.der'), '-CAfile', trust, '-text');
    expect(text).toMatch(/Cert Status: revoked/);
    expect(text).not.toMatch(/OCSP Nonce/);
  });

  it.each([
    ['stale', /status expired/i],
    ['from-the-future', /status not yet valid/i],
    ['wrong-signer', /Response Verify Failure/i],
    ['signer-without-purpose', /Response Verify Failure/i],
    ['another-certificate', /No Status found/i],
    ['no-nonce', /no nonce in response/i],
    ['wrong-nonce', /Nonce Verify error/i],
    ['try-later', /trylater/i],
    ['unauthorized', /unauthorized/i],
    ['garbage', /Error querying OCSP responder|parse/i],
  ])('is %s when it is told to, and OpenSSL sees it', async (answers, words) => {
    await command('/revocation/mode', { answers });
    expect((await ask('okafor')).text).toMatch(words);
    await command('/reset');
    expect((await ask('okafor')).text).toMatch(/okafor\.pem: good/);
  });

  it('may come without a next update', async () => {
    await command('/revocation/mode', { answers: 'without-next-update' });
    const { text } = await ask('okafor');
    expect(text).toMatch(/okafor\.pem: good/);
    expect(text).not.toMatch(/Next Update/);
  });

  it('calls rubbish malformed, and other verbs wrong', async () => {
    const response = await fetch(simulator.ready.revocation.ocsp, { method: 'POST', body: 'rubbish' });
    expect(Buffer.from(await response.arrayBuffer()).toString('hex')).toBe('30030a0101');
    expect((await fetch(simulator.ready.revocation.ocsp, { method: 'PUT', body: 'x' })).status).toBe(405);
  });
});

describe('the list', () => {
  const verify = async (id: string): Promise<Said> => openssl('verify', '-crl_check', '-CRLfile', await list(), '-CAfile', trust, files.get(id) ?? '');

  it('is signed by the authority, names the revoked, and says when the next one comes', async () => {
    const { text } = await openssl('crl', '-inform', 'DER', '-in', await list(), '-noout', '-text', '-CAfile', trust);
    expect(text).toMatch(/verify OK/);
    expect(text).toMatch(/Issuer: .*Lanyard Simulator Card Authority[\s\S]*Next Update: [\s\S]*Revoked Certificates:[\s\S]*Key Compromise/);
    expect((await fetch(simulator.ready.revocation.crl)).headers.get('content-type')).toBe('application/pkix-crl');
    expect((await fetch(simulator.ready.revocation.crl, { method: 'POST', body: '' })).status).toBe(405);
  });

  it('lets OpenSSL refuse the revoked card and take the others', async () => {
    expect((await verify('okafor')).text).toMatch(/okafor\.pem: OK/);
    expect((await verify('mcallister')).text).toMatch(/certificate revoked/);
  });

  it.each([
    ['stale', /CRL has expired/],
    ['from-the-future', /CRL is not yet valid/],
    ['wrong-signer', /CRL signature failure|unable to get certificate CRL|Different CRL scope/i],
  ])('is %s when it is told to, and OpenSSL sees it', async (mode, words) => {
    await command('/revocation/mode', { list: mode });
    expect((await verify('okafor')).text).toMatch(words);
  });

  it('is no list at all when it is told to', async () => {
    await command('/revocation/mode', { list: 'garbage' });
    expect((await openssl('crl', '-inform', 'DER', '-in', await list(), '-noout')).code).not.toBe(0);
  });
});

describe('control', () => {
  it('revokes a card at both, and a reset takes that back but not what was revoked from the start', async () => {
    await command('/revocation/revoke', { card: 'farrow' });
    expect((await ask('farrow')).text).toMatch(/farrow\.pem: revoked/);
    expect((await openssl('verify', '-crl_check', '-CRLfile', await list(), '-CAfile', trust, files.get('farrow') ?? '')).text).toMatch(/certificate revoked/);
    await command('/revocation/revoke', { card: 'mcallister' });
    await command('/reset');
    expect((await ask('farrow')).text).toMatch(/farrow\.pem: good/);
    expect((await ask('mcallister')).text).toMatch(/mcallister\.pem: revoked/);
    await command('/revocation/revoke', { card: 'loyalty' }, 404);
    await command('/revocation/revoke', { card: 'nobody' }, 404);
    await command('/revocation/mode', { answers: 'gremlins' }, 400);
  });

  it('makes either unreachable by a fault', async () => {
    await command('/fault', { service: 'revocation', fault: { kind: 'reset' } });
    await expect(fetch(simulator.ready.revocation.crl)).rejects.toThrow('fetch failed');
    await expect(fetch(simulator.ready.revocation.ocsp, { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed');
    await command('/fault', { service: 'revocation-list', fault: null });
    expect((await fetch(simulator.ready.revocation.crl)).status).toBe(200);
    await command('/fault', { service: 'revocation', fault: { kind: 'wrong-patient' } }, 400);
  });

  it('writes nothing to standard error through all of this', () => expect(simulator.errors()).toBe(''));
});
