import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PivBehaviour } from '../../../simulator/card/piv-behaviour.ts';
import { askHost, channelTo } from './card-process.ts';
import { openPcscdNamespace, type PcscdNamespace } from './pcscd-namespace.ts';
import { whyNoClients } from './piv-clients.ts';
import { verified, WatchedClient } from './watched-client.ts';

/** Cards that depart from the standard where the reader and the smartcard service have a say in it, over a real pcscd. */
const missing = whyNoClients();

describe.skipIf(missing !== null)(`over pcscd${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let ask: ReturnType<typeof askHost>;
  let watched: WatchedClient;

  beforeAll(async () => {
    namespace = await openPcscdNamespace();
    await namespace.startPcscd();
    ask = askHost(namespace.fork(new URL('./card-host.ts', import.meta.url)));
    await ask({ do: 'start', kind: 'either' });
  });

  afterEach(async () => {
    watched?.client.stop();
    await ask({ do: 'reset' });
  });

  afterAll(() => namespace?.close());

  const insert = async (behaviour: Partial<PivBehaviour>) => {
    await ask({ do: 'behave', card: 'farrow', behaviour });
    await ask({ do: 'insert', card: 'farrow' });
    watched = new WatchedClient(() => channelTo(namespace.fork(new URL('../../../main/card/process.ts', import.meta.url)), { kind: 'pcsc' }));
  };

  test.each<[string, Partial<PivBehaviour>]>([
    ['T=0', { protocol: 'T=0' }],
    ['T=0 and an ATR without historical bytes', { protocol: 'T=0', historicalBytes: 'none' }],
    ['an ATR without historical bytes', { historicalBytes: 'none' }],
    ['answers of 200 bytes, and 6Cxx', { answerBytes: 200, exactLength: true }],
    ['the global passcode as the primary one', { discovery: '6020' }],
    ['a signature that takes its time', { slowOperationMs: 1500 }],
  ])('%s: the card signs in', async (_name, behaviour) => {
    await insert(behaviour);
    await watched.untilCard('ready');
    expect(await verified(await watched.signIn('604418'), watched.card)).toMatchObject({ purpose: 'sign-in' });
  });

  test('others read a T=0 card without historical bytes too', async () => {
    await insert({ protocol: 'T=0', historicalBytes: 'none' });
    await watched.untilCard('ready');
    expect((await namespace.run('opensc-tool', '-n')).output).toContain('Personal Identity Verification Card');
    expect((await namespace.run('opensc-tool', '-a')).output.trim()).toMatch(/3b:00$/);
  });

  test('a card that was blocked is told as blocked, and is ready again as it was issued', async () => {
    await ask({ do: 'block', card: 'farrow' });
    await insert({ lastWrongTry: '6983' });
    await watched.untilCard('unusable');
    expect(watched.card).toMatchObject({ reason: 'blocked' });
    watched.client.stop();
    await ask({ do: 'reset' });
    await insert({});
    await watched.untilCard('ready');
    expect(watched.card).toMatchObject({ triesLeft: 3 });
  });
});
