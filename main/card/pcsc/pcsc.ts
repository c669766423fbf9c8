/**
 * The part of PC/SC that Lanyard needs, as an interface: the real service, the simulator's reader and scripted readers
 * all stand behind it. Terms and constants are those of the PC/SC Workgroup's specification part 5 as winscard and
 * pcsc-lite implement it.
 */

/** `dwEventState` bits of `SCARD_READERSTATE`. The upper 16 bits are the reader's event counter. */
export const readerStateBits = {
  changed: 0x0002,
  unknown: 0x0004,
  unavailable: 0x0008,
  empty: 0x0010,
  present: 0x0020,
  exclusive: 0x0080,
  inUse: 0x0100,
  mute: 0x0200,
} as const;

/** A reader and its whole `dwEventState`; 0 (`SCARD_STATE_UNAWARE`) where the caller knows nothing yet. */
export interface PcscReaderState {
  readonly name: string;
  readonly state: number;
}

/** The event counter: moves with every insertion and removal. */
export const eventCounterOf = (state: number): number => state >>> 16;

/** A pseudo-reader whose state changes when readers come or go. */
export const readerListChanges = '\\\\?PnP?\\Notification';

export type CardProtocol = 'T=0' | 'T=1';

/** What happens to the card when a transaction or a connection ends. */
export type Disposition = 'leave' | 'reset';

export interface Pcsc {
  /** A new resource manager context. @throws {PcscError} where the service or its library cannot be had. */
  establish(): Promise<PcscContext>;
}

/**
 * One `SCARDCONTEXT`. Calls on one context may block each other, so a caller uses one context only for waiting and
 * another for card work. Every promise rejects with {@link PcscError}.
 */
export interface PcscContext {
  /** Names of the readers; empty where there is none. */
  listReaders(): Promise<readonly string[]>;
  /**
   * Waits until a reader's state differs from the one given, at most `timeoutMs`; `'timeout'` after that.
   * With state 0 (unaware) and `timeoutMs` 0 it answers the present state.
   */
  waitForChange(known: readonly PcscReaderState[], timeoutMs: number): Promise<readonly PcscReaderState[] | 'timeout'>;
  /** Ends a running wait, which then rejects with `SCARD_E_CANCELLED`. */
  cancel(): void;
  /** Connects shared, with T=0 or T=1. */
  connect(reader: string): Promise<PcscCard>;
  release(): Promise<void>;
}

/** One `SCARDHANDLE`: it dies with the card it was opened on. */
export interface PcscCard {
  readonly protocol: CardProtocol;
  beginTransaction(): Promise<void>;
  /** Sends one command as it is and gives the whole answer with its status word. */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /**
   * Talks to the reader, not to the card: `SCardControl`. `code` is `controlCode(function)` of layout.ts, or one that
   * the reader named itself (PC/SC part 10). A reader that knows no such code rejects, with a code that differs by driver.
   */
  control(code: number, input: Uint8Array): Promise<Uint8Array>;
  endTransaction(disposition: Disposition): Promise<void>;
  disconnect(disposition: Disposition): Promise<void>;
}
