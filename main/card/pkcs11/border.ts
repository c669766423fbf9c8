import { asFields, asNumber, asText, type Fields, MalformedMessage, readGeneralCommand, readPasscodeRequest, readStatement } from '../border.ts';
import type { Pkcs11Command } from './messages.ts';

/** Checks what enters the PKCS #11 process. @throws {MalformedMessage} */
export function readPkcs11Command(message: unknown): Pkcs11Command {
  const fields = asFields(message, 'command');
  switch (fields['type']) {
    case 'open':
      return { type: 'open', module: asText(fields, 'module'), pinPad: readPinPad(fields) };
    case 'look':
      return { type: 'look', requestId: asNumber(fields, 'requestId'), reader: asText(fields, 'reader') };
    case 'sign-in':
      return { type: 'sign-in', ...readCardRequest(fields), statement: readStatement(fields['statement']) };
    case 'change-passcode':
      return { type: 'change-passcode', ...readCardRequest(fields) };
    default:
      return readGeneralCommand(fields);
  }
}

const readCardRequest = (fields: Fields) => ({ ...readPasscodeRequest(fields), certificate: asText(fields, 'certificate') });

function readPinPad(fields: Fields): 'use' | 'ignore' {
  const value = fields['pinPad'];
  if (value !== 'use' && value !== 'ignore') throw new MalformedMessage('pinPad');
  return value;
}
