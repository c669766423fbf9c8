import { useRef, useState } from 'react';
import type { LanyardBridge, MessageView, SignInCardView, SignInScreen } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { Messages } from '../design/message-box.tsx';
import { useFormFocus } from '../use-focus.ts';
import { CardForm, FormState, LastTryBox } from './form-parts.tsx';
import { PasscodeInput, taken } from './passcode-input.tsx';
import { passcodeBytes } from './passcode.ts';
import { isHeldBack, useSignIn } from './use-sign-in.ts';

const NOT_A_PASSCODE: MessageView = {
  tone: 'warning',
  title: 'Enter 6 to 8 numbers',
  sentence: 'Nothing was sent to the card and no try was used.',
};

interface PasscodeFormProps {
  readonly card: SignInCardView;
  readonly screen: SignInScreen;
  readonly message: MessageView | null;
  readonly bridge: LanyardBridge;
  readonly takesFocus: boolean;
  readonly onTry: () => void;
}

/**
 * Takes the passcode, hands it on as bytes and forgets it: the field is empty before the card has answered. On the
 * last try nothing can be typed until the clinician has said that this is meant.
 */
export function PasscodeForm(props: PasscodeFormProps) {
  const { card, message, takesFocus } = props;
  const field = useRef<HTMLInputElement>(null);
  const confirmation = useRef<HTMLInputElement>(null);
  const [malformed, setMalformed] = useState(false);
  const { checking, refusal, lastTry, start, cancel } = useSignIn(props);
  const heldBack = isHeldBack(lastTry) && !checking;

  useFormFocus({ target: heldBack ? confirmation : field, takesFocus, busy: checking });

  const submit = () => {
    if (checking || heldBack) return;
    const passcode = passcodeBytes(taken(field));
    setMalformed(passcode === null);
    if (passcode !== null) start(passcode);
  };

  return (
    <CardForm label="Sign in" onSubmit={submit} onEscape={() => checking && cancel()}>
      {!checking && <Messages message={malformed ? NOT_A_PASSCODE : message} refusal={malformed ? null : refusal} />}
      {lastTry.isNext && !checking && <LastTryBox lastTry={lastTry} ref={confirmation} />}
      <PasscodeInput
        ref={field}
        label="Passcode"
        hint={heldBack ? '6 to 8 numbers, once you have ticked the box above' : '6 to 8 numbers'}
        disabled={heldBack}
        busy={checking}
        invalid={malformed}
      />
      <div>
        <Button kind="primary" type="submit" disabled={heldBack} busy={checking}>
          {lastTry.isNext && lastTry.isCertain ? 'Use the last try' : 'Sign in'}
        </Button>
      </div>
      <FormState waiting={checking ? 'Checking the passcode and signing in. Leave the card in the reader.' : null} triesLeft={card.triesLeft} onCancel={cancel} />
    </CardForm>
  );
}
