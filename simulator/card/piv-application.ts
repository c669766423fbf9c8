import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from './card-command.ts';
import { algorithmOf, operate, type CardKey } from './card-key.ts';
import { PivAnswers, status } from './piv-answers.ts';
import type { PivBehaviour } from './piv-behaviour.ts';
import { applicationId, certificateObject, discoveryObject, withFalseLength, type PivObjects } from './piv-objects.ts';
import { PivPasscodes, type Secrets } from './piv-passcodes.ts';
import { readTlvs, tlv } from './tlv.ts';

export interface PivData extends Secrets {
  /** DER of the certificate for PIV authentication, object 5FC105. */
  readonly certificate: Uint8Array;
  /** All other objects; Discovery and the certificate follow the card's behaviour. */
  readonly objects: PivObjects;
  readonly authenticationKey: CardKey;
}

/** The issuer's security domain, which every card of this kind has beside PIV. */
const cardManager = Buffer.from('a000000151000000', 'hex');
/** Behind the passcode (SP 800-73-5 part 1, table 1): fingerprints, face, printed information. Empty on this card. */
const protectedObjects: ReadonlySet<string> = new Set(['5fc103', '5fc108', '5fc109']);
const authenticationReference = 0x9a;
const managementReference = 0x9b;
const askForChallenge = Buffer.from('7c028100', 'hex');
/** Answers to two instructions of one maker (FD, F8) that yubico-piv-tool will not go on without. */
const makerVersion = Buffer.of(5, 0, 0);
const makerSerial = Buffer.of(0, 0, 0, 1);

/** The PIV application (NIST SP 800-73-5 part 2): whole commands in, answers out. */
export class PivApplication {
  readonly #data: PivData;
  readonly #behaviour: () => PivBehaviour;
  readonly #answers: PivAnswers;
  #passcodes: PivPasscodes;
  #selected = false;

  constructor(data: PivData, behaviour: () => PivBehaviour) {
    this.#data = data;
    this.#behaviour = behaviour;
    this.#answers = new PivAnswers(behaviour);
    this.#passcodes = new PivPasscodes(data, behaviour);
  }

  get certificate(): Uint8Array {
    return this.#data.certificate;
  }

  get passcodes(): Pick<PivPasscodes, 'triesLeft' | 'isVerified' | 'block' | 'try'> {
    return this.#passcodes;
  }

  /** Passcodes and counters as issued. */
  restore(): void {
    this.#passcodes = new PivPasscodes(this.#data, this.#behaviour);
    this.reset();
  }

  reset(): void {
    this.#selected = false;
    this.#passcodes.forget();
    this.#answers.forget();
  }

  async answer(command: Command): Promise<Buffer> {
    if (command.ins === 0xc0) return this.#answers.giveMore(command);
    this.#answers.forget();
    if (command.ins === 0xa4) return this.#select(command);
    if (!this.#selected) return status(0x6d00);
    switch (command.ins) {
      case 0xcb:
        return this.#getData(command);
      case 0x20:
        return this.#passcodes.verify(command);
      case 0x24:
        return this.#passcodes.change(command);
      case 0x2c:
        return this.#passcodes.unblock(command);
      case 0x87:
        return command.p2 === managementReference ? this.#challengeManager(command) : this.#authenticate(command);
      case 0xfd:
        return this.#give(makerVersion, command);
      case 0xf8:
        return this.#give(makerSerial, command);
      default:
        return status(0x6d00);
    }
  }

  /** Whatever a command is cut off by, such as a chain that goes on, drops what was not fetched. */
  forgetAnswer(): void {
    this.#answers.forget();
  }

  #select(command: Command): Buffer {
    const { p1, data } = command;
    if (p1 !== 0x04) return status(0x6a82);
    if (data.length === 0 || cardManager.equals(data)) return this.#leavePiv(0x9000);
    if (!this.#isNamed(data)) return this.#behaviour().unknownName === 'keeps-piv' ? status(0x6a82) : this.#leavePiv(0x6a82);
    if (this.#behaviour().selectAgain === 'forgets-passcode') this.#passcodes.forget();
    this.#selected = true;
    return this.#give(this.#template(), command);
  }

  #isNamed(name: Buffer): boolean {
    const { application, selectBy } = this.#behaviour();
    if (application === 'other') return false;
    if (selectBy === 'full-only') return applicationId.equals(name);
    return name.length >= 5 && applicationId.subarray(0, name.length).equals(name);
  }

  /** The application property template (part 2, table 3). */
  #template(): Buffer {
    const { selectAnswer, selectedName } = this.#behaviour();
    if (selectAnswer === 'nothing') return Buffer.alloc(0);
    const name = tlv('4f', selectedName === 'full' ? applicationId : applicationId.subarray(5));
    const authority = tlv('79', tlv('4f', applicationId.subarray(0, 5)));
    const label = selectAnswer === 'template' ? tlv('50', Buffer.from('Lanyard simulated PIV card', 'ascii')) : Buffer.alloc(0);
    return tlv('61', name, authority, label);
  }

