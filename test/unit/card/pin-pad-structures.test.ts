import { describe, expect, test } from 'vitest';
import { encodeCommand } from '../../../main/card/apdu.ts';
import { changePasscode, verifyPasscode } from '../../../main/card/piv/commands.ts';
import { unfilledPasscode } from '../../../main/card/piv/passcode.ts';
import { pinModifyStructure, pinVerifyStructure } from '../../../main/card/pin-pad/structures.ts';

/** PC/SC part 10's structures for PIV's commands, field by field; every field of more than one byte has its low byte first. */

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const golden = (...fields: readonly string[]) => fields.map((field) => field.replace(/#.*$/, '').replaceAll(' ', '')).join('');

const verify = encodeCommand(0, verifyPasscode(0x80, unfilledPasscode), 'T=1');
const modify = encodeCommand(0, changePasscode(0x80, unfilledPasscode, unfilledPasscode), 'T=1');

test('PIN_VERIFY_STRUCTURE', () => {
  expect(hex(pinVerifyStructure(verify, 'present'))).toBe(golden(
    '1e          # bTimerOut: 30 s',
    '1e          # bTimerOut2: 30 s',
    '82          # bmFormatString: bytes, at 0, left, ASCII',
    '08          # bmPINBlockString: a block of 8',
    '00          # bmPINLengthFormat: no length in the command',
    '08 06       # wPINMaxExtraDigit: 0x0608, 6 to 8 digits',
    '02          # bEntryValidationCondition: the validation key',
    '01          # bNumberMessage',
    '09 08       # wLangId: 0x0809, English (United Kingdom)',
    '00          # bMsgIndex',
    '00 00 00    # bTeoPrologue',
    '0d 00 00 00 # ulDataLength: 13',
    '00 20 00 80 08 ff ff ff ff ff ff ff ff',
  ));
});

test('PIN_MODIFY_STRUCTURE', () => {
  expect(hex(pinModifyStructure(modify, 'present'))).toBe(golden(
    '3c          # bTimerOut: 60 s',
    '3c          # bTimerOut2',
    '82          # bmFormatString',
    '08          # bmPINBlockString',
    '00          # bmPINLengthFormat',
    '00          # bInsertionOffsetOld',
    '08          # bInsertionOffsetNew',
    '08 06       # wPINMaxExtraDigit',
    '03          # bConfirmPIN: the old one, and the new one twice',
    '02          # bEntryValidationCondition',
    '03          # bNumberMessage',
    '09 08       # wLangId',
    '00          # bMsgIndex1',
    '01          # bMsgIndex2',
    '02          # bMsgIndex3',
    '00 00 00    # bTeoPrologue',
    '15 00 00 00 # ulDataLength: 21',
    '00 24 00 80 10 ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff',
  ));
});

describe('prompts', () => {
  test.each([['present', '01', '03'], ['none', '00', '00'], ['untold', 'ff', 'ff']] as const)('with a display %s: %s for one, %s for three', (display, one, three) => {
    expect(hex(pinVerifyStructure(verify, display).subarray(8, 9))).toBe(one);
    expect(hex(pinModifyStructure(modify, display).subarray(11, 12))).toBe(three);
  });
});

test('the global passcode is asked for by its own reference, and T=0 changes nothing', () => {
  const command = encodeCommand(0, verifyPasscode(0x00, unfilledPasscode), 'T=0');
  expect(hex(pinVerifyStructure(command, 'present')).slice(-26)).toBe('0020000008ffffffffffffffff');
});

test('a length of more than a byte keeps its order', () => {
  expect(hex(pinVerifyStructure(new Uint8Array(0x0102), 'none').subarray(15, 19))).toBe('02010000');
});
