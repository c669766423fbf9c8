/** Where the elements of a DER encoding lie (ITU-T X.690): the little that is needed to find one. Throws a RangeError where it is none. */

/** One DER element: its tag, where it begins, and where its content lies. */
export interface Element {
  readonly tag: number;
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** The element that the bytes begin with. */
export function only(der: Buffer): Element {
  return elementAt(der, 0, der.length);
}

/** Far more than one element of a certificate or a list holds, but for the entries of a list: those are not taken all at once. */
const MOST_CHILDREN = 1_000;

/** The elements that one holds, in order. */
export function childrenOf(der: Buffer, { start, end }: Pick<Element, 'start' | 'end'>): readonly Element[] {
  const children: Element[] = [];
  for (let offset = start; offset < end; ) {
    if (children.length >= MOST_CHILDREN) throw new RangeError('There is no end of elements.');
    const child = elementAt(der, offset, end);
    children.push(child);
    offset = child.end;
  }
  return children;
}

/** The element at an offset. Tags of one byte and lengths of up to four: all that a certificate's own structure has. */
export function elementAt(der: Buffer, offset: number, limit: number): Element {
  const tag = der.readUInt8(offset);
  const first = der.readUInt8(offset + 1);
  const sizeOfLength = first < 0x80 ? 0 : first - 0x80;
  const length = sizeOfLength === 0 ? first : der.readUIntBE(offset + 2, sizeOfLength);
  const start = offset + 2 + sizeOfLength;
  if (first === 0x80 || start + length > limit) throw new RangeError('This is not DER.');
  return { tag, from: offset, start, end: start + length };
}

/** An element's content in hexadecimal; empty where there is none. */
export function hexOf(der: Buffer, element: Element | undefined): string {
  return element === undefined ? '' : der.toString('hex', element.start, element.end);
}
