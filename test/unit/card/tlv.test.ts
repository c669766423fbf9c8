import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { encodeTlv, findTlv, parseTlvs, TlvError } from '../../../main/card/tlv.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('TLV', () => {
  test('reads tags of one, two and three bytes and lengths of each form', () => {
    const found = parseTlvs(bytes('4f 01 aa  5f2f 02 4000  7f8101 8101 bb  53 820001 cc'));
    expect(found.map(({ tag, value }) => [tag.toString(16), Buffer.from(value).toString('hex')])).toEqual([
      ['4f', 'aa'], ['5f2f', '4000'], ['7f8101', 'bb'], ['53', 'cc'],
    ]);
  });

  test.each([
    ['a length beyond the end', '53 05 00'],
    ['a huge length', '53 83 ff ff ff 00'],
    ['a length of four bytes', '53 84 00 00 00 01 00'],
    ['an indefinite length', '30 80 00 00'],
    ['a tag cut off', '5f'],
    ['a length cut off', '53 82 01'],
    ['a tag of four bytes', '7f 81 81 01 00'],
  ])('refuses %s', (_name, hex) => {
    expect(() => parseTlvs(bytes(hex))).toThrow(TlvError);
  });

  test('finds a value before padding that is no TLV', () => {
    expect(findTlv(bytes('53 01 aa 00'), 0x53)).toEqual(bytes('aa'));
    expect(() => parseTlvs(bytes('53 01 aa 00'))).toThrow(TlvError);
  });

  test('what is encoded is read back, whatever the length', () => {
    fc.assert(
      fc.property(fc.constantFrom(0x53, 0x5f2f, 0x7f8101, 0x7c), fc.uint8Array({ maxLength: 700 }), (tag, value) => {
        expect(findTlv(encodeTlv(tag, value), tag)).toEqual(value);
      }),
    );
  });

  test('any bytes are read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (garbage) => {
        try {
          parseTlvs(garbage);
        } catch (error) {
          expect(error).toBeInstanceOf(TlvError);
        }
      }),
    );
  });
});
