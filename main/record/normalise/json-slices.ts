/** Finds resources in the text of a bundle, so that one can be read again without parsing the whole. */

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

/**
 * Where the `resource` of each entry begins and ends, two numbers an entry; both 0 for an entry without one. `null` where the
 * text is no object with a list of entries. The text must be JSON that has been parsed before.
 */
export function resourceSlices(text: string): Int32Array | null {
  const entries = memberAt(text, skipSpace(text, 0), 'entry');
  if (entries === null || text.charCodeAt(entries) !== OPEN_LIST) return null;
  const slices: number[] = [];
  let at = skipSpace(text, entries + 1);
  while (at < text.length && text.charCodeAt(at) !== CLOSE_LIST) {
    const resource = memberAt(text, at, 'resource');
    slices.push(resource ?? 0, resource === null ? 0 : valueEnd(text, resource));
    at = skipSpace(text, valueEnd(text, at));
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  return Int32Array.from(slices);
}

/** Where the value of an object's member begins; the last one where a name is repeated, as JSON.parse has it. */
function memberAt(text: string, object: number, name: string): number | null {
  if (text.charCodeAt(object) !== OPEN) return null;
  let found: number | null = null;
  let at = skipSpace(text, object + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = valueEnd(text, at);
    const isNamed = nameEnd - at === name.length + 2 && text.startsWith(name, at + 1);
    at = skipSpace(text, nameEnd);
    if (text.charCodeAt(at) !== COLON) return null;
    at = skipSpace(text, at + 1);
    if (isNamed) found = at;
    at = skipSpace(text, valueEnd(text, at));
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  return found;
}

/** One past the end of the value that begins at `start`. */
function valueEnd(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return stringEnd(text, start);
  let at = start;
  if (first !== OPEN && first !== OPEN_LIST) {
    while (at < text.length && !endsPlain(text.charCodeAt(at))) at += 1;
    return at;
  }
  let depth = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
      continue;
    }
    at += 1;
    if (code === OPEN || code === OPEN_LIST) depth += 1;
    else if (code === CLOSE || code === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return at;
}

function stringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at > 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

function endsPlain(code: number): boolean {
  return code === COMMA || code === CLOSE || code === CLOSE_LIST || code <= 32;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return at;
}
