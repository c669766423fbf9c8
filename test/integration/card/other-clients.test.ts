import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askHost } from './card-process.ts';
import { openPcscdNamespace, whyNoPcscd, type PcscdNamespace } from './pcscd-namespace.ts';

/** The simulator's card against programs of others: what they accept is PIV, and not only our own reading of it. */
const tools = ['opensc-tool', 'pkcs15-tool', 'pkcs11-tool', 'yubico-piv-tool'];
const absent = tools.filter((tool) => !existsSync(`/usr/bin/${tool}`));
const missing = whyNoPcscd() ?? (absent.length > 0 ? `${absent.join(', ')} not installed` : null);

describe.skipIf(missing !== null)(`other programs accept the simulated card${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let ask: ReturnType<typeof askHost>;

  beforeAll(async () => {
    namespace = await openPcscdNamespace();
    await namespace.startPcscd();
    ask = askHost(namespace.fork(new URL('./card-host.ts', import.meta.url)));
    await ask({ do: 'start', kind: 'either' });
  });

  afterAll(() => namespace?.close());

  describe.each([['nair', '482916'], ['okafor', '739154'], ['larger-curve', '246813']])('%s', (card, passcode) => {
    beforeAll(async () => {
      await ask({ do: 'insert', card });
    });

    test('OpenSC calls it a PIV card', async () => {
      const { code, output } = await namespace.run('opensc-tool', '-n');
      expect([code, output]).toEqual([0, expect.stringContaining('Personal Identity Verification Card')]);
    });

    test('OpenSC finds its certificate', async () => {
      const { code, output } = await namespace.run('pkcs15-tool', '--list-certificates');
      expect([code, output]).toEqual([0, expect.stringContaining('Certificate for PIV Authentication')]);
    });

    test('OpenSC logs in and signs with it', async () => {
      const { code, output } = await namespace.run('pkcs11-tool', '--login', '--pin', passcode, '--test');
      expect([code, output]).toEqual([0, expect.stringContaining('No errors')]);
    });

    test('yubico-piv-tool verifies its passcode', async () => {
      const { code, output } = await namespace.run('yubico-piv-tool', '-r', 'Virtual PCD 00 00', '-a', 'status', '-a', 'verify-pin', '-P', passcode);
      expect([code, output]).toEqual([0, expect.stringContaining('Successfully verified PIN')]);
    });
  });
});
