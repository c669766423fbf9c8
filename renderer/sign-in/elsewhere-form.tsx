import { useRef } from 'react';
import type { LanyardBridge, MessageView, SignInCardView, SignInScreen } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { Messages } from '../design/message-box.tsx';
import { useFormFocus } from '../use-focus.ts';
import { CardForm, FormState, LastTryBox } from './form-parts.tsx';
import { isHeldBack, useSignIn } from './use-sign-in.ts';

/** Where the passcode is typed instead of here. */
export type OtherPlace = 'reader' | 'provider';

const WORDS: Readonly<Record<OtherPlace, { readonly before: string; readonly button: string; readonly waiting: string }>> = {
  reader: {
    before: 'Enter your passcode on the reader’s keys. The reader waits for it as soon as you start.',
    button: 'Sign in using the reader’s keys',
    waiting: 'Enter your passcode on the reader’s keys, then press its confirm key. Leave the card in.',
  },
  provider: {
    before: 'Your passcode is asked for in a window of NHS Care Identity. Leave your card in the reader.',
    button: 'Sign in with NHS Care Identity',
    waiting: 'Finish signing in in the window that has opened. Leave the card in the reader.',
  },
};

interface ElsewhereFormProps {
  readonly place: OtherPlace;
  readonly card: SignInCardView;
  readonly screen: SignInScreen;
  readonly message: MessageView | null;
  readonly bridge: LanyardBridge;
  readonly takesFocus: boolean;
  readonly onTry: () => void;
}

/** Signing in where nothing is typed on this page: a button that starts it, and the wait. */
export function ElsewhereForm(props: ElsewhereFormProps) {
  const { place, card, message, takesFocus } = props;
  const words = WORDS[place];
  const button = useRef<HTMLButtonElement>(null);
  const confirmation = useRef<HTMLInputElement>(null);
  const { checking, refusal, lastTry, start, cancel } = useSignIn(props);
  const atReader = place === 'reader';
  const heldBack = atReader && isHeldBack(lastTry) && !checking;

  useFormFocus({ target: heldBack ? confirmation : button, takesFocus, busy: checking });

  return (
    <CardForm label="Sign in" onSubmit={() => !checking && !heldBack && start(null)} onEscape={() => checking && cancel()}>
      {!checking && <Messages message={message} refusal={refusal} />}
      {atReader && lastTry.isNext && !checking && <LastTryBox lastTry={lastTry} ref={confirmation} />}
      <p>{words.before}</p>
      <div>
        <Button ref={button} kind="primary" type="submit" disabled={heldBack} busy={checking}>
          {words.button}
        </Button>
      </div>
      <FormState waiting={checking ? words.waiting : null} triesLeft={atReader ? card.triesLeft : null} onCancel={cancel} />
    </CardForm>
  );
}
