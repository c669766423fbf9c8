/** Everything one source has sent: its pages as they came, an item for each resource, and whether they may be shown. */
import type { Demographics } from './demographics.ts';
import { Context } from './normalise/context.ts';
import { entriesOf, valueAt } from './normalise/entries.ts';
import type { Entry, RecordPage } from './normalise/entries.ts';
import { normaliseEntry } from './normalise/normalise.ts';
import { ResourceIndex } from './normalise/references.ts';
import type { Item } from './model.ts';
import { belongsToPatient, checkPatients, entryKey } from './patient-guard.ts';
import type { PatientCheck } from './patient-guard.ts';

/** What of a source may be shown now. `heldBack` counts what may not. */
export interface Admission {
  readonly check: PatientCheck;
  readonly items: readonly Item[];
  readonly heldBack: readonly Item[];
}

export class SourceStore {
  readonly #name: string;
  readonly #sourceId: string;
  readonly #pages = new Map<number, RecordPage>();
  readonly #entries: Entry[] = [];
  readonly #patients: Entry[] = [];
  readonly #ids = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #index = new ResourceIndex();
  readonly #context: Context;
  readonly #items = new Map<Entry, Item>();
  /** Entries to read again when more has arrived: new ones, and those with a reference that led nowhere. */
  #unread: Entry[] = [];

  constructor(sourceId: string, name: string) {
    this.#sourceId = sourceId;
    this.#name = name;
    this.#context = new Context(this.#index, { idOf: (entry) => this.#ids.get(entryKey(entry)) });
  }

  get received(): number {
    return this.#entries.length;
  }

  add(page: RecordPage): void {
    this.#pages.set(page.page, page);
    for (const entry of entriesOf(page)) {
      this.#entries.push(entry);
      this.#unread.push(entry);
      this.#ids.set(entryKey(entry), this.#newId(entry));
      this.#index.add(entry);
      this.#context.note(entry);
      if (entry.resourceType === 'Patient') this.#patients.push(entry);
    }
  }

  /** Reads everything once more: what came late (a Provenance, a report) may say more about what came early. */
  readAgain(): void {
    this.#unread = [...this.#entries];
  }

  /** What the guard lets through. */
  admit(traced: Demographics): Admission {
    this.#read();
    const check = checkPatients(this.#name, this.#patients, traced);
    const items: Item[] = [];
    const heldBack: Item[] = [];
    for (const entry of this.#entries) {
      const item = this.#items.get(entry);
      if (item === undefined) continue;
      const admitted = check.kind === 'passed' && belongsToPatient(entry, this.#context, check.patients, traced);
      (admitted ? items : heldBack).push(item);
    }
    return { check, items, heldBack };
  }

  /** The body of the page an item came from. */
  valueAt(page: number, pointer: string): unknown {
    return valueAt(this.#pages.get(page)?.body, pointer);
  }

  /** Every resource's kind and fields, for what documents and lists say about their own sections. */
  entriesOfTypes(types: ReadonlySet<string>): readonly Entry[] {
    return this.#entries.filter(({ resourceType }) => types.has(resourceType));
  }

  #read(): void {
    const dangling: Entry[] = [];
    for (const entry of this.#unread) {
      this.#context.takeDangling();
      this.#items.set(entry, normaliseEntry(entry, this.#ids.get(entryKey(entry)) ?? '', this.#context));
      if (this.#context.takeDangling()) dangling.push(entry);
    }
    this.#unread = dangling;
  }

  /** Source, type and id; where the source repeats an id or gives none, where the entry stands. */
  #newId(entry: Entry): string {
    const parent = entry.parent === undefined ? undefined : this.#ids.get(entryKey(entry.parent));
    const base = parent === undefined ? `${this.#sourceId}/${entry.resourceType}` : `${parent}#${entry.resourceType}`;
    const id = `${base}/${entry.id ?? ''}`;
    const unique = entry.id === undefined || this.#taken.has(id) ? `${id}~${entry.page.page}${entry.pointer}` : id;
    this.#taken.add(unique);
    return unique;
  }
}
