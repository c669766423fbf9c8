import { PcscError, pcscCodes } from '../../../main/card/pcsc/errors.ts';
import { readerStateBits, type CardProtocol, type Disposition, type Pcsc, type PcscCard } from '../../../main/card/pcsc/pcsc.ts';

/** The card of a {@link OneCardReader}: bytes in, bytes out. */
export interface LineCard {
  readonly protocol: CardProtocol;
  answer(command: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export const readerName = 'Scripted Reader 00';
/** The event counter of the card in it. */
export const eventCounter = 7;

/**
 * A PC/SC service with one reader and one card that never moves, which holds its caller to the rules: nothing goes to
 * the card outside a transaction, and everything that is opened is closed.
 */
export class OneCardReader implements Pcsc {
  readonly #card: LineCard;
  /** How the last transaction ended. */
  disposition: Disposition | null = null;
  openContexts = 0;
  openCards = 0;
  readonly #whenClosed: (() => void)[] = [];

  constructor(card: LineCard) {
    this.#card = card;
  }

  async establish() {
    this.openContexts += 1;
    return {
      listReaders: async () => [readerName],
      waitForChange: async () => [{ name: readerName, state: (eventCounter << 16) | readerStateBits.present }],
      cancel: () => undefined,
      connect: async () => this.#connect(),
      release: async () => {
        this.openContexts -= 1;
        if (this.openContexts === 0) for (const resolve of this.#whenClosed.splice(0)) resolve();
      },
    };
  }

  /** Resolves when nothing is open: work that came to its limit goes on until the card has answered. */
  closed(): Promise<void> {
    return this.openContexts === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenClosed.push(resolve));
  }

  #connect(): PcscCard {
    let inTransaction = false;
    this.openCards += 1;
    return {
      protocol: this.#card.protocol,
      beginTransaction: async () => {
        inTransaction = true;
      },
      transmit: async (command) => {
        if (!inTransaction) throw new Error('A command outside a transaction');
        return this.#card.answer(command);
      },
      control: async () => {
        throw new PcscError(pcscCodes.SCARD_E_UNSUPPORTED_FEATURE, 'SCardControl');
      },
      endTransaction: async (disposition) => {
        inTransaction = false;
        this.disposition = disposition;
      },
      disconnect: async () => {
        this.openCards -= 1;
      },
    };
  }
}
