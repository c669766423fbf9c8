import { isSignable, signedAssertion, unsignedAssertion } from '../assertion.ts';
import type { SignInStatement } from '../messages.ts';
import { signInSentences } from '../sentences.ts';
import { isGenuine } from '../signature.ts';
import { TlvError } from '../tlv.ts';
import type { TokenCertificate } from './choice.ts';
import { isPkcs11Error } from './errors.ts';
import { findKey } from './key.ts';
import { chooseMethod, joseSignatureOf, type SigningMethod } from './mechanism.ts';
import type { Handle, Pkcs11Module } from './module.ts';
import { tokenSentences } from './sentences.ts';
import { endingNothing, inSession, refused, withCard, type TokenOutcome, type TokenRequest, type TokenResult } from './with-card.ts';

export interface TokenSignIn extends TokenRequest {
  readonly statement: SignInStatement;
}

const sentence = (text: string) => refused({ kind: 'failed', sentence: text });

/**
 * The whole sign-in: same certificate?, may a try be spent?, C_Login, C_Sign, C_Logout. What is signed is built here
 * from the statement and the certificate; a signature that the certificate does not verify is not handed on.
 */
export function signInWithToken(module: Pkcs11Module, request: TokenSignIn): Promise<TokenResult> {
  if (!isSignable(request.statement)) return Promise.resolve({ outcome: sentence(signInSentences.notSignable), status: null, failed: false });
  return withCard(module, request, async (card) => {
    const method = await chooseMethod(module, card.slot, card.scheme);
    if (method === null) return sentence(tokenSentences.noMechanism);
    return inSession(module, card.slot, 'read-only', (session) => loginAndSign(module, session, { ...request, card, method }));
  });
}

interface Signing extends TokenSignIn {
  readonly card: TokenCertificate;
  readonly method: SigningMethod;
}

async function loginAndSign(module: Pkcs11Module, session: Handle, signing: Signing): Promise<TokenOutcome> {
  await loginAnew(module, session, signing.passcode);
  try {
    return await signOnce(module, session, signing);
  } finally {
    await endingNothing(module.logout(session));
  }
}

/** A login left over would let a signature be made without the passcode having been checked. */
async function loginAnew(module: Pkcs11Module, session: Handle, passcode: Uint8Array | null): Promise<void> {
  try {
    await module.login(session, 'user', passcode);
  } catch (error) {
    if (!isPkcs11Error(error, 'CKR_USER_ALREADY_LOGGED_IN')) throw error;
    await module.logout(session);
    await module.login(session, 'user', passcode);
  }
}

async function signOnce(module: Pkcs11Module, session: Handle, { card, method, statement, passcode, signal }: Signing): Promise<TokenOutcome> {
  const key = await findKey(module, session, card);
  if (key === null) return sentence(tokenSentences.noKey);
  if (signal.aborted) return refused({ kind: 'cancelled' });
  const unsigned = unsignedAssertion(card.certificate, card.scheme, statement);
  const message = Buffer.from(unsigned, 'ascii');
  await module.beginSignature(session, method.mechanism, key.handle);
  if (key.asksEachTime) await module.login(session, 'contextSpecific', passcode);
  const signature = readSignature(card, await module.sign(session, method.input(message)));
  if (signature === null) return sentence(signInSentences.noSignature);
  if (!isGenuine(card.scheme, card.certificate.publicKey, message, signature)) return sentence(signInSentences.notGenuine);
  if (signal.aborted) return refused({ kind: 'cancelled' });
  return { kind: 'signed', assertion: signedAssertion(unsigned, signature) };
}

function readSignature({ scheme }: TokenCertificate, answer: Uint8Array): Uint8Array | null {
  try {
    return joseSignatureOf(scheme, answer);
  } catch (error) {
    if (error instanceof TlvError) return null;
    throw error;
  }
}
