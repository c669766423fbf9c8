export type RecordAction = 'next' | 'previous' | 'expand' | 'only-differs' | 'close' | 'find-another';

/** The parts of a key press that decide. `within`: what has the focus. */
export interface RecordKeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly within: 'list' | 'control' | 'text' | 'dialog' | 'elsewhere';
}

const ANYWHERE: Readonly<Record<string, RecordAction>> = { j: 'next', k: 'previous', d: 'only-differs', escape: 'close' };
const IN_LIST: Readonly<Record<string, RecordAction>> = { arrowdown: 'next', arrowup: 'previous' };

/**
 * What a key does on the record. Letters do nothing while text is typed or a dialog is open, arrows are left to scroll
 * outside the list, and Enter is left to the button that has the focus.
 */
export function recordAction(press: RecordKeyPress): RecordAction | null {
  if (press.within === 'dialog' || press.within === 'text' || press.altKey || press.metaKey) return null;
  const key = press.key.toLowerCase();
  if (press.ctrlKey) return key === 'k' ? 'find-another' : null;
  if (key === 'enter') return press.within === 'elsewhere' ? 'expand' : null;
  const inList = press.within === 'list' || press.within === 'elsewhere';
  return ANYWHERE[key] ?? (inList ? (IN_LIST[key] ?? null) : null);
}

/** Sorts the focused element into one of the places above. */
export function placeOf(target: EventTarget | null): RecordKeyPress['within'] {
  if (!(target instanceof Element)) return 'elsewhere';
  if (target.closest('dialog') !== null) return 'dialog';
  if (target.closest('input:not([type=checkbox]), textarea, select') !== null) return 'text';
  if (target.closest('[data-row-id]') !== null) return 'list';
  return target.closest('button, a, input, aside') === null ? 'elsewhere' : 'control';
}
