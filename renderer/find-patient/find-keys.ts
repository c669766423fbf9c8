/** The parts of a key press that are looked at. */
export interface FindKeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** `/` or Ctrl+K. A slash typed into the field itself stays a slash. */
export function asksForFind(press: FindKeyPress, inField: boolean): boolean {
  if (press.altKey || press.metaKey) return false;
  if (press.ctrlKey) return press.key.toLowerCase() === 'k';
  return press.key === '/' && !inField;
}
