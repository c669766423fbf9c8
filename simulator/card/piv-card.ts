import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { readCommand, type Command } from './card-command.ts';
import { algorithmOf, operate, type CardKey } from './card-key.ts';
import { plainBehaviour, type PivBehaviour } from './piv-behaviour.ts';
import { applicationId, type PivObjects } from './piv-objects.ts';
import { PasscodeCounter } from './passcode-counter.ts';
import { readTlvs, tlv } from './tlv.ts';
import type { VirtualCard } from './virtual-card.ts';

export interface PivCardData {
  readonly atr: Uint8Array;
  readonly objects: PivObjects;
  readonly authenticationKey: CardKey;
  readonly passcode: string;
  readonly unblockingKey: string;
  readonly behaviour?: Partial<PivBehaviour>;
}

/** The issuer's security domain, which every card of this kind has beside PIV. */
const cardManager = Buffer.from('a000000151000000', 'hex');
const passcodeReference = 0x80;
const unblockingReference = 0x81;
const authenticationReference = 0x9a;
const managementReference = 0x9b;
const askForChallenge = Buffer.from('7c028100', 'hex');
/** Answers to two instructions of one maker (FD, F8) that yubico-piv-tool will not go on without. */
const makerVersion = Buffer.of(5, 0, 0);
const makerSerial = Buffer.of(0, 0, 0, 1);

/** A PIV card's application (NIST SP 800-73-5 part 2) as a processor of commands, with the keys inside. */
export class PivCard implements VirtualCard {
  readonly atr: Uint8Array;
  readonly behaviour: PivBehaviour;
  readonly #data: PivCardData;
  #passcode: PasscodeCounter;
  #unblocking: PasscodeCounter;
  #selected = false;
  #verified = false;
  #chain: { readonly command: Command; readonly parts: Buffer } | null = null;
  #rest: Buffer = Buffer.alloc(0);

  constructor(data: PivCardData) {
    this.#data = data;
    this.atr = data.atr;
    this.behaviour = { ...plainBehaviour, ...data.behaviour };
    this.#passcode = new PasscodeCounter(padded(data.passcode));
    this.#unblocking = new PasscodeCounter(Buffer.from(data.unblockingKey, 'ascii'));
  }

  /** Tries left of the passcode: for tests. */
  get triesLeft(): number {
    return this.#passcode.triesLeft;
  }

  get isVerified(): boolean {
    return this.#verified;
  }

  /** Spends every try, as after three wrong passcodes. */
  block(): void {
    this.#passcode.block();
  }

  /** Passcode and counters as issued. */
  restore(): void {
    this.#passcode = new PasscodeCounter(padded(this.#data.passcode));
    this.#unblocking = new PasscodeCounter(Buffer.from(this.#data.unblockingKey, 'ascii'));
    this.reset();
  }

  powerOn(): void {
    this.reset();
  }

  powerOff(): void {
    this.reset();
  }

  reset(): void {
    this.#selected = false;
    this.#verified = false;
    this.#chain = null;
    this.#rest = Buffer.alloc(0);
  }

  async process(bytes: Uint8Array): Promise<Uint8Array> {
    if (this.behaviour.answers === 'never') return new Promise(() => undefined);
    if (this.behaviour.slowMs > 0) await delay(this.behaviour.slowMs);
    if (this.behaviour.answers === 'empty') return Buffer.alloc(0);
    return this.#answer(Buffer.from(bytes));
  }

  #answer(bytes: Buffer): Buffer {
    const command = readCommand(bytes);
    if (command === null) return status(0x6700);
    if (command.ins === 0xc0) return this.#getResponse(command, bytes);
    this.#rest = Buffer.alloc(0);
    const whole = this.#unchain(command);
    if (whole === 'more') return status(0x9000);
    if (whole.ins === 0xa4) return this.#select(whole);
    if (!this.#selected) return status(0x6d00);
    return this.#dispatch(whole);
  }

