import type { ReaderProperties } from './properties.ts';

/** Readers whose keys are not used although they offer them. */

interface UnreliableReader {
  readonly reason: 'has no keys' | 'shows the computer what is typed';
  /** As the system names it: maker's and product's names, spelt differently by its drivers. */
  readonly name: RegExp | null;
  /** USB identifiers, where the reader tells them. */
  readonly vendorId: number;
  readonly productId: number;
}

const unreliableReaders: readonly UnreliableReader[] = [
  // The chip of several makers' readers announces keys whether they are built in or not.
  { reason: 'has no keys', name: /omnikey.*(3x21|[13][01]21)/i, vendorId: 0x076b, productId: 0x3031 },
  { reason: 'has no keys', name: /omnikey.*6121/i, vendorId: 0x076b, productId: 0x6632 },
  { reason: 'has no keys', name: /aviator/i, vendorId: 0x076b, productId: 0x3a21 },
  { reason: 'has no keys', name: /smart ?terminal xx44/i, vendorId: 0x046a, productId: 0x00a7 },
  { reason: 'has no keys', name: /fujitsu.*d323/i, vendorId: 0x0bf8, productId: 0x1024 },
  { reason: 'has no keys', name: /c3po.*ltc31/i, vendorId: 0x0783, productId: 0x0006 },
  // Keyboards with a reader inside that send what is typed for the card to the computer as well.
  { reason: 'shows the computer what is typed', name: null, vendorId: 0x03f0, productId: 0x1024 },
  { reason: 'shows the computer what is typed', name: /\bhp\b.*(ccid )?smart ?card.*keyboard/i, vendorId: 0x03f0, productId: 0x0036 },
  { reason: 'shows the computer what is typed', name: /fujitsu.*smart ?card.*keyb/i, vendorId: 0x0bf8, productId: 0x1017 },
];

/** Whether a reader is known to offer keys that it does not have, or that nobody should type a passcode on. */
export const isUnreliable = (readerName: string, { vendorId, productId }: Pick<ReaderProperties, 'vendorId' | 'productId'>): boolean =>
  unreliableReaders.some((reader) => (reader.name?.test(readerName) ?? false) || (reader.vendorId === vendorId && reader.productId === productId));
