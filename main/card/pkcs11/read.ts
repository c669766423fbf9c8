import { X509Certificate } from 'node:crypto';
import { readHolder } from '../holder.ts';
import type { CardSettings, CardStatus } from '../messages.ts';
import { unusable } from '../sentences.ts';
import { schemeFor } from '../signature.ts';
import { chooseCertificate, isBlocked, type TokenCertificate } from './choice.ts';
import { objectClasses, tokenFlags } from './constants.ts';
import type { Handle, Pkcs11Module, TokenInfo } from './module.ts';
import { isSlotOf } from './reader-slots.ts';

/** What the module finds in one reader. A card may show itself as several tokens, each with a passcode of its own. */
export interface ReaderTokens {
  readonly tokens: number;
  readonly certificates: readonly TokenCertificate[];
}

/** What a card shows through the module; `none`: the module sees no card in that reader. */
export type TokenStatus = Extract<CardStatus, { kind: 'none' | 'ready' | 'unusable' }>;

/** Reads the tokens in a reader, as far as they can be read without a passcode. @throws {Pkcs11Error} */
export async function readTokens(module: Pkcs11Module, reader: string): Promise<ReaderTokens> {
  const certificates: TokenCertificate[] = [];
  let tokens = 0;
  for (const slot of await module.listSlots()) {
    if (!isSlotOf(reader, (await module.readSlot(slot)).description)) continue;
    const token = await module.readToken(slot);
    tokens += 1;
    certificates.push(...(await readCertificates(module, slot, token)));
  }
  return { tokens, certificates };
}

/** What the clinician sees of the card in a reader. @throws {Pkcs11Error} */
export async function readTokenStatus(module: Pkcs11Module, reader: string, pinPad: CardSettings['pinPad'], now: Date): Promise<TokenStatus> {
  const { tokens, certificates } = await readTokens(module, reader);
  if (tokens === 0) return { kind: 'none' };
  const chosen = chooseCertificate(certificates, now);
  return chosen === null ? unusable('no-certificate') : statusOf(chosen, chosen.token, pinPad);
}

/** PKCS #11 counts no tries: it only says that the next wrong passcode is the last, or was. */
export function statusOf({ certificate }: TokenCertificate, token: TokenInfo, pinPad: CardSettings['pinPad']): Extract<TokenStatus, { kind: 'ready' | 'unusable' }> {
  if (isBlocked(token)) return unusable('blocked');
  const hasPinPad = (token.flags & tokenFlags.protectedAuthenticationPath) !== 0;
  return {
    kind: 'ready',
    driver: 'pkcs11',
    holder: readHolder(certificate),
    triesLeft: isFinalTry(token) ? 1 : null,
    entry: hasPinPad && pinPad === 'use' ? 'pin-pad' : 'keyboard',
    canChangePasscode: (token.flags & tokenFlags.writeProtected) === 0,
  };
}

export const isFinalTry = ({ flags }: TokenInfo): boolean => (flags & tokenFlags.userPinFinalTry) !== 0;

async function readCertificates(module: Pkcs11Module, slot: Handle, token: TokenInfo): Promise<readonly TokenCertificate[]> {
  const session = await module.openSession(slot, 'read-only');
  try {
    const found: TokenCertificate[] = [];
    for (const object of await module.findObjects(session, { class: objectClasses.certificate })) {
      const id = await module.readAttribute(session, object, 'id');
      const der = await module.readAttribute(session, object, 'value');
      const certificate = der === null ? null : parseCertificate(der);
      const scheme = certificate === null ? null : schemeFor(certificate);
      // Without an ID nothing says which key belongs to it.
      if (certificate === null || scheme === null || id === null || id.length === 0) continue;
      found.push({ slot, token, id, certificate, scheme });
    }
    return found;
  } finally {
    await module.closeSession(session);
  }
}

/** Tokens also hold certificates of authorities, and what only calls itself one. */
function parseCertificate(der: Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(der);
  } catch {
    // Parsing is all that happens above: these bytes are no certificate.
    return null;
  }
}
