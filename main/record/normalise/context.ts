/** What a normaliser may look up while it reads one resource, with a note of every look-up that found nothing. */
import { SNOMED, wordsOf } from './codings.ts';
import type { Entry } from './entries.ts';
import { fields, identifier, list } from './fields.ts';
import type { Fields } from './fields.ts';
import type { Page } from './page.ts';
import { organisationBehind } from './people.ts';
import type { Organisation } from './people.ts';
import type { ResourceIndex } from './references.ts';

export const ENDED_ALLERGIES = '1103671000000101';

/** Per source: its index and what documents and Provenance resources say about the entries beside them. */
export class Context {
  readonly #index: ResourceIndex;
  /** Pages with a document: the organisation behind its Composition says who holds what has no better provenance. */
  readonly #documents = new Map<number, Entry[]>();
  readonly #provenances = new Map<string, Entry>();
  /** The roles that name a practitioner, by the address they use for them. */
  readonly #roles = new Map<string, Entry[]>();
  /** Observations that belong to a report, directly or through the panel they are a member of. */
  readonly #reported = new Set<string>();
  /** Observations that would be sorted otherwise if a report listed them. */
  readonly #askedAfter = new Set<string>();
  #dangling: string[] = [];
  #revision = 0;

  constructor(index: ResourceIndex) {
    this.#index = index;
  }

  /** Moves whenever a look-up may come to another answer. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Takes note of a resource that speaks about others. Call for every entry of a page before reading any. Answers with the
   * addresses of those that have to be read again if they were read before.
   */
  note(entry: Entry): readonly string[] {
    this.#revision += 1;
    switch (entry.resourceType) {
      case 'Composition':
        this.#documents.set(entry.page.page, [...(this.#documents.get(entry.page.page) ?? []), entry]);
        return NONE;
      case 'PractitionerRole':
        this.#noteRole(entry);
        return NONE;
      case 'DiagnosticReport':
        return this.#noteMembers(entry.resource['result']);
      case 'Observation':
        return this.#noteMembers(membersOf(entry.resource));
      case 'Provenance':
        for (const address of addressesOf(entry.resource['target'])) this.#provenances.set(address, entry);
        return NONE;
      default:
        return NONE;
    }
  }

  #noteRole(entry: Entry): void {
    const address = identifier(fields(entry.resource['practitioner'])['reference']);
    if (address === undefined) return;
    const roles = this.#roles.get(address);
    if (roles === undefined) this.#roles.set(address, [entry]);
    else roles.push(entry);
  }

  /** Where a practitioner works, if their only role in this source says so. */
  onlyRoleOf(practitioner: Entry): Entry | undefined {
    const roles = this.#roles.get(`Practitioner/${practitioner.id}`) ?? this.#roles.get(practitioner.fullUrl ?? '') ?? [];
    return roles.length === 1 ? roles[0] : undefined;
  }

  #noteMembers(members: unknown): readonly string[] {
    const fresh = addressesOf(members).filter((address) => !this.#reported.has(address));
    for (const address of fresh) this.#reported.add(address);
    return this.#askedAfter.size === 0 ? NONE : fresh.filter((address) => this.#askedAfter.delete(address));
  }

  /** Whether a report or a panel lists this observation among its results. */
  isReported(entry: Entry): boolean {
    const addresses = [`${entry.resourceType}/${entry.id}`, ...(entry.fullUrl === undefined ? [] : [entry.fullUrl])];
    if (addresses.some((address) => this.#reported.has(address))) return true;
    for (const address of addresses) this.#askedAfter.add(address);
    return false;
  }

  /** The id of the item a reference leads to. */
  itemBehind(reference: unknown, from: Entry): string | undefined {
    return this.resolve(reference, from)?.itemId;
  }

  resolve(reference: unknown, from: Entry): Entry | undefined {
    const address = identifier(fields(reference)['reference']);
    if (address === undefined) return undefined;
    const found = this.#index.resolveAddress(address, from);
    if (found === undefined) this.#dangling.push(address);
    return found;
  }

  /** The addresses that led nowhere since the last call: the resource is read again when they have arrived. */
  takeDangling(): readonly string[] {
    if (this.#dangling.length === 0) return NONE;
    const dangling = this.#dangling;
    this.#dangling = [];
    return dangling;
  }

  /** The kinds of specimen a report was made from. */
  specimensOf(entry: Entry): readonly string[] {
    return list(entry.resource['specimen']).flatMap((reference) => wordsOf(this.resolve(reference, entry)?.resource['type']) ?? []);
  }

  provenanceOrganisation(entry: Entry): Organisation | undefined {
    const provenance = this.#provenances.get(`${entry.resourceType}/${entry.id}`) ?? (entry.fullUrl === undefined ? undefined : this.#provenances.get(entry.fullUrl)) ?? entry.contained.find(({ resourceType }) => resourceType === 'Provenance');
    if (provenance === undefined) return undefined;
    for (const agent of list(provenance.resource['agent'])) {
      const found = organisationBehind(fields(agent)['who'] ?? fields(agent)['whoReference'], provenance, this) ?? organisationBehind(fields(agent)['onBehalfOf'], provenance, this);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  compositionsOn(page: Page): readonly Entry[] {
    return this.#documents.get(page.page) ?? [];
  }

  documentOrganisation(entry: Entry): Organisation | undefined {
    const composition = this.#documents.get(entry.page.page)?.at(-1);
    if (composition === undefined || composition === entry) return undefined;
    return organisationBehind(composition.resource['custodian'], composition, this);
  }
}

const NONE: readonly string[] = [];

function addressesOf(references: unknown): readonly string[] {
  if (references === undefined) return NONE;
  return list(references).flatMap((reference) => identifier(fields(reference)['reference']) ?? []);
}

function membersOf(resource: Fields): unknown {
  if (resource['related'] === undefined) return resource['hasMember'];
  const related = list(resource['related']).map(fields).filter((one) => one['type'] === 'has-member');
  return [...list(resource['hasMember']), ...related.map((one) => one['target'])];
}

/** Whether an entry is contained in GP Connect's "Ended allergies" list, which is all that says it has ended. */
export function isInEndedAllergies(entry: Entry): boolean {
  if (entry.parent?.resourceType !== 'List') return false;
  const codings = list(fields(entry.parent.resource['code'])['coding']).map(fields);
  return codings.some((coding) => coding['system'] === SNOMED && coding['code'] === ENDED_ALLERGIES);
}
