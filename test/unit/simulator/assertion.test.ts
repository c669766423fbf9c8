import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkAssertion } from '../../../simulator/identity/assertion.ts';
import type { AssertionRules } from '../../../simulator/identity/assertion.ts';
import { readAuthorities } from '../../../simulator/identity/certificates.ts';
import { createChallenges } from '../../../simulator/identity/challenges.ts';
import { createAuthority, daysFromNow } from '../../integration/simulator/authority.ts';
import type { Authority, Card, Statement } from '../../integration/simulator/authority.ts';

const ISSUER = 'http://127.0.0.1:1/identity';

let trusted: Authority;
let stranger: Authority;
let card: Card;
let now = Date.now();
let rules: AssertionRules;

beforeAll(async () => {
  [trusted, stranger] = await Promise.all([createAuthority(), createAuthority('Somebody else')]);
  card = await trusted.card({ subject: 'CN=Priya NAIR, 2.5.4.5=555254240100' });
});

beforeEach(() => {
  now = Date.now();
  rules = { issuer: ISSUER, authorities: readAuthorities(trusted.pem), challenges: createChallenges(() => now), isRevoked: () => false, seen: new Set(), now: () => now };
});

async function present(change: Partial<Statement> = {}, with_: Card = card): Promise<Awaited<ReturnType<typeof checkAssertion>>> {
  const nonce = rules.challenges.issue('sign-in');
  return checkAssertion(await with_.sign({ audience: ISSUER, nonce, ...change }), rules);
}

describe('a statement signed on a card', () => {
  it('is taken once, and says whose card it was', async () => {
    expect(await present()).toMatchObject({ ok: true, subject: { userId: '555254240100', commonName: 'Priya NAIR' } });
  });

  it.each(['RS256', 'ES256', 'ES384'] as const)('may be signed with %s', async (kind) => {
    expect(await present({}, await trusted.card({ subject: 'CN=Somebody', kind }))).toMatchObject({ ok: true });
  });

  it('is refused from an authority that is not trusted, even where the card sends that authority along', async () => {
    const foreign = await stranger.card({ subject: 'CN=Priya NAIR' });
    const chain = [foreign.certificate, readAuthorities(stranger.pem)[0]?.raw as Buffer];
    expect(await present({ chain }, foreign)).toEqual({ ok: false, status: 401, reason: "the card's certificate was not issued by a trusted authority" });
  });

  it('is refused with somebody else\'s certificate', async () => {
    const other = await trusted.card({ subject: 'CN=Other' });
    expect(await present({ chain: [other.certificate] })).toMatchObject({ ok: false, reason: 'assertion has a wrong signature' });
  });

  it.each([
    ['expired', { notBefore: daysFromNow(-10), notAfter: daysFromNow(-1) }, 'expired on 20'],
    ['not yet valid', { notBefore: daysFromNow(1), notAfter: daysFromNow(10) }, 'not valid before 20'],
    ['an authority\'s own', { isAuthority: true }, "is an authority's"],
  ])('is refused from a certificate that is %s', async (_, order, words) => {
    const bad = await trusted.card({ subject: 'CN=Somebody', ...order });
    expect(await present({}, bad)).toMatchObject({ ok: false, status: 401, reason: expect.stringContaining(words) as string });
  });

  it.each<[string, Partial<Statement>, string]>([
    ['another audience', { audience: 'https://elsewhere.example' }, 'wrong or missing aud'],
    ['another issuer', { issuer: 'somebody' }, 'wrong or missing iss'],
    ['another purpose', { purpose: 'prescribe' }, 'wrong or missing purpose'],
    ['another subject', { subject: 'AAAA' }, 'wrong or missing sub'],
    ['a nonce nobody issued', { nonce: 'bm9uY2U' }, 'nonce is unknown'],
    ['an hour of life', { expiresAt: Math.floor(Date.now() / 1_000) + 3_600 }, 'good for too long'],
    ['a past', { issuedAt: 1_700_000_000 }, 'has expired'],
    ['a future', { issuedAt: Math.floor(Date.now() / 1_000) + 600 }, 'from the future'],
  ])('is refused with %s', async (_, change, words) => {
    expect(await present(change)).toMatchObject({ ok: false, status: 401, reason: expect.stringContaining(words) as string });
  });

  it('is refused where the authority took the certificate back, and spends no nonce', async () => {
    const nonce = rules.challenges.issue('sign-in');
    const revoked = { ...rules, isRevoked: () => true };
    expect(await checkAssertion(await card.sign({ audience: ISSUER, nonce }), revoked)).toEqual({ ok: false, status: 401, reason: "the card's certificate was revoked" });
    expect(await checkAssertion(await card.sign({ audience: ISSUER, nonce }), rules)).toMatchObject({ ok: true });
  });

  it('is refused the second time, by its nonce and by its identifier', async () => {
    const nonce = rules.challenges.issue('sign-in');
    expect(await present({ nonce, id: 'one' })).toMatchObject({ ok: true });
    expect(await present({ nonce, id: 'two' })).toMatchObject({ ok: false, reason: expect.stringContaining('nonce') as string });
    expect(await present({ id: 'one' })).toMatchObject({ ok: false, reason: 'assertion was used before' });
  });

  it('is refused where the nonce is older than a minute', async () => {
    const nonce = rules.challenges.issue('sign-in');
    now += 61_000;
    expect(await present({ nonce, issuedAt: Math.floor(now / 1_000) })).toMatchObject({ ok: false, reason: expect.stringContaining('nonce') as string });
  });

  it.each(['', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', `${Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'JWT', x5c: ['AAAA'] })).toString('base64url')}.e30.AA`])('is refused as unreadable: %s', async (text) => {
    expect(await checkAssertion(text, rules)).toMatchObject({ ok: false, status: 400 });
  });
});
