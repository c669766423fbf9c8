import { isAbsolute } from 'node:path';
import koffi from 'koffi';
import { attributes, mechanismFlags, objectClasses, osLocking, sessionFlags, users, type FunctionName } from './constants.ts';
import { isPkcs11Error, ModuleUnusable, Pkcs11Error, pkcs11Codes } from './errors.ts';
import { bindFunctions, type Functions } from './function-list.ts';
import { decodeUlong, encodeUlong, pkcs11Layout, type Pkcs11Layout } from './layout.ts';
import { moduleFileFault } from './module-file.ts';
import { moduleBounds, type AttributeName, type Handle, type Mechanism, type ObjectTemplate, type Pkcs11Module, type SlotInfo, type TokenInfo } from './module.ts';

/** `CK_ATTRIBUTE` */
interface NativeAttribute {
  readonly type: number;
  readonly pValue: Uint8Array | null;
  readonly ulValueLen: number | bigint;
}

interface NativeInfo {
  flags: number | bigint;
}

/** A vendor's PKCS #11 module; its functions run off the JavaScript thread. @throws {ModuleUnusable} */
export function loadPkcs11Module(file: string, layout: Pkcs11Layout = pkcs11Layout(process.platform)): Pkcs11Module {
  if (!isAbsolute(file)) throw new ModuleUnusable('missing', file);
  const fault = moduleFileFault(file);
  if (fault !== null) throw new ModuleUnusable(fault, file);
  return new NativeModule(layout, bindFunctions(file, layout));
}

class NativeModule implements Pkcs11Module {
  readonly #layout: Pkcs11Layout;
  readonly #functions: Functions;
  readonly #ulongBytes: number;

  constructor(layout: Pkcs11Layout, functions: Functions) {
    this.#layout = layout;
    this.#functions = functions;
    this.#ulongBytes = koffi.sizeof(layout.ulong);
  }

  async initialize(): Promise<void> {
    const none = { CreateMutex: null, DestroyMutex: null, LockMutex: null, UnlockMutex: null, pReserved: null };
    try {
      await this.#call('C_Initialize', { ...none, flags: osLocking });
    } catch (error) {
      if (isPkcs11Error(error, 'CKR_CRYPTOKI_ALREADY_INITIALIZED')) return;
      // A module that cannot lock is called by one thread at a time all the same.
      if (!isPkcs11Error(error, 'CKR_CANT_LOCK')) throw error;
      await this.#call('C_Initialize', null);
    }
  }

  finalize(): Promise<void> {
    return this.#call('C_Finalize', null);
  }

