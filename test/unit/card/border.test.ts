import { expect, test } from 'vitest';
import { MalformedMessage, readCommand } from '../../../main/card/border.ts';
import { digits, statement } from './cards.ts';

const signIn = { type: 'sign-in', requestId: 1, reader: 'A', eventCounter: 0, passcode: digits('123456'), statement, lastTryConfirmed: false };

test('takes commands as they are', () => {
  expect(readCommand(signIn)).toEqual(signIn);
  expect(readCommand({ type: 'ping', sequence: 3 })).toEqual({ type: 'ping', sequence: 3 });
});

test.each([
  ['no object', 'sign-in'],
  ['an unknown type', { type: 'sign-document' }],
  ['a passcode that is text', { ...signIn, passcode: '123456' }],
  ['another purpose', { ...signIn, statement: { ...statement, purpose: 'prescribe' } }],
  ['a claim that is no text', { ...signIn, statement: { ...statement, nonce: { a: 1 } } }],
  ['a time that is no number', { ...signIn, statement: { ...statement, expiresAt: '9' } }],
])('refuses %s', (_name, message) => {
  expect(() => readCommand(message)).toThrow(MalformedMessage);
});

test('only a clear yes confirms the last try', () => {
  expect(readCommand({ ...signIn, lastTryConfirmed: 'yes' })).toMatchObject({ lastTryConfirmed: false });
});

test('is told its reader', () => {
  const simulated = { kind: 'simulated', host: '127.0.0.1', port: 5 };
  expect(readCommand({ type: 'open', reader: { kind: 'pcsc' } })).toEqual({ type: 'open', reader: { kind: 'pcsc' } });
  expect(readCommand({ type: 'open', reader: simulated })).toEqual({ type: 'open', reader: simulated });
  expect(() => readCommand({ type: 'open', reader: { ...simulated, host: '10.0.0.1' } })).toThrow(MalformedMessage);
  expect(() => readCommand({ type: 'open' })).toThrow(MalformedMessage);
});
