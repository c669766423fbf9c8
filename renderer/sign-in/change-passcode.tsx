import { useEffect, useRef, useState } from 'react';
import type { LanyardBridge, MessageView, SignInCardView } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { Messages } from '../design/message-box.tsx';
import { useCommand } from '../use-command.ts';
import { CardForm, FormState, LastTryBox } from './form-parts.tsx';
import type { ChangeField, TypedChange } from './passcode-change.ts';
import { typedChange } from './passcode-change.ts';
import { PasscodeInput, taken } from './passcode-input.tsx';
import { isHeldBack, useLastTry } from './use-sign-in.ts';

/** Longer than the trusted side gives a change, a passcode entered three times on a reader's keys included. */
const CHANGE_LIMIT_MS = 130_000;

const WAITING: Readonly<Record<SignInCardView['entry'], string>> = {
  keyboard: 'Changing the passcode. Leave the card in the reader.',
  'pin-pad': 'On the reader’s keys: your current passcode, then the new one twice. Leave the card in.',
};

interface ChangePasscodeProps {
  readonly card: SignInCardView;
  /** What the last change came to. */
  readonly message: MessageView | null;
  readonly bridge: LanyardBridge;
  /** Told what a change came to even where this is no longer on the page by then; `null` when another starts. */
  readonly onOutcome: (outcome: MessageView | null) => void;
  readonly onChanged: () => void;
  readonly onLeave: () => void;
}

/** Changes the card's passcode. What is typed is read once, and every field is empty before the card has answered. */
export function ChangePasscode({ card, message, bridge, onOutcome, onChanged, onLeave }: ChangePasscodeProps) {
  const fields = { current: useRef<HTMLInputElement>(null), replacement: useRef<HTMLInputElement>(null), again: useRef<HTMLInputElement>(null) };
  const start = useRef<HTMLButtonElement>(null);
  const confirmation = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState<Extract<TypedChange, { kind: 'fault' }> | null>(null);
  const lastTry = useLastTry(card);
  const command = useCommand(CHANGE_LIMIT_MS);
  const changing = command.running;
  const heldBack = isHeldBack(lastTry);
  const typedHere = card.entry === 'keyboard';

  useEffect(() => {
    if (changing) return;
    const next = typedHere ? fields[fault?.field ?? 'current'] : start;
    (heldBack ? confirmation : next).current?.focus();
    // oxlint-disable-next-line react/exhaustive-deps -- the fields are the same ones for as long as this is on the page
  }, [changing, heldBack, fault]);

  const send = (passcode: Uint8Array | null, replacement: Uint8Array | null) => {
    lastTry.confirm(false);
    onOutcome(null);
    const wipe = () => [passcode, replacement].forEach((bytes) => bytes?.fill(0));
    const change = async () => {
      const reply = await bridge.changePasscode({ cardId: card.id, passcode, replacement, lastTryConfirmed: lastTry.isNext }).finally(wipe);
      if (reply.ok) onOutcome(reply.value);
      return reply;
    };
    // Only a change that was made is told as mere information.
    command.run(change, ({ tone }) => tone === 'information' && onChanged());
  };
  const submit = () => {
    if (changing || heldBack) return;
    if (!typedHere) return send(null, null);
    const typed = typedChange({ current: taken(fields.current), replacement: taken(fields.replacement), again: taken(fields.again) });
    setFault(typed.kind === 'fault' ? typed : null);
    if (typed.kind === 'complete') send(typed.passcode, typed.replacement);
  };
  const leave = () => (changing ? void bridge.cancelSignIn() : onLeave());
  const field = (name: ChangeField, label: string, hint?: string) => (
    <PasscodeInput ref={fields[name]} label={label} {...(hint === undefined ? {} : { hint })} disabled={heldBack && !changing} busy={changing} invalid={fault?.field === name} />
  );

  return (
    <CardForm label="Change passcode" className="passcode-form-change" onSubmit={submit} onEscape={leave}>
      <h3>Change passcode</h3>
      {!changing && <Messages message={fault?.message ?? message} refusal={fault === null ? command.refusal : null} />}
      {lastTry.isNext && !changing && <LastTryBox lastTry={lastTry} ref={confirmation} />}
      {typedHere ? (
        <>
          {field('current', 'Current passcode')}
          {field('replacement', 'New passcode', '6 to 8 numbers, not all the same and not in a row')}
          {field('again', 'New passcode again')}
        </>
      ) : (
        <p>On the reader’s keys you enter your current passcode, then the new one twice.</p>
      )}
      <div className="form-buttons">
        <Button ref={start} kind="primary" type="submit" disabled={heldBack && !changing} busy={changing}>
          {typedHere ? 'Change passcode' : 'Change it using the reader’s keys'}
        </Button>
        {!changing && <Button onClick={onLeave}>Back to sign-in</Button>}
      </div>
      <FormState waiting={changing ? WAITING[card.entry] : null} triesLeft={card.triesLeft} onCancel={leave} />
    </CardForm>
  );
}
