export interface Command {
  readonly chained: boolean;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Buffer;
  /** The most bytes the answer may have, or `null` where none was asked for. */
  readonly le: number | null;
}

type Header = Omit<Command, 'data' | 'le'>;

const none = Buffer.alloc(0);
/** What Le 00 stands for. */
const shortAll = 256;
const extendedAll = 65_536;

/** Short and extended commands of the four cases (ISO/IEC 7816-3 section 12.1); CLA 10 chains. */
export function readCommand(bytes: Buffer): Command | null {
  if (bytes.length < 4) return null;
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = bytes;
  const header = { chained: (cla & 0x10) !== 0, ins, p1, p2 };
  if (bytes.length === 4) return { ...header, data: none, le: null };
  if (bytes.length === 5) return { ...header, data: none, le: bytes[4]! || shortAll };
  const length = bytes[4]!;
  if (length === 0) return readExtended(bytes, header);
  if (bytes.length !== 5 + length && bytes.length !== 6 + length) return null;
  const le = bytes.length === 6 + length ? bytes[5 + length]! || shortAll : null;
  return { ...header, data: Buffer.from(bytes.subarray(5, 5 + length)), le };
}

function readExtended(bytes: Buffer, header: Header): Command | null {
  if (bytes.length < 7) return null;
  const length = bytes.readUInt16BE(5);
  if (bytes.length === 7) return { ...header, data: none, le: length || extendedAll };
  if (bytes.length !== 7 + length && bytes.length !== 9 + length) return null;
  const le = bytes.length === 9 + length ? bytes.readUInt16BE(7 + length) || extendedAll : null;
  return { ...header, data: Buffer.from(bytes.subarray(7, 7 + length)), le };
}
