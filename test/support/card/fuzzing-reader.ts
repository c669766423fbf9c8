import { setImmediate as nextTurn } from 'node:timers/promises';
import { PcscError, pcscCodes } from '../../../main/card/pcsc/errors.ts';
import type { Pcsc, PcscCard, PcscContext } from '../../../main/card/pcsc/pcsc.ts';
import type { PivCard } from '../../../simulator/card/piv-card.ts';
import { mutate, randomFailure } from './mutations.ts';
import type { SeededRandom } from './random.ts';
import { OneCardReader } from './one-card-reader.ts';

/** How often each thing goes wrong, from 0 to 1. */
export interface FuzzRates {
  /** An answer of the card is mutated. */
  readonly answer: number;
  /** The card is reset between two commands. */
  readonly reset: number;
  /** A call that carries no command fails, or tells another event counter. */
  readonly call: number;
  /** An answer comes late. */
  readonly late: number;
  /** An answer never comes. */
  readonly never: number;
  /** Whether the reader says that it has keys, and how often the right passcode is typed on them. */
  readonly pad: { readonly rightPasscode: number } | null;
}

const verifyDirect = { tag: 0x06, code: 0x4233_0006 } as const;
/** The VERIFY at the end of a PIN_VERIFY_STRUCTURE (PC/SC part 10, section 2.5.2): header, length and a block to fill. */
const verifyCommandBytes = 13;
const passcodes = { right: Buffer.from('482916', 'ascii'), wrong: Buffer.from('000000', 'ascii') } as const;

const verifyInstruction = 0x20;
const earlierAnswers = 8;

/** What the card itself saw, whatever it was made to say: the witness of a fuzz run. */
export class Witness {
  /** Answers that were mutated. */
  mutated = 0;
  isHung = false;
  /** Passcodes that reached the card, right or wrong, since `begin`. */
  passcodes = 0;
  /** Whether the card took a passcode for right in the transaction under way or just over. */
  isVerified = false;
  /** Whether, after that, it was told to forget it: by command, or by a reset at the end. */
  isDropAsked = false;
  /** Every command that held a passcode, as the driver's own buffer. */
  readonly passcodeCommands: Uint8Array[] = [];

  begin(): void {
    this.isHung = false;
    this.passcodes = 0;
    this.isVerified = false;
    this.isDropAsked = false;
    this.passcodeCommands.length = 0;
  }
}

/** A PC/SC service over an honest card, with a line between them that is not. Everything comes from one seed. */
export class FuzzingReader implements Pcsc {
  readonly witness = new Witness();
  readonly #card: PivCard;
  readonly #reader: OneCardReader;
  readonly #random: SeededRandom;
  readonly #rates: FuzzRates;
  readonly #earlier: Uint8Array[] = [];

  constructor(card: PivCard, random: SeededRandom, rates: FuzzRates) {
    this.#card = card;
    this.#random = random;
    this.#rates = rates;
    this.#reader = new OneCardReader({ protocol: card.behaviour.protocol, answer: (command) => this.#answer(command) });
  }

  /** Resolves when the driver has given back everything it opened. */
  closed(): Promise<void> {
    return this.#reader.closed();
  }

  async establish(): Promise<PcscContext> {
    this.#mayFail('SCardEstablishContext');
    const context = await this.#reader.establish();
    return {
      ...context,
      waitForChange: async () => {
        this.#mayFail('SCardGetStatusChange');
        const states = await context.waitForChange();
        if (!this.#random.chance(this.#rates.call)) return states;
        return this.#random.pick(['timeout' as const, [], states.map(({ name }) => ({ name, state: this.#random.below(0xffff_ffff) }))]);
      },
      connect: async () => {
        this.#mayFail('SCardConnect');
        return this.#connect(await context.connect());
      },
      release: async () => {
        await context.release();
        this.#mayFail('SCardReleaseContext');
      },
    };
  }

  #connect(card: PcscCard): PcscCard {
    return {
      ...card,
      beginTransaction: async () => {
        this.#mayFail('SCardBeginTransaction');
        await card.beginTransaction();
      },
      control: (code, input) => this.#control(code, input),
      endTransaction: async (disposition) => {
        if (disposition === 'reset') {
          this.#card.reset();
          this.witness.isDropAsked = true;
        }
        await card.endTransaction(disposition);
        this.#mayFail('SCardEndTransaction');
      },
      disconnect: async (disposition) => {
        await card.disconnect(disposition);
        this.#mayFail('SCardDisconnect');
      },
    };
  }

  async #control(code: number, input: Uint8Array): Promise<Uint8Array> {
    const { pad } = this.#rates;
    if (pad === null || (input.length === 0 && code === verifyDirect.code)) throw new PcscError(pcscCodes.SCARD_E_UNSUPPORTED_FEATURE, 'SCardControl');
    this.#mayFail('SCardControl');
    if (input.length > 0) return this.#answer(this.#typeInto(input, pad.rightPasscode), true);
    const features = Uint8Array.of(verifyDirect.tag, 4, ...Buffer.from(verifyDirect.code.toString(16), 'hex'));
    return this.#random.chance(this.#rates.answer / 2) ? mutate(features, this.#random, []) : features;
  }

  #typeInto(structure: Uint8Array, rightPasscode: number): Uint8Array {
    const command = Uint8Array.from(structure.slice(-verifyCommandBytes));
    command.set(this.#random.chance(rightPasscode) ? passcodes.right : passcodes.wrong, 5);
    return command;
  }

  async #answer(command: Uint8Array, isOnPad = false): Promise<Uint8Array> {
    const random = this.#random;
    if (random.chance(this.#rates.reset)) this.#card.reset();
    const answer = await this.#card.process(Uint8Array.from(command));
    this.#note(command, isOnPad);
    if (random.chance(this.#rates.never)) {
      this.witness.isHung = true;
      return new Promise(() => undefined);
    }
    if (random.chance(this.#rates.late)) await nextTurn();
    this.#keep(answer);
    if (!random.chance(this.#rates.answer)) return answer;
    this.witness.mutated += 1;
    return mutate(answer, random, this.#earlier);
  }

  #note(command: Uint8Array, isOnPad: boolean): void {
    if (command[1] !== verifyInstruction) return;
    if (command[2] === 0xff) this.witness.isDropAsked = true;
    if (command[2] !== 0x00 || command.length <= 5) return;
    this.witness.passcodes += 1;
    if (!isOnPad) this.witness.passcodeCommands.push(command);
    if (this.#card.isVerified) this.witness.isVerified = true;
    this.witness.isDropAsked = false;
  }

  #keep(answer: Uint8Array): void {
    this.#earlier.push(answer);
    if (this.#earlier.length > earlierAnswers) this.#earlier.shift();
  }

  #mayFail(call: string): void {
    if (this.#random.chance(this.#rates.call)) throw randomFailure(this.#random, call);
  }
}
