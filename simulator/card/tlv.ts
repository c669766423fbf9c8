/** BER-TLV of the virtual card's own: the simulator shares no code with the program it tests. */

/** `tag` as its bytes in hexadecimal, such as `5fc105`. */
export function tlv(tag: string, ...values: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(values);
  return Buffer.concat([Buffer.from(tag, 'hex'), lengthOf(value), value]);
}

/** A tag of one byte and a value: what commands of PIV consist of. `null` where the bytes are no such thing. */
export function readTlvs(bytes: Buffer): readonly { tag: number; value: Buffer }[] | null {
  const found: { tag: number; value: Buffer }[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const tag = bytes[offset]!;
    const length = readLength(bytes, offset + 1);
    if (length === null || length.next + length.value > bytes.length) return null;
    found.push({ tag, value: bytes.subarray(length.next, length.next + length.value) });
    offset = length.next + length.value;
  }
  return found;
}

function lengthOf(value: Buffer): Buffer {
  if (value.length < 0x80) return Buffer.of(value.length);
  if (value.length <= 0xff) return Buffer.of(0x81, value.length);
  return Buffer.of(0x82, value.length >> 8, value.length & 0xff);
}

function readLength(bytes: Buffer, offset: number): { value: number; next: number } | null {
  const first = bytes[offset];
  if (first === undefined) return null;
  if (first < 0x80) return { value: first, next: offset + 1 };
  const count = first & 0x7f;
  if (count < 1 || count > 2 || offset + count >= bytes.length) return null;
  return { value: bytes.readUIntBE(offset + 1, count), next: offset + 1 + count };
}
