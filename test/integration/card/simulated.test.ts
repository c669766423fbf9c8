import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCardAuthority, createDemonstrationCards, startCardReader, type CardReader } from '../../../simulator/card/index.ts';
import { channelTo } from './card-process.ts';
import { verified, WatchedClient } from './watched-client.ts';

/** The card process over the simulator's own reader: what runs where there is no pcscd. */
const cards = await createDemonstrationCards(await createCardAuthority());

describe('over the simulated reader', () => {
  let reader: CardReader;
  let watched: WatchedClient;
  let processes: ChildProcess[];

  beforeEach(async () => {
    processes = [];
    reader = await startCardReader({ cards, kind: 'simulated' });
    watched = new WatchedClient(() => {
      const child = fork(new URL('../../../main/card/process.ts', import.meta.url), {
        execArgv: ['--no-warnings'],
        serialization: 'advanced',
      });
      processes.push(child);
      return channelTo(child, { kind: 'simulated', host: '127.0.0.1', port: reader.port });
    });
    await watched.untilCard('none');
  });

  afterEach(async () => {
    watched.client.stop();
    await Promise.all(processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).map((child) => once(child, 'exit')));
    await reader.reset();
    await reader.close();
  });

  test.each([['nair', '482916'], ['okafor', '739154']])('%s signs in', async (card, passcode) => {
    await reader.insert(card);
    await watched.untilCard('ready');
    expect(reader.inserted).toEqual([card]);
    expect(await verified(await watched.signIn(passcode), watched.card)).toMatchObject({ iss: 'lanyard' });
  });

  test('a wrong passcode, a removal, another card', async () => {
    await reader.insert('nair');
    await watched.untilCard('ready');
    expect(await watched.signIn('000000')).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: 2 } });
    await reader.remove();
    await watched.untilCard('none');
    expect(watched.lost).toHaveLength(1);
    await reader.insert('loyalty');
    await watched.untilCard('unusable');
    await reader.insert('okafor');
    await watched.untilCard('ready');
  });

  test('the reader ends: lost and unavailable', async () => {
    await reader.insert('nair');
    await watched.untilCard('ready');
    await reader.close();
    await watched.until(() => watched.client.status.kind === 'unavailable');
    expect(watched.lost).toHaveLength(1);
    reader = await startCardReader({ cards, kind: 'simulated' });
  });

  test('the process is killed: lost, and a new one reads the card again', async () => {
    await reader.insert('nair');
    await watched.untilCard('ready');
    processes[0]!.kill('SIGKILL');
    await watched.until(() => watched.lost.length > 0);
    await watched.untilCard('ready');
    expect(processes).toHaveLength(2);
  });
});
