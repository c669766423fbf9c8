/** BER-TLV as smartcards use it (ISO/IEC 7816-4 annex E): tags of up to three bytes, definite lengths of up to three. */

export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

/** Bytes that are no well-formed TLV. The message holds offsets only. */
export class TlvError extends Error {
  override readonly name = 'TlvError';
}

/** Splits bytes into the TLVs they consist of, not looking inside them. @throws {TlvError} */
export const parseTlvs = (bytes: Uint8Array): readonly Tlv[] => [...walkTlvs(bytes)];

/** The value of the first TLV with this tag, or `null`. What follows it is not looked at: some cards pad. @throws {TlvError} */
export function findTlv(bytes: Uint8Array, tag: number): Uint8Array | null {
  for (const tlv of walkTlvs(bytes)) {
    if (tlv.tag === tag) return tlv.value;
  }
  return null;
}

function* walkTlvs(bytes: Uint8Array): Generator<Tlv> {
  let offset = 0;
  while (offset < bytes.length) {
    const tag = readTag(bytes, offset);
    const length = readLength(bytes, tag.next);
    const end = length.next + length.value;
    if (end > bytes.length) throw new TlvError(`A length at offset ${tag.next} reaches beyond the end`);
    yield { tag: tag.value, value: bytes.subarray(length.next, end) };
    offset = end;
  }
}

/** One TLV as bytes, its length in the shortest form. */
export function encodeTlv(tag: number, value: Uint8Array): Uint8Array {
  return Uint8Array.from([...encodeTag(tag), ...encodeLength(value.length), ...value]);
}

interface Read {
  readonly value: number;
  readonly next: number;
}

function readTag(bytes: Uint8Array, offset: number): Read {
  const first = byteAt(bytes, offset);
  if ((first & 0x1f) !== 0x1f) return { value: first, next: offset + 1 };
  const second = byteAt(bytes, offset + 1);
  if (second < 0x80) return { value: (first << 8) | second, next: offset + 2 };
  const third = byteAt(bytes, offset + 2);
  if (third >= 0x80) throw new TlvError(`A tag at offset ${offset} is longer than three bytes`);
  return { value: (first << 16) | (second << 8) | third, next: offset + 3 };
}

function readLength(bytes: Uint8Array, offset: number): Read {
  const first = byteAt(bytes, offset);
  if (first < 0x80) return { value: first, next: offset + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 3) throw new TlvError(`The length at offset ${offset} has a form that cards do not use`);
  let value = 0;
  for (let index = 1; index <= count; index++) value = value * 256 + byteAt(bytes, offset + index);
  return { value, next: offset + 1 + count };
}

function byteAt(bytes: Uint8Array, offset: number): number {
  const byte = bytes[offset];
  if (byte === undefined) throw new TlvError(`The bytes end at offset ${offset}, inside a tag or length`);
  return byte;
}

function encodeTag(tag: number): readonly number[] {
  if (tag > 0xffff) return [tag >>> 16, (tag >>> 8) & 0xff, tag & 0xff];
  return tag > 0xff ? [tag >>> 8, tag & 0xff] : [tag];
}

function encodeLength(length: number): readonly number[] {
  if (length < 0x80) return [length];
  if (length <= 0xff) return [0x81, length];
  if (length <= 0xffff) return [0x82, length >>> 8, length & 0xff];
  throw new TlvError('A value longer than 65 535 bytes is never sent to a card');
}
