import type { attributes, users } from './constants.ts';

/**
 * The part of PKCS #11 that Lanyard needs, as an interface: a vendor's real module and scripted ones stand behind it.
 * Every promise rejects with `Pkcs11Error`. Calls are made one at a time.
 */

/** CK_SLOT_ID, CK_SESSION_HANDLE and CK_OBJECT_HANDLE: numbers of the module's own choosing. */
export type Handle = number | bigint;

export interface SlotInfo {
  /** `slotDescription`: for a smartcard the name of its reader, cut or padded to 64 bytes. */
  readonly description: Uint8Array;
  readonly flags: number;
}

export interface TokenInfo {
  readonly flags: number;
  /** Lengths of passcodes in bytes. */
  readonly shortestPasscode: number;
  readonly longestPasscode: number;
}

export interface ObjectTemplate {
  readonly class: number;
  /** CKA_ID */
  readonly id?: Uint8Array;
}

export type AttributeName = keyof typeof attributes;

/** A mechanism of signing without parameters. */
export type Mechanism = number;

export interface Pkcs11Module {
  initialize(): Promise<void>;
  finalize(): Promise<void>;
  /** Slots that hold a token. */
  listSlots(): Promise<readonly Handle[]>;
  readSlot(slot: Handle): Promise<SlotInfo>;
  readToken(slot: Handle): Promise<TokenInfo>;
  /** Whether the token signs with this mechanism. */
  canSign(slot: Handle, mechanism: Mechanism): Promise<boolean>;
  openSession(slot: Handle, access: 'read-only' | 'read-write'): Promise<Handle>;
  closeSession(session: Handle): Promise<void>;
  /** `passcode` stays the caller's to wipe; `null`: it is typed on the reader. */
  login(session: Handle, user: keyof typeof users, passcode: Uint8Array | null): Promise<void>;
  logout(session: Handle): Promise<void>;
  /** At most `mostObjects` of them. */
  findObjects(session: Handle, template: ObjectTemplate): Promise<readonly Handle[]>;
  /** An attribute's bytes, or `null` where the object has none or does not show it. */
  readAttribute(session: Handle, object: Handle, attribute: AttributeName): Promise<Uint8Array | null>;
  /** As `readAttribute`, for attributes that are a CK_ULONG. */
  readNumber(session: Handle, object: Handle, attribute: AttributeName): Promise<number | null>;
  beginSignature(session: Handle, mechanism: Mechanism, key: Handle): Promise<void>;
  sign(session: Handle, data: Uint8Array): Promise<Uint8Array>;
  /** Both passcodes stay the caller's to wipe; both `null`: they are typed on the reader. */
  setPasscode(session: Handle, passcode: Uint8Array | null, replacement: Uint8Array | null): Promise<void>;
}

/** What a hostile or broken module may make us hold at most. */
export const moduleBounds = { slots: 64, objects: 64, attributeBytes: 65_536, signatureBytes: 1024 } as const;
