/** JSON whose numbers keep their own digits: a result of `7.0` must not become `7`. */

import { REORDERING } from './normalise/fields.ts';

/** A number whose digits plain parsing would lose: trailing noughts, an exponent, minus nought, very small or very long. */
const LOSSY = String.raw`-?(?:\d+\.\d*0|\d[\d.]*[eE][+-]?\d+|\d[\d.]{15,}|0\.0{6}\d+|0(?<=-0))`;
const ANYWHERE = new RegExp(String.raw`[:[,]\s*${LOSSY}\s*[,\]}]`);
/**
 * After a name that ends in a letter, a digit or `_`, as every name in FHIR does. The quote before the colon then closes a
 * string, because nothing but a comma, a bracket, a colon or a space may stand before one that opens it: what follows is a value.
 */
const AFTER_NAME = new RegExp(String.raw`(\w"\s*:\s*)(${LOSSY})(?=\s*[,\]}])`, 'g');

type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;
type RawJson = { rawJSON?: (text: string) => unknown };

/** The text each parsed answer came from, for as long as the answer is held. */
const texts = new WeakMap<object, string>();

/**
 * Parses JSON text. A number that would not print as it was written becomes an object with its text in `rawJSON`
 * (ECMAScript JSON.rawJSON), a plain one so that it can be copied between threads. Throws `SyntaxError` like `JSON.parse`.
 */
export function parseExactJson(text: string): unknown {
  const value = parse(text);
  if (typeof value === 'object' && value !== null) texts.set(value, text);
  return value;
}

/** The text that `parseExactJson` made this value of; nothing where it was made otherwise. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? texts.get(value) : undefined;
}

function parse(text: string): unknown {
  if (!ANYWHERE.test(text)) return JSON.parse(text);
  const kept = text.replace(AFTER_NAME, (whole, name: string, digits: string) => (String(Number(digits)) === digits ? whole : `${name}{"rawJSON":"${digits}"}`));
  return ANYWHERE.test(kept) ? parseNumberByNumber(text) : JSON.parse(kept);
}

/** For numbers in lists and names that are none of FHIR's; several times slower. */
function parseNumberByNumber(text: string): unknown {
  const keep: Reviver = (_key, value, context) => {
    if (typeof value !== 'number' || context?.source === undefined || String(value) === context.source) return value;
    return { rawJSON: context.source };
  };
  return JSON.parse(text, keep as (this: unknown, key: string, value: unknown) => unknown);
}

/**
 * Indented JSON; numbers that were kept with their own digits are written with them, and characters that reorder what is
 * shown by their names. What is nested deeper than can be
 * written is said to be so.
 */
export function writeExactJson(value: unknown): string {
  try {
    return indented(value);
  } catch (problem) {
    if (problem instanceof RangeError) return 'This entry is nested too deeply to be shown.';
    throw problem;
  }
}

function indented(value: unknown): string {
  const asRaw = (JSON as unknown as RawJson).rawJSON;
  const json = JSON.stringify(value ?? null, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const digits = (inner as { rawJSON?: unknown }).rawJSON;
    const isNumber = typeof digits === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(digits) && Object.keys(inner).length === 1;
    return isNumber && asRaw !== undefined ? asRaw(digits) : inner;
  }, 2);
  return json.replace(REORDERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
