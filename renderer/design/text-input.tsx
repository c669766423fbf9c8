import { useId } from 'react';
import type { Ref } from 'react';

interface TextInputProps {
  readonly label: string;
  readonly hint?: string;
  readonly kind: 'passcode' | 'number';
  readonly maxLength: number;
  readonly disabled?: boolean;
  /** Nothing can be typed while what was typed is looked at; unlike `disabled` it keeps the focus. */
  readonly busy?: boolean;
  readonly invalid?: boolean;
  readonly className: string;
  readonly ref: Ref<HTMLInputElement>;
}

/**
 * One line to type in, with its label and hint. It is uncontrolled on purpose: what is typed stays in the field, and
 * neither React nor the browser's memory of forms keeps a copy.
 */
export function TextInput({ label, hint, kind, maxLength, disabled = false, busy = false, invalid = false, className, ref }: TextInputProps) {
  const id = useId();
  return (
    <div>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {hint !== undefined && (
        <div className="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      <input
        ref={ref}
        id={id}
        className={`field-input ${className}`}
        type={kind === 'passcode' ? 'password' : 'text'}
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        maxLength={maxLength}
        disabled={disabled}
        readOnly={busy}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        aria-invalid={invalid}
      />
    </div>
  );
}
