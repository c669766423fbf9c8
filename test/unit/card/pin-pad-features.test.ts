import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pcscCodes, PcscError } from '../../../main/card/pcsc/errors.ts';
import { findPinPad, readFeatures, type ReaderControl } from '../../../main/card/pin-pad/features.ts';
import { PinPads } from '../../../main/card/pin-pad/pin-pads.ts';
import { readProperties } from '../../../main/card/pin-pad/properties.ts';
import { isUnreliable } from '../../../main/card/pin-pad/unreliable-readers.ts';
import { OtherCard } from '../../../simulator/card/other-card.ts';
import { padCodes, ScriptedPinPad, type PinPadScript } from './scripted-pin-pad.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const reader = (script: PinPadScript) => new ScriptedPinPad(new OtherCard(), script);
const unknown = { vendorId: null, productId: null };
const silent = (): Promise<Uint8Array> => Promise.reject(new PcscError(pcscCodes.SCARD_E_NOT_TRANSACTED, 'control'));

describe('the list of features', () => {
  test('gives each its control code, whose high byte comes first', () => {
    expect([...readFeatures(bytes('06 04 42 33 00 06  07 04 00 31 36 d0'))]).toEqual([[0x06, 0x42330006], [0x07, 0x003136d0]]);
  });

  test('a code with its highest bit set is no negative number', () => {
    expect(readFeatures(bytes('06 04 ff 33 00 06')).get(0x06)).toBe(0xff330006);
  });

  test.each([
    ['nothing', ''],
    ['a tag alone', '06'],
    ['a code cut off', '06 04 42 33 00'],
    ['another length', '06 02 42 33'],
    ['a length beyond the end', '06 ff 42 33 00 06'],
  ])('%s is no feature', (_name, list) => {
    expect(readFeatures(bytes(list)).size).toBe(0);
  });

  test('what is of another length is passed over, and the first of one tag counts', () => {
    expect([...readFeatures(bytes('0a 02 00 00  06 04 00 00 00 01  06 04 00 00 00 02'))]).toEqual([[0x06, 1]]);
  });

  test('whatever a reader answers, reading it ends', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), async (list, further) => {
      for (const [, code] of readFeatures(list)) expect(code).toBeGreaterThanOrEqual(0);
      let isFirst = true;
      const hostile: ReaderControl = {
        control: async () => {
          const answer = isFirst ? list : further;
          isFirst = false;
          return answer;
        },
      };
      const pinPad = await findPinPad(hostile, 'A reader');
      expect(pinPad === null || Number.isInteger(pinPad.verify.kind === 'direct' ? pinPad.verify.code : pinPad.verify.start)).toBe(true);
    }), { numRuns: 500 });
  });
});

describe('the keys of a reader', () => {
  test('all a reader offers', async () => {
    const pad = reader({ features: ['verify', 'modify', 'properties', 'abort', 'tlv'], properties: '10 02 07 00', tlv: '06 01 04  07 01 08  0b 02 e6 08  0c 02 78 34' });
    expect(await findPinPad(pad, 'Gemalto PC Pinpad 00 00')).toEqual({
      verify: { kind: 'direct', code: padCodes.verify }, modify: { kind: 'direct', code: padCodes.modify }, abort: padCodes.abort, display: 'present',
    });
  });

  test('the least a reader can offer', async () => {
    expect(await findPinPad(reader({ features: ['verify'] }), 'A')).toEqual({
      verify: { kind: 'direct', code: padCodes.verify }, modify: null, abort: null, display: 'untold',
    });
  });

  test('start and finish are used where the direct way is missing, and only both of them', async () => {
    expect(await findPinPad(reader({ features: ['verifyStart', 'verifyFinish', 'modifyStart', 'modifyFinish'] }), 'A')).toMatchObject({
      verify: { kind: 'start-finish', start: padCodes.verifyStart, finish: padCodes.verifyFinish },
      modify: { kind: 'start-finish', start: padCodes.modifyStart, finish: padCodes.modifyFinish },
    });
    expect(await findPinPad(reader({ features: ['verifyStart', 'verifyFinish', 'verify'] }), 'A')).toMatchObject({ verify: { kind: 'direct' } });
    expect(await findPinPad(reader({ features: ['verifyStart', 'modify'] }), 'A')).toBeNull();
  });

  test.each([
    ['a reader without features', { features: [] }],
    ['one that can only change passcodes', { features: ['modify'] }],
    ['one that takes no passcode of six', { features: ['verify', 'tlv'], tlv: '06 01 07' }],
    ['one that takes none of eight', { features: ['verify', 'tlv'], tlv: '07 01 06' }],
    ['one that tells by number that it lies', { features: ['verify', 'tlv'], tlv: '0b 02 6b 07  0c 02 31 30' }],
  ] as const)('%s has none', async (_name, script) => {
    expect(await findPinPad(reader(script), 'A')).toBeNull();
  });

  test('a reader that answers no control code, and one that answers only the first', async () => {
    expect(await findPinPad({ control: silent }, 'A')).toBeNull();
    const pad = reader({ features: ['verify', 'properties', 'tlv'] });
    const half: ReaderControl = { control: (code, input) => (code === padCodes.tlv || code === padCodes.properties ? silent() : pad.control(code, input)) };
    expect(await findPinPad(half, 'A')).toMatchObject({ display: 'untold' });
  });

  test('a defect of ours is no missing feature', async () => {
    const defect = () => Promise.reject(new TypeError('a defect'));
    await expect(findPinPad({ control: defect }, 'A')).rejects.toThrow('a defect');
  });

  test('the list is asked for by each system’s own code', async () => {
    const asked: number[] = [];
    const control = (code: number) => {
      asked.push(code);
      return silent();
    };
    for (const platform of ['win32', 'linux', 'darwin'] as const) await findPinPad({ control }, 'A', platform);
    expect(asked).toEqual([0x00313520, 0x42000d48, 0x42000d48]);
  });
});

