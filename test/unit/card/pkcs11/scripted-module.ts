import { constants, createHash, privateEncrypt, sign, type KeyObject } from 'node:crypto';
import { attributes, keyTypes, mechanisms, objectClasses, slotFlags, tokenFlags } from '../../../../main/card/pkcs11/constants.ts';
import { Pkcs11Error, pkcs11Codes, type Pkcs11CodeName } from '../../../../main/card/pkcs11/errors.ts';
import type { AttributeName, Handle, Mechanism, ObjectTemplate, Pkcs11Module, SlotInfo, TokenInfo } from '../../../../main/card/pkcs11/module.ts';
import { generateCardKeys, type CertificateUsage } from '../../../../simulator/card/certificate-authority.ts';
import { signDigest, curves } from '../../../../simulator/card/ecdsa.ts';
import { authority } from '../cards.ts';

/** A module in memory, with real keys: what no module at hand can be brought to do, this one is told to. */

export interface ScriptedKey {
  readonly id: Uint8Array;
  readonly privateKey: KeyObject;
  readonly alwaysAuthenticate?: boolean;
  /** CKA_SIGN; not shown where left out. */
  readonly signs?: boolean;
}

export interface ScriptedToken {
  readonly slot: bigint;
  /** Padded to 64 bytes as modules do. */
  description: string;
  flags: number;
  shortestPasscode: number;
  longestPasscode: number;
  passcode: string;
  triesLeft: number;
  readonly certificates: { id: Uint8Array; der: Uint8Array }[];
  readonly keys: ScriptedKey[];
  mechanisms: readonly number[];
}

export const passcode = '482916';

export const rsaKeys = await generateCardKeys('RSA-2048');
export const ecKeys = await generateCardKeys('P-256');
export const largerEcKeys = await generateCardKeys('P-384');

export interface CertificateWish {
  readonly name?: string;
  readonly publicKey?: KeyObject;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly usage?: CertificateUsage;
}

export const day = 86_400_000;
export const now = new Date();

/** A holder's certificate, DER; valid from a day ago for a year. */
export const certify = ({ name = 'Priya NAIR', publicKey = ecKeys.publicKey, notBefore = new Date(now.getTime() - day), notAfter = new Date(now.getTime() + 365 * day), usage }: CertificateWish = {}): Promise<Uint8Array> =>
  authority.issue({ commonName: name, userId: '555254240100', publicKey, notBefore, notAfter, ...(usage && { usage }) });

/** A token with one P-256 certificate and its key, both with the ID 01. */
export async function makeToken(changes: Partial<ScriptedToken> = {}): Promise<ScriptedToken> {
  const id = Uint8Array.of(1);
  return {
    slot: 7n,
    description: 'Reader A',
    flags: tokenFlags.tokenInitialized,
    shortestPasscode: 4,
    longestPasscode: 12,
    passcode,
    triesLeft: 3,
    certificates: [{ id, der: await certify() }],
    keys: [{ id, privateKey: ecKeys.privateKey }],
    mechanisms: [mechanisms.ecdsa, mechanisms.sha256RsaPkcs],
    ...changes,
  };
}

type Call = keyof Pkcs11Module;

/** Objects of a token are numbered: certificates from 100, keys from 200. */
const firstCertificate = 100;
const firstKey = 200;

export class ScriptedModule implements Pkcs11Module {
  readonly tokens: ScriptedToken[];
  readonly calls: Call[] = [];
  readonly logins: { user: string; passcode: Uint8Array | null }[] = [];
  readonly openSessions = new Set<Handle>();
  loggedIn = false;
  #failures: { call: Call; code: number; skip: number }[] = [];
  #hooks = new Map<Call, () => void>();
  #session = 0;
  #signing: { key: ScriptedKey; mechanism: Mechanism } | null = null;

  constructor(...tokens: ScriptedToken[]) {
    this.tokens = tokens;
  }

  /** Makes a call fail once, the first `skip` times let through. */
  fail(call: Call, name: Pkcs11CodeName, skip = 0): void {
    this.#failures.push({ call, code: pkcs11Codes[name], skip });
  }

