import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultOfReplacement, isPasscode } from '../../../main/card/passcode-rules.ts';
import { digits } from './cards.ts';

const fault = (replacement: string, passcode = '482916') => faultOfReplacement(digits(passcode), digits(replacement));

test.each(['739154', '7391548', '73915482', '123455', '654322', '112233', '121212'])('%s may be chosen', (replacement) => {
  expect(fault(replacement)).toBeNull();
});

test.each([
  ['', 'format'], ['12345', 'format'], ['123456789', 'format'], ['73915a', 'format'], ['7391 5', 'format'],
  ['482916', 'same'],
  ['000000', 'repeated'], ['77777777', 'repeated'],
  ['123456', 'run'], ['12345678', 'run'], ['789012', 'run'], ['654321', 'run'], ['210987', 'run'],
] as const)('%s may not: %s', (replacement, expected) => {
  expect(fault(replacement)).toBe(expected);
});

test('a longer one that begins as the old one does is another', () => {
  expect(fault('4829167')).toBeNull();
  expect(fault('482916', '4829167')).toBeNull();
});

describe('whatever is typed', () => {
  const typed = fc.uint8Array({ minLength: 0, maxLength: 12 });
  const digit = fc.integer({ min: 0x30, max: 0x39 });
  const passcode = fc.array(digit, { minLength: 6, maxLength: 8 }).map((bytes) => Uint8Array.from(bytes));

  test('only 6 to 8 digits are a passcode, and nothing is changed by asking', () => {
    fc.assert(fc.property(typed, (bytes) => {
      const before = Uint8Array.from(bytes);
      expect(isPasscode(bytes)).toBe(/^[0-9]{6,8}$/.test(Buffer.from(bytes).toString('latin1')));
      faultOfReplacement(before, bytes);
      expect(bytes).toEqual(before);
    }));
  });

  test('no passcode may take its own place', () => {
    fc.assert(fc.property(passcode, (bytes) => {
      expect(faultOfReplacement(bytes, Uint8Array.from(bytes))).toBe('same');
    }));
  });

  test('of all passcodes few are refused', () => {
    fc.assert(fc.property(passcode, (bytes) => {
      const steps = new Set([...bytes].slice(1).map((byte, index) => (byte - bytes[index]! + 10) % 10));
      const isGuessed = steps.size === 1 && [0, 1, 9].includes([...steps][0]!);
      expect(faultOfReplacement(digits('482916'), bytes) === null).toBe(!isGuessed && Buffer.from(bytes).toString('ascii') !== '482916');
    }));
  });
});
