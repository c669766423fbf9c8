import type { CardProtocol } from './pcsc/pcsc.ts';
import { secretBytes } from './secret-bytes.ts';

/** A command to the card (ISO/IEC 7816-4 section 5). `data` of any length: it is chained where it needs several commands. */
export interface CardRequest {
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** Whether the command asks for an answer (Le 00: as much as there is). */
  readonly answers: boolean;
}

export interface CardAnswer {
  readonly data: Uint8Array;
  /** The status word SW1 SW2, such as 0x9000. */
  readonly sw: number;
}

/** Why an exchange was given up. `mute`: fewer than two bytes came, as when a card is pulled while it works. */
export type ExchangeFault = 'mute' | 'too-long' | 'malformed';

/** The card's answers broke a bound. The message never holds card data. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly fault: ExchangeFault;

  constructor(fault: ExchangeFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** What a hostile or broken card may make us do at most for one command. A whole certificate byte by byte is still within. */
export const exchangeBounds = { answerBytes: 65_536, getResponses: 4096 } as const;

/** What carries bytes to one card inside a transaction. */
export interface ApduChannel {
  readonly protocol: CardProtocol;
  transmit(command: Uint8Array): Promise<Uint8Array>;
}

const longestData = 255;
const chained = 0x10;

/**
 * Sends a request and gives its whole answer: chains long data (CLA bit 10), collects 61xx with GET RESPONSE and
 * repeats once on 6Cxx. Every command buffer is wiped after it was sent, since it may hold a passcode.
 * @throws {ExchangeError} where the card breaks a bound; what the channel throws passes through
 */
export async function exchange(channel: ApduChannel, request: CardRequest): Promise<CardAnswer> {
  const data = request.data ?? new Uint8Array(0);
  let offset = 0;
  for (; data.length - offset > longestData; offset += longestData) {
    const part = data.subarray(offset, offset + longestData);
    const answer = await send(channel, encodeCommand(chained, { ...request, data: part, answers: false }, channel.protocol));
    if (answer.sw !== 0x9000) return answer;
  }
  return collect(channel, { ...request, data: data.subarray(offset) });
}

/**
 * Sends a request for its effect alone and gives the status word: 9000 also where the card holds an answer ready (61xx),
 * which it drops at the next command (ISO/IEC 7816-4 section 5.3.4).
 * @throws {ExchangeError} where the card breaks a bound; what the channel throws passes through
 */
export async function perform(channel: ApduChannel, request: CardRequest): Promise<number> {
  const { sw } = await sendCorrecting(channel, request.answers, (le) => encodeCommand(0, request, channel.protocol, le));
  return sw >>> 8 === 0x61 ? 0x9000 : sw;
}

async function collect(channel: ApduChannel, request: CardRequest): Promise<CardAnswer> {
  let answer = await sendCorrecting(channel, request.answers, (le) => encodeCommand(0, request, channel.protocol, le));
  if (answer.sw >>> 8 !== 0x61) return answer;
  const parts = [answer.data];
  let bytes = answer.data.length;
  for (let count = 0; answer.sw >>> 8 === 0x61; count++) {
    if (count >= exchangeBounds.getResponses) throw new ExchangeError('too-long', 'The card never ends its answer');
    const available = answer.sw & 0xff;
    answer = await sendCorrecting(channel, true, (le) => Uint8Array.of(0x00, 0xc0, 0x00, 0x00, le), available);
    if (answer.data.length === 0 && answer.sw >>> 8 === 0x61) throw new ExchangeError('malformed', 'The card has more to say and says nothing');
    parts.push(answer.data);
    bytes += answer.data.length;
    if (bytes > exchangeBounds.answerBytes) throw new ExchangeError('too-long', 'The card answered more than 64 KiB');
  }
  return { data: concatenate(parts, bytes), sw: answer.sw };
}

/**
 * Sends a command, and once more with the length the card asks for with 6Cxx. Only a command that asks for an answer has
 * such a length: another is never sent twice, since it may hold a passcode and cost a try.
 */
async function sendCorrecting(channel: ApduChannel, answers: boolean, command: (le: number) => Uint8Array, le = 0): Promise<CardAnswer> {
  const answer = await send(channel, command(le));
  if (!answers || answer.sw >>> 8 !== 0x6c) return answer;
  const corrected = await send(channel, command(answer.sw & 0xff));
  if (corrected.sw >>> 8 === 0x6c) throw new ExchangeError('malformed', 'The card corrects its own correction of a length');
  return corrected;
}

async function send(channel: ApduChannel, command: Uint8Array): Promise<CardAnswer> {
  try {
    return splitAnswer(await channel.transmit(command));
  } finally {
    command.fill(0);
  }
}

function splitAnswer(bytes: Uint8Array): CardAnswer {
  if (bytes.length < 2) throw new ExchangeError('mute', 'The card did not answer');
  if (bytes.length > exchangeBounds.answerBytes + 2) throw new ExchangeError('too-long', 'The card answered more than 64 KiB');
  const end = bytes.length - 2;
  return { data: bytes.subarray(0, end), sw: (bytes[end]! << 8) | bytes[end + 1]! };
}

/**
 * A short command. With T=0 a command that both sends and asks has no Le (the card says 61xx instead), and one that
 * does neither has P3 00 (ISO/IEC 7816-3 section 12.2).
 */
export function encodeCommand(cla: number, request: CardRequest, protocol: CardProtocol, le = 0): Uint8Array {
  const { ins, p1, p2, data = new Uint8Array(0), answers } = request;
  const header = [cla, ins, p1, p2];
  if (data.length === 0) {
    const hasP3 = answers || protocol === 'T=0';
    return Uint8Array.from(hasP3 ? [...header, le] : header);
  }
  const hasLe = answers && protocol === 'T=1';
  const command = secretBytes(header.length + 1 + data.length + (hasLe ? 1 : 0));
  command.set(header);
  command[header.length] = data.length;
  command.set(data, header.length + 1);
  if (hasLe) command[command.length - 1] = le;
  return command;
}

function concatenate(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
