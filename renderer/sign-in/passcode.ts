/**
 * A passcode as the card takes it: 6 to 8 ASCII digits (NIST SP 800-73-5 part 2, 2.4.3), `null` for anything else.
 * The caller empties the field at once and wipes the array once it is sent: the bridge is given a copy.
 */
export function passcodeBytes(typed: string): Uint8Array | null {
  if (!/^[0-9]{6,8}$/.test(typed)) return null;
  return Uint8Array.from(typed, (digit) => digit.charCodeAt(0));
}

/** `3 tries left before the card locks`, or `null` where the card does not tell. */
export function triesSentence(triesLeft: number | null): string | null {
  if (triesLeft === null) return null;
  return triesLeft === 1 ? '1 try left before the card locks' : `${triesLeft} tries left before the card locks`;
}
