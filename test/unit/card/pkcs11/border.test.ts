import { describe, expect, test } from 'vitest';
import { readPkcs11Command } from '../../../../main/card/pkcs11/border.ts';
import type { Pkcs11Command } from '../../../../main/card/pkcs11/messages.ts';
import { statement } from '../cards.ts';

const request = { requestId: 1, reader: 'Reader A', certificate: 'MIIB', entry: 'keyboard', lastTryConfirmed: true } as const;

const commands: readonly Pkcs11Command[] = [
  { type: 'open', module: '/opt/lib.so', pinPad: 'ignore' },
  { type: 'passcode', requestId: 1, passcode: Uint8Array.of(0x31), replacement: null },
  { type: 'passcode', requestId: 1, passcode: Uint8Array.of(0x31), replacement: Uint8Array.of(0x32) },
  { type: 'look', requestId: 1, reader: 'Reader A' },
  { type: 'sign-in', ...request, statement },
  { type: 'change-passcode', ...request, entry: 'pin-pad' },
  { type: 'cancel', requestId: 1 },
  { type: 'ping', sequence: 4 },
  { type: 'stop' },
];

describe('what enters the PKCS #11 process', () => {
  test.each(commands)('$type is taken, and nothing beside what it needs', (command) => {
    expect(readPkcs11Command({ ...command, more: 'of the sender’s' })).toEqual(command);
  });

  test.each<[string, unknown]>([
    ['no object', 'stop'],
    ['an unknown type', { type: 'sign', digest: 'ff' }],
    ['a digest in place of a statement', { type: 'sign-in', ...request, statement: 'ff' }],
    ['a statement of another purpose', { type: 'sign-in', ...request, statement: { ...statement, purpose: 'pay' } }],
    ['no certificate', { type: 'change-passcode', ...request, certificate: undefined }],
    ['another way of entry', { type: 'change-passcode', ...request, entry: 'voice' }],
    ['a passcode as text', { type: 'passcode', requestId: 1, passcode: '482916', replacement: null }],
    ['a module without a path', { type: 'open', pinPad: 'use' }],
    ['no word on the reader’s keys', { type: 'open', module: '/opt/lib.so' }],
  ])('%s is refused by field, without its content', (_name, message) => {
    expect(() => readPkcs11Command(message)).toThrow(expect.objectContaining({ name: 'MalformedMessage', message: expect.not.stringMatching(/482916|ff|MIIB/) }));
  });

  test('what is not confirmed in so many words is not confirmed', () => {
    expect(readPkcs11Command({ type: 'change-passcode', ...request, lastTryConfirmed: 'yes' })).toMatchObject({ lastTryConfirmed: false });
  });
});
