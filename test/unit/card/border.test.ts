import { expect, test } from 'vitest';
import { MalformedMessage, readCommand, readReaderPort } from '../../../main/card/border.ts';
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

test('finds its reader', () => {
  expect(readReaderPort(undefined)).toEqual({ kind: 'pcsc' });
  expect(readReaderPort('{"kind":"simulated","host":"127.0.0.1","port":5}')).toEqual({ kind: 'simulated', host: '127.0.0.1', port: 5 });
  expect(() => readReaderPort('{"kind":"simulated","host":"10.0.0.1","port":5}')).toThrow(MalformedMessage);
});
