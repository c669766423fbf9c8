/** What a reader tells of its keys and of itself; `null` and `untold` where it does not. */
export interface ReaderProperties {
  readonly display: 'present' | 'none' | 'untold';
  readonly fewestDigits: number | null;
  readonly mostDigits: number | null;
  /** USB identifiers. */
  readonly vendorId: number | null;
  readonly productId: number | null;
}

/** Tags of FEATURE_GET_TLV_PROPERTIES (PC/SC part 10). */
const tags = { lcdLayout: 0x01, minPinSize: 0x06, maxPinSize: 0x07, vendorId: 0x0b, productId: 0x0c } as const;

/** More bytes than any property that is read here. */
const longestNumber = 4;

/**
 * The answers to FEATURE_IFD_PIN_PROPERTIES, a structure that begins with the display's lines and columns
 * (`wLcdLayout`), and to FEATURE_GET_TLV_PROPERTIES. Numbers have their low byte first.
 */
export function readProperties(pinProperties: Uint8Array | null, tlvProperties: Uint8Array | null): ReaderProperties {
  const told = tlvProperties === null ? new Map<number, number>() : readNumbers(tlvProperties);
  const layout = pinProperties !== null && pinProperties.length >= 2 ? littleEndian(pinProperties.subarray(0, 2)) : told.get(tags.lcdLayout);
  return {
    display: layout === undefined ? 'untold' : layout === 0 ? 'none' : 'present',
    fewestDigits: told.get(tags.minPinSize) ?? null,
    // Some readers tell 0 for want of a limit.
    mostDigits: told.get(tags.maxPinSize) || null,
    vendorId: told.get(tags.vendorId) ?? null,
    productId: told.get(tags.productId) ?? null,
  };
}

function readNumbers(properties: Uint8Array): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>();
  for (let at = 0; at + 2 <= properties.length; at += 2 + properties[at + 1]!) {
    const value = properties.subarray(at + 2, at + 2 + properties[at + 1]!);
    const isWhole = value.length === properties[at + 1];
    if (isWhole && value.length > 0 && value.length <= longestNumber) numbers.set(properties[at]!, littleEndian(value));
  }
  return numbers;
}

const littleEndian = (bytes: Uint8Array): number => bytes.reduceRight((number, byte) => number * 256 + byte, 0);
