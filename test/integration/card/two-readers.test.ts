import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { askHost } from './card-process.ts';
import { openPcscdNamespace, type PcscdNamespace } from './pcscd-namespace.ts';
import { whyNoClients } from './piv-clients.ts';

/** Two cards in two readers of the real pcscd at once, as another program sees them. */
const missing = whyNoClients();

describe.skipIf(missing !== null)(`two virtual readers${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let ask: ReturnType<typeof askHost>;

  beforeAll(async () => {
    namespace = await openPcscdNamespace();
    await namespace.startPcscd();
    ask = askHost(namespace.fork(new URL('./card-host.ts', import.meta.url)));
    await ask({ do: 'start', kind: 'either' });
  });

  afterEach(() => ask({ do: 'reset' }));
  afterAll(() => namespace?.close());

  const holderIn = async (reader: number): Promise<string | null> => {
    const { output } = await namespace.run('yubico-piv-tool', '-r', `Virtual PCD 00 0${reader - 1}`, '-a', 'status');
    return /Subject DN:\s*CN=([^/,]+)/.exec(output)?.[1] ?? null;
  };

  test('hold a card each', async () => {
    await ask({ do: 'insert', card: 'okafor', reader: 1 });
    await ask({ do: 'insert', card: 'farrow', reader: 2 });
    expect([await holderIn(1), await holderIn(2)]).toEqual(['Daniel OKAFOR', 'Elin FARROW']);
  });

  test('never hold the same card twice', async () => {
    await ask({ do: 'insert', card: 'okafor', reader: 1 });
    await ask({ do: 'insert', card: 'okafor', reader: 2 });
    expect([await holderIn(1), await holderIn(2)]).toEqual([null, 'Daniel OKAFOR']);
  });

  test('take orders one after the other, whoever gives them', async () => {
    await Promise.all(['okafor', 'farrow', 'okafor', 'mcallister'].map((card) => ask({ do: 'insert', card, reader: 1 })));
    expect([await holderIn(1), await holderIn(2)]).toEqual(['Jean MCALLISTER', null]);
    await Promise.all([ask({ do: 'insert', card: 'okafor', reader: 1 }), ask({ do: 'remove' })]);
    expect(await holderIn(1)).toBeNull();
  });

  test('know a card only by its id, and themselves by 1 and 2', async () => {
    await expect(ask({ do: 'insert', card: 'nobody' })).rejects.toThrow('no card called nobody');
    await expect(ask({ do: 'insert', card: 'okafor', reader: 3 })).rejects.toThrow('no reader 3');
    await expect(ask({ do: 'block', card: 'loyalty' })).rejects.toThrow('none for signing in');
  });
});
