import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MiddlewareCardClient } from '../../../main/card/middleware-client.ts';
import type { LookResult, Pkcs11Client } from '../../../main/card/pkcs11/client.ts';
import { askHost, channelTo, TypedWay } from './card-process.ts';
import type { MiddlewareHostRequest } from './middleware-host.ts';
import { openPcscdNamespace, whyNoPcscd, type PcscdNamespace } from './pcscd-namespace.ts';
import { Judge, pkcs11ChannelTo, pkcs11Client, pkcs11ProcessModule, withTyped } from './pkcs11-process.ts';
import { WatchedClient } from './watched-client.ts';

/** The PKCS #11 process with OpenSC's module, over a real pcscd and virtual cards: a module that meets a card through a reader. */
const openScModule = ['/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so', '/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so'].find((file) => existsSync(file)) ?? null;
const missing = whyNoPcscd() ?? (openScModule === null ? 'opensc-pkcs11 is not installed' : null);
const reader = 'Virtual PCD 00 00';
const passcode = '482916';
const cardProcessModule = new URL('../../../main/card/process.ts', import.meta.url);
const hostModule = new URL('./middleware-host.ts', import.meta.url);

const readyIn = (seen: LookResult) => {
  if (seen.kind !== 'seen' || seen.status.kind !== 'ready') throw new Error(`Not ready: ${JSON.stringify(seen)}`);
  return seen.status;
};

