import koffi from 'koffi';
import { describe, expect, test } from 'vitest';
import { pcscLayout, splitMultiString } from '../../../main/card/pcsc/layout.ts';
import { nativePcsc, readerStateType } from '../../../main/card/pcsc/native.ts';

describe('the C types of PC/SC', () => {
  // winscard.h, pcsclite.h and the PCSC framework's headers, for 64-bit processes.
  test.each([['win32', 64], ['darwin', 61], ...(process.platform === 'linux' ? [['linux', 80] as const] : [])] as const)(
    'SCARD_READERSTATE on %s has %d bytes',
    (platform, bytes) => {
      expect(koffi.sizeof(readerStateType(pcscLayout(platform)))).toBe(bytes);
    },
  );

  test.each([['utf-8', 1, Buffer.from('Reader A\0Réader B\0\0rest')], ['utf-16', 2, Buffer.from('Reader A\0Réader B\0\0', 'utf16le')]] as const)(
    'reader names in %s are split',
    (_name, unitBytes, bytes) => {
      expect(splitMultiString(bytes, unitBytes)).toEqual(['Reader A', 'Réader B']);
    },
  );

  test('no names at all', () => {
    expect(splitMultiString(Buffer.from('\0'), 1)).toEqual([]);
    expect(splitMultiString(Buffer.alloc(0), 1)).toEqual([]);
  });
});

test('a missing library is named, and breaks nothing before it is needed', async () => {
  const pcsc = nativePcsc({ ...pcscLayout('linux'), library: 'libnot-there.so.1' });
  await expect(pcsc.establish()).rejects.toMatchObject({ name: 'PcscLibraryMissing', library: 'libnot-there.so.1' });
});
