import { connect, type Socket } from 'node:net';
import type { ReaderPort } from '../messages.ts';
import { pcscCodes, PcscError } from './errors.ts';
import type { CardProtocol, Disposition, Pcsc, PcscCard, PcscContext, PcscReaderState } from './pcsc.ts';

/**
 * The simulator's reader over loopback, for computers without PC/SC: newline-separated JSON, one connection a context.
 * A request is `{id, call, …}`, its answer `{id, value}` or `{id, code}` with a PC/SC return code. Never used by a
 * packaged build, so the passcode in its text form meets only the simulator's cards.
 */
export function simulatedPcsc({ host, port }: Extract<ReaderPort, { kind: 'simulated' }>): Pcsc {
  return {
    establish: () =>
      new Promise((resolve, reject) => {
        const socket = connect({ host, port });
        socket.once('error', () => reject(new PcscError(pcscCodes.SCARD_E_NO_SERVICE, 'connect')));
        socket.once('connect', () => resolve(new SimulatedContext(socket)));
      }),
  };
}

interface Pending {
  readonly call: string;
  resolve(value: unknown): void;
  reject(error: PcscError): void;
}

class SimulatedContext implements PcscContext {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #unread = '';

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    // 'close' follows every 'error' and tells the waiting calls.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#failAll());
  }

  async listReaders(): Promise<readonly string[]> {
    return (await this.#call('listReaders', {})) as readonly string[];
  }

  async waitForChange(known: readonly PcscReaderState[], timeoutMs: number): Promise<readonly PcscReaderState[] | 'timeout'> {
    return (await this.#call('waitForChange', { known, timeoutMs })) as readonly PcscReaderState[] | 'timeout';
  }

  cancel(): void {
    this.#socket.write(`${JSON.stringify({ id: 0, call: 'cancel' })}\n`);
  }

  async connect(reader: string): Promise<PcscCard> {
    const { handle, protocol } = (await this.#call('connect', { reader })) as { handle: number; protocol: CardProtocol };
    return {
      protocol,
      beginTransaction: () => this.#callForNothing('beginTransaction', { handle }),
      transmit: async (command) => {
        const answer = await this.#call('transmit', { handle, command: Buffer.from(command).toString('hex') });
        return Uint8Array.from(Buffer.from(answer as string, 'hex'));
      },
      // The simulated reader has no features of its own, such as a PIN pad.
      control: () => Promise.reject(new PcscError(pcscCodes.SCARD_E_UNSUPPORTED_FEATURE, 'control')),
      endTransaction: (disposition: Disposition) => this.#callForNothing('endTransaction', { handle, disposition }),
      disconnect: (disposition: Disposition) => this.#callForNothing('disconnect', { handle, disposition }),
    };
  }

  async release(): Promise<void> {
    this.#socket.end();
  }

  async #callForNothing(call: string, parameters: object): Promise<void> {
    await this.#call(call, parameters);
  }

  #call(call: string, parameters: object): Promise<unknown> {
    if (this.#socket.destroyed) return Promise.reject(new PcscError(pcscCodes.SCARD_E_NO_SERVICE, call));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { call, resolve, reject });
      this.#socket.write(`${JSON.stringify({ id, call, ...parameters })}\n`);
    });
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split('\n');
    this.#unread = lines.pop() ?? '';
    for (const line of lines) this.#settle(JSON.parse(line) as { id: number; value?: unknown; code?: number });
  }

  #settle({ id, value, code }: { id: number; value?: unknown; code?: number }): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    if (code === undefined) pending.resolve(value);
    else pending.reject(new PcscError(code, pending.call));
  }

  #failAll(): void {
    for (const { call, reject } of this.#pending.values()) reject(new PcscError(pcscCodes.SCARD_E_SERVICE_STOPPED, call));
    this.#pending.clear();
  }
}
