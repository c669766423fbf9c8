import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askHost, channelTo } from './card-process.ts';
import { openPcscdNamespace, whyNoPcscd, type PcscdNamespace } from './pcscd-namespace.ts';
import { verified, WatchedClient } from './watched-client.ts';

/** The card process over a real pcscd, with the simulator's cards in vpcd. pcscd looks for cards every 400 ms. */
const missing = whyNoPcscd();
const processModule = new URL('../../../main/card/process.ts', import.meta.url);
const hostModule = new URL('./card-host.ts', import.meta.url);

describe.skipIf(missing !== null)(`over pcscd${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let ask: ReturnType<typeof askHost>;
  let watched: WatchedClient;
  let processes: ChildProcess[];

  beforeAll(async () => {
    namespace = await openPcscdNamespace();
    await namespace.startPcscd();
    ask = askHost(namespace.fork(hostModule));
    expect(await ask({ do: 'start', kind: 'either' })).toMatchObject({ kind: 'vpcd', port: 35_963 });
  });

  beforeEach(async () => {
    processes = [];
    watched = new WatchedClient(() => {
      const child = namespace.fork(processModule);
      processes.push(child);
      return channelTo(child, { kind: 'pcsc' });
    });
    await watched.untilCard('none');
  });

  // The next test begins when pcscd has seen the card go.
  afterEach(async () => {
    await ask({ do: 'reset' });
    if (watched.client.status.kind === 'running') await watched.untilCard('none');
    watched.client.stop();
  });

  afterAll(() => namespace?.close());

  async function insert(card: string): Promise<void> {
    await ask({ do: 'insert', card });
    await watched.untilCard('ready');
  }

  test.each([['nair', '482916'], ['okafor', '739154'], ['larger-curve', '246813'], ['larger-rsa', '246813']])(
    'the card %s is read and signs in; its certificate verifies the assertion',
    async (card, passcode) => {
      await insert(card);
      expect(watched.card).toMatchObject({ kind: 'ready', triesLeft: 3 });
      const claims = await verified(await watched.signIn(passcode), watched.card);
      expect(claims).toMatchObject({ iss: 'lanyard', aud: 'http://127.0.0.1/identity', nonce: 'nonce', purpose: 'sign-in' });
      expect(watched.lost).toEqual([]);
    },
  );

  test('tells the holder', async () => {
    await insert('nair');
    expect(watched.card).toMatchObject({ holder: { commonName: 'Priya NAIR', userId: '555254240100' } });
  });

  test('a wrong passcode counts down to a locked card, the last try only when confirmed', async () => {
    await insert('nair');
    expect(await watched.signIn('111111')).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 2 } });
    await watched.until(() => watched.card?.kind === 'ready' && watched.card.triesLeft === 2);
    expect(await watched.signIn('111111')).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 1 } });
    expect(await watched.signIn('111111')).toMatchObject({ refusal: { kind: 'last-try-unconfirmed' } });
    expect(await watched.signIn('111111', { lastTryConfirmed: true })).toMatchObject({ refusal: { kind: 'blocked' } });
    await watched.untilCard('unusable');
    expect(watched.card).toMatchObject({ reason: 'blocked' });
    expect(await watched.signIn('482916')).toMatchObject({ refusal: { kind: 'blocked' } });
  });

  test('a new passcode takes the place of the old one, and the old one is wrong from then on', async () => {
    await insert('nair');
    expect(watched.card).toMatchObject({ kind: 'ready', entry: 'keyboard', canChangePasscode: true });
    const { name: reader, eventCounter } = watched.reader!;
    expect(await watched.changePasscode('482916', '739154')).toEqual({ kind: 'passcode-changed', reader, eventCounter });
    expect(await watched.signIn('482916')).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 2 } });
    expect(await watched.signIn('739154')).toMatchObject({ kind: 'signed' });
    expect(watched.lost).toEqual([]);
  });

  test('a change with a wrong old passcode costs a try; one with an unfit new one costs nothing', async () => {
    await insert('nair');
    expect(await watched.changePasscode('482916', '123456')).toEqual({ kind: 'refused', refusal: { kind: 'unfit-replacement', fault: 'run' } });
    expect(await watched.changePasscode('482916', '482916')).toEqual({ kind: 'refused', refusal: { kind: 'unfit-replacement', fault: 'same' } });
    expect(await watched.changePasscode('111111', '739154')).toEqual({ kind: 'refused', refusal: { kind: 'wrong-passcode', triesLeft: 2 } });
    await watched.until(() => watched.card?.kind === 'ready' && watched.card.triesLeft === 2);
    expect(await watched.signIn('482916')).toMatchObject({ kind: 'signed' });
  });

  test('changes count down to a locked card as sign-ins do, the last try only when confirmed', async () => {
    await insert('nair');
    for (const triesLeft of [2, 1]) {
      expect(await watched.changePasscode('111111', '739154')).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft } });
    }
    expect(await watched.changePasscode('482916', '739154')).toMatchObject({ refusal: { kind: 'last-try-unconfirmed' } });
    expect(await watched.changePasscode('111111', '739154', { lastTryConfirmed: true })).toMatchObject({ refusal: { kind: 'blocked' } });
    await watched.untilCard('unusable');
    expect(watched.card).toMatchObject({ reason: 'blocked' });
    expect(await watched.changePasscode('482916', '739154')).toMatchObject({ refusal: { kind: 'blocked' } });
  });

  test('vpcd has no keys: asking for them is refused, and costs nothing', async () => {
    await insert('nair');
    const { name: reader, eventCounter } = watched.reader!;
    const asked = { reader, eventCounter, passcode: 'pin-pad', lastTryConfirmed: false } as const;
    expect(await watched.client.changePasscode(asked)).toEqual({ kind: 'refused', refusal: { kind: 'pin-pad', problem: 'missing' } });
    expect(watched.card).toMatchObject({ triesLeft: 3 });
  });

  test('a card of another trade is unusable', async () => {
    await ask({ do: 'insert', card: 'loyalty' });
    await watched.untilCard('unusable');
    expect(watched.card).toMatchObject({ reason: 'not-piv' });
  });

  test('a removal is told as a loss, at once when pcscd sees it', async () => {
    await insert('nair');
    const { eventCounter } = watched.reader!;
    const removedAt = performance.now();
    await ask({ do: 'remove' });
    await watched.untilCard('none');
    expect(watched.lost).toMatchObject([{ eventCounter }]);
    expect(watched.told.slice(-2)).toEqual(['card-lost', 'running']);
    expect(watched.lost[0]!.at - removedAt).toBeLessThan(1500);
  });

  test('a card swapped while the process was suspended is lost, and the other one is read', async () => {
    await insert('nair');
    const { eventCounter } = watched.reader!;
    processes[0]!.kill('SIGSTOP');
    await ask({ do: 'swap', card: 'okafor' });
    processes[0]!.kill('SIGCONT');
    await watched.until(() => watched.lost.length > 0);
    expect(watched.lost).toMatchObject([{ eventCounter }]);
    await watched.until(() => watched.card?.kind === 'ready' && watched.card.holder.commonName === 'Daniel OKAFOR');
    expect(processes).toHaveLength(1);
  });

  test('a process suspended for longer proves nothing: lost, and a new one takes over', async () => {
    await insert('nair');
    processes[0]!.kill('SIGSTOP');
    await watched.until(() => watched.lost.length > 0);
    await watched.untilCard('ready');
    expect(processes).toHaveLength(2);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('pcscd ended by %s: lost and unavailable; started again: found again', async (signal) => {
    await insert('nair');
    await namespace.stopPcscd(signal);
    await watched.until(() => watched.client.status.kind === 'unavailable');
    expect(watched.lost).toHaveLength(1);
    expect(watched.told.indexOf('card-lost')).toBeLessThan(watched.told.indexOf('unavailable'));
    await namespace.startPcscd();
    await watched.untilCard('none');
    await insert('okafor');
    await verified(await watched.signIn('739154'), watched.card);
    expect(processes).toHaveLength(1);
  });

  test('pcscd that hangs proves nothing', async () => {
    await insert('nair');
    namespace.suspendPcscd();
    try {
      await watched.until(() => watched.lost.length > 0);
      expect(watched.client.status.kind).toBe('unavailable');
    } finally {
      namespace.resumePcscd();
    }
    await watched.untilCard('ready');
  });
});
