import type { CardSettings, PasscodeEntry, PasscodeMessage, SignInRefusal, SignInStatement } from '../messages.ts';
import type { TokenStatus } from './read.ts';

/** What the trusted side and the PKCS #11 process say to each other. Plain data only: it crosses a process boundary. */

/** Names a card by the reader it is in and the certificate it showed (DER, base64): another certificate is another card. */
interface CardRequest {
  readonly requestId: number;
  readonly reader: string;
  readonly certificate: string;
  /** With `keyboard` the request's passcode has come or comes in a message of its own. */
  readonly entry: PasscodeEntry;
  readonly lastTryConfirmed: boolean;
}

export type Pkcs11Command =
  /** The first message, once: until then the process only loads. `module`: absolute path of the vendor's library. */
  | { readonly type: 'open'; readonly module: string; readonly pinPad: CardSettings['pinPad'] }
  | PasscodeMessage
  /** Asks what the module finds in a reader. */
  | { readonly type: 'look'; readonly requestId: number; readonly reader: string }
  | (CardRequest & { readonly type: 'sign-in'; readonly statement: SignInStatement })
  | (CardRequest & { readonly type: 'change-passcode' })
  | { readonly type: 'cancel'; readonly requestId: number }
  | { readonly type: 'ping'; readonly sequence: number }
  | { readonly type: 'stop' };

/** Says nothing of presence: that is the card process's alone. `status`: the card as it shows itself afterwards. */
export type Pkcs11Event =
  | { readonly type: 'opened' }
  /** The module cannot be used: nothing is asked of it. The sentence names the file. */
  | { readonly type: 'module-unusable'; readonly sentence: string }
  | { readonly type: 'looked'; readonly requestId: number; readonly status: TokenStatus }
  | { readonly type: 'signed'; readonly requestId: number; readonly assertion: string; readonly status: TokenStatus | null }
  | { readonly type: 'passcode-changed'; readonly requestId: number; readonly status: TokenStatus | null }
  | { readonly type: 'refused'; readonly requestId: number; readonly refusal: SignInRefusal; readonly status: TokenStatus | null }
  /** What the module says from now on is worth nothing: this process is of no more use. */
  | { readonly type: 'module-failed' }
  | { readonly type: 'pong'; readonly sequence: number };
