/** PC/SC return codes by name (pcsclite.h, winerror.h). */
export const pcscCodes = {
  SCARD_F_INTERNAL_ERROR: 0x80100001,
  SCARD_E_CANCELLED: 0x80100002,
  SCARD_E_INVALID_HANDLE: 0x80100003,
  SCARD_E_INVALID_PARAMETER: 0x80100004,
  SCARD_E_NO_MEMORY: 0x80100006,
  SCARD_E_INSUFFICIENT_BUFFER: 0x80100008,
  SCARD_E_UNKNOWN_READER: 0x80100009,
  SCARD_E_TIMEOUT: 0x8010000a,
  SCARD_E_SHARING_VIOLATION: 0x8010000b,
  SCARD_E_NO_SMARTCARD: 0x8010000c,
  SCARD_E_UNKNOWN_CARD: 0x8010000d,
  SCARD_E_PROTO_MISMATCH: 0x8010000f,
  SCARD_E_NOT_READY: 0x80100010,
  SCARD_E_SYSTEM_CANCELLED: 0x80100012,
  SCARD_F_COMM_ERROR: 0x80100013,
  SCARD_F_UNKNOWN_ERROR: 0x80100014,
  SCARD_E_NOT_TRANSACTED: 0x80100016,
  SCARD_E_READER_UNAVAILABLE: 0x80100017,
  SCARD_P_SHUTDOWN: 0x80100018,
  SCARD_E_NO_SERVICE: 0x8010001d,
  SCARD_E_SERVICE_STOPPED: 0x8010001e,
  SCARD_E_NO_READERS_AVAILABLE: 0x8010002e,
  SCARD_E_COMM_DATA_LOST: 0x8010002f,
  SCARD_W_UNSUPPORTED_CARD: 0x80100065,
  SCARD_W_UNRESPONSIVE_CARD: 0x80100066,
  SCARD_W_UNPOWERED_CARD: 0x80100067,
  SCARD_W_RESET_CARD: 0x80100068,
  SCARD_W_REMOVED_CARD: 0x80100069,
} as const;

export type PcscCodeName = keyof typeof pcscCodes;

const names = new Map<number, string>(Object.entries(pcscCodes).map(([name, code]) => [code, name]));

/** A PC/SC call that did not succeed: its numeric code, the code's name, and the call. Never holds card data. */
export class PcscError extends Error {
  override readonly name = 'PcscError';
  readonly code: number;
  readonly codeName: string;

  constructor(code: number, call: string) {
    const codeName = names.get(code) ?? `0x${code.toString(16).padStart(8, '0')}`;
    super(`${call}: ${codeName}`);
    this.code = code;
    this.codeName = codeName;
  }
}

/** The PC/SC library is not on this computer. */
export class PcscLibraryMissing extends Error {
  override readonly name = 'PcscLibraryMissing';
  readonly library: string;

  constructor(library: string, cause: unknown) {
    super(`The smartcard library ${library} could not be loaded`, { cause });
    this.library = library;
  }
}

export const isPcscError = (error: unknown, ...codes: readonly PcscCodeName[]): error is PcscError =>
  error instanceof PcscError && (codes.length === 0 || codes.some((name) => pcscCodes[name] === error.code));

/** The card that a handle was opened on is not there any more. */
export const isCardGone = (error: unknown): boolean =>
  isPcscError(
    error,
    'SCARD_W_REMOVED_CARD',
    'SCARD_W_UNPOWERED_CARD',
    'SCARD_E_NO_SMARTCARD',
    'SCARD_E_READER_UNAVAILABLE',
    'SCARD_E_UNKNOWN_READER',
  );
