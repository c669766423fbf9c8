import { randomBytes } from 'node:crypto';
import { isRsa, type ForeignCardPlan } from './cards.ts';
import { operate } from './openssl.ts';

/** A PIV card as a reader meets it: commands in, answers out. */
export interface ForeignCard {
  readonly atr: Buffer;
  /** Power gone or a reset: nothing is selected or verified any more. */
  forget(): void;
  answer(apdu: Buffer): Promise<Buffer>;
}

interface State {
  selected: boolean;
  verified: boolean;
  tries: number;
  /** What is still to be fetched. */
  pending: Buffer;
  /** What a chain has brought so far. */
  chained: Buffer;
}

const word = (sw: number): Buffer => Buffer.from(sw.toString(16).padStart(4, '0'), 'hex');

/** A card by its plan, with the DER of its certificate and the file of its private key. */
export function makeForeignCard(plan: ForeignCardPlan, { certificate, key: keyFile }: { readonly certificate: Buffer; readonly key: string }): ForeignCard {
  const state: State = { selected: false, verified: false, tries: plan.tries, pending: Buffer.alloc(0), chained: Buffer.alloc(0) };
  const objects = new Map<string, Buffer>(Object.entries(plan.objects).map(([tag, hex]) => [tag, Buffer.from(hex, 'hex')]));
  objects.set('5fc105', certificateObject(plan, certificate));
  const passcode = Buffer.from(plan.passcode.padEnd(8, '\xff'), 'latin1');

  const piece = (limit: number): Buffer => {
    const part = state.pending.subarray(0, Math.min(limit, plan.piece));
    state.pending = state.pending.subarray(part.length);
    const left = state.pending.length;
    return Buffer.concat([part, word(left === 0 ? 0x9000 : 0x6100 + Math.min(left, 256) % 256)]);
  };
  const answerWith = (data: Buffer): Buffer => {
    state.pending = data;
    // Under T=0 what answers a command with data is always fetched.
    return plan.protocol === 'T=0' ? piece(0) : piece(256);
  };

  const verify = (p1: number, p2: number, data: Buffer): Buffer => {
    if (p2 !== 0x80) return word(0x6a88);
    if (p1 === 0xff) {
      if (plan.says.drop === 0x9000) state.verified = false;
      return word(plan.says.drop);
    }
    if (data.length === 0) return tellTries();
    if (state.tries === 0) return word(0x6983);
    if (data.length !== 8) return word(0x6700);
    state.verified = data.equals(passcode);
    state.tries = state.verified ? plan.tries : state.tries - 1;
    if (state.verified) return word(0x9000);
    if (plan.says.wrong === '6982') return word(0x6982);
    return word(state.tries === 0 ? plan.says.blocked : 0x63c0 + state.tries);
  };
  const tellTries = (): Buffer => {
    if (state.verified && plan.says.verified === '9000') return word(0x9000);
    return word(state.tries === 0 ? plan.says.blocked : 0x63c0 + state.tries);
  };

  const sign = async (algorithm: number, key: number, data: Buffer): Promise<Buffer> => {
    // Whoever would manage the card is given a challenge; some programs take it for a random number.
    if (key === 0x9b && data.toString('hex') === '7c028100') return answerWith(Buffer.concat([Buffer.from('7c0a8108', 'hex'), randomBytes(8)]));
    if (key !== 0x9a || algorithm !== plan.key.algorithm) return word(0x6a86);
    if (!state.verified) return word(0x6982);
    const input = valueOf(valueOf(data, 0x7c) ?? Buffer.alloc(0), 0x81);
    const signature = input && (await operate(keyFile, isRsa(plan), input));
    return signature ? answerWith(wrap('7c', wrap('82', signature))) : word(0x6a80);
  };

  const run = async (ins: number, p1: number, p2: number, data: Buffer): Promise<Buffer> => {
    if (ins === 0xa4) return select(p1, data);
    if (!state.selected) return word(0x6985);
    switch (ins) {
      case 0xcb: {
        const object = objects.get(data.subarray(2).toString('hex'));
        return object ? answerWith(object) : word(0x6a82);
      }
      case 0x20:
        return verify(p1, p2, data);
      case 0x87:
        return sign(p1, p2, data);
      // Version and serial number, which one maker's programs ask before anything else.
      case 0xfd:
        return Buffer.from('0403079000', 'hex');
      case 0xf8:
        return Buffer.from('0001e2409000', 'hex');
      default:
        return word(0x6d00);
    }
  };
  const select = (p1: number, name: Buffer): Buffer => {
    const isPiv = p1 === 4 && name.length >= 5 && 'a000000308000010000100'.startsWith(name.toString('hex'));
    if (!isPiv) return word(0x6a82);
    state.selected = true;
    return answerWith(Buffer.from(plan.selected, 'hex'));
  };

  return {
    atr: Buffer.from(plan.atr, 'hex'),
    forget: () => Object.assign(state, { selected: false, verified: false, pending: Buffer.alloc(0), chained: Buffer.alloc(0) }),
    async answer(apdu) {
      const [cla = 0, ins = 0, p1 = 0, p2 = 0, length = 0] = apdu;
      if (ins === 0xc0) return state.pending.length > 0 ? piece(length || 256) : word(0x6985);
      const data = Buffer.concat([state.chained, apdu.length > 5 ? apdu.subarray(5, 5 + length) : Buffer.alloc(0)]);
      state.chained = (cla & 0x10) === 0 ? Buffer.alloc(0) : data;
      return (cla & 0x10) === 0 ? run(ins, p1, p2, data) : word(0x9000);
    },
  };
}

function certificateObject(plan: ForeignCardPlan, der: Buffer): Buffer {
  const parts = { 70: wrap('70', der), 71: Buffer.from('710100', 'hex'), fe: Buffer.from('fe00', 'hex') };
  return wrap('53', Buffer.concat(plan.order.map((tag) => parts[tag])));
}

/** A TLV whose length takes three bytes, however short the value: allowed by BER, and done by some cards. */
function wrap(tag: string, value: Buffer): Buffer {
  const head = Buffer.from(`${tag}820000`, 'hex');
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** The value of the first TLV with this tag of one byte. */
function valueOf(bytes: Buffer, tag: number): Buffer | null {
  for (let at = 0; at + 1 < bytes.length; ) {
    const sizeOfLength = bytes[at + 1]! > 0x80 ? bytes[at + 1]! - 0x80 : 0;
    const length = sizeOfLength === 0 ? bytes[at + 1]! : bytes.readUIntBE(at + 2, sizeOfLength);
    const start = at + 2 + sizeOfLength;
    if (bytes[at] === tag) return bytes.subarray(start, start + length);
    at = start + length;
  }
  return null;
}