  /** Does something whenever a call is made. */
  on(call: Call, hook: () => void): void {
    this.#hooks.set(call, hook);
  }

  count(call: Call): number {
    return this.calls.filter((made) => made === call).length;
  }

  async initialize(): Promise<void> {
    this.#called('initialize');
  }

  async finalize(): Promise<void> {
    this.#called('finalize');
  }

  async listSlots(): Promise<readonly Handle[]> {
    this.#called('listSlots');
    return this.tokens.map(({ slot }) => slot);
  }

  async readSlot(slot: Handle): Promise<SlotInfo> {
    this.#called('readSlot');
    return { description: Buffer.from(this.#token(slot).description.padEnd(64), 'utf8').subarray(0, 64), flags: slotFlags.tokenPresent };
  }

  async readToken(slot: Handle): Promise<TokenInfo> {
    this.#called('readToken');
    const { flags, shortestPasscode, longestPasscode } = this.#token(slot);
    return { flags, shortestPasscode, longestPasscode };
  }

  async canSign(slot: Handle, mechanism: Mechanism): Promise<boolean> {
    this.#called('canSign');
    return this.#token(slot).mechanisms.includes(mechanism);
  }

  async openSession(slot: Handle): Promise<Handle> {
    this.#called('openSession');
    this.#token(slot);
    const session = BigInt(slot) * 1000n + BigInt(++this.#session);
    this.openSessions.add(session);
    return session;
  }

  async closeSession(session: Handle): Promise<void> {
    this.#called('closeSession');
    this.openSessions.delete(session);
  }

  async login(session: Handle, user: 'user' | 'contextSpecific', typed: Uint8Array | null): Promise<void> {
    this.logins.push({ user, passcode: typed });
    this.#called('login');
    const token = this.#tokenOf(session);
    if (token.triesLeft === 0) throw new Pkcs11Error(pkcs11Codes.CKR_PIN_LOCKED, 'C_Login');
    if (typed !== null && Buffer.from(typed).toString('ascii') !== token.passcode) this.#wrong(token);
    token.triesLeft = 3;
    token.flags &= ~(tokenFlags.userPinCountLow | tokenFlags.userPinFinalTry);
    this.loggedIn = true;
  }

  async logout(): Promise<void> {
    this.#called('logout');
    this.loggedIn = false;
  }

  async findObjects(session: Handle, template: ObjectTemplate): Promise<readonly Handle[]> {
    this.#called('findObjects');
    const token = this.#tokenOf(session);
    const isCertificate = template.class === objectClasses.certificate;
    if (!isCertificate && !this.loggedIn) return [];
    const objects: readonly { id: Uint8Array }[] = isCertificate ? token.certificates : token.keys;
    const first = isCertificate ? firstCertificate : firstKey;
    return objects.flatMap(({ id }, index) => (template.id === undefined || same(id, template.id) ? [first + index] : []));
  }

  async readAttribute(session: Handle, object: Handle, attribute: AttributeName): Promise<Uint8Array | null> {
    this.#called('readAttribute');
    const { certificates, keys } = this.#tokenOf(session);
    const number = Number(object);
    const certificate = certificates[number - firstCertificate];
    const key = keys[number - firstKey];
    switch (attribute) {
      case 'id':
        return (number < firstKey ? certificate : key)!.id;
      case 'value':
        return certificate!.der;
      case 'sign':
        return key!.signs === undefined ? null : Uint8Array.of(key!.signs ? 1 : 0);
      case 'alwaysAuthenticate':
        return key!.alwaysAuthenticate === undefined ? null : Uint8Array.of(key!.alwaysAuthenticate ? 1 : 0);
      case 'modulus':
        return key!.privateKey.asymmetricKeyType === 'rsa' ? Buffer.from(key!.privateKey.export({ format: 'jwk' }).n ?? '', 'base64url') : null;
      default:
        throw new Error(`Not scripted: ${attribute} ${attributes[attribute]}`);
    }
  }

  async readNumber(session: Handle, object: Handle): Promise<number | null> {
    this.#called('readNumber');
    const key = this.#tokenOf(session).keys[Number(object) - firstKey]!;
    return key.privateKey.asymmetricKeyType === 'rsa' ? keyTypes.rsa : keyTypes.ec;
  }

  async beginSignature(session: Handle, mechanism: Mechanism, key: Handle): Promise<void> {
    this.#called('beginSignature');
    this.#signing = { key: this.#tokenOf(session).keys[Number(key) - firstKey]!, mechanism };
  }

  async sign(_session: Handle, data: Uint8Array): Promise<Uint8Array> {
    this.#called('sign');
    if (!this.loggedIn) throw new Pkcs11Error(pkcs11Codes.CKR_USER_NOT_LOGGED_IN, 'C_Sign');
    const { key, mechanism } = this.#signing!;
    if (key.alwaysAuthenticate && this.logins.at(-1)?.user !== 'contextSpecific') throw new Pkcs11Error(pkcs11Codes.CKR_USER_NOT_LOGGED_IN, 'C_Sign');
    return signWith(key.privateKey, mechanism, data);
  }

  async setPasscode(session: Handle, typed: Uint8Array | null, replacement: Uint8Array | null): Promise<void> {
    this.#called('setPasscode');
    const token = this.#tokenOf(session);
    if (typed !== null && Buffer.from(typed).toString('ascii') !== token.passcode) this.#wrong(token);
    if (replacement !== null) token.passcode = Buffer.from(replacement).toString('ascii');
  }

  #called(call: Call): void {
    this.calls.push(call);
    this.#hooks.get(call)?.();
    const failure = this.#failures.find((planned) => planned.call === call);
    if (failure === undefined) return;
    if (failure.skip-- > 0) return;
    this.#failures = this.#failures.filter((planned) => planned !== failure);
    throw new Pkcs11Error(failure.code, call);
  }

  #wrong(token: ScriptedToken): never {
    token.triesLeft -= 1;
    token.flags |= tokenFlags.userPinCountLow;
    if (token.triesLeft === 1) token.flags |= tokenFlags.userPinFinalTry;
    if (token.triesLeft === 0) token.flags = (token.flags & ~tokenFlags.userPinFinalTry) | tokenFlags.userPinLocked;
    throw new Pkcs11Error(pkcs11Codes.CKR_PIN_INCORRECT, 'C_Login');
  }

  #token(slot: Handle): ScriptedToken {
    const token = this.tokens.find((candidate) => candidate.slot === slot);
    if (token === undefined) throw new Pkcs11Error(pkcs11Codes.CKR_TOKEN_NOT_PRESENT, 'slot');
    return token;
  }

