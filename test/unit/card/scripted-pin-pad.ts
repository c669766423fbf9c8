import { pcscCodes, PcscError, type PcscCodeName } from '../../../main/card/pcsc/errors.ts';
import { controlCode } from '../../../main/card/pcsc/layout.ts';
import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';

/** What a person does at the keys: types, or whatever else a reader tells by a status word or a driver by an error. */
export type AtTheKeys =
  | { readonly types: readonly string[] }
  | { readonly answer: string }
  | { readonly error: PcscCodeName }
  /** Leaves it alone until the reader is told to stop; `untilAborted` resolves the tests' own wait for that. */
  | { readonly waits: true };

/** Control codes of this reader, as a driver would choose them. */
export const padCodes = { verifyStart: 0x42330001, verifyFinish: 0x42330002, modifyStart: 0x42330003, modifyFinish: 0x42330004, verify: 0x42330006, modify: 0x42330007, properties: 0x4233000a, abort: 0x4233000b, tlv: 0x42330012 } as const;

const featureTags: Readonly<Record<keyof typeof padCodes, number>> = {
  verifyStart: 0x01, verifyFinish: 0x02, modifyStart: 0x03, modifyFinish: 0x04, verify: 0x06, modify: 0x07, properties: 0x0a, abort: 0x0b, tlv: 0x12,
};

export interface PinPadScript {
  readonly features: readonly (keyof typeof padCodes)[];
  /** Answers of FEATURE_IFD_PIN_PROPERTIES and FEATURE_GET_TLV_PROPERTIES in hexadecimal. */
  readonly properties?: string;
  readonly tlv?: string;
}

/** `GET_FEATURE_REQUEST`'s answer: tag, length 4, code with the high byte first. */
export function featureList(features: readonly (keyof typeof padCodes)[]): Uint8Array {
  return Buffer.concat(features.map((name) => {
    const record = Buffer.from([featureTags[name], 4, 0, 0, 0, 0]);
    record.writeUInt32BE(padCodes[name], 2);
    return record;
  }));
}

/**
 * A reader with keys, as `ScriptedPcsc.onControl` or a channel's `control`: it reads the structure it is given field by
 * field, the way a driver does, and puts what is typed into the command it sends to the card.
 */
export class ScriptedPinPad {
  /** What reached the reader, by control code. */
  readonly asked: { readonly code: number; readonly input: string }[] = [];
  keys: AtTheKeys = { types: [] };
  #card: VirtualCard;
  readonly #script: PinPadScript;
  #started: Uint8Array | null = null;
  #onAbort: (() => void) | null = null;
  #isWaiting: (() => void) | null = null;

  constructor(card: VirtualCard, script: PinPadScript) {
    this.#card = card;
    this.#script = script;
  }

  /** Resolves when the reader waits for keys. */
  readonly waiting = new Promise<void>((resolve) => (this.#isWaiting = resolve));

  readonly control = async (code: number, input: Uint8Array): Promise<Uint8Array> => {
    this.asked.push({ code, input: Buffer.from(input).toString('hex') });
    const { features, properties = '', tlv = '' } = this.#script;
    if (code === controlCode(3400)) return featureList(features);
    const feature = features.find((name) => padCodes[name] === code);
    switch (feature) {
      case 'properties':
        return bytes(properties);
      case 'tlv':
        return bytes(tlv);
      case 'abort':
        this.#onAbort?.();
        return new Uint8Array(0);
      case 'verifyStart':
      case 'modifyStart':
        this.#started = input;
        return new Uint8Array(0);
      case 'verifyFinish':
        return this.#enter(this.#started!, 'verify');
      case 'modifyFinish':
        return this.#enter(this.#started!, 'modify');
      case 'verify':
      case 'modify':
        return this.#enter(input, feature);
      case undefined:
        throw new PcscError(pcscCodes.SCARD_E_UNSUPPORTED_FEATURE, 'control');
    }
  };

  async #enter(structure: Uint8Array, kind: 'verify' | 'modify'): Promise<Uint8Array> {
    const { keys } = this;
    if ('error' in keys) throw new PcscError(pcscCodes[keys.error], 'control');
    if ('answer' in keys) return bytes(keys.answer);
    if ('waits' in keys) {
      const aborted = new Promise<void>((resolve) => (this.#onAbort = resolve));
      this.#isWaiting?.();
      await aborted;
      return bytes('6401');
    }
    return this.#send(structure, kind, keys.types);
  }

  /** As CCID's firmware would: places digits from the left at the offsets, and sends. */
  async #send(structure: Uint8Array, kind: 'verify' | 'modify', typed: readonly string[]): Promise<Uint8Array> {
    const view = new DataView(structure.buffer, structure.byteOffset, structure.byteLength);
    const isModify = kind === 'modify';
    const extra = view.getUint16(isModify ? 7 : 5, true);
    const [fewest, most] = [extra >>> 8, extra & 0xff];
    if (typed.some(({ length }) => length < fewest || length > most)) return bytes('6403');
    const head = isModify ? 24 : 19;
    const length = view.getUint32(head - 4, true);
    const command = structure.slice(head);
    if (structure[2] !== 0x82 || structure[3] !== 0x08 || length !== command.length) return bytes('6b80');
    const place = (digits: string, offset: number) => command.set(Buffer.from(digits, 'ascii'), 5 + offset);
    if (!isModify) place(typed[0]!, 0);
    else {
      const [current, replacement, again] = typed;
      if (replacement !== again) return bytes('6402');
      place(current!, structure[5]!);
      place(replacement!, structure[6]!);
    }
    return this.#card.process(command);
  }
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
