import type { TokenCertificate } from './choice.ts';
import { keyTypes, objectClasses } from './constants.ts';
import type { Handle, Pkcs11Module } from './module.ts';

export interface PrivateKey {
  readonly handle: Handle;
  /** CKA_ALWAYS_AUTHENTICATE: the passcode is asked for before each signature. */
  readonly asksEachTime: boolean;
}

/**
 * The private key of a certificate: the one with the certificate's CKA_ID, of its type, that may sign and, for RSA, of
 * its modulus. Neither label nor order counts; where two would fit, none does. @throws {Pkcs11Error}
 */
export async function findKey(module: Pkcs11Module, session: Handle, card: TokenCertificate): Promise<PrivateKey | null> {
  const fitting: Handle[] = [];
  for (const key of await module.findObjects(session, { class: objectClasses.privateKey, id: card.id })) {
    if (await fits(module, session, key, card)) fitting.push(key);
  }
  const [handle, another] = fitting;
  if (handle === undefined || another !== undefined) return null;
  return { handle, asksEachTime: isTrue(await module.readAttribute(session, handle, 'alwaysAuthenticate')) };
}

async function fits(module: Pkcs11Module, session: Handle, key: Handle, { scheme, certificate }: TokenCertificate): Promise<boolean> {
  if ((await module.readNumber(session, key, 'keyType')) !== keyTypes[scheme.key.kind]) return false;
  // A token that does not say whether the key signs finds out when it is asked to.
  const signs = await module.readAttribute(session, key, 'sign');
  if (signs !== null && !isTrue(signs)) return false;
  if (scheme.key.kind === 'ec') return true;
  const modulus = await module.readAttribute(session, key, 'modulus');
  return modulus === null || withoutLeadingZeros(modulus) === withoutLeadingZeros(Buffer.from(certificate.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'));
}

const isTrue = (value: Uint8Array | null): boolean => value !== null && value.some((byte) => byte !== 0);

const withoutLeadingZeros = (number: Uint8Array): string => Buffer.from(number).toString('hex').replace(/^(?:00)+/, '');
