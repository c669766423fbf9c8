import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askHost } from './card-process.ts';
import { openPcscdNamespace, type PcscdNamespace } from './pcscd-namespace.ts';
import { readerOfYubico, testWithOtherClients, whyNoClients, ykcs11 } from './piv-clients.ts';

/** The simulator's card against programs of others. */
const missing = whyNoClients();

describe.skipIf(missing !== null)(`other programs accept the simulated card${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let ask: ReturnType<typeof askHost>;

  beforeAll(async () => {
    namespace = await openPcscdNamespace(readerOfYubico);
    await namespace.startPcscd();
    ask = askHost(namespace.fork(new URL('./card-host.ts', import.meta.url)));
    await ask({ do: 'start', kind: 'either' });
  });

  afterAll(() => namespace?.close());

  describe.each([['nair', '482916'], ['okafor', '739154'], ['larger-curve', '246813']])('%s', (card, passcode) => {
    beforeAll(async () => {
      await ask({ do: 'insert', card });
    });

    testWithOtherClients(() => namespace, passcode);
  });

  /** What yubico-piv-tool says, and whether it was content. */
  const piv = async (...parameters: readonly string[]) => {
    const { code, output } = await namespace.run('yubico-piv-tool', '-r', readerOfYubico, ...parameters);
    return `${code}: ${output.trim()}`;
  };
  const verifyWith = (passcode: string) => piv('-a', 'verify-pin', '-P', passcode);
  const right = '0: Successfully verified PIN.';

  test('yubico-piv-tool counts a passcode down, unblocks the card and changes passcode and unblocking key', async () => {
    await ask({ do: 'reset' });
    await ask({ do: 'insert', card: 'okafor' });
    expect(await verifyWith('111111')).toContain('2 tries left');
    expect(await verifyWith('111111')).toContain('1 tries left');
    expect(await verifyWith('111111')).toContain('Pin code blocked');
    expect(await verifyWith('739154')).toContain('Pin code blocked');
    expect(await piv('-a', 'unblock-pin', '-P', '00000000', '-N', '445566')).toMatch(/^1: .*2 tries/s);
    expect(await piv('-a', 'unblock-pin', '-P', '12345678', '-N', '445566')).toBe('0: Successfully unblocked the pin code.');
    expect(await verifyWith('445566')).toBe(right);
    expect(await piv('-a', 'change-pin', '-P', '445566', '-N', '77889900')).toBe('0: Successfully changed the pin code.');
    expect(await verifyWith('77889900')).toBe(right);
    expect(await piv('-a', 'change-puk', '-P', '12345678', '-N', '87654321')).toBe('0: Successfully changed the puk code.');
    await ask({ do: 'reset' });
    await ask({ do: 'insert', card: 'okafor' });
    expect(await verifyWith('739154')).toBe(right);
  });

  test('ykcs11 and OpenSC see the tries left of a card that is about to lock, and one that has', async () => {
    await ask({ do: 'reset' });
    await ask({ do: 'insert', card: 'okafor' });
    await verifyWith('111111');
    await verifyWith('111111');
    expect((await namespace.run('pkcs11-tool', '-L')).output).toContain('final user PIN try');
    await verifyWith('111111');
    expect((await namespace.run('pkcs11-tool', '-L')).output).toContain('user PIN locked');
    expect((await namespace.run('pkcs11-tool', '--module', ykcs11, '-L')).output).toContain('user PIN locked');
  });
});