  #tokenOf(session: Handle): ScriptedToken {
    return this.#token(BigInt(session) / 1000n);
  }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);

function signWith(key: KeyObject, mechanism: Mechanism, data: Uint8Array): Uint8Array {
  switch (mechanism) {
    case mechanisms.sha256RsaPkcs:
      return sign('sha256', data, key);
    case mechanisms.rsaPkcs:
      return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data);
    case mechanisms.ecdsa:
      return sideBySide(signDigest(curveOf(key), secretOf(key), data), curveOf(key).bytes);
    case mechanisms.ecdsaSha256:
    case mechanisms.ecdsaSha384:
      return sideBySide(signDigest(curveOf(key), secretOf(key), createHash(curveOf(key).hash).update(data).digest()), curveOf(key).bytes);
    default:
      throw new Pkcs11Error(pkcs11Codes.CKR_MECHANISM_INVALID, 'C_SignInit');
  }
}

const curveOf = (key: KeyObject) => (key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? curves['P-384'] : curves['P-256']);

const secretOf = (key: KeyObject): Uint8Array => Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');

/** DER `SEQUENCE { r, s }`, both shorter than 128 bytes, as PKCS #11 gives it. */
function sideBySide(der: Buffer, bytes: number): Uint8Array {
  const r = der.subarray(4, 4 + der[3]!);
  const s = der.subarray(4 + r.length + 2);
  const fixed = (number: Buffer) => Buffer.concat([Buffer.alloc(bytes), number]).subarray(-bytes);
  return Buffer.concat([fixed(r), fixed(s)]);
}
