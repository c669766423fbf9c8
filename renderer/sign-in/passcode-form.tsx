import { useEffect, useRef, useState } from 'react';
import type { FormEvent, Ref } from 'react';
import type { LanyardBridge, MessageView, SignInScreen } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { Icon } from '../design/icon.tsx';
import { MessageBox, Messages } from '../design/message-box.tsx';
import { Status } from '../design/status.tsx';
import { TextInput } from '../design/text-input.tsx';
import { useCommand } from '../use-command.ts';
import { passcodeBytes, triesSentence } from './passcode.ts';

const NOT_A_PASSCODE: MessageView = {
  tone: 'warning',
  title: 'Enter 6 to 8 numbers',
  sentence: 'Nothing was sent to the card and no try was used.',
};

interface PasscodeFormProps {
  readonly screen: SignInScreen;
  readonly bridge: LanyardBridge;
}

/**
 * Takes the passcode, hands it on as bytes and forgets it: the field is empty before the card has answered. On the
 * last try nothing can be typed until the clinician has said that this is meant.
 */
export function PasscodeForm({ screen, bridge }: PasscodeFormProps) {
  const field = useRef<HTMLInputElement>(null);
  const confirmation = useRef<HTMLInputElement>(null);
  const [confirmed, setConfirmed] = useState(false);
  const [malformed, setMalformed] = useState(false);
  const command = useCommand();
  const checking = screen.step === 'checking' || command.running;
  const lastTry = screen.triesLeft === 1;
  const open = !checking && (!lastTry || confirmed);

  useEffect(() => {
    if (open) field.current?.focus();
    else if (!checking) confirmation.current?.focus();
  }, [open, checking]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (field.current === null || screen.card === null || !open) return;
    const cardId = screen.card.id;
    const passcode = passcodeBytes(field.current.value);
    field.current.value = '';
    setMalformed(passcode === null);
    if (passcode === null) return;
    setConfirmed(false);
    command.run(() => bridge.signIn({ cardId, passcode, lastTryConfirmed: lastTry }).finally(() => passcode.fill(0)));
  };

  return (
    <form className="passcode-form" onSubmit={submit} autoComplete="off">
      {!checking && <Messages message={malformed ? NOT_A_PASSCODE : screen.message} refusal={malformed ? null : command.refusal} />}
      {lastTry && !checking && <LastTry confirmed={confirmed} onConfirm={setConfirmed} ref={confirmation} />}
      <TextInput
        ref={field}
        kind="passcode"
        label="Passcode"
        hint={lastTry && !open && !checking ? '6 to 8 numbers, once you have ticked the box above' : '6 to 8 numbers'}
        maxLength={8}
        className="passcode-input"
        disabled={!open}
        invalid={malformed}
      />
      <div>
        <Button kind="primary" type="submit" disabled={!open}>
          {lastTry ? 'Use the last try' : 'Sign in'}
        </Button>
      </div>
      <FormState checking={checking} triesLeft={screen.triesLeft} />
    </form>
  );
}

/** What is going on, or how many tries are left; the last try has a box of its own above. */
function FormState({ checking, triesLeft }: { readonly checking: boolean; readonly triesLeft: number | null }) {
  return (
    <Status className="form-state">
      {checking && (
        <>
          <Icon name="waiting" turning /> Checking the passcode and signing in. Leave the card in the reader.
        </>
      )}
      {!checking && triesLeft !== 1 && triesSentence(triesLeft)}
    </Status>
  );
}

interface LastTryProps {
  readonly confirmed: boolean;
  readonly onConfirm: (confirmed: boolean) => void;
  readonly ref: Ref<HTMLInputElement>;
}

function LastTry({ confirmed, onConfirm, ref }: LastTryProps) {
  return (
    <>
      <MessageBox tone="warning" title="This is the last try">
        A wrong passcode now locks the card. Only your Registration Authority can unlock it.
      </MessageBox>
      <label className="confirm">
        <input ref={ref} type="checkbox" checked={confirmed} onChange={(event) => onConfirm(event.target.checked)} />
        <span>I know my passcode and want to use the last try</span>
      </label>
    </>
  );
}
