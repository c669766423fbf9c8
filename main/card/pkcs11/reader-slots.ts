/** A slot's description holds 64 bytes (`CK_SLOT_INFO.slotDescription`): a longer reader name is cut. */
const longestDescription = 64;

/**
 * What a slot of this reader is called: the reader's name in UTF-8, cut to 64 bytes, without the padding that modules
 * write as blanks or zeros. Readers whose names differ only beyond that cannot be told apart through a module.
 */
export function slotNameOf(reader: string): string {
  return withoutPadding(Buffer.from(reader, 'utf8').subarray(0, longestDescription));
}

export const isSlotOf = (reader: string, description: Uint8Array): boolean => withoutPadding(description) === slotNameOf(reader);

/** Bytes as text that compares byte by byte: a name may be cut inside a character. */
function withoutPadding(bytes: Uint8Array): string {
  const end = bytes.findLastIndex((byte) => byte !== 0x20 && byte !== 0x00) + 1;
  return Buffer.from(bytes.subarray(0, end)).toString('latin1');
}
