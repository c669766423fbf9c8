/**
 * Walks one page and names every resource in it: bundle entries, bundles within bundles, contained resources, and
 * entries that hold nothing that can be read. What goes in here comes out as exactly one item each.
 */
import type { SourceId } from '../values.ts';
import type { Instant } from '../values.ts';
import { fields, identifier, isFields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';

/** A page as a source hands it over; see `SourcePage`. */
export interface RecordPage {
  readonly source: SourceId;
  readonly page: number;
  readonly release: 'R4' | 'STU3';
  readonly body: unknown;
  readonly retrievedAt: Instant;
}

/** One resource where it stands. `parent` is the entry around a contained resource. */
export interface Entry {
  readonly page: RecordPage;
  /** JSON pointer (RFC 6901) into the page's body. */
  readonly pointer: string;
  readonly resource: Fields;
  readonly resourceType: string;
  readonly id?: string;
  readonly fullUrl?: string;
  readonly parent?: Entry;
  /** Why this is no resource, in words; it is still shown. */
  readonly unreadable?: string;
}

/** The entries of a page in the order they stand. A bundle is an envelope and no entry of its own. */
export function entriesOf(page: RecordPage): readonly Entry[] {
  const found: Entry[] = [];
  collect(page, page.body, '', undefined, found, 0);
  return found;
}

/** How many resources a body holds, counted without the rest of the record's machinery: for "N in, N reachable". */
export function countResources(body: unknown): number {
  if (!isBundle(body)) return countOne(body);
  return list(body['entry']).reduce<number>((total, entry) => {
    const resource = fields(entry)['resource'];
    return total + (isBundle(resource) ? countResources(resource) : countOne(resource));
  }, 0);
}

function countOne(resource: unknown): number {
  return 1 + list(fields(resource)['contained']).reduce<number>((total, contained) => total + countOne(contained), 0);
}

const DEEPEST_BUNDLE = 4;

function isBundle(value: unknown): value is Fields {
  return isFields(value) && value['resourceType'] === 'Bundle';
}

function collect(page: RecordPage, value: unknown, pointer: string, fullUrl: string | undefined, found: Entry[], depth: number): void {
  if (!isBundle(value) || depth >= DEEPEST_BUNDLE) return addResource(page, value, pointer, fullUrl, undefined, found);
  const entries = value['entry'];
  const many = Array.isArray(entries);
  list(entries).forEach((entry, index) => {
    const at = `${pointer}/entry${many ? `/${index}` : ''}`;
    collect(page, fields(entry)['resource'], `${at}/resource`, identifier(fields(entry)['fullUrl']), found, depth + 1);
  });
}

function addResource(page: RecordPage, value: unknown, pointer: string, fullUrl: string | undefined, parent: Entry | undefined, found: Entry[]): void {
  const resource = fields(value);
  const resourceType = text(resource['resourceType']);
  const id = identifier(resource['id']);
  const unreadable = whyUnreadable(value, resourceType);
  const entry: Entry = {
    page,
    pointer,
    resource,
    resourceType: resourceType ?? 'Unreadable entry',
    ...(id === undefined ? {} : { id }),
    ...(fullUrl === undefined ? {} : { fullUrl }),
    ...(parent === undefined ? {} : { parent }),
    ...(unreadable === undefined ? {} : { unreadable }),
  };
  found.push(entry);
  const contained = resource['contained'];
  list(contained).forEach((inner, index) => {
    addResource(page, inner, `${pointer}/contained${Array.isArray(contained) ? `/${index}` : ''}`, undefined, entry, found);
  });
}

function whyUnreadable(value: unknown, resourceType: string | undefined): string | undefined {
  if (value === undefined || value === null) return 'The source sent an entry with nothing in it.';
  if (!isFields(value)) return 'The source sent an entry that is not a resource.';
  return resourceType === undefined ? 'The source sent an entry without saying what it is.' : undefined;
}

/** What stands at an entry's pointer, for `raw`. */
export function valueAt(body: unknown, pointer: string): unknown {
  return pointer.split('/').slice(1).reduce<unknown>((value, step) => (Array.isArray(value) ? value[Number(step)] : fields(value)[step]), body);
}
