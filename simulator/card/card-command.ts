export interface Command {
  readonly chained: boolean;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Buffer;
}

/** Short commands of the four cases (ISO/IEC 7816-3 section 12.1); CLA 10 chains. */
export function readCommand(bytes: Buffer): Command | null {
  if (bytes.length < 4) return null;
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = bytes;
  const header = { chained: (cla & 0x10) !== 0, ins, p1, p2 };
  if (bytes.length <= 5) return { ...header, data: Buffer.alloc(0) };
  const length = bytes[4]!;
  if (length === 0) return readExtended(bytes, header);
  if (bytes.length !== 5 + length && bytes.length !== 6 + length) return null;
  return { ...header, data: Buffer.from(bytes.subarray(5, 5 + length)) };
}

function readExtended(bytes: Buffer, header: Omit<Command, 'data'>): Command | null {
  if (bytes.length < 7) return null;
  const length = bytes.readUInt16BE(5);
  if (bytes.length === 7) return { ...header, data: Buffer.alloc(0) };
  if (bytes.length !== 7 + length && bytes.length !== 9 + length) return null;
  return { ...header, data: Buffer.from(bytes.subarray(7, 7 + length)) };
}
