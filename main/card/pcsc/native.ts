import koffi from 'koffi';
import { useThreadSizedStack } from '../native-stack.ts';
import { isPcscError, pcscCodes, PcscError, PcscLibraryMissing } from './errors.ts';
import { pcscLayout, splitMultiString, type PcscLayout } from './layout.ts';
import type { Disposition, Pcsc, PcscCard, PcscContext, PcscReaderState } from './pcsc.ts';

const scopeUser = 0;
const shareShared = 2;
const protocolT0 = 1;
const protocolT1 = 2;
const dispositions: Readonly<Record<Disposition, number>> = { leave: 0, reset: 1 };
/** The largest answer of an extended APDU: 65 536 bytes and the status word. */
const longestAnswer = 65_538;
const longestReaderList = 65_536;
/** More than any answer of PC/SC part 10: a list of features is 6 bytes each, a PIN pad answers with a status word. */
const longestControlAnswer = 4096;

type TypeSpec = Parameters<typeof koffi.sizeof>[0];
type NativeFunction = ReturnType<ReturnType<typeof koffi.load>['func']>;

/** The functions of the PC/SC library and the types they take. */
interface NativeLibrary {
  readonly layout: PcscLayout;
  readonly ioRequestBytes: number;
  readonly establishContext: NativeFunction;
  readonly releaseContext: NativeFunction;
  readonly listReaders: NativeFunction;
  readonly getStatusChange: NativeFunction;
  readonly cancel: NativeFunction;
  readonly connect: NativeFunction;
  readonly disconnect: NativeFunction;
  readonly beginTransaction: NativeFunction;
  readonly endTransaction: NativeFunction;
  readonly transmit: NativeFunction;
  readonly control: NativeFunction;
}

/** `SCARD_READERSTATE` as a koffi type. Exported for the test of its size. */
export function readerStateType(layout: PcscLayout) {
  const members = {
    szReader: layout.text.type,
    pvUserData: 'void *',
    dwCurrentState: layout.dword,
    dwEventState: layout.dword,
    cbAtr: layout.dword,
    rgbAtr: koffi.array('uint8', layout.atrBytes),
  };
  return layout.packed ? koffi.pack(members) : koffi.struct(members);
}

function loadLibrary(layout: PcscLayout): NativeLibrary {
  const library = openLibrary(layout.library);
  const { dword, long, context, text } = layout;
  const define = (name: string, ...parameters: TypeSpec[]): NativeFunction =>
    library.func('__stdcall', name, long, parameters);
  const withText = (name: string) => `${name}${text.suffix}`;
  const readerStates = koffi.inout(koffi.pointer(readerStateType(layout)));
  return {
    layout,
    ioRequestBytes: 2 * koffi.sizeof(dword),
    establishContext: define('SCardEstablishContext', dword, 'void *', 'void *', koffi.out(koffi.pointer(context))),
    releaseContext: define('SCardReleaseContext', context),
    listReaders: define(withText('SCardListReaders'), context, 'void *', 'void *', koffi.inout(koffi.pointer(dword))),
    getStatusChange: define(withText('SCardGetStatusChange'), context, dword, readerStates, dword),
    cancel: define('SCardCancel', context),
    connect: define(
      withText('SCardConnect'), context, text.type, dword, dword,
      koffi.out(koffi.pointer(context)), koffi.out(koffi.pointer(dword)),
    ),
    disconnect: define('SCardDisconnect', context, dword),
    beginTransaction: define('SCardBeginTransaction', context),
    endTransaction: define('SCardEndTransaction', context, dword),
    transmit: define(
      'SCardTransmit', context, 'void *', 'void *', dword, 'void *', 'void *', koffi.inout(koffi.pointer(dword)),
    ),
    control: define(
      layout.controlName, context, dword, 'void *', dword, 'void *', dword, koffi.out(koffi.pointer(dword)),
    ),
  };
}

function openLibrary(name: string) {
  useThreadSizedStack();
  try {
    return koffi.load(name);
  } catch (cause) {
    throw new PcscLibraryMissing(name, cause);
  }
}

/** Runs a function of the library off the JavaScript thread. @throws {PcscError} for any answer but success. */
function call(name: string, native: NativeFunction, ...parameters: readonly unknown[]): Promise<void> {
  return new Promise((resolve, reject) => {
    native.async(...parameters, (failure: unknown, answer: number | bigint) => {
      if (failure) return reject(failure);
      const code = Number(answer) >>> 0;
      if (code !== 0) return reject(new PcscError(code, name));
      resolve();
    });
  });
}

type Handle = number | bigint;

class NativeCard implements PcscCard {
  readonly protocol: 'T=0' | 'T=1';
  readonly #library: NativeLibrary;
  readonly #handle: Handle;
  readonly #ioRequest: Uint8Array;

