import { useLayoutEffect, useRef } from 'react';
import type { RefObject } from 'react';
import { TextInput } from '../design/text-input.tsx';

interface PasscodeInputProps {
  readonly label: string;
  readonly hint?: string;
  readonly disabled: boolean;
  readonly busy: boolean;
  readonly invalid: boolean;
  readonly ref: RefObject<HTMLInputElement | null>;
}

/** A field for a passcode. It is emptied when it leaves the page, so that nothing typed lives on in what is no longer shown. */
export function PasscodeInput({ ref, ...parts }: PasscodeInputProps) {
  useEmptiedWhenGone(ref);
  return <TextInput {...parts} ref={ref} kind="passcode" maxLength={8} className="passcode-input" />;
}

function useEmptiedWhenGone(ref: RefObject<HTMLInputElement | null>): void {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current = ref.current;
  });
  useLayoutEffect(
    () => () => {
      if (field.current !== null) field.current.value = '';
    },
    [],
  );
}

/** What was typed, which the field forgets at once. */
export function taken(field: RefObject<HTMLInputElement | null>): string {
  if (field.current === null) return '';
  const { value } = field.current;
  field.current.value = '';
  return value;
}
