/** Where JSON text stops being JSON. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from '../../../main/policy/json-fault.ts';

test.each([
  ['{"a": oops}', 1, 7],
  ['{\n  "a": 1,\n}', 3, 1],
  ['{"a": 1 "b": 2}', 1, 9],
  ['[1, 2', 1, 6],
  ['{"a": 01}', 1, 8],
  ["{'a': 1}", 1, 2],
  ['{} x', 1, 4],
  ['', 1, 1],
  ['[}', 1, 2],
])('%s', (text, line, column) => expect(jsonFault(text)).toEqual({ line, column }));

test('valid JSON is read to its end, and cut JSON to where it was cut or before', () => {
  fc.assert(fc.property(fc.json(), fc.nat(), (text, cut) => {
    expect(jsonFault(text).column).toBe(text.length + 1);
    const part = text.slice(0, cut % text.length);
    expect(jsonFault(part).column).toBeLessThanOrEqual(part.length + 1);
  }));
});
