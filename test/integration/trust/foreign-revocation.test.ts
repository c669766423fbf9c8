/** Revocation as OpenSSL answers it: its responder over real HTTP, and its lists, for cards of an authority made here. */
import { createServer, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCardTrust } from '../../../main/identity/trust/card-trust.ts';
import type { DecidedTrust } from '../../../main/identity/trust/judgement.ts';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { type Issued, issue, keyPemOf } from '../../support/certificates.ts';
import { base64Of, pemOf } from '../../unit/identity/trust/certificate-set.ts';
import { responderOf } from '../../unit/identity/trust/revocation/answers.ts';
import { listAt, ocspAt } from '../../unit/identity/trust/world.ts';
import { type OpensslFolder, opensslFolder, type Responder, startResponder } from './openssl.ts';

const never = new AbortController().signal;

let folder: OpensslFolder;
let authority: Issued;
let responder: Responder;
let good: Issued;
let revoked: Issued;
let unheardOf: Issued;
let lists: Server;
let listPort: number;
let list: Buffer = Buffer.alloc(0);

beforeAll(async () => {
  folder = opensslFolder();
  responder = await startResponder(folder);
  lists = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/pkix-crl' }).end(list));
  await new Promise<void>((resolve) => lists.listen(0, '127.0.0.1', resolve));
  listPort = (lists.address() as { port: number }).port;
  authority = await issue({ name: 'Foreign authority', authority: true });
  [good, revoked, unheardOf] = [await card(true), await card(true), await card(true)];
  const line = (status: string, issued: Issued): string => `${status}\t991231235959Z\t${status === 'R' ? '260304050607Z,keyCompromise' : ''}\t${issued.certificate.serialNumber.toUpperCase()}\tunknown\t/CN=Priya NAIR\n`;
  folder.write('index.txt', line('V', good) + line('R', revoked));
  folder.write('ca.pem', pemOf(authority));
  folder.write('ca.key', await keyPemOf(authority));
});
afterAll(async () => {
  await Promise.all([responder.close(), new Promise((resolve) => lists.close(resolve))]);
  folder.remove();
});

const card = (hasResponder: boolean): Promise<Issued> =>
  issue({ name: 'Priya NAIR', issuer: authority, extensions: [...(hasResponder ? [ocspAt(`http://127.0.0.1:${responder.port}/`)] : []), listAt(`http://127.0.0.1:${listPort}/cards.crl`)] });

const decide = (issued: Issued): Promise<DecidedTrust> =>
  createCardTrust({ authorities: [pemOf(authority)], revocation: { policy: 'hard-fail', timeoutMs: 5_000 }, http: createAxiosHttp(), now: () => new Date() }).decide(base64Of(issued), never);

const respondWith = (...words: readonly string[]): void => {
  responder.words = ['-index', folder.path('index.txt'), '-CA', folder.path('ca.pem'), ...words];
};

/** Has this certificate sign. */
const signing = async (name: string, signer: Issued): Promise<readonly string[]> => ['-rsigner', folder.write(`${name}.pem`, pemOf(signer)), '-rkey', folder.write(`${name}.key`, await keyPemOf(signer))];

describe('openssl ocsp', () => {
  beforeEach(() => {
    list = Buffer.from('there is no list');
  });

  test('as the authority itself: good, revoked and since when, and unknown', async () => {
    respondWith(...(await signing('ca', authority)), '-nmin', '5');
    expect(await decide(good)).toMatchObject({ kind: 'trusted', notices: [] });
    expect(await decide(revoked)).toMatchObject({ reason: 'revoked', sentence: expect.stringContaining('on 04-Mar-2026') as string });
    expect(await decide(unheardOf)).toMatchObject({ reason: 'revocation-unknown' });
  });

  test('without an end of its answers: the nonce tells that they are fresh', async () => {
    respondWith(...(await signing('ca', authority)));
    expect(await decide(good)).toMatchObject({ kind: 'trusted', notices: [] });
  });

  test.each([['by key', ['-resp_key_id']], ['by name', []]])('as a responder that the authority authorised, named %s', async (_name, words) => {
    respondWith(...(await signing('responder', await responderOf(authority))), '-nmin', '5', ...words);
    expect(await decide(good)).toMatchObject({ kind: 'trusted', notices: [] });
    expect(await decide(revoked)).toMatchObject({ reason: 'revoked' });
  });

  test('as a responder that nobody authorised: nobody is believed', async () => {
    respondWith(...(await signing('stranger', await responderOf(await issue({ name: 'Foreign authority', authority: true })))), '-nmin', '5');
    expect(await decide(good)).toMatchObject({ reason: 'revocation-unknown' });
    expect(await decide(revoked)).toMatchObject({ reason: 'revocation-unknown' });
  });

  test('that ends with a fault', async () => {
    respondWith('-rsigner', folder.path('nobody.pem'));
    expect(await decide(good)).toMatchObject({ reason: 'revocation-unknown' });
  });
});

describe('openssl ca -gencrl', () => {
  beforeEach(() => respondWith('-rsigner', folder.path('nobody.pem')));

  const writeList = async (index: string): Promise<void> => {
    folder.write('all.txt', index);
    folder.write('number', '01\n');
    folder.write('ca.cnf', `[ca]\ndefault_ca=d\n[d]\ndatabase=${folder.path('all.txt')}\ncrlnumber=${folder.path('number')}\ndefault_md=sha256\ndefault_crl_days=7\n`);
    await folder.openssl('ca', '-gencrl', '-config', folder.path('ca.cnf'), '-cert', folder.path('ca.pem'), '-keyfile', folder.path('ca.key'), '-out', folder.path('list.pem'));
    await folder.openssl('crl', '-in', folder.path('list.pem'), '-outform', 'DER', '-out', folder.path('list.der'));
    list = readFileSync(folder.path('list.der'));
  };
  const entry = (number: string): string => `R\t991231235959Z\t260304050607Z,keyCompromise\t${number}\tunknown\t/CN=x\n`;

  test('says good and revoked, the responder being away', async () => {
    await writeList(entry(revoked.certificate.serialNumber.toUpperCase()));
    expect(await decide(good)).toMatchObject({ kind: 'trusted', notices: [] });
    expect(await decide(revoked)).toMatchObject({ reason: 'revoked', sentence: expect.stringContaining('on 04-Mar-2026') as string });
    expect(await decide(await card(false))).toMatchObject({ kind: 'trusted' });
  });

  test('with a hundred thousand entries', async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => entry(`1A2B3C4D5E6F${index.toString(16).toUpperCase().padStart(6, '0')}`)).join('');
    await writeList(many + entry(revoked.certificate.serialNumber.toUpperCase()));
    expect(list.length).toBeGreaterThan(2_000_000);
    expect(await decide(revoked)).toMatchObject({ reason: 'revoked' });
    expect(await decide(good)).toMatchObject({ kind: 'trusted', notices: [] });
  });
});
