import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, SyntheticEvent } from 'react';
import type { LanyardBridge } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';

/** Often enough that the number never stands still for noticeably longer than a second. */
const LOOK_EVERY_MS = 250;

interface IdleWarningProps {
  /** Milliseconds since 1970. */
  readonly locksAt: number;
  readonly bridge: LanyardBridge;
}

/**
 * The last minute before the screen locks. It is read out once; the seconds are counted for the eye alone. Any key or
 * click is somebody who is there. Locking is the trusted side's business, whatever is shown here.
 */
export function IdleWarning({ locksAt, bridge }: IdleWarningProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const seconds = useSecondsUntil(locksAt);
  const [atFirst] = useState(seconds);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Closed rather than just taken away: so the focus goes back where it was.
    return () => shown?.close();
  }, []);
  const stay = (event: SyntheticEvent) => {
    event.preventDefault();
    event.stopPropagation();
    void bridge.stayActive();
  };
  const onKeyDown = (event: KeyboardEvent) => stay(event);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- any key at all is the answer that is asked for
    <dialog ref={dialog} role="alertdialog" className="idle-warning" aria-labelledby={`${id}-title`} aria-describedby={`${id}-words`} onKeyDown={onKeyDown} onCancel={stay}>
      <h2 id={`${id}-title`}>Still there?</h2>
      <p className="unseen" id={`${id}-words`}>
        {lockSentence(atFirst)} Press any key to stay signed in.
      </p>
      <p aria-hidden="true" className="idle-seconds">
        {lockSentence(seconds)}
      </p>
      <Button kind="primary" onClick={() => void bridge.stayActive()}>
        Stay signed in
      </Button>
      <p aria-hidden="true" className="soft">
        Any key or click keeps you signed in.
      </p>
    </dialog>
  );
}

/** Whole seconds until then, never less than none. Both in milliseconds since 1970. */
export function secondsUntil(locksAt: number, now: number): number {
  return Math.max(0, Math.ceil((locksAt - now) / 1000));
}

export function lockSentence(seconds: number): string {
  if (seconds === 0) return 'Lanyard is locking.';
  return `Lanyard locks in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`;
}

function useSecondsUntil(locksAt: number): number {
  const [seconds, setSeconds] = useState(() => secondsUntil(locksAt, Date.now()));
  useEffect(() => {
    const look = () => setSeconds(secondsUntil(locksAt, Date.now()));
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [locksAt]);
  return seconds;
}
