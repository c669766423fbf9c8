import type { CardRequest } from '../apdu.ts';
import { secretBytes } from '../secret-bytes.ts';
import { encodeTlv } from '../tlv.ts';

/** The commands of a PIV card (NIST SP 800-73-5 part 2, section 3). */

/** The PIV application's name with its version (section 2.2). */
const fullName = Uint8Array.of(0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00);

/**
 * The names to select PIV by, in the order to try: without the version, as the standard lets one and as Windows' own
 * driver does, so that a later version is found too; then whole, for cards that match no beginnings of names.
 */
export const applicationNames = [fullName.subarray(0, 9), fullName] as const;

export const pivObjects = {
  /** X.509 certificate for PIV authentication, key 9A. */
  authenticationCertificate: Uint8Array.of(0x5f, 0xc1, 0x05),
  discovery: Uint8Array.of(0x7e),
} as const;

/** Which passcode the card wants: the PIV application's own (80) or the card's global one (00). */
export type PasscodeReference = 0x80 | 0x00;

const authenticationKey = 0x9a;

export const selectApplication = (name: Uint8Array): CardRequest => ({ ins: 0xa4, p1: 0x04, p2: 0x00, data: name, answers: true });

export const getData = (object: Uint8Array): CardRequest => ({
  ins: 0xcb,
  p1: 0x3f,
  p2: 0xff,
  data: encodeTlv(0x5c, object),
  answers: true,
});

/** VERIFY without data: asks for the tries left and spends none (section 3.2.1). */
export const queryTries = (reference: PasscodeReference): CardRequest => ({ ins: 0x20, p1: 0x00, p2: reference, answers: false });

/** `padded` is eight bytes; whoever made it wipes it. */
export const verifyPasscode = (reference: PasscodeReference, padded: Uint8Array): CardRequest => ({
  ins: 0x20,
  p1: 0x00,
  p2: reference,
  data: padded,
  answers: false,
});

/**
 * CHANGE REFERENCE DATA: the passcode there is, and the one to be (section 3.2.2), eight bytes each. Its data is a copy
 * of both: whoever made the request wipes it.
 */
export function changePasscode(reference: PasscodeReference, current: Uint8Array, replacement: Uint8Array): CardRequest & { readonly data: Uint8Array } {
  const data = secretBytes(current.length + replacement.length);
  data.set(current);
  data.set(replacement, current.length);
  return { ins: 0x24, p1: 0x00, p2: reference, data, answers: false };
}

/** VERIFY with P1 FF: the card forgets that the passcode was right. */
export const forgetPasscode = (reference: PasscodeReference): CardRequest => ({ ins: 0x20, p1: 0xff, p2: reference, answers: false });

/** GENERAL AUTHENTICATE: the private key's operation on `input` (section 3.2.4, case internal authenticate). */
export const signWithAuthenticationKey = (algorithm: number, input: Uint8Array): CardRequest => ({
  ins: 0x87,
  p1: algorithm,
  p2: authenticationKey,
  data: encodeTlv(0x7c, Uint8Array.from([...encodeTlv(0x82, new Uint8Array(0)), ...encodeTlv(0x81, input)])),
  answers: true,
});
