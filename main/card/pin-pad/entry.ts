import type { PinPadProblem } from '../messages.ts';
import { isPcscError, type PcscCodeName } from '../pcsc/errors.ts';
import type { PadOperation, PinPad, ReaderControl } from './features.ts';

/** What came of an entry: the card's answer to the command, or why it was not asked as far as the reader tells. */
export type PadAnswer =
  | { readonly kind: 'answered'; readonly sw: number }
  | { readonly kind: 'problem'; readonly problem: PinPadProblem };

/** Status words that are the reader's own (PC/SC part 10, sections 2.5.2 and 2.5.3). */
const problems: Readonly<Record<number, PinPadProblem>> = {
  0x6400: 'timed-out',
  0x6401: 'cancelled',
  0x6402: 'replacements-differ',
  0x6403: 'wrong-length',
  // "Invalid parameter in passed structure": of no use for what we ask.
  0x6b80: 'unusable',
};

/** Drivers that do not answer with a status word tell the same by an error of the call. */
const cancelCodes: readonly PcscCodeName[] = ['SCARD_W_CANCELLED_BY_USER', 'SCARD_E_CANCELLED', 'ERROR_CANCELLED', 'ERROR_OPERATION_ABORTED'];
const timeoutCodes: readonly PcscCodeName[] = ['SCARD_E_TIMEOUT', 'ERROR_SEM_TIMEOUT'];
/** What a reader refuses with that has no such feature, though it says so. The card is still there, as far as these tell. */
const refusalCodes: readonly PcscCodeName[] = [
  'SCARD_E_UNSUPPORTED_FEATURE', 'SCARD_E_UNEXPECTED', 'SCARD_E_INVALID_PARAMETER', 'SCARD_E_INVALID_VALUE', 'SCARD_E_NOT_TRANSACTED',
  'SCARD_E_READER_UNSUPPORTED', 'SCARD_E_INSUFFICIENT_BUFFER', 'SCARD_F_UNKNOWN_ERROR', 'ERROR_INVALID_FUNCTION', 'ERROR_NOT_SUPPORTED',
  'ERROR_INVALID_PARAMETER', 'ERROR_GEN_FAILURE', 'ERROR_BAD_COMMAND', 'ERROR_IO_DEVICE', 'ERROR_NOT_READY',
];

/**
 * Has a person type on the reader and the reader send the command. Takes as long as the person, or the reader's own
 * clock; where `signal` aborts, the reader is told to end it, if it is one that can be told.
 * @throws {PcscError} where the card or the service has gone
 */
export async function enterOnPad(
  reader: ReaderControl,
  operation: PadOperation,
  abort: PinPad['abort'],
  structure: Uint8Array,
  signal: AbortSignal,
): Promise<PadAnswer> {
  let aborting: Promise<unknown> = Promise.resolve();
  const onAbort = () => {
    if (abort !== null) aborting = reader.control(abort, new Uint8Array(0)).catch(ignorePcscError);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return answerIn(await operate(reader, operation, structure));
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    return { kind: 'problem', problem };
  } finally {
    signal.removeEventListener('abort', onAbort);
    await aborting;
  }
}

async function operate(reader: ReaderControl, operation: PadOperation, structure: Uint8Array): Promise<Uint8Array> {
  if (operation.kind === 'direct') return reader.control(operation.code, structure);
  const started = await reader.control(operation.start, structure);
  const hasFailed = started.length >= 2 && statusWordIn(started) !== 0x9000;
  return hasFailed ? started : reader.control(operation.finish, new Uint8Array(0));
}

function answerIn(answer: Uint8Array): PadAnswer {
  if (answer.length < 2) return { kind: 'problem', problem: 'unusable' };
  const sw = statusWordIn(answer);
  const problem = problems[sw];
  return problem === undefined ? { kind: 'answered', sw } : { kind: 'problem', problem };
}

function problemOf(error: unknown): PinPadProblem | null {
  if (isPcscError(error, ...cancelCodes)) return 'cancelled';
  if (isPcscError(error, ...timeoutCodes)) return 'timed-out';
  return isPcscError(error, ...refusalCodes) ? 'unusable' : null;
}

const statusWordIn = (answer: Uint8Array): number => (answer.at(-2)! << 8) | answer.at(-1)!;

function ignorePcscError(error: unknown): void {
  if (!isPcscError(error)) throw error;
}