  #dispatch(command: Command): Buffer {
    switch (command.ins) {
      case 0xcb:
        return this.#getData(command);
      case 0x20:
        return this.#verify(command);
      case 0x24:
        return this.#changePasscode(command);
      case 0x2c:
        return this.#unblock(command);
      case 0x87:
        return command.p2 === managementReference ? this.#challengeManager(command) : this.#authenticate(command);
      case 0xfd:
        return this.#give(makerVersion);
      case 0xf8:
        return this.#give(makerSerial);
      default:
        return status(0x6d00);
    }
  }

  /** Another instruction in between drops a chain that was begun. */
  #unchain(command: Command): Command | 'more' {
    const begun = this.#chain?.command;
    const continues = begun && begun.ins === command.ins && begun.p1 === command.p1 && begun.p2 === command.p2;
    const parts = Buffer.concat([continues ? this.#chain!.parts : Buffer.alloc(0), command.data]);
    this.#chain = command.chained ? { command, parts } : null;
    return command.chained ? 'more' : { ...command, data: parts };
  }

  #select({ p1, data }: Command): Buffer {
    if (p1 !== 0x04) return status(0x6a82);
    if (data.length === 0 || cardManager.equals(data)) return this.#leavePiv();
    const isMeant = data.length >= 5 && applicationId.subarray(0, data.length).equals(data);
    if (!isMeant || this.behaviour.application === 'other') return status(0x6a82);
    this.#selected = true;
    const name = this.behaviour.selectedName === 'full' ? applicationId : applicationId.subarray(5);
    const authority = tlv('79', tlv('4f', applicationId.subarray(0, 5)));
    return this.#give(tlv('61', tlv('4f', name), authority, tlv('50', Buffer.from('Lanyard simulated PIV card', 'ascii'))));
  }

  /** Another application that the card has: the passcode is forgotten (part 2, section 3.1.1). An unknown one changes nothing. */
  #leavePiv(): Buffer {
    this.reset();
    return status(0x9000);
  }

  #getData({ p1, p2, data }: Command): Buffer {
    const identifier = readTlvs(data)?.find(({ tag }) => tag === 0x5c)?.value;
    if (p1 !== 0x3f || p2 !== 0xff || !identifier) return status(0x6a80);
    const name = identifier.toString('hex');
    const object = name === '7e' && this.behaviour.discovery === 'missing' ? undefined : this.#data.objects.get(name);
    return object ? this.#give(object) : status(0x6a82);
  }

  #verify({ p1, p2, data }: Command): Buffer {
    if (p2 !== passcodeReference) return status(0x6a88);
    if (p1 === 0xff) return this.#dropPasscode(data);
    if (p1 !== 0x00) return status(0x6a86);
    if (data.length === 0) return this.#tellTries();
    if (data.length !== 8) return status(0x6700);
    if (!isWellFormed(data)) return status(0x6a80);
    if (this.#passcode.isBlocked) return status(0x6983);
    this.#verified = this.#passcode.present(data);
    return this.#verified ? status(0x9000) : this.#wrongPasscode();
  }

  #dropPasscode(data: Buffer): Buffer {
    if (this.behaviour.passcodeDrop === 'unknown' || data.length > 0) return status(0x6a86);
    this.#verified = false;
    return status(0x9000);
  }

  #tellTries(): Buffer {
    if (this.#verified) return status(0x9000);
    if (this.behaviour.triesQuery === 'refused') return status(0x6700);
    if (this.#passcode.isBlocked) return status(this.behaviour.lastWrongTry === '6983' ? 0x6983 : 0x63c0);
    return status(this.#counted(this.#passcode.triesLeft));
  }

  #wrongPasscode(): Buffer {
    const left = this.#passcode.triesLeft;
    if (this.behaviour.wrongPasscode === '6982') return status(0x6982);
    if (left === 0 && this.behaviour.lastWrongTry === '6983') return status(0x6983);
    return status(this.#counted(left));
  }

  #counted(left: number): number {
    return (this.behaviour.wrongPasscode === '630x' ? 0x6300 : 0x63c0) + left;
  }

  #changePasscode({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0x00) return status(0x6a86);
    if (data.length !== 16) return status(0x6700);
    if (p2 === unblockingReference) return this.#changeSecret(this.#unblocking, data, () => true);
    if (p2 !== passcodeReference) return status(0x6a88);
    return this.#changeSecret(this.#passcode, data, isWellFormed);
  }

  #changeSecret(counter: PasscodeCounter, data: Buffer, accepts: (secret: Buffer) => boolean): Buffer {
    if (counter.isBlocked) return status(0x6983);
    if (!accepts(data.subarray(8))) return status(0x6a80);
    if (!counter.present(data.subarray(0, 8))) return status(0x63c0 + counter.triesLeft);
    counter.replace(data.subarray(8));
    return status(0x9000);
  }

  #unblock({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0x00) return status(0x6a86);
    if (p2 !== passcodeReference) return status(0x6a88);
    if (data.length !== 16) return status(0x6700);
    if (this.#unblocking.isBlocked) return status(0x6983);
    if (!isWellFormed(data.subarray(8))) return status(0x6a80);
    if (!this.#unblocking.present(data.subarray(0, 8))) return status(0x63c0 + this.#unblocking.triesLeft);
    this.#passcode.replace(data.subarray(8));
    return status(0x9000);
  }

  #authenticate({ p1, p2, data }: Command): Buffer {
    const key = this.#data.authenticationKey;
    if (p2 !== authenticationReference || p1 !== algorithmOf(key)) return status(0x6a86);
    const template = readTlvs(data)?.find(({ tag }) => tag === 0x7c)?.value;
    const fields = template ? readTlvs(template) : null;
    const challenge = fields?.find(({ tag }) => tag === 0x81)?.value;
    const asksForAnswer = fields?.some(({ tag, value }) => tag === 0x82 && value.length === 0);
    if (!challenge || !asksForAnswer) return status(0x6a80);
    if (this.behaviour.forgetsPasscode) this.#verified = false;
    if (!this.#verified) return status(0x6982);
    const signature = operate(key, challenge);
    return signature ? this.#give(tlv('7c', tlv('82', signature))) : status(0x6a80);
  }

  /** Gives whoever would manage the card a challenge; nobody holds the key to answer it, so management stays closed. */
  #challengeManager({ data }: Command): Buffer {
    return data.equals(askForChallenge) ? this.#give(tlv('7c', tlv('81', randomBytes(8)))) : status(0x6982);
  }

  #getResponse({ p1, p2 }: Command, bytes: Buffer): Buffer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (this.#rest.length === 0) return status(0x6985);
    const expected = bytes[4] || 256;
    return this.#give(this.#rest, expected);
  }

  #give(answer: Buffer, expected = 256): Buffer {
    const length = Math.min(expected, this.behaviour.answerBytes, answer.length);
    this.#rest = Buffer.from(answer.subarray(length));
    const left = this.#rest.length;
    return Buffer.concat([answer.subarray(0, length), status(left > 0 ? 0x6100 | (left > 255 ? 0 : left) : 0x9000)]);
  }
}

const status = (sw: number): Buffer => Buffer.of(sw >> 8, sw & 0xff);

const padded = (passcode: string): Buffer => Buffer.concat([Buffer.from(passcode, 'ascii'), Buffer.alloc(8 - passcode.length, 0xff)]);

/** Six to eight digits, then FF (part 2, section 2.4.3). */
const isWellFormed = (secret: Buffer): boolean => /^[0-9]{6,8}\xff*$/.test(secret.toString('latin1'));
