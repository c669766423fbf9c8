import type { ReplacementFault } from '../messages.ts';
import { faultOfReplacement } from '../passcode-rules.ts';
import { isPkcs11Error } from './errors.ts';
import type { Handle, Pkcs11Module } from './module.ts';
import { hasFittingLength, inSession, refused, withCard, type TokenOutcome, type TokenRequest, type TokenResult } from './with-card.ts';

export interface TokenPasscodeChange extends TokenRequest {
  /** `null`: it is typed on the reader. The caller wipes it. */
  readonly replacement: Uint8Array | null;
}

const unfit = (fault: ReplacementFault) => refused({ kind: 'unfit-replacement', fault });

/** Changes the passcode. C_SetPIN checks the old one, so that nobody is logged in for it. */
export function changeTokenPasscode(module: Pkcs11Module, request: TokenPasscodeChange): Promise<TokenResult> {
  const { passcode, replacement } = request;
  const fault = passcode === null || replacement === null ? null : faultOfReplacement(passcode, replacement);
  if (fault !== null) return Promise.resolve({ outcome: unfit(fault), status: null, failed: false });
  return withCard(module, request, ({ slot, token }) => {
    if (!hasFittingLength(token, replacement)) return Promise.resolve(unfit('refused-by-card'));
    return inSession(module, slot, 'read-write', (session) => setPasscode(module, session, request));
  });
}

async function setPasscode(module: Pkcs11Module, session: Handle, { passcode, replacement }: TokenPasscodeChange): Promise<TokenOutcome> {
  try {
    await module.setPasscode(session, passcode, replacement);
    return { kind: 'passcode-changed' };
  } catch (error) {
    // The passcode that the token has is well formed: it is the new one that it does not like.
    if (isPkcs11Error(error, 'CKR_PIN_INVALID', 'CKR_PIN_LEN_RANGE')) return unfit('refused-by-card');
    throw error;
  }
}