describe('properties', () => {
  test.each([
    ['lines and columns', '10 02 07 00', null, 'present'],
    ['no lines', '00 00 07 00', null, 'none'],
    ['nothing', null, null, 'untold'],
    ['too little', '10', null, 'untold'],
    ['lines among the others', null, '01 02 10 02', 'present'],
    ['no lines among the others', null, '01 02 00 00', 'none'],
  ] as const)('a display: %s', (_name, pin, tlv, display) => {
    expect(readProperties(pin === null ? null : bytes(pin), tlv === null ? null : bytes(tlv)).display).toBe(display);
  });

  test('numbers have their low byte first; what is cut off or too long is not told', () => {
    expect(readProperties(null, bytes('0b 02 6b 07  0c 04 31 30 00 00  06 01 06'))).toMatchObject({ vendorId: 0x076b, productId: 0x3031, fewestDigits: 6 });
    expect(readProperties(null, bytes('0b 05 6b 07 00 00 00  0c 02 31'))).toMatchObject({ vendorId: null, productId: null });
  });

  test('no most digits is no limit', () => {
    expect(readProperties(null, bytes('07 01 00')).mostDigits).toBeNull();
  });
});

describe('readers that offer keys they do not have', () => {
  test.each([
    'HID Global OMNIKEY 3x21 Smart Card Reader 0',
    'HID Global OMNIKEY 3x21 Smart Card Reader [OMNIKEY 3x21 Smart Card Reader] 00 00',
    'OMNIKEY CardMan 3121 01 00',
    'OMNIKEY 1021 0',
    'OMNIKEY CardMan 6121 0',
    'HID Global OMNIKEY 6121 Smart Card Reader 00 00',
    'HID Global OMNIKEY AViatoR Generic 00 00',
    'Cherry SmartTerminal XX44 00 00',
    'FUJITSU Smartcard Reader D323 00 00',
  ])('%s', (name) => {
    expect(isUnreliable(name, unknown)).toBe(true);
  });

  test.each(['OMNIKEY CardMan 3821 0', 'Gemalto PC Pinpad 00 00', 'Cherry SmartTerminal ST-2xxx 00 00', 'REINER SCT cyberJack RFID standard', 'Virtual PCD 00 00', ''])('%j may have what it says', (name) => {
    expect(isUnreliable(name, unknown)).toBe(false);
  });

  test('by number, whatever the name; both numbers must be its own', () => {
    expect(isUnreliable('A', { vendorId: 0x03f0, productId: 0x1024 })).toBe(true);
    expect(isUnreliable('A', { vendorId: 0x076b, productId: 0x3821 })).toBe(false);
    expect(isUnreliable('A', { vendorId: 0x04e6, productId: 0x3031 })).toBe(false);
  });
});

describe('which keys are used', () => {
  test('none where the site says so: the reader is not even asked', async () => {
    const pad = reader({ features: ['verify'] });
    expect(await new PinPads('ignore').find(pad, 'A')).toBeNull();
    expect(pad.asked).toEqual([]);
  });

  test('none of a reader that once failed; another’s are', async () => {
    const pinPads = new PinPads('use');
    pinPads.distrust('A');
    const pad = reader({ features: ['verify'] });
    expect(await pinPads.find(pad, 'A')).toBeNull();
    expect(await pinPads.find(pad, 'B')).not.toBeNull();
  });
});
