import type { ReactNode, Ref } from 'react';

interface ButtonProps {
  /** `primary`: the one thing to do here. `bar`: on the dark application bar. `quiet`: looks like a link. */
  readonly kind?: 'primary' | 'secondary' | 'small' | 'quiet' | 'bar';
  readonly type?: 'button' | 'submit';
  readonly strong?: boolean;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly onClick?: () => void;
  readonly children: ReactNode;
}

/** A button. `label` replaces what is written on it for a screen reader, where the words alone would not tell which. */
export function Button({ kind = 'secondary', type = 'button', strong = false, disabled = false, label, ref, onClick, children }: ButtonProps) {
  const names = ['button', kind === 'secondary' ? null : `button-${kind}`, strong ? 'button-strong' : null];
  return (
    <button ref={ref} type={type} className={names.filter(Boolean).join(' ')} disabled={disabled} aria-label={label} onClick={onClick}>
      {children}
    </button>
  );
}
