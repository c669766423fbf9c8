/**
 * Another program that uses the computer's cards, in a process of its own: `{id, request}` by message, answered by
 * `{id, value}` or `{id, error}`. It does what no part of Lanyard ever does: keeps a card to itself, or resets it.
 */
import koffi from 'koffi';
import { pcscCodes } from '../../../main/card/pcsc/errors.ts';
import { pcscLayout } from '../../../main/card/pcsc/layout.ts';

/** In the order PC/SC wants them: a connection first, a transaction inside it. */
export type OtherProgramRequest =
  | { readonly do: 'connect'; readonly reader: string; readonly share: 'shared' | 'exclusive' }
  | { readonly do: 'begin-transaction' | 'end-transaction' | 'disconnect' }
  /** `SCardReconnect` with `SCARD_RESET_CARD`. */
  | { readonly do: 'reset' }
  /** In hexadecimal; so is the answer. */
  | { readonly do: 'transmit'; readonly command: string };

const shareModes = { exclusive: 1, shared: 2 } as const;
const dispositions = { leave: 0, reset: 1 } as const;
const eitherProtocol = 3;
const longestAnswer = 258;

const { library: name, dword, long, context: handleType } = pcscLayout(process.platform);
const library = koffi.load(name);
const outHandle = koffi.out(koffi.pointer(handleType));
const outDword = koffi.out(koffi.pointer(dword));
const define = (call: string, ...parameters: Parameters<typeof library.func>[3]) => library.func('__stdcall', call, long, parameters);

const establishContext = define('SCardEstablishContext', dword, 'void *', 'void *', outHandle);
const connect = define('SCardConnect', handleType, 'str', dword, dword, outHandle, outDword);
const reconnect = define('SCardReconnect', handleType, dword, dword, dword, outDword);
const disconnect = define('SCardDisconnect', handleType, dword);
const beginTransaction = define('SCardBeginTransaction', handleType);
const endTransaction = define('SCardEndTransaction', handleType, dword);
const transmit = define('SCardTransmit', handleType, 'void *', 'void *', dword, 'void *', 'void *', koffi.inout(koffi.pointer(dword)));

/** Waits as long as the service does: nothing else is done here. @throws Error with the code's name */
function must(code: number | bigint): void {
  const wanted = Number(code) >>> 0;
  if (wanted === 0) return;
  throw new Error(Object.entries(pcscCodes).find(([, known]) => known === wanted)?.[0] ?? `0x${wanted.toString(16)}`);
}

type Handle = number | bigint;

let context: Handle | null = null;
let card: { readonly handle: Handle; readonly protocol: number } | null = null;

function contextNow(): Handle {
  if (context === null) {
    const established: [Handle | null] = [null];
    must(establishContext(0, null, null, established));
    context = established[0];
  }
  if (context === null) throw new Error('No context');
  return context;
}

function connected(): { readonly handle: Handle; readonly protocol: number } {
  if (card === null) throw new Error('Not connected');
  return card;
}

function serve(request: OtherProgramRequest): unknown {
  switch (request.do) {
    case 'connect': {
      const handle: [Handle | null] = [null];
      const protocol: [number | null] = [null];
      must(connect(contextNow(), request.reader, shareModes[request.share], eitherProtocol, handle, protocol));
      card = { handle: handle[0]!, protocol: Number(protocol[0]) };
      return null;
    }
    case 'begin-transaction':
      return must(beginTransaction(connected().handle));
    case 'end-transaction':
      return must(endTransaction(connected().handle, dispositions.leave));
    case 'reset':
      return must(reconnect(connected().handle, shareModes.shared, eitherProtocol, dispositions.reset, [null]));
    case 'disconnect':
      must(disconnect(connected().handle, dispositions.leave));
      card = null;
      return null;
    case 'transmit':
      return answerTo(Buffer.from(request.command, 'hex'));
  }
}

function answerTo(command: Buffer): string {
  const { handle, protocol } = connected();
  const ioRequest = Buffer.alloc(2 * koffi.sizeof(dword));
  ioRequest.writeUInt32LE(protocol, 0);
  ioRequest.writeUInt32LE(ioRequest.length, ioRequest.length / 2);
  const answer = Buffer.alloc(longestAnswer);
  const length = [longestAnswer];
  must(transmit(handle, ioRequest, command, command.length, null, answer, length));
  return answer.subarray(0, Number(length[0])).toString('hex');
}

process.on('disconnect', () => process.exit());
process.on('message', ({ id, request }: { id: number; request: OtherProgramRequest }) => {
  try {
    process.send?.({ id, value: serve(request) ?? null });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
