/** Finds what a reference points at, among everything one source has sent. */
import type { Entry } from './entries.ts';
import { fields, identifier, list, text } from './fields.ts';
import type { Fields } from './fields.ts';

/**
 * The resources of one source by every name a reference may use: `fullUrl` (urn:uuid included), `Type/id`, and `#id` for
 * contained ones. Grows as pages arrive.
 */
export class ResourceIndex {
  readonly #byUrl = new Map<string, Entry>();
  readonly #byTypeAndId = new Map<string, Entry>();
  readonly #bases = new Set<string>();

  add(entry: Entry): void {
    if (entry.parent !== undefined) return;
    if (entry.fullUrl !== undefined) this.#addUrl(entry.fullUrl, entry);
    if (entry.id !== undefined) keepFirst(this.#byTypeAndId, `${entry.resourceType}/${entry.id}`, entry);
  }

  #addUrl(fullUrl: string, entry: Entry): void {
    keepFirst(this.#byUrl, fullUrl, entry);
    const tail = `/${entry.resourceType}/${entry.id}`;
    if (fullUrl.endsWith(tail)) this.#bases.add(fullUrl.slice(0, -tail.length));
  }

  /** The resource behind a FHIR Reference, seen from `from`; nothing where it dangles. */
  resolve(reference: unknown, from: Entry): Entry | undefined {
    const address = identifier(fields(reference)['reference']);
    return address === undefined ? undefined : this.resolveAddress(address, from);
  }

  resolveAddress(address: string, from: Entry): Entry | undefined {
    if (address.startsWith('#')) return contained(address.slice(1), from);
    const versionless = address.replace(/\/_history\/[^/]+$/, '');
    const exact = this.#byUrl.get(versionless);
    if (exact !== undefined) return exact;
    const absolute = /^(https?:.*)\/([A-Za-z]+\/[^/]+)$/.exec(versionless);
    if (absolute === null) return this.#byTypeAndId.get(versionless);
    // An absolute address is only this source's own where the source has used the same base itself: another server's
    // Patient/1 is not this one.
    const [, base = '', relative = ''] = absolute;
    return this.#bases.has(base) ? this.#byTypeAndId.get(relative) : undefined;
  }

  /** The resources behind several references, those that dangle left out. */
  resolveAll(references: unknown, from: Entry): readonly Entry[] {
    return list(references).flatMap((reference) => this.resolve(reference, from) ?? []);
  }
}

function keepFirst(map: Map<string, Entry>, key: string, entry: Entry): void {
  if (!map.has(key)) map.set(key, entry);
}

/** `#id` looks among the outermost resource's contained ones; `#` alone is that resource itself. */
function contained(id: string, from: Entry): Entry | undefined {
  let outermost = from;
  while (outermost.parent !== undefined) outermost = outermost.parent;
  if (id === '') return outermost;
  const inner = list(outermost.resource['contained']);
  const index = inner.findIndex((one) => identifier(fields(one)['id']) === id);
  if (index < 0) return undefined;
  const resource: Fields = fields(inner[index]);
  return {
    page: outermost.page,
    pointer: `${outermost.pointer}/contained/${index}`,
    resource,
    resourceType: text(resource['resourceType']) ?? 'Unreadable entry',
    id,
    parent: outermost,
  };
}
