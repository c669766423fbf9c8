import { expect, test } from 'vitest';
import { MalformedMessage, readCommand } from '../../../main/card/border.ts';
import { digits, statement } from './cards.ts';

const signIn = { type: 'sign-in', requestId: 1, reader: 'A', eventCounter: 0, entry: 'keyboard', statement, lastTryConfirmed: false };
const change = { type: 'change-passcode', requestId: 1, reader: 'A', eventCounter: 0, entry: 'pin-pad', lastTryConfirmed: true };
const typed = { type: 'passcode', requestId: 1, passcode: digits('123456'), replacement: null };
const settings = { watch: 'events', pinPad: 'use' };

test.each([
  ['sign-in', signIn],
  ['change-passcode', change],
  ['passcode', typed],
  ['passcode with its replacement', { ...typed, replacement: digits('654321') }],
  ['cancel', { type: 'cancel', requestId: 1 }],
  ['ping', { type: 'ping', sequence: 3 }],
  ['stop', { type: 'stop' }],
])('takes %s as it is', (_name, command) => {
  expect(readCommand(command)).toEqual(command);
});

test('what is more than a command asks for is left behind', () => {
  expect(readCommand({ ...signIn, passcode: digits('123456'), digest: digits('0') })).toEqual(signIn);
});

test.each([
  ['no object', 'sign-in'],
  ['an unknown type', { type: 'sign-document' }],
  ['a passcode that is text', { ...typed, passcode: '123456' }],
  ['a passcode that is missing', { ...typed, passcode: undefined }],
  ['a replacement that is text', { ...typed, replacement: '123456' }],
  ['a replacement that is missing', { ...typed, replacement: undefined }],
  ['a request of no number', { ...typed, requestId: 1.5 }],
  ['an unknown way to enter the passcode', { ...signIn, entry: 'voice' }],
  ['an unknown way to enter a new passcode', { ...change, entry: undefined }],
  ['another purpose', { ...signIn, statement: { ...statement, purpose: 'prescribe' } }],
  ['a claim that is no text', { ...signIn, statement: { ...statement, nonce: { a: 1 } } }],
  ['a time that is no number', { ...signIn, statement: { ...statement, expiresAt: '9' } }],
])('refuses %s', (_name, message) => {
  expect(() => readCommand(message)).toThrow(MalformedMessage);
});

test('only a clear yes confirms the last try', () => {
  expect(readCommand({ ...signIn, lastTryConfirmed: 'yes' })).toMatchObject({ lastTryConfirmed: false });
});

test('a refusal names the field and never what was in it', () => {
  const message = { ...typed, passcode: '482916' };
  expect(() => readCommand(message)).toThrow(/^passcode$/);
});

test('is told its reader and how to use it', () => {
  const simulated = { kind: 'simulated', host: '127.0.0.1', port: 5 };
  const open = { type: 'open', reader: { kind: 'pcsc' }, settings };
  expect(readCommand(open)).toEqual(open);
  expect(readCommand({ ...open, reader: simulated })).toEqual({ ...open, reader: simulated });
  expect(readCommand({ ...open, settings: { watch: 'polling', pinPad: 'ignore' } })).toMatchObject({ settings: { watch: 'polling', pinPad: 'ignore' } });
  for (const wrong of [
    { ...open, reader: { ...simulated, host: '10.0.0.1' } },
    { ...open, reader: undefined },
    { ...open, settings: undefined },
    { ...open, settings: { ...settings, watch: 'sometimes' } },
    { ...open, settings: { ...settings, pinPad: 'maybe' } },
  ]) {
    expect(() => readCommand(wrong)).toThrow(MalformedMessage);
  }
});
