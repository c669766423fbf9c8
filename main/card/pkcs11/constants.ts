/** The numbers of PKCS #11 that Lanyard uses (OASIS PKCS #11 Cryptographic Token Interface Base Specification 2.40, section 3, and Current Mechanisms). */

/** `CK_SLOT_INFO.flags` */
export const slotFlags = { tokenPresent: 0x1 } as const;

/** `CK_TOKEN_INFO.flags` */
export const tokenFlags = {
  writeProtected: 0x2,
  /** `CKF_PROTECTED_AUTHENTICATION_PATH`: the passcode is typed on the reader. */
  protectedAuthenticationPath: 0x100,
  tokenInitialized: 0x400,
  userPinCountLow: 0x1_0000,
  userPinFinalTry: 0x2_0000,
  userPinLocked: 0x4_0000,
} as const;

/** `CK_C_INITIALIZE_ARGS.flags`: calls come from several threads, one at a time. */
export const osLocking = 0x2;

/** `C_OpenSession` flags */
export const sessionFlags = { readWrite: 0x2, serial: 0x4 } as const;

/** `CK_USER_TYPE` */
export const users = { user: 1, contextSpecific: 2 } as const;

/** `CK_ATTRIBUTE_TYPE` */
export const attributes = {
  class: 0x0,
  value: 0x11,
  certificateType: 0x80,
  keyType: 0x100,
  id: 0x102,
  sign: 0x108,
  modulus: 0x120,
  alwaysAuthenticate: 0x202,
} as const;

/** `CK_OBJECT_CLASS` */
export const objectClasses = { certificate: 1, privateKey: 3 } as const;

/** `CK_CERTIFICATE_TYPE` */
export const x509CertificateType = 0;

/** `CK_KEY_TYPE` */
export const keyTypes = { rsa: 0, ec: 3 } as const;

/** `CK_MECHANISM_TYPE` */
export const mechanisms = { rsaPkcs: 0x1, sha256RsaPkcs: 0x40, ecdsa: 0x1041, ecdsaSha256: 0x1044, ecdsaSha384: 0x1045 } as const;

/** `CK_MECHANISM_INFO.flags` */
export const mechanismFlags = { sign: 0x800 } as const;

/** Where the functions stand in `CK_FUNCTION_LIST`, counted after its version. */
export const functionIndex = {
  C_Initialize: 0,
  C_Finalize: 1,
  C_GetSlotList: 4,
  C_GetSlotInfo: 5,
  C_GetTokenInfo: 6,
  C_GetMechanismInfo: 8,
  C_SetPIN: 11,
  C_OpenSession: 12,
  C_CloseSession: 13,
  C_Login: 18,
  C_Logout: 19,
  C_GetAttributeValue: 24,
  C_FindObjectsInit: 26,
  C_FindObjects: 27,
  C_FindObjectsFinal: 28,
  C_SignInit: 42,
  C_Sign: 43,
} as const;

export type FunctionName = keyof typeof functionIndex;
