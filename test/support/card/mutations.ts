import { PcscError, pcscCodes, type PcscCodeName } from '../../../main/card/pcsc/errors.ts';
import type { SeededRandom } from './random.ts';

/** What a line, a reader or a hostile card can make of one answer. May throw as the PC/SC call would. */
type Mutation = (answer: Uint8Array, random: SeededRandom, earlier: readonly Uint8Array[]) => Uint8Array;

const statusWords = [
  0x9000, 0x6100, 0x6101, 0x61ff, 0x6c00, 0x6c01, 0x6cff, 0x6200, 0x6300, 0x6302, 0x63c0, 0x63c1, 0x63c3, 0x63cf, 0x6400, 0x6581, 0x6700,
  0x6881, 0x6884, 0x6982, 0x6983, 0x6984, 0x6985, 0x6a80, 0x6a81, 0x6a82, 0x6a86, 0x6a88, 0x6b00, 0x6d00, 0x6e00, 0x6f00, 0x0000, 0xffff,
];

const failures = [
  'SCARD_W_REMOVED_CARD', 'SCARD_W_RESET_CARD', 'SCARD_W_UNPOWERED_CARD', 'SCARD_W_UNRESPONSIVE_CARD', 'SCARD_E_NO_SMARTCARD',
  'SCARD_E_READER_UNAVAILABLE', 'SCARD_E_UNKNOWN_READER', 'SCARD_E_NO_SERVICE', 'SCARD_E_SERVICE_STOPPED', 'SCARD_F_COMM_ERROR',
  'SCARD_E_NOT_TRANSACTED', 'SCARD_E_COMM_DATA_LOST', 'SCARD_E_INSUFFICIENT_BUFFER', 'SCARD_E_SHARING_VIOLATION', 'SCARD_E_CANCELLED',
  'SCARD_E_TIMEOUT', 'SCARD_W_SECURITY_VIOLATION', 'ERROR_INVALID_HANDLE', 'ERROR_GEN_FAILURE', 'ERROR_BROKEN_PIPE', 'ERROR_DEVICE_NOT_CONNECTED',
] as const satisfies readonly PcscCodeName[];

/** A PC/SC call that fails, with a code that real ones fail with or with any other. */
export function randomFailure(random: SeededRandom, call: string): PcscError {
  const code = random.chance(0.9) ? pcscCodes[random.pick(failures)] : random.below(0xffff_ffff) || 1;
  return new PcscError(code, call);
}

const withStatus = (data: Uint8Array, sw: number): Uint8Array => Uint8Array.of(...data, sw >>> 8, sw & 0xff);
const dataOf = (answer: Uint8Array): Uint8Array => answer.subarray(0, Math.max(0, answer.length - 2));

function changed(answer: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const copy = Uint8Array.from(answer);
  if (copy.length > 0) change(copy);
  return copy;
}

const mutations: readonly Mutation[] = [
  function flipsABit(answer, random) {
    return changed(answer, (copy) => {
      copy[random.below(copy.length)]! ^= 1 << random.below(8);
    });
  },
  function changesAByte(answer, random) {
    return changed(answer, (copy) => {
      copy[random.below(copy.length)] = random.pick([0x00, 0x7f, 0x80, 0x81, 0x82, 0x83, 0x84, 0xff, random.below(256)]);
    });
  },
  /** Tags and lengths stand at the beginning. */
  function changesTheBeginning(answer, random) {
    return changed(answer, (copy) => {
      copy[random.below(Math.min(12, copy.length))] = random.pick([0x00, 0x1f, 0x53, 0x70, 0x7c, 0x7f, 0x80, 0x81, 0x82, 0x83, 0xff]);
    });
  },
  (answer, random) => withStatus(dataOf(answer), random.pick(statusWords)),
  (_answer, random) => withStatus(new Uint8Array(0), random.pick(statusWords)),
  (answer, random) => withStatus(dataOf(answer), random.below(0x1_0000)),
  (answer, random) => answer.subarray(0, random.below(answer.length + 1)),
  (answer, random) => withStatus(dataOf(answer).subarray(0, random.below(answer.length + 1)), 0x9000),
  (answer, random) => Uint8Array.of(...random.bytes(random.below(20)), ...answer),
  (answer, random) => Uint8Array.of(...dataOf(answer), ...random.bytes(random.below(300)), ...answer.subarray(-2)),
  (_answer, random) => random.bytes(random.below(40)),
  (_answer, random) => random.bytes(random.below(2)),
  (answer, random, earlier) => (earlier.length > 0 ? random.pick(earlier) : answer),
  (_answer, random) => {
    throw randomFailure(random, 'SCardTransmit');
  },
  /** Seldom: the largest that PC/SC can hand over, and one more. */
  (answer, random) => (random.chance(0.02) ? withStatus(new Uint8Array(65_535 + random.below(3)), 0x9000) : answer.subarray(1)),
];

export const mutate: Mutation = (answer, random, earlier) => random.pick(mutations)(answer, random, earlier);
