/** One page of a source: what stands in it, read from its own text again where the parsed answer is no longer held. */
import { parseExactJson, textOf } from '../exact-json.ts';
import type { Instant, SourceId } from '../values.ts';
import { fields } from './fields.ts';
import { resourceSlices } from './json-slices.ts';

/** A page as a source hands it over; see `SourcePage`. */
export interface RecordPage {
  readonly source: SourceId;
  readonly page: number;
  readonly release: 'R4' | 'STU3';
  readonly body: unknown;
  readonly retrievedAt: Instant;
  /** See `SourcePage`: how what names no Patient is tied to the patient. */
  readonly subject?: 'composition' | 'identifier';
}

const IN_ENTRY = /^\/entry\/(\d+)\/resource(\/.*)?$/;

export class Page {
  readonly source: SourceId;
  readonly page: number;
  readonly release: RecordPage['release'];
  readonly retrievedAt: Instant;
  readonly subject: RecordPage['subject'];
  readonly #text: string | undefined;
  #body: unknown;
  #isHeld = true;
  #slices: Int32Array | null | undefined;

  constructor({ source, page, release, body, retrievedAt, subject }: RecordPage) {
    this.source = source;
    this.page = page;
    this.release = release;
    this.retrievedAt = retrievedAt;
    this.subject = subject;
    this.#body = body;
    this.#text = textOf(body);
  }

  /** The parsed answer may go: a text takes a third of its room. Where there is no text it stays. */
  letGo(): void {
    if (this.#text === undefined) return;
    this.#body = undefined;
    this.#isHeld = false;
  }

  /** What stands at a JSON pointer (RFC 6901). */
  valueAt(pointer: string): unknown {
    if (this.#isHeld || this.#text === undefined) return valueAt(this.#body, pointer);
    const inEntry = IN_ENTRY.exec(pointer);
    this.#slices ??= resourceSlices(this.#text);
    const index = inEntry === null ? -1 : 2 * Number(inEntry[1]);
    const start = this.#slices?.[index] ?? 0;
    if (start === 0) return valueAt(parseExactJson(this.#text), pointer);
    return valueAt(parseExactJson(this.#text.slice(start, this.#slices?.[index + 1])), inEntry?.[2] ?? '');
  }
}

/** Walks own members only: a pointer never leads to what every object inherits. */
function valueAt(body: unknown, pointer: string): unknown {
  return pointer.split('/').slice(1).reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    const holder = fields(value);
    return Object.hasOwn(holder, step) ? holder[step] : undefined;
  }, body);
}
