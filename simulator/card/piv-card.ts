import { setTimeout as delay } from 'node:timers/promises';
import { readCommand, type Command } from './card-command.ts';
import { status } from './piv-answers.ts';
import { PivApplication, type PivData } from './piv-application.ts';
import { plainBehaviour, type PivBehaviour } from './piv-behaviour.ts';
import { makeAtr, type VirtualCard } from './virtual-card.ts';

export interface PivCardData extends PivData {
  readonly behaviour?: Partial<PivBehaviour>;
}

/** Instructions that the behaviour can be about. */
const verify = 0x20;
const generalAuthenticate = 0x87;

/** A PIV card: a processor with the PIV application and its keys inside. */
export class PivCard implements VirtualCard {
  readonly #issued: PivBehaviour;
  readonly #application: PivApplication;
  #behaviour: PivBehaviour;
  #timesPowered = 0;
  #chain: { readonly command: Command; readonly parts: Buffer } | null = null;

  constructor({ behaviour, ...data }: PivCardData) {
    this.#issued = { ...plainBehaviour, ...behaviour };
    this.#behaviour = this.#issued;
    this.#application = new PivApplication(data, () => this.#behaviour);
  }

  get atr(): Uint8Array {
    const { historicalBytes, protocol } = this.#behaviour;
    return makeAtr(historicalBytes === 'present' ? 'LANYARD' : '', protocol);
  }

  get behaviour(): PivBehaviour {
    return this.#behaviour;
  }

  /** Departs from the standard so from the next command on; `null`: as it was issued. */
  behave(behaviour: Partial<PivBehaviour> | null): void {
    this.#behaviour = { ...this.#issued, ...behaviour };
  }

  /** Tries left of the passcode: for tests. */
  get triesLeft(): number {
    return this.#application.passcodes.triesLeft;
  }

  /** The holder's certificate for authentication, DER. */
  get certificate(): Uint8Array {
    return this.#application.certificate;
  }

  /** A passcode typed elsewhere, as on a sign-in page: it counts like one given to the card, and opens nothing on it. */
  tryPasscode(passcode: string): boolean {
    return this.#application.passcodes.try(passcode);
  }

  get isVerified(): boolean {
    return this.#application.passcodes.isVerified;
  }

  /** Spends every try, as after three wrong passcodes. */
  block(): void {
    this.#application.passcodes.block();
  }

  /** Passcodes, counters and behaviour as issued. */
  restore(): void {
    this.behave(null);
    this.#application.restore();
    this.#chain = null;
  }

  powerOn(): void {
    this.reset();
  }

  powerOff(): void {
    this.#timesPowered += 1;
    this.reset();
  }

  reset(): void {
    this.#application.reset();
    this.#chain = null;
  }

  async process(bytes: Uint8Array): Promise<Uint8Array> {
    const mute = this.#isMuteAt(bytes);
    if (mute && this.#behaviour.answers === 'never') return new Promise(() => undefined);
    const timesPowered = this.#timesPowered;
    if (this.#behaviour.slowMs > 0) await delay(this.#behaviour.slowMs);
    // What it had not done when it lost its power it does not do when it has power again.
    if (timesPowered !== this.#timesPowered) return Buffer.alloc(0);
    return mute && this.#behaviour.answers === 'empty' ? Buffer.alloc(0) : this.#answer(Buffer.from(bytes));
  }

  #isMuteAt(bytes: Uint8Array): boolean {
    switch (this.#behaviour.mutesAt) {
      case 'every-command':
        return true;
      case 'passcode':
        return bytes[1] === verify && bytes.length > 5;
      case 'signature':
        return bytes[1] === generalAuthenticate;
    }
  }

  async #answer(bytes: Buffer): Promise<Buffer> {
    const command = readCommand(bytes);
    if (command === null || (this.#behaviour.protocol === 'T=0' && bytes.length === 4)) return status(0x6700);
    const whole = this.#unchain(command);
    if (whole !== 'more') return this.#application.answer(whole);
    this.#application.forgetAnswer();
    return status(0x9000);
  }

  /** Another instruction in between drops a chain that was begun. */
  #unchain(command: Command): Command | 'more' {
    const begun = this.#chain?.command;
    const continues = begun && begun.ins === command.ins && begun.p1 === command.p1 && begun.p2 === command.p2;
    const parts = Buffer.concat([continues ? this.#chain!.parts : Buffer.alloc(0), command.data]);
    this.#chain = command.chained ? { command, parts } : null;
    return command.chained ? 'more' : { ...command, data: parts };
  }
}
