import { describe, expect, test } from 'vitest';
import type { CardServiceStatus, CardStatus } from '../../../../main/card/messages.ts';
import { withTrustedCards } from '../../../../main/identity/trust/trusted-cards.ts';
import { type CardTrust, expiryNotice, refused } from '../../../../main/identity/trust/verdict.ts';

const holder = { commonName: 'Priya NAIR', userId: '555254240100', certificate: 'AAAA', notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-01-01T00:00:00Z' };
const ready: CardStatus = { kind: 'ready', driver: 'piv', holder, triesLeft: 3, entry: 'keyboard', canChangePasscode: true };

const statusWith = (card: CardStatus): CardServiceStatus => ({ kind: 'running', readers: [{ name: 'Reader A', eventCounter: 5, card }] });

function cardAfter(card: CardStatus, trust: CardTrust): CardStatus | undefined {
  const status = withTrustedCards(statusWith(card), () => trust);
  return status.kind === 'running' ? status.readers[0]?.card : undefined;
}

describe('a card in the reader', () => {
  test('that is trusted stays ready, with what its holder should know', () => {
    expect(cardAfter(ready, { kind: 'trusted', until: 0, notices: [] })).toEqual(ready);
    const notice = expiryNotice(Date.parse('2027-01-14T12:00:00Z'), new Date('2026-11-22T09:00:00Z'));
    expect(notice).not.toBeNull();
    expect(cardAfter(ready, { kind: 'trusted', until: 0, notices: notice === null ? [] : [notice] })).toEqual({
      ...ready,
      notices: [{ title: 'Certificate ends soon', sentence: "Your smartcard's certificate ends on 14-Jan-2027 (in 53 days). Renew it now with self-service renewal or your Registration Authority." }],
    });
  });

  test('that is refused is unusable, with the sentence', () => {
    expect(cardAfter(ready, refused.revoked(null))).toEqual({ kind: 'unusable', reason: 'failed', sentence: 'This card was revoked and can no longer be used. Ask your Registration Authority for a new card.' });
  });

  test('whose certificate is not read yet is being read; one that somebody is asked about is ready', () => {
    expect(cardAfter(ready, { kind: 'checking', what: 'certificate' })).toEqual({ kind: 'reading' });
    expect(cardAfter(ready, { kind: 'checking', what: 'revocation' })).toEqual(ready);
  });

  test('that is not ready, and a service that does not run, stay as they are', () => {
    const judge = (): never => {
      throw new Error('there is nothing to judge');
    };
    expect(withTrustedCards(statusWith({ kind: 'none' }), judge)).toEqual(statusWith({ kind: 'none' }));
    expect(withTrustedCards({ kind: 'starting' }, judge)).toEqual({ kind: 'starting' });
  });

  test('every sentence is one for clinicians', () => {
    const sentences = Object.values(refused).map((make) => make(new Date('2026-03-04T12:00:00Z') as Date & null).sentence);
    for (const sentence of sentences) {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(sentence).not.toMatch(/\berror\b|\binvalid\b|\bfailed\b|CRL|OCSP|X\.509/i);
      expect(sentence).toMatch(/Registration Authority|service desk/);
    }
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});
