import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { controlCode, pcscLayout } from '../../../main/card/pcsc/layout.ts';
import { nativePcsc } from '../../../main/card/pcsc/native.ts';
import type { Pcsc } from '../../../main/card/pcsc/pcsc.ts';

/** What crosses into a PC/SC library written in C, and back: for calls that no reader to be had here answers. */
const source = fileURLToPath(new URL('./echo-pcsc.c', import.meta.url));
const isPossible = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

describe.skipIf(!isPossible)(`a PC/SC library${isPossible ? '' : ' (skipped: no C compiler)'}`, () => {
  let folder: string;
  let pcsc: Pcsc;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lanyard-pcsc-'));
    const library = join(folder, 'libecho.so');
    const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-o', library, source], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    pcsc = nativePcsc({ ...pcscLayout('linux'), library });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  test('is given codes, bytes and lengths as they are, and gives whole answers', async () => {
    const context = await pcsc.establish();
    expect(await context.listReaders()).toEqual(['Echo 00']);
    const card = await context.connect('Echo 00');
    expect(card.protocol).toBe('T=0');
    expect(hex(await card.control(controlCode(3400), Uint8Array.of(1, 2, 3)))).toBe('480d004210010203');
    expect(hex(await card.control(0xffff_fffe, new Uint8Array(0)))).toBe('feffffff10');
    // SCARD_IO_REQUEST: the protocol, and its own size of two DWORDs.
    expect(hex(await card.transmit(Uint8Array.of(0x00, 0xa4)))).toBe('011000a4');
    await card.disconnect('leave');
  });

  test('has its states taken whole, with the event counter above bit 15', async () => {
    const context = await pcsc.establish();
    const states = await context.waitForChange([{ name: 'Echo 00', state: 0x0001_0000 }, { name: 'Echo 01', state: 0 }], 0);
    expect(states).toEqual([{ name: 'Echo 00', state: 0xffff_0022 }, { name: 'Echo 01', state: 0xfffe_0022 }]);
    expect(await context.waitForChange([{ name: 'Echo 00', state: 0 }], 1)).toBe('timeout');
  });

  test('has its failures named, also those of the system, and kept as numbers', async () => {
    const context = await pcsc.establish();
    await expect(context.connect('Echo 09')).rejects.toMatchObject({ code: 0x8010_0009, codeName: 'SCARD_E_UNKNOWN_READER' });
    const card = await context.connect('Echo 00');
    await expect(card.endTransaction('reset')).rejects.toMatchObject({ code: 31, codeName: 'ERROR_GEN_FAILURE' });
    await card.endTransaction('leave');
    await context.release();
    // The echo lets nobody in a second time.
    await expect(pcsc.establish()).rejects.toMatchObject({ codeName: 'SCARD_W_SECURITY_VIOLATION' });
  });
});
