/** Finds what a reference points at, among everything one source has sent. */
import type { Entry } from './entries.ts';
import { fields, identifier } from './fields.ts';

/**
 * The resources of one source by every name a reference may use: `fullUrl` (urn:uuid included), `Type/id`, and `#id` for
 * contained ones. Grows as pages arrive.
 */
export class ResourceIndex {
  readonly #byUrl = new Map<string, Entry>();
  readonly #byTypeAndId = new Map<string, Entry>();
  readonly #bases = new Set<string>();

  /** Whether the entry shows that addresses of a base not seen before are the source's own. */
  add(entry: Entry): boolean {
    if (entry.parent !== undefined) return false;
    const bases = this.#bases.size;
    if (entry.fullUrl !== undefined) this.#addUrl(entry.fullUrl, entry);
    if (entry.id !== undefined) keepFirst(this.#byTypeAndId, `${entry.resourceType}/${entry.id}`, entry);
    return this.#bases.size > bases;
  }

  #addUrl(fullUrl: string, entry: Entry): void {
    const tail = `/${entry.resourceType}/${entry.id}`;
    // What bears its own type and id is found by them: under its base it needs no name of its own.
    if (fullUrl.startsWith('http') && fullUrl.endsWith(tail)) this.#bases.add(fullUrl.slice(0, -tail.length));
    else keepFirst(this.#byUrl, fullUrl, entry);
  }

  /** The resource behind a FHIR Reference, seen from `from`; nothing where it dangles. */
  resolve(reference: unknown, from: Entry): Entry | undefined {
    const address = identifier(fields(reference)['reference']);
    return address === undefined ? undefined : this.resolveAddress(address, from);
  }

  /** Whether a resource outside others has come under this type and id. */
  has(resourceType: string, id: string): boolean {
    return this.#byTypeAndId.has(`${resourceType}/${id}`);
  }

  resolveAddress(address: string, from: Entry): Entry | undefined {
    if (address.startsWith('#')) return contained(address.slice(1), from);
    const versionless = address.includes('/_history/') ? address.replace(/\/_history\/[^/]+$/, '') : address;
    const exact = this.#byUrl.get(versionless);
    if (exact !== undefined) return exact;
    const absolute = versionless.startsWith('http') ? /^(https?:.*)\/([A-Za-z]+\/[^/]+)$/.exec(versionless) : null;
    if (absolute === null) return this.#byTypeAndId.get(versionless);
    // An absolute address is only this source's own where the source has used the same base itself: another server's
    // Patient/1 is not this one.
    const [, base = '', relative = ''] = absolute;
    return this.#bases.has(base) ? this.#byTypeAndId.get(relative) : undefined;
  }

}

function keepFirst(map: Map<string, Entry>, key: string, entry: Entry): void {
  if (!map.has(key)) map.set(key, entry);
}

/** `#id` looks among the outermost resource's contained ones; `#` alone is that resource itself. */
function contained(id: string, from: Entry): Entry | undefined {
  let outermost = from;
  while (outermost.parent !== undefined) outermost = outermost.parent;
  return id === '' ? outermost : outermost.contained.find((entry) => entry.id === id);
}
