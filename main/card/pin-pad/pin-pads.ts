import type { CardSettings } from '../messages.ts';
import { findPinPad, type PinPad, type ReaderControl } from './features.ts';

/** The readers' keys as far as they are to be used: by the site's setting, and while they have kept their word. */
export class PinPads {
  readonly #setting: CardSettings['pinPad'];
  readonly #distrusted = new Set<string>();

  constructor(setting: CardSettings['pinPad']) {
    this.#setting = setting;
  }

  /** The keys of this reader; `null` where there are none, or they are not to be used. */
  async find(reader: ReaderControl, readerName: string): Promise<PinPad | null> {
    if (this.#setting === 'ignore' || this.#distrusted.has(readerName)) return null;
    return findPinPad(reader, readerName);
  }

  /** The reader could not do what it says it can: it is not asked again. */
  distrust(readerName: string): void {
    this.#distrusted.add(readerName);
  }
}
