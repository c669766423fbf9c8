import { secretBytes } from '../../../main/card/secret-bytes.ts';

/** Digits on their way to a process whose memory is searched for them: in hexadecimal, each byte changed. */
const mask = 0x5a;

export const masked = (digits: string): string => Buffer.from(Array.from(Buffer.from(digits, 'ascii'), (byte) => byte ^ mask)).toString('hex');

export function unmask(hex: string): Uint8Array {
  const bytes = secretBytes(hex.length / 2);
  for (let index = 0; index < bytes.length; index++) bytes[index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16) ^ mask;
  return bytes;
}
