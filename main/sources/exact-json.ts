/** JSON whose numbers keep their own digits: a result of `7.0` must not become `7`. */

/** Where plain parsing would lose digits: a trailing zero after the point, an exponent, more digits than a double holds. */
const LOSES_DIGITS = /\d\.\d*0[\s,\]}]|\d[eE][+-]?\d|\d{16,}/;

type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * Parses JSON text. A number that would not print as it was written becomes an object with its text in `rawJSON`
 * (ECMAScript JSON.rawJSON), a plain one so that it can be copied between threads. Throws `SyntaxError` like `JSON.parse`.
 */
export function parseExactJson(text: string): unknown {
  if (!LOSES_DIGITS.test(text)) return JSON.parse(text);
  const keep: Reviver = (_key, value, context) => {
    if (typeof value !== 'number' || context?.source === undefined || String(value) === context.source) return value;
    return { rawJSON: context.source };
  };
  return JSON.parse(text, keep as (this: unknown, key: string, value: unknown) => unknown);
}
