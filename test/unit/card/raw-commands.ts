import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';

/** Commands in hexadecimal, as they go over the wire, and what comes back. */

export const select = '00a404000ba00000030800001000010000';
export const verify = (digits: string, reference = '80') => `002000${reference}08${eight(digits)}`;
export const query = '00200080';
export const change = (old: string, next: string, reference = '80') => `002400${reference}10${eight(old)}${eight(next)}`;
export const unblock = (key: string, next: string) => `002c008010${eight(key)}${eight(next)}`;
export const getCertificate = '00cb3fff055c035fc10500';
/** A digest for a P-256 key. */
export const signP256 = `0087119a267c2482008120${'ab'.repeat(32)}00`;

const eight = (text: string): string => Buffer.from(text, 'ascii').toString('hex').padEnd(16, 'f');

/** Sends one after the other; the answers in hexadecimal. */
export async function talk(card: VirtualCard, ...commands: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const command of commands) answers.push(Buffer.from(await card.process(Buffer.from(command, 'hex'))).toString('hex'));
  return answers;
}

/** The whole answer to one command, fetched with GET RESPONSE as often as it takes, without the status word. */
export async function fetchAll(card: VirtualCard, command: string): Promise<{ data: Buffer; pieces: number[] }> {
  const parts: Buffer[] = [];
  let [answer = ''] = await talk(card, command);
  for (;;) {
    const bytes = Buffer.from(answer, 'hex');
    parts.push(bytes.subarray(0, -2));
    if (bytes.at(-2) !== 0x61) return { data: Buffer.concat(parts), pieces: parts.map(({ length }) => length) };
    [answer = ''] = await talk(card, `00c00000${bytes.subarray(-1).toString('hex')}`);
  }
}

/** What is stored in a certificate object, `53 { 70 … }`, whose lengths are of two bytes. */
export const certificateIn = (object: Buffer): Buffer => object.subarray(8, 8 + object.readUInt16BE(6));
