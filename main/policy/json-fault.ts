/** Where JSON text stops being JSON. The engine's own message does not always say. */

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const KEY = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Line and column, both from 1, of the first character that does not belong (RFC 8259). */
export function jsonFault(text: string): { readonly line: number; readonly column: number } {
  const at = faultPosition(text);
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Reads on as far as the grammar allows, with the open brackets in place of a call stack. */
function faultPosition(text: string): number {
  const open: string[] = [];
  let at = 0;
  let expect: 'value' | 'key' | 'key-or-end' | 'value-or-end' | 'colon' | 'comma-or-end' = 'value';
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    at += match?.[0].length ?? 0;
    return match !== null;
  };
  for (;;) {
    take(SPACE);
    const sign = text[at] ?? '';
    if ((expect === 'key-or-end' && sign === '}') || (expect === 'value-or-end' && sign === ']') || (expect === 'comma-or-end' && sign !== '' && sign === open.at(-1))) {
      open.pop();
      at += 1;
      expect = 'comma-or-end';
    } else if (expect === 'key' || expect === 'key-or-end') {
      if (!take(KEY)) return at;
      expect = 'colon';
    } else if (expect === 'colon') {
      if (sign !== ':') return at;
      at += 1;
      expect = 'value';
    } else if (expect === 'comma-or-end') {
      if (sign !== ',' || open.length === 0) return at;
      at += 1;
      expect = open.at(-1) === '}' ? 'key' : 'value';
    } else if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? '}' : ']');
      at += 1;
      expect = sign === '{' ? 'key-or-end' : 'value-or-end';
    } else {
      if (!take(SCALAR)) return at;
      expect = 'comma-or-end';
    }
  }
}
