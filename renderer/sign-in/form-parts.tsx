import type { KeyboardEvent, ReactNode, Ref } from 'react';
import { Button } from '../design/button.tsx';
import { Icon } from '../design/icon.tsx';
import { MessageBox } from '../design/message-box.tsx';
import { Status } from '../design/status.tsx';
import { triesSentence } from './passcode.ts';
import type { LastTry } from './use-sign-in.ts';

interface FormStateProps {
  /** What is waited for, or `null`. */
  readonly waiting: string | null;
  readonly triesLeft: number | null;
  readonly onCancel: () => void;
}

/** What is going on and the way out of it, or how many tries are left; the last try has a box of its own. */
export function FormState({ waiting, triesLeft, onCancel }: FormStateProps) {
  return (
    <div className="form-line">
      <Status className="form-state">
        {waiting !== null && (
          <>
            <Icon name="waiting" turning /> {waiting}
          </>
        )}
        {waiting === null && triesLeft !== 1 && triesSentence(triesLeft)}
      </Status>
      {waiting !== null && <Button onClick={onCancel}>Cancel</Button>}
    </div>
  );
}

interface LastTryBoxProps {
  readonly lastTry: LastTry;
  readonly ref: Ref<HTMLInputElement>;
}

/** Asks for a deliberate second word before the try that locks the card if it is wrong. */
export function LastTryBox({ lastTry, ref }: LastTryBoxProps) {
  return (
    <>
      {lastTry.isCertain ? (
        <MessageBox tone="warning" title="This is the last try">
          A wrong passcode now locks the card. Only your Registration Authority can unlock it.
        </MessageBox>
      ) : (
        <MessageBox tone="warning" title="This may be the last try">
          The card does not say how many tries are left. If a wrong passcode locks it, only your Registration Authority can unlock it.
        </MessageBox>
      )}
      <label className="confirm">
        <input ref={ref} type="checkbox" checked={lastTry.confirmed} onChange={(event) => lastTry.confirm(event.target.checked)} />
        <span>I know my passcode and want to use {lastTry.isCertain ? 'the last try' : 'a try'}</span>
      </label>
    </>
  );
}

interface CardFormProps {
  readonly label: string;
  readonly className?: string;
  readonly onSubmit: () => void;
  readonly onEscape: () => void;
  readonly children: ReactNode;
}

/** A form about a card. It is sent to nobody by the browser, and Escape is its way out. */
export function CardForm({ label, className = '', onSubmit, onEscape, children }: CardFormProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onEscape();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape is heard wherever in the form it is pressed
    <form
      className={`passcode-form ${className}`.trim()}
      aria-label={label}
      autoComplete="off"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}
