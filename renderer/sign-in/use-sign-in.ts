import { useState } from 'react';
import type { LanyardBridge, SignInCardView, SignInScreen } from '../../preload/contract.ts';
import { useCommand } from '../use-command.ts';
import type { CommandState } from '../use-command.ts';

/** Longer than the trusted side gives a sign-in, a person at the identity provider's own page included. */
const SIGN_IN_LIMIT_MS = 330_000;

interface SignInParts {
  readonly card: SignInCardView;
  readonly screen: SignInScreen;
  readonly bridge: LanyardBridge;
  readonly onTry: () => void;
}

/** Signing in with one card. */
export interface SignInControl {
  readonly checking: boolean;
  readonly refusal: CommandState['refusal'];
  readonly lastTry: LastTry;
  /** Starts with what was typed, which is wiped once it has been sent; `null` where it is typed elsewhere. */
  readonly start: (passcode: Uint8Array | null) => void;
  readonly cancel: () => void;
}

/** The last try before a card locks is used only once somebody has said that this is meant. */
export interface LastTry {
  readonly isNext: boolean;
  /** The card says that it is: else it may be. */
  readonly isCertain: boolean;
  readonly confirmed: boolean;
  readonly confirm: (confirmed: boolean) => void;
}

export function useLastTry(card: SignInCardView): LastTry {
  const [confirmed, confirm] = useState(false);
  return { isNext: card.mayBeLastTry, isCertain: card.triesLeft === 1, confirmed, confirm };
}

/** Whether something has to be confirmed before anything can be typed. */
export function isHeldBack({ isNext, confirmed }: LastTry): boolean {
  return isNext && !confirmed;
}

export function useSignIn({ card, screen, bridge, onTry }: SignInParts): SignInControl {
  const lastTry = useLastTry(card);
  const command = useCommand(SIGN_IN_LIMIT_MS);
  return {
    checking: screen.step === 'checking' || command.running,
    refusal: command.refusal,
    lastTry,
    start: (passcode) => {
      lastTry.confirm(false);
      onTry();
      command.run(() => bridge.signIn({ cardId: card.id, passcode, lastTryConfirmed: lastTry.isNext }).finally(() => passcode?.fill(0)));
    },
    cancel: () => void bridge.cancelSignIn(),
  };
}
