import type { Command } from './card-command.ts';
import { PasscodeCounter } from './passcode-counter.ts';
import { status } from './piv-answers.ts';
import type { PivBehaviour } from './piv-behaviour.ts';

export interface Secrets {
  /** 6 to 8 digits: PIV's own passcode. */
  readonly passcode: string;
  /** 6 to 8 digits: the card's passcode for all its applications, where the Discovery object tells of one. */
  readonly globalPasscode: string;
  /** Eight characters that unblock the passcode. */
  readonly unblockingKey: string;
}

/** Key references (SP 800-73-5 part 1, table 4). */
const reference = { global: 0x00, application: 0x80, unblocking: 0x81 } as const;

/** VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER (SP 800-73-5 part 2, section 3.2), and what they have verified. */
export class PivPasscodes {
  readonly #behaviour: () => PivBehaviour;
  readonly #application: PasscodeCounter;
  readonly #global: PasscodeCounter;
  readonly #unblocking: PasscodeCounter;
  readonly #verified = new Set<PasscodeCounter>();

  constructor(secrets: Secrets, behaviour: () => PivBehaviour) {
    this.#behaviour = behaviour;
    this.#application = new PasscodeCounter(padded(secrets.passcode));
    this.#global = new PasscodeCounter(padded(secrets.globalPasscode));
    this.#unblocking = new PasscodeCounter(Buffer.from(secrets.unblockingKey, 'ascii'));
  }

  /** Of the application's own passcode. */
  get triesLeft(): number {
    return this.#application.triesLeft;
  }

  /** Either passcode will do for the authentication key (part 1, section 5.5). */
  get isVerified(): boolean {
    return this.#verified.size > 0;
  }

  forget(): void {
    this.#verified.clear();
  }

  /** Counts as VERIFY does, without verifying anything. */
  try(passcode: string): boolean {
    return /^[0-9]{6,8}$/.test(passcode) ? this.#application.present(padded(passcode)) : this.#application.present(Buffer.alloc(8));
  }

  /** Spends every try of both passcodes. */
  block(): void {
    this.#application.block();
    this.#global.block();
    this.forget();
  }

  verify({ p1, p2, data }: Command): Buffer {
    const counter = this.#passcode(p2);
    if (counter === null) return status(0x6a88);
    if (p1 === 0xff) return this.#drop(counter, data);
    if (p1 !== 0x00) return status(0x6a86);
    if (data.length === 0) return this.#tellTries(counter);
    const { badFormat, wrongLength } = this.#behaviour();
    if (data.length !== 8) return status(wrongLength === '6700' ? 0x6700 : 0x6a80);
    if (badFormat === '6a80' && !isWellFormed(data)) return status(0x6a80);
    return this.#present(counter, data);
  }

  change({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0x00) return status(0x6a86);
    const counter = p2 === reference.unblocking ? this.#unblocking : this.#passcode(p2);
    if (counter === null) return status(0x6a88);
    if (data.length !== 16) return status(0x6700);
    if (counter !== this.#unblocking && !isWellFormed(data.subarray(8))) return status(0x6a80);
    const answer = this.#present(counter, data.subarray(0, 8));
    if (isSuccess(answer)) counter.replace(data.subarray(8));
    return answer;
  }

  unblock({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0x00) return status(0x6a86);
    if (p2 !== reference.application) return status(0x6a88);
    if (data.length !== 16) return status(0x6700);
    if (!isWellFormed(data.subarray(8))) return status(0x6a80);
    const answer = this.#present(this.#unblocking, data.subarray(0, 8));
    if (isSuccess(answer)) this.#application.replace(data.subarray(8));
    return answer;
  }

  #passcode(p2: number): PasscodeCounter | null {
    if (p2 === reference.application) return this.#application;
    return p2 === reference.global && this.#behaviour().discovery.startsWith('60') ? this.#global : null;
  }

  /** A secret that is presented: the unblocking key opens nothing, so only a passcode counts as verified. */
  #present(counter: PasscodeCounter, secret: Buffer): Buffer {
    if (counter.isBlocked) return status(0x6983);
    const isRight = counter.present(secret);
    if (!isRight) this.#verified.delete(counter);
    else if (counter !== this.#unblocking) this.#verified.add(counter);
    return isRight ? status(0x9000) : this.#wrong(counter.triesLeft);
  }

  #drop(counter: PasscodeCounter, data: Buffer): Buffer {
    if (this.#behaviour().passcodeDrop === 'unknown' || data.length > 0) return status(0x6a86);
    this.#verified.delete(counter);
    return status(0x9000);
  }

  #tellTries(counter: PasscodeCounter): Buffer {
    const { triesQuery, lastWrongTry } = this.#behaviour();
    if (triesQuery === 'refused') return status(0x6700);
    if (this.#verified.has(counter) && triesQuery === 'answered') return status(0x9000);
    if (counter.isBlocked) return status(lastWrongTry === '6983' ? 0x6983 : 0x63c0);
    return status(this.#counted(counter.triesLeft));
  }

  #wrong(left: number): Buffer {
    const { wrongPasscode, lastWrongTry } = this.#behaviour();
    if (wrongPasscode === '6982') return status(0x6982);
    return status(left === 0 && lastWrongTry === '6983' ? 0x6983 : this.#counted(left));
  }

  #counted(left: number): number {
    return (this.#behaviour().wrongPasscode === '630x' ? 0x6300 : 0x63c0) + left;
  }
}

const padded = (passcode: string): Buffer => Buffer.concat([Buffer.from(passcode, 'ascii'), Buffer.alloc(8 - passcode.length, 0xff)]);

/** Six to eight digits, then FF (part 2, section 2.4.3). */
const isWellFormed = (secret: Buffer): boolean => /^[0-9]{6,8}\xff*$/.test(secret.toString('latin1'));

const isSuccess = (answer: Buffer): boolean => answer.readUInt16BE(0) === 0x9000;
