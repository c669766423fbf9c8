import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

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
  useEffect(() => (open ? closeOnPressOutside(box.current, () => setOpen(false)) : undefined), [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open || event.key !== 'Escape') return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div className={`disclosure ${className}`} ref={box} onKeyDown={onKeyDown}>
      <button ref={button} type="button" className="disclosure-button" aria-expanded={open} aria-controls={id} aria-label={label} onClick={() => setOpen(!open)}>
        {summary}
      </button>
      <div id={id} className="disclosure-panel" hidden={!open}>
        {children}
      </div>
    </div>
  );
}

function closeOnPressOutside(box: HTMLElement | null, close: () => void): () => void {
  const listener = (event: PointerEvent) => {
    if (event.target instanceof Node && !box?.contains(event.target)) close();
  };
  document.addEventListener('pointerdown', listener);
  return () => document.removeEventListener('pointerdown', listener);
}