  async listSlots(): Promise<readonly Handle[]> {
    const slots = Buffer.alloc(moduleBounds.slots * this.#ulongBytes);
    const count = [moduleBounds.slots];
    // A first call without room makes a module look for tokens anew (section 5.5).
    await this.#call('C_GetSlotList', 1, null, [0]);
    await this.#call('C_GetSlotList', 1, slots, count);
    return this.#handlesIn(slots, Number(count[0]), moduleBounds.slots);
  }

  async readSlot(slot: Handle): Promise<SlotInfo> {
    const info = {} as NativeInfo & { slotDescription: Uint8Array };
    await this.#call('C_GetSlotInfo', slot, info);
    return { description: Uint8Array.from(info.slotDescription), flags: Number(info.flags) };
  }

  async readToken(slot: Handle): Promise<TokenInfo> {
    const info = {} as NativeInfo & { ulMinPinLen: number | bigint; ulMaxPinLen: number | bigint };
    await this.#call('C_GetTokenInfo', slot, info);
    return { flags: Number(info.flags), shortestPasscode: Number(info.ulMinPinLen), longestPasscode: Number(info.ulMaxPinLen) };
  }

  async canSign(slot: Handle, mechanism: Mechanism): Promise<boolean> {
    const info = {} as NativeInfo;
    try {
      await this.#call('C_GetMechanismInfo', slot, mechanism, info);
    } catch (error) {
      if (isPkcs11Error(error, 'CKR_MECHANISM_INVALID')) return false;
      throw error;
    }
    return (Number(info.flags) & mechanismFlags.sign) !== 0;
  }

  async openSession(slot: Handle, access: 'read-only' | 'read-write'): Promise<Handle> {
    const session: [Handle | null] = [null];
    const flags = sessionFlags.serial | (access === 'read-write' ? sessionFlags.readWrite : 0);
    await this.#call('C_OpenSession', slot, flags, null, null, session);
    if (session[0] === null) throw new Pkcs11Error(pkcs11Codes.CKR_GENERAL_ERROR, 'C_OpenSession');
    return session[0];
  }

  closeSession(session: Handle): Promise<void> {
    return this.#call('C_CloseSession', session);
  }

  login(session: Handle, user: keyof typeof users, passcode: Uint8Array | null): Promise<void> {
    return this.#call('C_Login', session, users[user], passcode, passcode?.length ?? 0);
  }

  logout(session: Handle): Promise<void> {
    return this.#call('C_Logout', session);
  }

  async findObjects(session: Handle, template: ObjectTemplate): Promise<readonly Handle[]> {
    const wanted = [
      this.#attribute('class', encodeUlong(this.#layout, template.class)),
      ...(template.class === objectClasses.certificate ? [this.#attribute('certificateType', encodeUlong(this.#layout, 0))] : []),
      ...(template.id === undefined ? [] : [this.#attribute('id', template.id)]),
    ];
    await this.#call('C_FindObjectsInit', session, wanted, wanted.length);
    try {
      return await this.#foundObjects(session);
    } finally {
      await this.#call('C_FindObjectsFinal', session);
    }
  }

  async readAttribute(session: Handle, object: Handle, attribute: AttributeName): Promise<Uint8Array | null> {
    const bytes = await this.#attributeBytes(session, object, this.#attribute(attribute, null));
    if (bytes === null || bytes > moduleBounds.attributeBytes) return null;
    const value = Buffer.alloc(bytes);
    const read = await this.#attributeBytes(session, object, this.#attribute(attribute, value));
    return read === null || read > bytes ? null : new Uint8Array(value.subarray(0, read));
  }

  async readNumber(session: Handle, object: Handle, attribute: AttributeName): Promise<number | null> {
    const value = await this.readAttribute(session, object, attribute);
    return value === null ? null : decodeUlong(this.#layout, value);
  }

  beginSignature(session: Handle, mechanism: Mechanism, key: Handle): Promise<void> {
    return this.#call('C_SignInit', session, { mechanism, pParameter: null, ulParameterLen: 0 }, key);
  }

  async sign(session: Handle, data: Uint8Array): Promise<Uint8Array> {
    const signature = Buffer.alloc(moduleBounds.signatureBytes);
    const length = [signature.length];
    await this.#call('C_Sign', session, data, data.length, signature, length);
    return new Uint8Array(signature.subarray(0, Number(length[0])));
  }

  setPasscode(session: Handle, passcode: Uint8Array | null, replacement: Uint8Array | null): Promise<void> {
    return this.#call('C_SetPIN', session, passcode, passcode?.length ?? 0, replacement, replacement?.length ?? 0);
  }

  #attribute(name: AttributeName, value: Uint8Array | null): NativeAttribute {
    return { type: attributes[name], pValue: value, ulValueLen: value?.length ?? 0 };
  }

  /** The length the module tells, or `null` where the object does not have or show the attribute. */
  async #attributeBytes(session: Handle, object: Handle, attribute: NativeAttribute): Promise<number | null> {
    const asked = [attribute];
    try {
      await this.#call('C_GetAttributeValue', session, object, asked, 1);
    } catch (error) {
      if (isPkcs11Error(error, 'CKR_ATTRIBUTE_SENSITIVE', 'CKR_ATTRIBUTE_TYPE_INVALID')) return null;
      throw error;
    }
    // CK_UNAVAILABLE_INFORMATION is the largest CK_ULONG: no length is as large.
    return Number(asked[0]?.ulValueLen ?? 0);
  }

  async #foundObjects(session: Handle): Promise<readonly Handle[]> {
    const handles = Buffer.alloc(moduleBounds.objects * this.#ulongBytes);
    const found: Handle[] = [];
    while (found.length < moduleBounds.objects) {
      const count: [Handle | null] = [null];
      await this.#call('C_FindObjects', session, handles, moduleBounds.objects - found.length, count);
      if (Number(count[0]) === 0) break;
      found.push(...this.#handlesIn(handles, Number(count[0]), moduleBounds.objects - found.length));
    }
    return found;
  }

  #handlesIn(bytes: Buffer, count: number, most: number): readonly Handle[] {
    return Array.from({ length: Math.min(count, most) }, (_value, index) =>
      this.#ulongBytes === 8 ? bytes.readBigUInt64LE(index * 8) : bytes.readUInt32LE(index * 4));
  }

  /** Runs a function of the module off the JavaScript thread. @throws {Pkcs11Error} for any answer but CKR_OK. */
  #call(name: FunctionName, ...parameters: readonly unknown[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#functions[name].async(...parameters, (failure: unknown, answer: number | bigint) => {
        if (failure) return reject(failure);
        const code = Number(answer);
        if (code !== 0) return reject(new Pkcs11Error(code, name));
        resolve();
      });
    });
  }
}
