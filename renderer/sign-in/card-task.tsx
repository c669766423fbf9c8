import { useRef, useState } from 'react';
import type { LanyardBridge, MessageView, SignInCardView, SignInScreen } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { MessageBox, Messages } from '../design/message-box.tsx';
import { prose } from '../design/prose.ts';
import { useFocusOnArrival, useFocusWhereLost } from '../use-focus.ts';
import { ChangePasscode } from './change-passcode.tsx';
import { ElsewhereForm } from './elsewhere-form.tsx';
import { PasscodeForm } from './passcode-form.tsx';

interface CardTaskProps {
  readonly card: SignInCardView;
  readonly screen: SignInScreen;
  readonly message: MessageView | null;
  readonly bridge: LanyardBridge;
  readonly takesFocus: boolean;
  /** A sign-in starts with this card. */
  readonly onTry: () => void;
  /** What a change of the passcode came to, or `null` once that is no longer news. Told even after the card has gone. */
  readonly onChangeOutcome: (outcome: MessageView | null) => void;
}

/** What is done with the card just now, and how the sign-in came to be on the screen. */
type Task = { readonly kind: 'sign-in'; readonly after: 'arrival' | 'left-change' | 'changed' } | { readonly kind: 'change-passcode' };

/** What can be done with one card: sign in with it, or change its passcode. */
export function CardTask(props: CardTaskProps) {
  const { card, screen, message, bridge, takesFocus, onChangeOutcome } = props;
  const [task, setTask] = useState<Task>({ kind: 'sign-in', after: 'arrival' });
  const notices = card.notices.map((notice) => (
    <MessageBox key={notice.title} tone={notice.tone} title={notice.title}>
      {prose(notice.sentence)}
    </MessageBox>
  ));
  if (task.kind === 'change-passcode' && card.triesLeft !== 0) {
    return (
      <ChangePasscode
        card={card}
        message={message}
        bridge={bridge}
        onOutcome={onChangeOutcome}
        onChanged={() => setTask({ kind: 'sign-in', after: 'changed' })}
        onLeave={() => {
          onChangeOutcome(null);
          setTask({ kind: 'sign-in', after: 'left-change' });
        }}
      />
    );
  }
  const after = task.kind === 'sign-in' ? task.after : 'changed';
  const focused = after === 'changed' || (after === 'arrival' && takesFocus);
  const mayChange = card.canChangePasscode && card.triesLeft !== 0;
  return (
    <>
      {notices.length > 0 && <div className="card-messages card-notices">{notices}</div>}
      <Entry {...props} takesFocus={focused} />
      {mayChange && <ChangeButton takesFocus={after === 'left-change'} withheld={screen.step === 'checking'} onClick={() => setTask({ kind: 'change-passcode' })} />}
    </>
  );
}

/** Where the passcode of this card is typed, if it may be typed at all. */
function Entry(props: CardTaskProps) {
  const { card, screen, message } = props;
  if (screen.method === 'browser') return <ElsewhereForm {...props} place="provider" />;
  if (card.triesLeft === 0) return <BlockedCard message={message} />;
  return card.entry === 'pin-pad' ? <ElsewhereForm {...props} place="reader" /> : <PasscodeForm {...props} />;
}

function BlockedCard({ message }: { readonly message: MessageView | null }) {
  const words = useRef<HTMLDivElement>(null);
  useFocusWhereLost(words);
  return (
    <div ref={words} tabIndex={-1}>
      {message === null ? (
        <MessageBox tone="problem" title="This card is locked">
          Its passcode was entered wrongly too often. Your Registration Authority can unlock it.
        </MessageBox>
      ) : (
        <Messages message={message} refusal={null} />
      )}
    </div>
  );
}

interface ChangeButtonProps {
  readonly takesFocus: boolean;
  /** Not now: its place is kept, so that nothing around it moves. */
  readonly withheld: boolean;
  readonly onClick: () => void;
}

function ChangeButton({ takesFocus, withheld, onClick }: ChangeButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  useFocusOnArrival(button, takesFocus);
  return (
    <p className={withheld ? 'card-other card-other-withheld' : 'card-other'}>
      <Button ref={button} kind="quiet" onClick={onClick}>
        Change passcode
      </Button>
    </p>
  );
}
