import { CallError, namesOf } from '../call-error.ts';

/**
 * PC/SC return codes by name (winerror.h, pcsclite.h). Where pcsc-lite gives one number two names, the name is
 * winerror.h's: 0x8010001F is "unexpected" there and also "unsupported feature" in older versions of pcsc-lite.
 */
const serviceCodes = {
  SCARD_F_INTERNAL_ERROR: 0x80100001,
  SCARD_E_CANCELLED: 0x80100002,
  SCARD_E_INVALID_HANDLE: 0x80100003,
  SCARD_E_INVALID_PARAMETER: 0x80100004,
  SCARD_E_INVALID_TARGET: 0x80100005,
  SCARD_E_NO_MEMORY: 0x80100006,
  SCARD_F_WAITED_TOO_LONG: 0x80100007,
  SCARD_E_INSUFFICIENT_BUFFER: 0x80100008,
  SCARD_E_UNKNOWN_READER: 0x80100009,
  SCARD_E_TIMEOUT: 0x8010000a,
  SCARD_E_SHARING_VIOLATION: 0x8010000b,
  SCARD_E_NO_SMARTCARD: 0x8010000c,
  SCARD_E_UNKNOWN_CARD: 0x8010000d,
  SCARD_E_CANT_DISPOSE: 0x8010000e,
  SCARD_E_PROTO_MISMATCH: 0x8010000f,
  SCARD_E_NOT_READY: 0x80100010,
  SCARD_E_INVALID_VALUE: 0x80100011,
  SCARD_E_SYSTEM_CANCELLED: 0x80100012,
  SCARD_F_COMM_ERROR: 0x80100013,
  SCARD_F_UNKNOWN_ERROR: 0x80100014,
  SCARD_E_INVALID_ATR: 0x80100015,
  SCARD_E_NOT_TRANSACTED: 0x80100016,
  SCARD_E_READER_UNAVAILABLE: 0x80100017,
  SCARD_P_SHUTDOWN: 0x80100018,
  SCARD_E_PCI_TOO_SMALL: 0x80100019,
  SCARD_E_READER_UNSUPPORTED: 0x8010001a,
  SCARD_E_DUPLICATE_READER: 0x8010001b,
  SCARD_E_CARD_UNSUPPORTED: 0x8010001c,
  SCARD_E_NO_SERVICE: 0x8010001d,
  SCARD_E_SERVICE_STOPPED: 0x8010001e,
  SCARD_E_UNEXPECTED: 0x8010001f,
  SCARD_E_ICC_INSTALLATION: 0x80100020,
  SCARD_E_ICC_CREATEORDER: 0x80100021,
  SCARD_E_UNSUPPORTED_FEATURE: 0x80100022,
  SCARD_E_DIR_NOT_FOUND: 0x80100023,
  SCARD_E_FILE_NOT_FOUND: 0x80100024,
  SCARD_E_NO_DIR: 0x80100025,
  SCARD_E_NO_FILE: 0x80100026,
  SCARD_E_NO_ACCESS: 0x80100027,
  SCARD_E_WRITE_TOO_MANY: 0x80100028,
  SCARD_E_BAD_SEEK: 0x80100029,
  SCARD_E_INVALID_CHV: 0x8010002a,
  SCARD_E_UNKNOWN_RES_MNG: 0x8010002b,
  SCARD_E_NO_SUCH_CERTIFICATE: 0x8010002c,
  SCARD_E_CERTIFICATE_UNAVAILABLE: 0x8010002d,
  SCARD_E_NO_READERS_AVAILABLE: 0x8010002e,
  SCARD_E_COMM_DATA_LOST: 0x8010002f,
  SCARD_E_NO_KEY_CONTAINER: 0x80100030,
  SCARD_E_SERVER_TOO_BUSY: 0x80100031,
  SCARD_E_PIN_CACHE_EXPIRED: 0x80100032,
  SCARD_E_NO_PIN_CACHE: 0x80100033,
  SCARD_E_READ_ONLY_CARD: 0x80100034,
  SCARD_W_UNSUPPORTED_CARD: 0x80100065,
  SCARD_W_UNRESPONSIVE_CARD: 0x80100066,
  SCARD_W_UNPOWERED_CARD: 0x80100067,
  SCARD_W_RESET_CARD: 0x80100068,
  SCARD_W_REMOVED_CARD: 0x80100069,
  SCARD_W_SECURITY_VIOLATION: 0x8010006a,
  SCARD_W_WRONG_CHV: 0x8010006b,
  SCARD_W_CHV_BLOCKED: 0x8010006c,
  SCARD_W_EOF: 0x8010006d,
  SCARD_W_CANCELLED_BY_USER: 0x8010006e,
  SCARD_W_CARD_NOT_AUTHENTICATED: 0x8010006f,
  SCARD_W_CACHE_ITEM_NOT_FOUND: 0x80100070,
  SCARD_W_CACHE_ITEM_STALE: 0x80100071,
  SCARD_W_CACHE_ITEM_TOO_BIG: 0x80100072,
} as const;

/** Windows system codes, which winscard passes on from reader drivers and from a redirected session (winerror.h). */
const systemCodes = {
  ERROR_INVALID_FUNCTION: 1,
  ERROR_FILE_NOT_FOUND: 2,
  ERROR_ACCESS_DENIED: 5,
  ERROR_INVALID_HANDLE: 6,
  ERROR_NOT_ENOUGH_MEMORY: 8,
  ERROR_NOT_READY: 21,
  ERROR_BAD_COMMAND: 22,
  ERROR_GEN_FAILURE: 31,
  ERROR_NOT_SUPPORTED: 50,
  ERROR_INVALID_PARAMETER: 87,
  ERROR_BROKEN_PIPE: 109,
  ERROR_SEM_TIMEOUT: 121,
  ERROR_INSUFFICIENT_BUFFER: 122,
  ERROR_NO_DATA: 232,
  ERROR_MORE_DATA: 234,
  ERROR_OPERATION_ABORTED: 995,
  ERROR_IO_DEVICE: 1117,
  ERROR_SHUTDOWN_IN_PROGRESS: 1115,
  ERROR_DEVICE_NOT_CONNECTED: 1167,
  ERROR_NOT_FOUND: 1168,
  ERROR_CANCELLED: 1223,
  RPC_S_SERVER_UNAVAILABLE: 1722,
} as const;

export const pcscCodes = { ...serviceCodes, ...systemCodes } as const;

export type PcscCodeName = keyof typeof pcscCodes;

const names = namesOf(pcscCodes);

/** A PC/SC call that did not succeed. */
export class PcscError extends CallError {
  override readonly name = 'PcscError';

  constructor(code: number, call: string) {
    super(names, code, call);
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
    'ERROR_DEVICE_NOT_CONNECTED',
  );

/** The exchange with the card broke off on the way: the card may be there or not, and may have heard the command or not. */
export const isInterrupted = (error: unknown): boolean =>
  isPcscError(
    error,
    'SCARD_E_NOT_TRANSACTED',
    'SCARD_E_COMM_DATA_LOST',
    'ERROR_BAD_COMMAND',
    'ERROR_GEN_FAILURE',
    'ERROR_IO_DEVICE',
    'ERROR_NOT_READY',
    'ERROR_SEM_TIMEOUT',
  );

/** The account that runs Lanyard may not use the service: a policy of the computer's (pcsc-lite asks polkit), not a fault. */
export const isForbidden = (error: unknown): boolean =>
  isPcscError(error, 'SCARD_W_SECURITY_VIOLATION', 'SCARD_E_NO_ACCESS', 'ERROR_ACCESS_DENIED');
