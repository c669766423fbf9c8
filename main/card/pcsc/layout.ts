/**
 * How PC/SC's C types are laid out on each system. pcsc-lite's DWORD is `unsigned long` (64 bits on 64-bit Linux),
 * Windows and macOS use 32 bits; the ATR field has 33 bytes except on Windows (36); macOS packs its structures.
 */
export interface PcscLayout {
  readonly library: string;
  /** Names of koffi types. */
  readonly dword: 'uint32' | 'ulong';
  readonly long: 'int32' | 'long';
  readonly context: 'uintptr' | 'long' | 'int32';
  readonly atrBytes: 33 | 36;
  readonly packed: boolean;
  /** Windows has an ANSI and a UTF-16 entry point of each call that takes text. */
  readonly text: { readonly suffix: '' | 'W'; readonly type: 'str' | 'str16'; readonly unitBytes: 1 | 2 };
  /** The framework of macOS keeps the name `SCardControl` for a call without a control code. */
  readonly controlName: 'SCardControl' | 'SCardControl132';
}

export function pcscLayout(platform: NodeJS.Platform): PcscLayout {
  switch (platform) {
    case 'win32':
      return {
        library: 'winscard.dll',
        dword: 'uint32',
        long: 'int32',
        context: 'uintptr',
        atrBytes: 36,
        packed: false,
        text: { suffix: 'W', type: 'str16', unitBytes: 2 },
        controlName: 'SCardControl',
      };
    case 'darwin':
      return {
        library: '/System/Library/Frameworks/PCSC.framework/PCSC',
        dword: 'uint32',
        long: 'int32',
        context: 'int32',
        atrBytes: 33,
        packed: true,
        text: { suffix: '', type: 'str', unitBytes: 1 },
        controlName: 'SCardControl132',
      };
    default:
      return {
        library: 'libpcsclite.so.1',
        dword: 'ulong',
        long: 'long',
        context: 'long',
        atrBytes: 33,
        packed: false,
        text: { suffix: '', type: 'str', unitBytes: 1 },
        controlName: 'SCardControl',
      };
  }
}

/**
 * `SCARD_CTL_CODE(function)`: winsmcrd.h builds a device control code (FILE_DEVICE_SMARTCARD 0x31, buffered), pcsc-lite's
 * and macOS's reader.h a number of their own. The codes a reader itself names are whole already.
 */
export const controlCode = (functionNumber: number, platform: NodeJS.Platform = process.platform): number =>
  platform === 'win32' ? 0x31_0000 + functionNumber * 4 : 0x4200_0000 + functionNumber;

/** Splits a `mszReaders` multi-string: names ended by a NUL each, the list by an empty one. */
export function splitMultiString(bytes: Uint8Array, unitBytes: 1 | 2): string[] {
  const text = new TextDecoder(unitBytes === 2 ? 'utf-16le' : 'utf-8').decode(bytes);
  const end = text.indexOf('\0\0');
  return (end < 0 ? text : text.slice(0, end)).split('\0').filter((name) => name !== '');
}
