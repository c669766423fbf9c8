import { describe, expect, test, vi } from 'vitest';
import type { CardClient } from '../../../main/card/client.ts';
import type { CardServiceStatus, CardStatus } from '../../../main/card/messages.ts';
import { signInSentences } from '../../../main/card/sentences.ts';
import type { CardTrustDesk } from '../../../main/identity/trust/card-trust.ts';
import { type CardTrust, notChecked, refused } from '../../../main/identity/trust/verdict.ts';
import { cardDesk } from '../../../main/workstation/card-desk.ts';

const holder = { commonName: 'Priya NAIR', userId: '555254240100', certificate: 'AAAA', notBefore: '2026-01-01T00:00:00Z', notAfter: '2028-01-01T00:00:00Z' };
const ready: CardStatus = { kind: 'ready', driver: 'piv', holder, triesLeft: 3, entry: 'keyboard', canChangePasscode: true };
const withCard = (card: CardStatus): CardServiceStatus => ({ kind: 'running', readers: [{ name: 'Reader A', eventCounter: 5, card }] });
/** A statement signed with this certificate, as far as anybody here looks into it. */
const assertionBy = (certificate: string): string => `${Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'JWT', x5c: [certificate] })).toString('base64url')}.claims.signature`;
const passcode = { requestId: 1 };
const signing = { passcode, statement: {}, lastTryConfirmed: false };

/** The desk over a client that only takes down what is asked of it. */
function open(trust: CardTrust, decide: () => Promise<CardTrust> = async () => trust, { present = ready, assertion = assertionBy(holder.certificate) } = {}) {
  const calls: string[] = [];
  let changed = (): void => undefined;
  const client = {
    status: withCard(present),
    onStatus: () => undefined,
    onCardLost: () => undefined,
    dropPasscode: () => void calls.push('drop'),
    signIn: async () => {
      calls.push('sign-in');
      return { kind: 'signed', assertion };
    },
  } as unknown as CardClient;
  const judge = { judge: () => trust, decide, onChange: (listener: () => void) => void (changed = listener), close: () => undefined } as unknown as CardTrustDesk;
  const desk = cardDesk(client, judge, () => new Date());
  const signIn = (card = { reader: 'Reader A', eventCounter: 5 }) => desk.signIn({ card, ...signing } as unknown as Parameters<typeof desk.signIn>[0], new AbortController().signal);
  return { desk, calls, signIn, change: () => changed() };
}

describe('a sign-in with a card', () => {
  test('that is trusted goes to the card', async () => {
    const { signIn, calls } = open({ kind: 'trusted', until: 0, notices: [] });
    expect(await signIn()).toMatchObject({ kind: 'signed' });
    expect(calls).toEqual(['sign-in']);
  });

  test('that is refused never does: the passcode is dropped and no try is spent', async () => {
    const { signIn, calls } = open({ kind: 'checking', what: 'revocation' }, async () => refused.revoked(null));
    expect(await signIn()).toEqual({ kind: 'refused', refusal: { kind: 'failed', sentence: refused.revoked(null).sentence } });
    expect(calls).toEqual(['drop']);
  });

  test('waits for the verdict', async () => {
    const verdict = Promise.withResolvers<CardTrust>();
    const { signIn, calls } = open({ kind: 'checking', what: 'revocation' }, () => verdict.promise);
    const signed = signIn();
    await Promise.resolve();
    expect(calls).toEqual([]);
    verdict.resolve({ kind: 'trusted', until: 0, notices: [] });
    expect(await signed).toMatchObject({ kind: 'signed' });
  });

  test('that is given up while it waits drops the passcode', async () => {
    const { signIn, calls } = open({ kind: 'checking', what: 'revocation' }, async () => { throw new Error('left'); });
    await expect(signIn()).rejects.toThrow('left');
    expect(calls).toEqual(['drop']);
  });

  test('that is no longer there never does, since nobody has judged the one that is', async () => {
    const { signIn, calls } = open({ kind: 'trusted', until: 0, notices: [] });
    expect(await signIn({ reader: 'Reader A', eventCounter: 6 })).toEqual({ kind: 'refused', refusal: { kind: 'card-gone' } });
    expect(calls).toEqual(['drop']);
  });

  test('whose certificate cannot be told at that moment never does', async () => {
    const { signIn, calls } = open({ kind: 'trusted', until: 0, notices: [] }, undefined, { present: { kind: 'reading' } });
    expect(await signIn()).toEqual({ kind: 'refused', refusal: { kind: 'failed', sentence: signInSentences.stillReading } });
    expect(calls).toEqual(['drop']);
  });

  test.each([
    ['another certificate', assertionBy('BBBB')],
    ['no certificate', `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.claims.signature`],
    ['no words', `${Buffer.from('{"x5c":[{}]}').toString('base64url')}.claims.signature`],
    ['nothing that can be read', 'a.b.c'],
    ['nothing', ''],
  ])('that comes back signed with %s in place of the one that was judged is not handed on', async (_name, assertion) => {
    const { signIn } = open({ kind: 'trusted', until: 0, notices: [] }, undefined, { assertion });
    expect(await signIn()).toEqual({ kind: 'refused', refusal: { kind: 'failed', sentence: signInSentences.notGenuine } });
  });
});

describe('the card of a session', () => {
  const bound = { reader: 'Reader A', eventCounter: 5 };

  test('is judged again', async () => {
    const { desk } = open({ kind: 'trusted', until: 0, notices: [] }, async () => refused.revoked(null));
    await new Promise<void>((resolve) => void desk.watchTrust(bound, resolve));
  });

  test('that cannot be told any more is a doubt, told once the session stands', async () => {
    const { desk } = open({ kind: 'trusted', until: 0, notices: [] }, undefined, { present: { kind: 'reading' } });
    const onRefused = vi.fn();
    desk.watchTrust(bound, onRefused);
    expect(onRefused).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(onRefused).toHaveBeenCalledOnce();
  });

  test('is nobody’s concern once the session is over', async () => {
    const { desk } = open({ kind: 'trusted', until: 0, notices: [] }, undefined, { present: { kind: 'reading' } });
    const onRefused = vi.fn();
    desk.watchTrust(bound, onRefused)();
    await Promise.resolve();
    expect(onRefused).not.toHaveBeenCalled();
  });
});

describe('the status', () => {
  test('carries the notices, and is told anew when a verdict changes', () => {
    const { desk, change } = open({ kind: 'trusted', until: 0, notices: [notChecked] });
    const told: CardServiceStatus[] = [];
    desk.onStatus((one) => told.push(one));
    change();
    expect(told).toEqual([desk.status]);
    expect(desk.status).toMatchObject({ readers: [{ card: { kind: 'ready', notices: [{ title: notChecked.title, sentence: notChecked.sentence }] } }] });
  });
});
