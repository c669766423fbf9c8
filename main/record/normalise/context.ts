/** What a normaliser may look up while it reads one resource, with a note of every look-up that found nothing. */
import { SNOMED, wordsOf } from './codings.ts';
import type { Entry } from './entries.ts';
import { fields, identifier, list } from './fields.ts';
import type { Fields } from './fields.ts';
import { organisationBehind } from './people.ts';
import type { Organisation } from './people.ts';
import type { ResourceIndex } from './references.ts';

export const ENDED_ALLERGIES = '1103671000000101';

/** Gives each entry of a source the id of its item. */
export interface ItemIds {
  idOf(entry: Entry): string | undefined;
}

/** Per source: its index and what documents and Provenance resources say about the entries beside them. */
export class Context {
  readonly #index: ResourceIndex;
  /** Pages with a document: the organisation behind its Composition says who holds what has no better provenance. */
  readonly #documents = new Map<number, Entry>();
  readonly #provenances = new Map<string, Entry>();
  /** The roles that name a practitioner, by the address they use for them. */
  readonly #roles = new Map<string, Entry[]>();
  /** Observations that belong to a report, directly or through the panel they are a member of. */
  readonly #reported = new Set<string>();
  readonly #itemIds: ItemIds;
  #dangling = false;

  constructor(index: ResourceIndex, itemIds: ItemIds) {
    this.#index = index;
    this.#itemIds = itemIds;
  }

  /** Takes note of resources that speak about others. Call for every entry before reading any. */
  note(entry: Entry): void {
    if (entry.resourceType === 'Composition') this.#documents.set(entry.page.page, entry);
    if (entry.resourceType === 'PractitionerRole') this.#noteRole(entry);
    if (entry.resourceType === 'DiagnosticReport') this.#noteMembers(entry.resource['result']);
    if (entry.resourceType === 'Observation') this.#noteMembers(membersOf(entry.resource));
    if (entry.resourceType !== 'Provenance') return;
    for (const target of list(entry.resource['target'])) {
      const address = identifier(fields(target)['reference']);
      if (address !== undefined) this.#provenances.set(address, entry);
    }
  }

  #noteRole(entry: Entry): void {
    const address = identifier(fields(entry.resource['practitioner'])['reference']);
    if (address !== undefined) this.#roles.set(address, [...(this.#roles.get(address) ?? []), entry]);
  }

  /** Where a practitioner works, if their only role in this source says so. */
  onlyRoleOf(practitioner: Entry): Entry | undefined {
    const roles = this.#roles.get(`Practitioner/${practitioner.id}`) ?? this.#roles.get(practitioner.fullUrl ?? '') ?? [];
    return roles.length === 1 ? roles[0] : undefined;
  }

  #noteMembers(references: unknown): void {
    for (const reference of list(references)) {
      const address = identifier(fields(reference)['reference']);
      if (address !== undefined) this.#reported.add(address);
    }
  }

  /** Whether a report or a panel lists this observation among its results. */
  isReported(entry: Entry): boolean {
    return this.#reported.has(`${entry.resourceType}/${entry.id}`) || (entry.fullUrl !== undefined && this.#reported.has(entry.fullUrl));
  }

  /** The id of the item a reference leads to. */
  itemBehind(reference: unknown, from: Entry): string | undefined {
    const target = this.resolve(reference, from);
    return target === undefined ? undefined : this.#itemIds.idOf(target);
  }

  resolve(reference: unknown, from: Entry): Entry | undefined {
    const found = this.#index.resolve(reference, from);
    if (found === undefined && identifier(fields(reference)['reference']) !== undefined) this.#dangling = true;
    return found;
  }

  /** Whether any look-up since the last call found nothing: the resource is read again when more has arrived. */
  takeDangling(): boolean {
    const dangling = this.#dangling;
    this.#dangling = false;
    return dangling;
  }

  /** The kinds of specimen a report was made from. */
  specimensOf(entry: Entry): readonly string[] {
    return list(entry.resource['specimen']).flatMap((reference) => wordsOf(this.resolve(reference, entry)?.resource['type']) ?? []);
  }

  provenanceOrganisation(entry: Entry): Organisation | undefined {
    const provenance = this.#provenances.get(`${entry.resourceType}/${entry.id}`) ?? (entry.fullUrl === undefined ? undefined : this.#provenances.get(entry.fullUrl)) ?? containedProvenance(entry);
    if (provenance === undefined) return undefined;
    for (const agent of list(provenance.resource['agent'])) {
      const found = organisationBehind(fields(agent)['who'] ?? fields(agent)['whoReference'], provenance, this) ?? organisationBehind(fields(agent)['onBehalfOf'], provenance, this);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  documentOrganisation(entry: Entry): Organisation | undefined {
    const composition = this.#documents.get(entry.page.page);
    if (composition === undefined || composition === entry) return undefined;
    return organisationBehind(composition.resource['custodian'], composition, this);
  }
}

function membersOf(resource: Fields): readonly unknown[] {
  const related = list(resource['related']).map(fields).filter((one) => one['type'] === 'has-member');
  return [...list(resource['hasMember']), ...related.map((one) => one['target'])];
}

function containedProvenance(entry: Entry): Entry | undefined {
  const inner = list(entry.resource['contained']).findIndex((one) => fields(one)['resourceType'] === 'Provenance');
  if (inner < 0) return undefined;
  return { page: entry.page, pointer: `${entry.pointer}/contained/${inner}`, resource: fields(list(entry.resource['contained'])[inner]), resourceType: 'Provenance', parent: entry };
}

/** Whether an entry is contained in GP Connect's "Ended allergies" list, which is all that says it has ended. */
export function isInEndedAllergies(entry: Entry): boolean {
  if (entry.parent?.resourceType !== 'List') return false;
  const codings = list(fields(entry.parent.resource['code'])['coding']).map(fields);
  return codings.some((coding) => coding['system'] === SNOMED && coding['code'] === ENDED_ALLERGIES);
}
