/**
 * Walks one page and names every resource in it: bundle entries, bundles within bundles, contained resources, and
 * entries that hold nothing that can be read. What goes in here comes out as exactly one item each.
 */
import { sharedText } from './codings.ts';
import { fields, identifier, isFields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';
import type { Page } from './page.ts';

export type { RecordPage } from './page.ts';

/** What an entry is made with. */
interface Place {
  readonly page: Page;
  readonly pointer: string;
  readonly value: unknown;
  readonly fullUrl?: string | undefined;
  readonly parent?: Entry;
  readonly depth?: number;
}

/** One resource where it stands. */
export class Entry {
  readonly page: Page;
  /** JSON pointer (RFC 6901) into the page's body. */
  readonly pointer: string;
  readonly resourceType: string;
  readonly id: string | undefined;
  /** The entry around a contained resource. */
  readonly parent: Entry | undefined;
  /** Why this is no resource, in words; it is still shown. */
  readonly unreadable: string | undefined;
  /** The resources contained in this one. */
  readonly contained: readonly Entry[];
  /** The id of its item, once it has one. */
  itemId = '';
  /** The `fullUrl`; without type and id where it ends in them. */
  readonly #address: string | undefined;
  readonly #hasOwnTail: boolean;
  #resource: Fields | undefined;

  constructor({ page, pointer, value, fullUrl, parent, depth = 0 }: Place) {
    const resource = fields(value);
    const resourceType = text(resource['resourceType']);
    this.page = page;
    this.pointer = pointer;
    this.resourceType = resourceType === undefined ? 'Unreadable entry' : sharedText(resourceType);
    this.id = identifier(resource['id']);
    const tail = `/${this.resourceType}/${this.id}`;
    const hasOwnTail = fullUrl?.endsWith(tail) === true;
    this.#address = hasOwnTail ? sharedText(fullUrl.slice(0, -tail.length)) : fullUrl;
    this.#hasOwnTail = hasOwnTail;
    this.parent = parent;
    this.unreadable = whyUnreadable(value, resourceType);
    this.#resource = resource;
    const contained = resource['contained'];
    const isLeaf = contained === undefined || depth >= DEEPEST_CONTAINED;
    this.contained = isLeaf ? NONE : list(contained).map((inner, index) => new Entry({ page, pointer: `${pointer}/contained${Array.isArray(contained) ? `/${index}` : ''}`, value: inner, parent: this, depth: depth + 1 }));
  }

  get fullUrl(): string | undefined {
    return this.#hasOwnTail ? `${this.#address}/${this.resourceType}/${this.id}` : this.#address;
  }

  /** The resource itself. After `letGo` it is read from the page each time: take it once where it is needed often. */
  get resource(): Fields {
    return this.#resource ?? fields(this.page.valueAt(this.pointer));
  }

  letGo(): void {
    this.#resource = undefined;
  }
}

const NONE: readonly Entry[] = [];

/** FHIR allows one level. What is wrapped deeper than this is part of the resource around it and read in its raw form. */
const DEEPEST_CONTAINED = 8;

/** The entries of a page in the order they stand. A bundle is an envelope and no entry of its own. */
export function entriesOf(page: Page): readonly Entry[] {
  const found: Entry[] = [];
  collect(page, page.valueAt(''), '', undefined, found, 0);
  return found;
}

/** How many resources a body holds, counted without the rest of the record's machinery: for "N in, N reachable". */
export function countResources(body: unknown, depth = 0): number {
  if (!isBundle(body) || depth >= DEEPEST_BUNDLE) return countOne(body, 0);
  return list(body['entry']).reduce<number>((total, entry) => total + countResources(fields(entry)['resource'], depth + 1), 0);
}

function countOne(resource: unknown, depth: number): number {
  if (depth >= DEEPEST_CONTAINED) return 1;
  return 1 + list(fields(resource)['contained']).reduce<number>((total, contained) => total + countOne(contained, depth + 1), 0);
}

const DEEPEST_BUNDLE = 4;

function isBundle(value: unknown): value is Fields {
  return isFields(value) && value['resourceType'] === 'Bundle';
}

function collect(page: Page, value: unknown, pointer: string, fullUrl: string | undefined, found: Entry[], depth: number): void {
  if (!isBundle(value) || depth >= DEEPEST_BUNDLE) return addWithContained(new Entry({ page, pointer, value, fullUrl }), found);
  const entries = value['entry'];
  const many = Array.isArray(entries);
  list(entries).forEach((entry, index) => {
    const at = `${pointer}/entry${many ? `/${index}` : ''}`;
    collect(page, fields(entry)['resource'], `${at}/resource`, identifier(fields(entry)['fullUrl']), found, depth + 1);
  });
}

function addWithContained(entry: Entry, found: Entry[]): void {
  found.push(entry);
  for (const inner of entry.contained) addWithContained(inner, found);
}

function whyUnreadable(value: unknown, resourceType: string | undefined): string | undefined {
  if (value === undefined || value === null) return 'The source sent an entry with nothing in it.';
  if (!isFields(value)) return 'The source sent an entry that is not a resource.';
  return resourceType === undefined ? 'The source sent an entry without saying what it is.' : undefined;
}
