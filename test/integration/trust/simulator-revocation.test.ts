/** The simulator's card authority and its revocation services, with everything they can do wrong, over real HTTP. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCardTrust } from '../../../main/identity/trust/card-trust.ts';
import type { DecidedTrust } from '../../../main/identity/trust/judgement.ts';
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import type { RevocationPolicy } from '../../../main/policy/configuration.ts';
import { type CardAuthority, createCardAuthority } from '../../../simulator/card/certificate-authority.ts';
import type { Ask } from '../../../simulator/http/service.ts';
import type { RevocationMode } from '../../../simulator/revocation/modes.ts';
import { createRevocationServices, type RevocationServices } from '../../../simulator/revocation/services.ts';

const never = new AbortController().signal;
const DAY_MS = 86_400_000;

let authority: CardAuthority;
let services: RevocationServices;
let server: Server;
let asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    void answer(request).then(({ status, headers, body }) => response.writeHead(status, { ...headers } as Record<string, string>).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  authority = await createCardAuthority({ addresses: { crl: `${base}/cards.crl`, ocsp: `${base}/ocsp` } });
  services = createRevocationServices({ authority, cards: [], now: Date.now });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  asked = [];
  services.control.setMode({});
});

async function answer(request: IncomingMessage): Promise<Awaited<ReturnType<RevocationServices['list']>>> {
  const bytes = Buffer.concat(await request.toArray());
  const ask = { method: request.method, path: '', bytes, headers: request.headers } as unknown as Ask;
  return request.url === '/ocsp' ? services.answers(ask) : services.list(ask);
}

async function card(): Promise<Buffer> {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Date.now();
  return Buffer.from(await authority.issue({ commonName: 'Priya NAIR', userId: '555254240100', publicKey, notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 700 * DAY_MS) }));
}

const decide = (der: Buffer, policy: RevocationPolicy['policy'] = 'hard-fail', pem = authority.chainPem): Promise<DecidedTrust> =>
  createCardTrust({ authorities: [pem], revocation: { policy, timeoutMs: 5_000 }, http: createAxiosHttp(), now: () => new Date() }).decide(der.toString('base64'), never);

const revoke = (der: Buffer): void => authority.revoke(new X509Certificate(der).serialNumber, 'keyCompromise');
const outcome = (verdict: DecidedTrust): string => (verdict.kind === 'trusted' ? 'trusted' : verdict.reason);

describe("the simulator's cards", () => {
  test('are trusted with root and issuing authority named, with the issuing authority alone, and not with the root alone', async () => {
    const issuing = authority.chainPem.replace(authority.rootPem, '');
    expect(issuing).not.toBe(authority.chainPem);
    const der = await card();
    expect([outcome(await decide(der)), outcome(await decide(der, 'hard-fail', issuing)), outcome(await decide(der, 'hard-fail', authority.rootPem))]).toEqual(['trusted', 'trusted', 'unknown-authority']);
  });

  test('of another simulator are not', async () => {
    expect(outcome(await decide(await card(), 'off', (await createCardAuthority()).chainPem))).toBe('unknown-authority');
  });

  test.each<[string, RevocationMode]>([
    ['by a delegated responder', {}],
    ['by the authority itself', { signer: 'authority' }],
    ['without a nonce', { answers: 'no-nonce' }],
    ['without a next update', { answers: 'without-next-update' }],
  ])('good and revoked, told %s', async (_name, mode) => {
    services.control.setMode(mode);
    const der = await card();
    expect(outcome(await decide(der))).toBe('trusted');
    expect(asked).toEqual(['/ocsp']);
    revoke(der);
    expect(outcome(await decide(der))).toBe('revoked');
    expect(outcome(await decide(der, 'soft-fail'))).toBe('revoked');
  });

  test.each(['stale', 'from-the-future', 'wrong-signer', 'signer-without-purpose', 'another-certificate', 'wrong-nonce', 'try-later', 'unauthorized', 'garbage'] as const)(
    'with answers that are %s the list is asked, and it is believed',
    async (answers) => {
      services.control.setMode({ answers });
      const der = await card();
      expect(outcome(await decide(der))).toBe('trusted');
      expect(asked).toEqual(['/ocsp', '/cards.crl']);
      revoke(der);
      expect(outcome(await decide(der))).toBe('revoked');
    },
  );

  test.each(['stale', 'from-the-future', 'wrong-signer', 'garbage'] as const)('with a list that is %s nobody has answered', async (list) => {
    services.control.setMode({ answers: 'garbage', list });
    const der = await card();
    expect(outcome(await decide(der, 'hard-fail'))).toBe('revocation-unknown');
    expect(await decide(der, 'soft-fail')).toMatchObject({ kind: 'trusted', notices: [{ kind: 'revocation-not-checked' }] });
  });
});
