import koffi from 'koffi';
import { describe, expect, test } from 'vitest';
import { decodeUlong, encodeUlong, firstFunctionOffset, pkcs11Layout, pkcs11Types } from '../../../../main/card/pkcs11/layout.ts';

/** Sizes by the headers of OASIS PKCS #11 2.40, for 64-bit processes. */
const sizes = {
  initializeArguments: { linux: 48, win32: 44 },
  slotInfo: { linux: 112, win32: 104 },
  tokenInfo: { linux: 208, win32: 160 },
  mechanismInfo: { linux: 24, win32: 12 },
  mechanism: { linux: 24, win32: 16 },
  attribute: { linux: 24, win32: 16 },
} as const;

describe.each(['linux', 'darwin', 'win32'] as const)('the C types of PKCS #11 on %s', (platform) => {
  const layout = pkcs11Layout(platform);
  const types = pkcs11Types(layout);
  const column = platform === 'win32' ? 'win32' : 'linux';

  test.each(Object.keys(sizes) as (keyof typeof sizes)[])('%s', (name) => {
    expect(koffi.sizeof(types[name])).toBe(sizes[name][column]);
  });

  test('the function list begins with its version of two bytes', () => {
    expect(firstFunctionOffset(layout)).toBe(platform === 'win32' ? 2 : 8);
  });

  test('a CK_ULONG is read as it was written', () => {
    const bytes = encodeUlong(layout, 0x12345678);
    expect(bytes).toHaveLength(platform === 'win32' ? 4 : 8);
    expect(decodeUlong(layout, bytes)).toBe(0x12345678);
  });

  test('what is no CK_ULONG, or one larger than any value of PKCS #11, is none', () => {
    expect(decodeUlong(layout, Uint8Array.of(1))).toBeNull();
    expect(decodeUlong(pkcs11Layout('linux'), new Uint8Array(8).fill(0xff))).toBeNull();
  });
});