describe.skipIf(missing !== null)(`through OpenSC over pcscd${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let ask: (request: MiddlewareHostRequest) => Promise<unknown>;
  let judge: Judge;
  let processes: ChildProcess[];
  let tokens: Pkcs11Client;
  /** What pcscd knows of the reader: it looks for cards every 400 ms, and takes none in before it saw the last one go. */
  let presence: WatchedClient;

  beforeAll(async () => {
    namespace = await openPcscdNamespace();
    await namespace.startPcscd();
    ask = askHost<MiddlewareHostRequest>(namespace.fork(hostModule));
    judge = new Judge((await ask({ do: 'authorities' })) as string);
  });

  beforeEach(async () => {
    processes = [];
    presence = new WatchedClient(() => channelTo(namespace.fork(cardProcessModule), { kind: 'pcsc' }));
    await presence.untilCard('none');
    tokens = pkcs11Client(() => {
      const child = namespace.fork(pkcs11ProcessModule);
      processes.push(child);
      return pkcs11ChannelTo(child, openScModule ?? '');
    });
  });

  afterEach(async () => {
    tokens.stop();
    await ask({ do: 'remove' });
    await presence.untilCard('none');
    presence.client.stop();
    await ask({ do: 'restore' });
  });

  afterAll(() => namespace?.close());

  describe('the module alone', () => {
    beforeEach(() => tokens.start());

    const signIn = async (typed = passcode, lastTryConfirmed = false) => {
      const { certificate } = readyIn(await tokens.look(reader)).holder;
      return tokens.signIn({ ...withTyped(tokens, { reader, certificate }, typed), lastTryConfirmed }, judge.statement());
    };

    test.each(['RSA-2048', 'P-256', 'P-384', 'signature slot RSA-2048', 'signature slot P-256'])('a card with %s is read and signs in; the identity service accepts it', async (card) => {
      await ask({ do: 'insert', card });
      expect(readyIn(await tokens.look(reader))).toMatchObject({ driver: 'pkcs11', holder: { userId: '555254240100' } });
      const signed = await signIn();
      if (signed.kind !== 'signed') throw new Error(JSON.stringify(signed));
      expect(await judge.verdict(signed.assertion)).toMatchObject({ ok: true, subject: { userId: '555254240100' } });
      expect(processes).toHaveLength(1);
    });

    test('no card: none; a card put in: found; another one: that one', async () => {
      expect(await tokens.look(reader)).toEqual({ kind: 'seen', status: { kind: 'none' } });
      await ask({ do: 'insert', card: 'P-256' });
      expect(readyIn(await tokens.look(reader)).holder.commonName).toBe('Priya NAIR');
      await ask({ do: 'insert', card: 'signature slot P-256' });
      expect(readyIn(await tokens.look(reader)).holder.commonName).toBe('Daniel OKAFOR');
    });

    test('wrong passcodes count down to a locked card, the last try only when confirmed', async () => {
      await ask({ do: 'insert', card: 'P-256' });
      expect(await signIn('111111')).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: null }, status: { kind: 'ready', triesLeft: null } });
      expect(await signIn('111111')).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 1 }, status: { kind: 'ready', triesLeft: 1 } });
      expect(await signIn('111111')).toMatchObject({ refusal: { kind: 'last-try-unconfirmed' } });
      expect(await signIn('111111', true)).toMatchObject({ refusal: { kind: 'blocked' }, status: { kind: 'unusable', reason: 'blocked' } });
      expect(await tokens.look(reader)).toMatchObject({ status: { kind: 'unusable', reason: 'blocked' } });
    });

    test('the passcode is changed and the new one signs in', async () => {
      await ask({ do: 'insert', card: 'P-256' });
      const { certificate } = readyIn(await tokens.look(reader)).holder;
      expect(await tokens.changePasscode(withTyped(tokens, { reader, certificate }, passcode, '357913'))).toMatchObject({ kind: 'passcode-changed' });
      expect(await signIn(passcode)).toMatchObject({ refusal: { kind: 'wrong-passcode' } });
      expect(await signIn('357913')).toMatchObject({ kind: 'signed' });
    });
  });

  describe('beside the card process', () => {
    let watched: WatchedClient;

    beforeEach(async () => {
      watched = new WatchedClient(
        () => channelTo(namespace.fork(cardProcessModule), { kind: 'pcsc' }),
        (cards) =>
          new MiddlewareCardClient({
            cards,
            tokens,
            report: (error) => {
              throw error;
            },
          }),
      );
      await watched.untilCard('none');
    });

    afterEach(() => watched.client.stop());

    const put = async (card: string, driver: 'piv' | 'pkcs11') => {
      await ask({ do: 'insert', card });
      await watched.until(() => watched.card?.kind === 'ready' && watched.card.driver === driver);
    };

    const signIn = (typed = passcode) => {
      const there = watched.reader!;
      const place = { reader: there.name, eventCounter: there.eventCounter };
      const sent = watched.client.sendPasscode(place, new TypedWay(typed))!;
      return watched.client.signIn({ ...place, passcode: sent, statement: judge.statement(), lastTryConfirmed: false });
    };

    const expectSignedIn = async () => {
      const signed = await signIn();
      if (signed.kind !== 'signed') throw new Error(JSON.stringify(signed));
      expect(await judge.verdict(signed.assertion)).toMatchObject({ ok: true });
    };

    test('a card that Lanyard’s own driver can sign in with is left to it', async () => {
      await put('P-256', 'piv');
      await expectSignedIn();
    });

    test.each(['signature slot RSA-2048', 'signature slot P-256'])('a card that it cannot, %s, is read and signs in through the middleware', async (card) => {
      await put(card, 'pkcs11');
      expect(watched.card).toMatchObject({ holder: { commonName: 'Daniel OKAFOR' } });
      await expectSignedIn();
      expect(await signIn('111111')).toMatchObject({ refusal: { kind: 'wrong-passcode' } });
      expect(watched.lost).toEqual([]);
    });

    test('its removal is told by the card process alone', async () => {
      await put('signature slot P-256', 'pkcs11');
      const { eventCounter } = watched.reader!;
      await ask({ do: 'remove' });
      await watched.untilCard('none');
      expect(watched.lost).toMatchObject([{ reader, eventCounter }]);
    });

    test('taken out during the signature: card gone, and back in it signs in', async () => {
      await put('signature slot P-256', 'pkcs11');
      await ask({ do: 'remove', during: 'signature' });
      expect(await signIn()).toMatchObject({ kind: 'refused', refusal: { kind: 'card-gone' } });
      await watched.untilCard('none');
      expect(watched.lost).toHaveLength(1);
      await put('signature slot P-256', 'pkcs11');
      await expectSignedIn();
    });

    test.each(['SIGKILL', 'SIGTERM'] as const)('pcscd ended by %s and started again: lost, and then the card signs in with nothing else restarted', async (signal) => {
      await put('signature slot P-256', 'pkcs11');
      await expectSignedIn();
      await namespace.stopPcscd(signal);
      await watched.until(() => watched.client.status.kind === 'unavailable');
      expect(watched.lost).toHaveLength(1);
      await namespace.startPcscd();
      await watched.untilCard('none');
      await put('signature slot P-256', 'pkcs11');
      await expectSignedIn();
      expect(processes).toHaveLength(2);
    });

    test('a middleware process that is killed is replaced; the session’s card is not lost by it', async () => {
      await put('signature slot P-256', 'pkcs11');
      processes[0]!.kill('SIGKILL');
      await expect.poll(async () => (watched.card?.kind === 'ready' ? (await signIn()).kind : 'no card'), { timeout: 15_000, interval: 250 }).toBe('signed');
      expect(watched.lost).toEqual([]);
    });
  });
});
