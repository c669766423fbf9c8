import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askHost, channelTo } from './card-process.ts';
import { openPcscdNamespace, whyNoPcscd, type PcscdNamespace } from './pcscd-namespace.ts';
import { verified, WatchedClient } from './watched-client.ts';

/** The card process over a real pcscd, its readers asked every half second instead of waited for. */
const missing = whyNoPcscd();
const processModule = new URL('../../../main/card/process.ts', import.meta.url);
const hostModule = new URL('./card-host.ts', import.meta.url);
const probe = fileURLToPath(new URL('./control-probe.ts', import.meta.url));

describe.skipIf(missing !== null)(`polling pcscd${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let ask: ReturnType<typeof askHost>;
  let watched: WatchedClient;
  let processes: ChildProcess[];

  beforeAll(async () => {
    namespace = await openPcscdNamespace();
    await namespace.startPcscd();
    ask = askHost(namespace.fork(hostModule));
    await ask({ do: 'start', kind: 'either' });
  });

  beforeEach(async () => {
    processes = [];
    watched = new WatchedClient(() => {
      const child = namespace.fork(processModule);
      processes.push(child);
      return channelTo(child, { kind: 'pcsc' }, { watch: 'polling', pinPad: 'use' });
    });
    await watched.untilCard('none');
  });

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

  test('a card is read, signs in, and its removal is told as a loss first', async () => {
    await insert('nair');
    await verified(await watched.signIn('482916'), watched.card);
    const { eventCounter } = watched.reader!;
    await ask({ do: 'remove' });
    await watched.untilCard('none');
    expect(watched.lost).toMatchObject([{ eventCounter }]);
    expect(watched.told.slice(-2)).toEqual(['card-lost', 'running']);
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
  });

  test('pcscd killed: lost and unavailable; started again: found again', async () => {
    await insert('nair');
    await namespace.stopPcscd('SIGKILL');
    await watched.until(() => watched.client.status.kind === 'unavailable');
    expect(watched.lost).toHaveLength(1);
    await namespace.startPcscd();
    await watched.untilCard('none');
    await insert('okafor');
    expect(processes).toHaveLength(1);
  });

  test('a reader without features refuses a control code with a code of PC/SC', async () => {
    await insert('nair');
    const { code, output } = await namespace.run(process.execPath, '--no-warnings', probe);
    expect(output).toMatch(/^SCardControl: SCARD_E_/);
    expect(code).toBe(0);
  });
});
