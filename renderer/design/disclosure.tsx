import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';

interface DisclosureProps {
  readonly summary: ReactNode;
  /** What the button is called where its words alone do not tell. */
  readonly label?: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** A button that opens a panel under itself. Escape, or a press elsewhere, closes it; focus goes back to the button. */
export function Disclosure({ summary, label, className, children }: DisclosureProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open || box.current === null) return undefined;
    const stops = [onPressOutside(box.current, () => setOpen(false)), onEscape(box.current, () => close(setOpen, button.current))];
    return () => stops.forEach((stop) => stop());
  }, [open]);
  return (
    <div className={`disclosure ${className}`} ref={box}>
      <button ref={button} type="button" className="disclosure-button" aria-expanded={open} aria-controls={id} aria-label={label} onClick={() => setOpen(!open)}>
        {summary}
      </button>
      <div id={id} className="disclosure-panel" hidden={!open}>
        {children}
      </div>
    </div>
  );
}

function close(setOpen: (open: boolean) => void, button: HTMLElement | null): void {
  setOpen(false);
  button?.focus();
}

function onPressOutside(box: HTMLElement, act: () => void): () => void {
  const listener = (event: PointerEvent) => {
    if (event.target instanceof Node && !box.contains(event.target)) act();
  };
  document.addEventListener('pointerdown', listener);
  return () => document.removeEventListener('pointerdown', listener);
}

/** Escape closes this and nothing behind it. */
function onEscape(box: HTMLElement, act: () => void): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    act();
  };
  box.addEventListener('keydown', listener);
  return () => box.removeEventListener('keydown', listener);
}
