import type { ReactNode, Ref } from 'react';

interface ButtonProps {
  /** `primary`: the one thing to do here. `bar`: on the dark application bar. `quiet`: looks like a link. */
  readonly kind?: 'primary' | 'secondary' | 'small' | 'quiet' | 'bar';
  readonly type?: 'button' | 'submit';
  readonly strong?: boolean;
  readonly disabled?: boolean;
  /** Can not be pressed while what it started is under way; unlike `disabled` it keeps the focus. */
  readonly busy?: boolean;
  readonly label?: string;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly onClick?: () => void;
  readonly children: ReactNode;
}

/** A button. `label` replaces what is written on it for a screen reader, where the words alone would not tell which. */
export function Button({ kind = 'secondary', type = 'button', strong = false, disabled = false, busy = false, label, ref, onClick, children }: ButtonProps) {
  const names = ['button', kind === 'secondary' ? null : `button-${kind}`, strong ? 'button-strong' : null];
  return (
    <button ref={ref} type={type} className={names.filter(Boolean).join(' ')} disabled={disabled} aria-disabled={busy || undefined} aria-label={label} onClick={busy ? undefined : onClick}>
      {children}
    </button>
  );
}
