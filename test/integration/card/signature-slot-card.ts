import type { PivCard } from '../../../simulator/card/piv-card.ts';
import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';

/** Object tags, as GET DATA names them, and key references (SP 800-73-5 part 1, table 3 and part 1 section 5.1). */
const authenticationCertificate = '5fc105';
const signatureCertificate = '5fc10a';
const authenticationKey = 0x9a;
const signatureKey = 0x9c;
const instruction = { verify: 0x20, generalAuthenticate: 0x87, getData: 0xcb } as const;
const notFound = Buffer.of(0x6a, 0x82);
const notAllowed = Buffer.of(0x69, 0x82);

/**
 * A card whose certificate and key are those for digital signatures, 9C, which asks for the passcode before each
 * signature. Lanyard's own driver has no certificate to sign in with there; middleware shows it as any other.
 */
export class SignatureSlotCard implements VirtualCard {
  readonly #card: PivCard;
  #mayBeUsed = false;
  /** Called once, when the next signature is asked for, which then is not answered. */
  atSignature: (() => void) | null = null;

  constructor(card: PivCard) {
    this.#card = card;
  }

  get atr(): Uint8Array {
    return this.#card.atr;
  }

  powerOn(): void {
    this.reset();
  }

  powerOff(): void {
    this.reset();
  }

  reset(): void {
    this.#mayBeUsed = false;
    this.#card.reset();
  }

  process(bytes: Uint8Array): Promise<Uint8Array> {
    const command = Buffer.from(bytes);
    switch (command[1]) {
      case instruction.getData:
        return this.#getData(command);
      case instruction.verify:
        return this.#verify(command);
      case instruction.generalAuthenticate:
        return this.#sign(command);
      default:
        return this.#card.process(command);
    }
  }

  async #getData(command: Buffer): Promise<Uint8Array> {
    const at = command.indexOf(signatureCertificate, 'hex');
    if (command.includes(Buffer.from(authenticationCertificate, 'hex'))) return notFound;
    if (at >= 0) command.write(authenticationCertificate, at, 'hex');
    return this.#card.process(command);
  }

  async #verify(command: Buffer): Promise<Uint8Array> {
    const answer = await this.#card.process(command);
    if (command[2] === 0x00 && command.length > 5) this.#mayBeUsed = Buffer.from(answer).equals(Buffer.of(0x90, 0x00));
    return answer;
  }

  async #sign(command: Buffer): Promise<Uint8Array> {
    if (command[3] === authenticationKey) return Buffer.of(0x6a, 0x86);
    if (command[3] !== signatureKey) return this.#card.process(command);
    const isLast = (command[0]! & 0x10) === 0;
    if (isLast && this.atSignature !== null) {
      this.atSignature();
      this.atSignature = null;
      return new Promise(() => undefined);
    }
    if (isLast && !this.#mayBeUsed) return notAllowed;
    if (isLast) this.#mayBeUsed = false;
    command[3] = authenticationKey;
    return this.#card.process(command);
  }
}
