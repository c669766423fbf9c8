import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askHost } from './card-process.ts';
import { masked } from './masking.ts';
import type { ProbeRequest } from './passcode-probe.ts';
import { openPcscdNamespace, whyNoPcscd, type PcscdNamespace } from './pcscd-namespace.ts';
import { countInMemory } from './process-memory.ts';

/** After a passcode was used through the real library, its digits are nowhere in the process's memory any more. */
const missing = whyNoPcscd();

describe.skipIf(missing !== null)(`the memory of a card process${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let probe: ChildProcess;

  beforeAll(async () => {
    namespace = await openPcscdNamespace();
    await namespace.startPcscd();
    const ask = askHost(namespace.fork(new URL('./card-host.ts', import.meta.url)));
    await ask({ do: 'start', kind: 'either' });
    await ask({ do: 'insert', card: 'nair' });
    await untilSeen(namespace);
    probe = namespace.fork(new URL('./passcode-probe.ts', import.meta.url));
    await once(probe, 'message');
  });

  afterAll(() => namespace?.close());

  async function use(passcode: string, replacement: string | null = null): Promise<string> {
    const answer = once(probe, 'message');
    const request: ProbeRequest = { passcode: masked(passcode), replacement: replacement === null ? null : masked(replacement), forgotten: masked('605938') };
    probe.send(request);
    return ((await answer) as [{ outcome: string }])[0].outcome;
  }

  test('holds no digit of it after a right one, a wrong one and a change', async () => {
    expect(await use('482916')).toBe('signed');
    expect(await use('482917')).toBe('refused');
    expect(await use('482916', '739154')).toBe('passcode-changed');
    const bytes = (digits: string) => Buffer.from(digits, 'ascii');
    const counts = countInMemory(probe.pid!, { right: bytes('482916'), wrong: bytes('482917'), replacement: bytes('739154'), forgotten: bytes('605938') });
    // Three were left unwiped to show that the search finds what is there.
    expect(counts).toEqual({ right: 0, wrong: 0, replacement: 0, forgotten: 3 });
  });
});

/** pcscd looks for cards every 400 ms. */
async function untilSeen(namespace: PcscdNamespace): Promise<void> {
  const until = Date.now() + 15_000;
  while ((await namespace.run('opensc-tool', '--atr')).code !== 0) {
    if (Date.now() > until) throw new Error('pcscd does not see the card');
  }
}
