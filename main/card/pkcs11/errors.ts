import { CallError, namesOf } from '../call-error.ts';

/** PKCS #11 return values by name (OASIS PKCS #11 Base Specification 2.40, section 5.1). */
export const pkcs11Codes = {
  CKR_CANCEL: 1,
  CKR_HOST_MEMORY: 2,
  CKR_SLOT_ID_INVALID: 3,
  CKR_GENERAL_ERROR: 5,
  CKR_FUNCTION_FAILED: 6,
  CKR_ARGUMENTS_BAD: 7,
  CKR_CANT_LOCK: 10,
  CKR_ATTRIBUTE_SENSITIVE: 17,
  CKR_ATTRIBUTE_TYPE_INVALID: 18,
  CKR_DATA_INVALID: 32,
  CKR_DATA_LEN_RANGE: 33,
  CKR_DEVICE_ERROR: 48,
  CKR_DEVICE_MEMORY: 49,
  CKR_DEVICE_REMOVED: 50,
  CKR_FUNCTION_CANCELED: 80,
  CKR_FUNCTION_NOT_SUPPORTED: 84,
  CKR_KEY_HANDLE_INVALID: 96,
  CKR_KEY_TYPE_INCONSISTENT: 99,
  CKR_KEY_FUNCTION_NOT_PERMITTED: 104,
  CKR_MECHANISM_INVALID: 112,
  CKR_OBJECT_HANDLE_INVALID: 130,
  CKR_OPERATION_ACTIVE: 144,
  CKR_OPERATION_NOT_INITIALIZED: 145,
  CKR_PIN_INCORRECT: 160,
  CKR_PIN_INVALID: 161,
  CKR_PIN_LEN_RANGE: 162,
  CKR_PIN_EXPIRED: 163,
  CKR_PIN_LOCKED: 164,
  CKR_SESSION_CLOSED: 176,
  CKR_SESSION_COUNT: 177,
  CKR_SESSION_HANDLE_INVALID: 179,
  CKR_SESSION_READ_ONLY: 181,
  CKR_TOKEN_NOT_PRESENT: 224,
  CKR_TOKEN_NOT_RECOGNIZED: 225,
  CKR_TOKEN_WRITE_PROTECTED: 226,
  CKR_USER_ALREADY_LOGGED_IN: 256,
  CKR_USER_NOT_LOGGED_IN: 257,
  CKR_USER_PIN_NOT_INITIALIZED: 258,
  CKR_USER_TYPE_INVALID: 259,
  CKR_USER_ANOTHER_ALREADY_LOGGED_IN: 260,
  CKR_BUFFER_TOO_SMALL: 336,
  CKR_CRYPTOKI_NOT_INITIALIZED: 400,
  CKR_CRYPTOKI_ALREADY_INITIALIZED: 401,
  CKR_FUNCTION_REJECTED: 512,
} as const;

export type Pkcs11CodeName = keyof typeof pkcs11Codes;

const names = namesOf(pkcs11Codes);

/** A call of the module that did not succeed: its code is the CK_RV. */
export class Pkcs11Error extends CallError {
  override readonly name = 'Pkcs11Error';

  constructor(code: number, call: string) {
    super(names, code, call);
  }
}

export const isPkcs11Error = (error: unknown, ...codes: readonly Pkcs11CodeName[]): error is Pkcs11Error =>
  error instanceof Pkcs11Error && (codes.length === 0 || codes.some((name) => pkcs11Codes[name] === error.code));

/** Why a file cannot serve as the module. */
export type ModuleFault =
  /** There is no such file, or its path is not absolute. */
  | 'missing'
  /** A library for another kind of processor, such as a 32-bit one. */
  | 'other-architecture'
  /** The system's loader refused it: no library, damaged, or a library it needs is missing. */
  | 'not-loadable'
  /** A library, but not one of PKCS #11. */
  | 'no-module'
  /** A module that refused to start. */
  | 'not-started';

/** The configured module cannot be used. Names the file. */
export class ModuleUnusable extends Error {
  override readonly name = 'ModuleUnusable';
  readonly fault: ModuleFault;
  readonly file: string;

  constructor(fault: ModuleFault, file: string, cause?: unknown) {
    super(`${file}: ${fault}`, { cause });
    this.fault = fault;
    this.file = file;
  }
}
