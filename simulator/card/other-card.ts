import { makeAtr, type VirtualCard } from './virtual-card.ts';

/** A card of another trade: it answers, and knows no application that anyone asks for. */
export class OtherCard implements VirtualCard {
  readonly atr = makeAtr('LOYALTY');

  powerOn(): void {
    // Nothing to wake.
  }

  powerOff(): void {
    // Nothing to forget.
  }

  reset(): void {
    // Nothing to forget.
  }

  async process(command: Uint8Array): Promise<Uint8Array> {
    const select = 0xa4;
    return command[1] === select ? Buffer.of(0x6a, 0x82) : Buffer.of(0x6d, 0x00);
  }
}