  constructor(library: NativeLibrary, handle: Handle, protocol: number) {
    this.#library = library;
    this.#handle = handle;
    this.protocol = protocol === protocolT0 ? 'T=0' : 'T=1';
    this.#ioRequest = ioRequest(protocol, library.ioRequestBytes);
  }

  beginTransaction(): Promise<void> {
    return call('SCardBeginTransaction', this.#library.beginTransaction, this.#handle);
  }

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    const answer = Buffer.alloc(longestAnswer);
    const length = [longestAnswer];
    await call(
      'SCardTransmit', this.#library.transmit, this.#handle, this.#ioRequest, command, command.length, null, answer, length,
    );
    return new Uint8Array(answer.subarray(0, Number(length[0])));
  }

  async control(code: number, input: Uint8Array): Promise<Uint8Array> {
    const answer = Buffer.alloc(longestControlAnswer);
    const length: [number | null] = [null];
    await call(
      'SCardControl', this.#library.control, this.#handle, code, input, input.length, answer, answer.length, length,
    );
    return new Uint8Array(answer.subarray(0, Number(length[0] ?? 0)));
  }

  endTransaction(disposition: Disposition): Promise<void> {
    return call('SCardEndTransaction', this.#library.endTransaction, this.#handle, dispositions[disposition]);
  }

  disconnect(disposition: Disposition): Promise<void> {
    return call('SCardDisconnect', this.#library.disconnect, this.#handle, dispositions[disposition]);
  }
}

/** `SCARD_IO_REQUEST`: protocol and own size, each a DWORD; all systems we run on are little-endian. */
function ioRequest(protocol: number, bytes: number): Uint8Array {
  const request = Buffer.alloc(bytes);
  request.writeUInt32LE(protocol, 0);
  request.writeUInt32LE(bytes, bytes / 2);
  return request;
}

class NativeContext implements PcscContext {
  readonly #library: NativeLibrary;
  readonly #context: Handle;

  constructor(library: NativeLibrary, context: Handle) {
    this.#library = library;
    this.#context = context;
  }

  async listReaders(): Promise<readonly string[]> {
    const { text } = this.#library.layout;
    const names = Buffer.alloc(longestReaderList);
    const units = [longestReaderList / text.unitBytes];
    try {
      await call('SCardListReaders', this.#library.listReaders, this.#context, null, names, units);
    } catch (error) {
      if (isPcscError(error, 'SCARD_E_NO_READERS_AVAILABLE')) return [];
      throw error;
    }
    return splitMultiString(names.subarray(0, Number(units[0]) * text.unitBytes), text.unitBytes);
  }

  async waitForChange(known: readonly PcscReaderState[], timeoutMs: number): Promise<readonly PcscReaderState[] | 'timeout'> {
    const atr = Array.from({ length: this.#library.layout.atrBytes }, () => 0);
    const states = known.map(({ name, state }) => ({
      szReader: name,
      pvUserData: null,
      dwCurrentState: state >>> 0,
      dwEventState: 0,
      cbAtr: 0,
      rgbAtr: atr,
    }));
    try {
      await call('SCardGetStatusChange', this.#library.getStatusChange, this.#context, timeoutMs, states, states.length);
    } catch (error) {
      if (isPcscError(error, 'SCARD_E_TIMEOUT')) return 'timeout';
      throw error;
    }
    return states.map(({ szReader, dwEventState }) => ({ name: szReader, state: Number(dwEventState) >>> 0 }));
  }

  cancel(): void {
    this.#library.cancel(this.#context);
  }

  async connect(reader: string): Promise<PcscCard> {
    const handle: [Handle | null] = [null];
    const protocol: [number | null] = [null];
    const protocols = protocolT0 | protocolT1;
    await call('SCardConnect', this.#library.connect, this.#context, reader, shareShared, protocols, handle, protocol);
    if (handle[0] === null || protocol[0] === null) throw new PcscError(pcscCodes.SCARD_F_INTERNAL_ERROR, 'SCardConnect');
    return new NativeCard(this.#library, handle[0], Number(protocol[0]));
  }

  release(): Promise<void> {
    return call('SCardReleaseContext', this.#library.releaseContext, this.#context);
  }
}

/**
 * The computer's own PC/SC service: winscard on Windows, pcsc-lite on Linux, the PCSC framework on macOS. Nothing is
 * loaded before the first `establish()`, so that a computer without the library still starts.
 */
export function nativePcsc(layout: PcscLayout = pcscLayout(process.platform)): Pcsc {
  let library: NativeLibrary | null = null;
  return {
    async establish() {
      library ??= loadLibrary(layout);
      const context: [Handle | null] = [null];
      await call('SCardEstablishContext', library.establishContext, scopeUser, null, null, context);
      if (context[0] === null) throw new PcscError(pcscCodes.SCARD_F_INTERNAL_ERROR, 'SCardEstablishContext');
      return new NativeContext(library, context[0]);
    },
  };
}
