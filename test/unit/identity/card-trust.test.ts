import { beforeAll, describe, expect, test } from 'vitest';
import type { CardServiceStatus } from '../../../main/card/messages.ts';
import { withTrustedCards } from '../../../main/identity/card-trust.ts';
import { type Issued, issue, pemOf } from '../../support/certificates.ts';

const NOW = new Date();
let authority: Issued;
let card: string;

const derOf = ({ certificate }: Issued): string => Buffer.from(certificate.rawData).toString('base64');

beforeAll(async () => {
  authority = await issue({ name: 'Cards', authority: true });
  card = derOf(await issue({ name: 'Priya NAIR', issuer: authority }));
});

function statusWith(certificate: string): CardServiceStatus {
  const holder = { commonName: 'Priya NAIR', userId: '555254240100', certificate, notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-01-01T00:00:00Z' };
  return { kind: 'running', readers: [{ name: 'Reader A', eventCounter: 5, card: { kind: 'ready', driver: 'piv', holder, triesLeft: 3 } }] };
}

function cardIn(status: CardServiceStatus) {
  return status.kind === 'running' ? status.readers[0]?.card : undefined;
}

const judged = (certificate: string, authorities: readonly string[]) => cardIn(withTrustedCards(statusWith(certificate), authorities, NOW));

describe('a card in the reader', () => {
  test('of an authority that the site names may sign in', () => {
    expect(judged(card, [pemOf(authority)])).toMatchObject({ kind: 'ready', triesLeft: 3 });
  });

  test('of any authority where the site names none', () => {
    expect(judged(card, [])).toMatchObject({ kind: 'ready' });
  });

  test('of another authority may not, whatever its name', async () => {
    const impostor = await issue({ name: 'Cards', authority: true });
    expect(judged(card, [pemOf(impostor)])).toMatchObject({ kind: 'unusable', sentence: expect.stringContaining('was not issued by an authority') as string });
  });

  test('of an authority that ran out, or is none, may not', async () => {
    const old = await issue({ name: 'Old cards', authority: true, until: -1 });
    expect(judged(derOf(await issue({ name: 'Priya NAIR', issuer: old })), [pemOf(old)])).toMatchObject({ kind: 'unusable' });
    const ordinary = await issue({ name: 'Somebody' });
    expect(judged(derOf(await issue({ name: 'Priya NAIR', issuer: ordinary })), [pemOf(ordinary)])).toMatchObject({ kind: 'unusable' });
  });

  test.each([
    ['expired', { until: -1 }, /has expired/],
    ['not valid yet', { from: 1 }, /not valid yet/],
  ])('that is %s may not, and the screen says why', async (_name, dates, sentence) => {
    const der = derOf(await issue({ name: 'Priya NAIR', issuer: authority, ...dates }));
    for (const authorities of [[pemOf(authority)], []]) {
      expect(judged(der, authorities)).toMatchObject({ kind: 'unusable', sentence: expect.stringMatching(sentence) as string });
    }
  });

  test('whose certificate is garbage is unusable, and nothing is thrown', () => {
    const garbage = ['', 'AAAA', 'not base64 at all', card.slice(0, 100), Buffer.alloc(70_000, 0x30).toString('base64'), null as unknown as string];
    for (const certificate of garbage) {
      for (const authorities of [[pemOf(authority)], []]) {
        expect(judged(certificate, authorities)).toMatchObject({ kind: 'unusable', sentence: expect.stringContaining('cannot be read') as string });
      }
    }
  });

  test('a card that is not ready, and a service that is not running, stay as they are', () => {
    const empty: CardServiceStatus = { kind: 'running', readers: [{ name: 'Reader A', eventCounter: 5, card: { kind: 'none' } }] };
    expect(withTrustedCards(empty, [pemOf(authority)], NOW)).toEqual(empty);
    expect(withTrustedCards({ kind: 'starting' }, [pemOf(authority)], NOW)).toEqual({ kind: 'starting' });
  });
});
