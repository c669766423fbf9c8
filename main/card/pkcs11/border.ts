import { asFields, asNumber, asText, type Fields, MalformedMessage, readEntry, readPasscode, readStatement } from '../border.ts';
import type { Pkcs11Command } from './messages.ts';

/** Checks what enters the PKCS #11 process. @throws {MalformedMessage} */
export function readPkcs11Command(message: unknown): Pkcs11Command {
  const fields = asFields(message, 'command');
  switch (fields['type']) {
    case 'open':
      return { type: 'open', module: asText(fields, 'module'), pinPad: readPinPad(fields) };
    case 'passcode':
      return readPasscode(asNumber(fields, 'requestId'), message);
    case 'look':
      return { type: 'look', requestId: asNumber(fields, 'requestId'), reader: asText(fields, 'reader') };
    case 'sign-in':
      return { type: 'sign-in', ...readCardRequest(fields), statement: readStatement(fields['statement']) };
    case 'change-passcode':
      return { type: 'change-passcode', ...readCardRequest(fields) };
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

const readCardRequest = (fields: Fields) => ({
  requestId: asNumber(fields, 'requestId'),
  reader: asText(fields, 'reader'),
  certificate: asText(fields, 'certificate'),
  entry: readEntry(fields),
  lastTryConfirmed: fields['lastTryConfirmed'] === true,
});

function readPinPad(fields: Fields): 'use' | 'ignore' {
  const value = fields['pinPad'];
  if (value !== 'use' && value !== 'ignore') throw new MalformedMessage('pinPad');
  return value;
}
