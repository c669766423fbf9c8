/**
 * Reading fields of a resource nobody has checked. Every reader answers with what is there or with nothing: a record
 * with a wrong type in one place must still show the rest.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object with fields; an empty one where it is something else. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : EMPTY;
}
const EMPTY: Fields = Object.freeze({});

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list, whether it was sent as one or as its only member. */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * Characters that show nothing and reorder what is shown around them (Unicode Standard Annex 9, section 2): with one of
 * them before it 5.2 is read as 2.5.
 */
export const REORDERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text to be shown: without its outer spaces and without what reorders it; nothing where it is empty or not text. */
export function text(value: unknown): string | undefined {
  return identifier(typeof value === 'string' ? value.replace(REORDERING, '') : value);
}

/** Text that one thing is told from another by: as it is but for outer spaces, so that no two ever become one. */
export function identifier(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** The first field of `names` that holds text. */
export function firstText(from: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = text(from[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A number with the digits it was sent with: `7.0` stays `7.0`. */
export interface ExactNumber {
  readonly number: number;
  readonly text: string;
}

/**
 * Reads a JSON number. Where the usual form would lose digits (`7.0`) the reader of the answer keeps an object with the
 * original text in `rawJSON` (ECMAScript JSON.rawJSON), which survives copying between processes.
 */
export function exactNumber(value: unknown): ExactNumber | undefined {
  if (typeof value === 'number') return { number: value, text: String(value) };
  const raw = isFields(value) ? value['rawJSON'] : undefined;
  if (typeof raw !== 'string') return undefined;
  const number = Number(raw);
  return Number.isFinite(number) ? { number, text: raw } : undefined;
}

/** An extension's fields by the end of its address, whatever its host or version. */
export function extension(from: Fields, urlEnd: string): Fields | undefined {
  for (const entry of list(from['extension'])) {
    const url = text(fields(entry)['url']);
    if (url !== undefined && url.toLowerCase().includes(urlEnd.toLowerCase())) return fields(entry);
  }
  return undefined;
}

/** Letters, digits and signs without accents, and single spaces between them: what most texts are. */
const PLAIN = /^(?:[!-~]+ )*[!-~]+$/;

/** Compared, never shown: lower case, accents and repeated spaces removed. */
export function folded(value: string): string {
  if (PLAIN.test(value)) return value.toLowerCase();
  return value.normalize('NFD').replace(/\p{M}+/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}
