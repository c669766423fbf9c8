import type { CardCommand, CardSettings, PasscodeEntry, PasscodeMessage, ReaderPort, SignInStatement } from './messages.ts';

/** Checks what enters the card process. A message that is none is a defect of the sender: it ends the process. */

/** A message of no known form. Names the field, never its content. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

export type Fields = Readonly<Record<string, unknown>>;

/** @throws {MalformedMessage} */
export function readCommand(message: unknown): CardCommand {
  const fields = asFields(message, 'command');
  switch (fields['type']) {
    case 'open':
      return { type: 'open', reader: readReaderPort(fields['reader']), settings: readSettings(fields['settings']) };
    case 'sign-in':
      return { type: 'sign-in', ...readPasscodeRequest(fields), eventCounter: asNumber(fields, 'eventCounter'), statement: readStatement(fields['statement']) };
    case 'change-passcode':
      return { type: 'change-passcode', ...readPasscodeRequest(fields), eventCounter: asNumber(fields, 'eventCounter') };
    default:
      return readGeneralCommand(fields);
  }
}

/** What every process that works with cards is told. @throws {MalformedMessage} */
export function readGeneralCommand(fields: Fields): Extract<CardCommand, { type: 'passcode' | 'cancel' | 'ping' | 'stop' }> {
  switch (fields['type']) {
    case 'passcode':
      return readPasscode(asNumber(fields, 'requestId'), fields);
    case 'cancel':
      return { type: 'cancel', requestId: asNumber(fields, 'requestId') };
    case 'ping':
      return { type: 'ping', sequence: asNumber(fields, 'sequence') };
    case 'stop':
      return { type: 'stop' };
    default:
      throw new MalformedMessage('command.type');
  }
}

/** What came for one request, by whichever way: the number is the receiver's to give. @throws {MalformedMessage} */
export function readPasscode(requestId: number, message: unknown): PasscodeMessage {
  const fields = asFields(message, 'passcode');
  const replacement = fields['replacement'] === null ? null : asBytes(fields, 'replacement');
  return { type: 'passcode', requestId, passcode: asBytes(fields, 'passcode'), replacement };
}

function readSettings(value: unknown): CardSettings {
  const { watch, pinPad } = asFields(value, 'settings');
  if (watch !== 'events' && watch !== 'polling') throw new MalformedMessage('settings.watch');
  if (pinPad !== 'use' && pinPad !== 'ignore') throw new MalformedMessage('settings.pinPad');
  return { watch, pinPad };
}

/** What every request that needs a passcode says. @throws {MalformedMessage} */
export const readPasscodeRequest = (fields: Fields) => ({
  requestId: asNumber(fields, 'requestId'),
  reader: asText(fields, 'reader'),
  entry: readEntry(fields),
  lastTryConfirmed: fields['lastTryConfirmed'] === true,
});

function readEntry(fields: Fields): PasscodeEntry {
  const entry = fields['entry'];
  if (entry !== 'keyboard' && entry !== 'pin-pad') throw new MalformedMessage('entry');
  return entry;
}

function readReaderPort(value: unknown): ReaderPort {
  const fields = asFields(value, 'reader');
  if (fields['kind'] === 'pcsc') return { kind: 'pcsc' };
  if (fields['kind'] !== 'simulated' || fields['host'] !== '127.0.0.1') throw new MalformedMessage('reader.kind');
  return { kind: 'simulated', host: '127.0.0.1', port: asNumber(fields, 'port') };
}

export function readStatement(value: unknown): SignInStatement {
  const fields = asFields(value, 'statement');
  if (fields['purpose'] !== 'sign-in') throw new MalformedMessage('statement.purpose');
  return {
    audience: asText(fields, 'audience'),
    nonce: asText(fields, 'nonce'),
    purpose: 'sign-in',
    issuedAt: asNumber(fields, 'issuedAt'),
    expiresAt: asNumber(fields, 'expiresAt'),
    id: asText(fields, 'id'),
  };
}

export function asFields(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null) throw new MalformedMessage(name);
  return value as Fields;
}

export function asNumber(fields: Fields, name: string): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value)) throw new MalformedMessage(name);
  return value as number;
}

export function asText(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new MalformedMessage(name);
  return value;
}

function asBytes(fields: Fields, name: string): Uint8Array {
  const value = fields[name];
  if (!(value instanceof Uint8Array)) throw new MalformedMessage(name);
  return value;
}
