import { useEffect, useRef } from 'react';

/** Something on the page that can take the focus, once it is there. */
export interface FocusTarget {
  readonly current: HTMLElement | null;
}

/** Gives the focus to an element that has just come, where that is wanted. */
export function useFocusOnArrival(target: FocusTarget, wanted: boolean): void {
  useEffect(() => {
    if (wanted) target.current?.focus();
    // Only on arrival: what is wanted later must not take the focus from where a person has put it.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
}

/** Picks up the focus where it would be nowhere, because what had it is no longer there. */
export function useFocusWhereLost(target: FocusTarget): void {
  useEffect(() => {
    if (isFocusLost()) target.current?.focus();
  }, [target]);
}

/**
 * Puts the focus back where the browser takes it away by itself: when it first shows a page it clears it where nothing can
 * be tabbed to. A person who presses elsewhere means it, and what has gone from the page can not have it back.
 */
export function useFocusKept(): void {
  useEffect(() => {
    let isPressed = false;
    const press = ({ type }: Event) => (isPressed = type === 'pointerdown');
    const putBack = ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null || isPressed) return;
      // Afterwards: while the focus is on its way it is nowhere.
      setTimeout(() => {
        if (isFocusLost() && target instanceof HTMLElement) target.focus();
      });
    };
    const listeners = [['pointerdown', press], ['pointerup', press], ['pointercancel', press], ['focusout', putBack]] as const;
    for (const [type, listener] of listeners) document.addEventListener(type, listener as EventListener);
    return () => {
      for (const [type, listener] of listeners) document.removeEventListener(type, listener as EventListener);
    };
  }, []);
}

function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

interface FormFocus {
  /** Where a person goes on: it has the focus when the form comes, if that is wanted, and whenever it has been answered. */
  readonly target: FocusTarget;
  readonly takesFocus: boolean;
  /** While it waits for an answer the focus stays where it is. */
  readonly busy: boolean;
}

/** Where the focus is in a form that is sent and comes back. */
export function useFormFocus({ target, takesFocus, busy }: FormFocus): void {
  const arrived = useRef(false);
  useEffect(() => {
    const wanted = arrived.current ? !busy : takesFocus;
    arrived.current = true;
    if (wanted) target.current?.focus();
    // oxlint-disable-next-line react/exhaustive-deps -- whether it takes the focus is asked once
  }, [target, busy]);
}