  /** Another application is selected: the passcode is forgotten (part 2, section 3.1.1). */
  #leavePiv(sw: number): Buffer {
    this.reset();
    return status(sw);
  }

  #getData(command: Command): Buffer {
    const { p1, p2, data } = command;
    const identifier = readTlvs(data)?.find(({ tag }) => tag === 0x5c)?.value;
    if (p1 !== 0x3f || p2 !== 0xff || !identifier) return status(0x6a80);
    const name = identifier.toString('hex');
    if (protectedObjects.has(name)) return this.#missProtected();
    const object = this.#objectCalled(name);
    return object ? this.#give(withFalseLength(object, this.#behaviour().lengths), command) : status(0x6a82);
  }

  #missProtected(): Buffer {
    return status(this.#passcodes.isVerified || this.#behaviour().protectedObjects === '6a82' ? 0x6a82 : 0x6982);
  }

  #objectCalled(name: string): Buffer | undefined {
    const { certificate, discovery } = this.#behaviour();
    if (name === '5fc105') return certificate === 'missing' ? undefined : certificateObject(this.#data.certificate, certificate);
    if (name === '7e') return discovery === 'missing' ? undefined : discoveryObject(discovery);
    return this.#data.objects.get(name);
  }

  async #authenticate(command: Command): Promise<Buffer> {
    const { p1, p2, data } = command;
    const key = this.#data.authenticationKey;
    if (p2 !== authenticationReference || p1 !== algorithmOf(key)) return status(0x6a86);
    const challenge = challengeIn(data);
    if (challenge === null) return status(0x6a80);
    if (this.#behaviour().forgetsPasscode) this.#passcodes.forget();
    if (!this.#passcodes.isVerified) return status(0x6982);
    const { slowOperationMs, lengths } = this.#behaviour();
    if (slowOperationMs > 0) await delay(slowOperationMs);
    const signature = operate(key, challenge);
    if (signature === null) return status(0x6a80);
    return this.#answers.give(withFalseLength(tlv('7c', tlv('82', signature)), lengths), command, false);
  }

  /** Gives whoever would manage the card a challenge; nobody holds the key to answer it, so management stays closed. */
  #challengeManager(command: Command): Buffer {
    return command.data.equals(askForChallenge) ? this.#give(tlv('7c', tlv('81', randomBytes(8))), command) : status(0x6982);
  }

  #give(answer: Buffer, command: Command): Buffer {
    return this.#answers.give(answer, command, true);
  }
}

/** What is to be signed: `7C { 82 (empty), 81 challenge }`, in either order. */
function challengeIn(data: Buffer): Buffer | null {
  const template = readTlvs(data)?.find(({ tag }) => tag === 0x7c)?.value;
  const fields = template ? readTlvs(template) : null;
  const asksForAnswer = fields?.some(({ tag, value }) => tag === 0x82 && value.length === 0);
  return (asksForAnswer && fields?.find(({ tag }) => tag === 0x81)?.value) || null;
}
