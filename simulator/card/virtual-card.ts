/** A card as a reader meets it: power, reset and commands. Both readers of the simulator take any of these. */
export interface VirtualCard {
  /** Answer to reset. */
  readonly atr: Uint8Array;
  powerOn(): void;
  powerOff(): void;
  /** A warm reset: everything that was verified is forgotten. */
  reset(): void;
  /** Answers one command. No bytes: the card is mute. */
  process(command: Uint8Array): Promise<Uint8Array>;
}

/**
 * A direct-convention ATR with these historical bytes: for T=1 with the check byte it needs, for T=0 with neither that nor
 * a protocol byte (ISO/IEC 7816-3 section 8.2).
 */
export function makeAtr(historicalBytes: string, protocol: 'T=0' | 'T=1' = 'T=1'): Uint8Array {
  const historical = Buffer.from(historicalBytes, 'ascii');
  if (protocol === 'T=0') return Buffer.concat([Buffer.of(0x3b, historical.length), historical]);
  const body = Buffer.concat([Buffer.of(0x80 | historical.length, 0x80, 0x01), historical]);
  const check = body.reduce((sum, byte) => sum ^ byte, 0);
  return Buffer.concat([Buffer.of(0x3b), body, Buffer.of(check)]);
}
