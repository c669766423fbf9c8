/** Everything one source has sent: its pages as they came, an item for each resource, and whether they may be shown. */
import type { Demographics } from './demographics.ts';
import { declaredEmpty, DECLARING_TYPES } from './emptiness.ts';
import type { DeclaredEmpty } from './emptiness.ts';
import type { Item } from './model.ts';
import { Context } from './normalise/context.ts';
import { entriesOf } from './normalise/entries.ts';
import type { Entry } from './normalise/entries.ts';
import { normaliseEntry } from './normalise/normalise.ts';
import { Page } from './normalise/page.ts';
import type { RecordPage } from './normalise/page.ts';
import { ResourceIndex } from './normalise/references.ts';
import { checkPatients, claimOf, mayBeShown, subjectOf } from './patient-guard.ts';
import type { PatientCheck, PatientClaim, Subject } from './patient-guard.ts';

/** Who is told which items may be shown. An item that is read again is hidden and shown anew. */
export interface Shelf {
  show(item: Item): void;
  hide(item: Item): void;
}

interface Read {
  readonly item: Item;
  readonly subject: Subject;
  shown: boolean;
}

export class SourceStore {
  readonly #name: string;
  readonly #sourceId: string;
  readonly #traced: Demographics;
  readonly #shelf: Shelf;
  readonly #pages = new Map<number, Page>();
  readonly #patients: PatientClaim[] = [];
  /** Ids of contained resources. */
  readonly #taken = new Set<string>();
  readonly #index = new ResourceIndex();
  readonly #context = new Context(this.#index);
  /** In the order they came. */
  readonly #read = new Map<Entry, Read>();
  readonly #heldBack = new Set<Entry>();
  /** Entries with a reference that led nowhere, by what they wait for. */
  readonly #waiting = new Map<string, Set<Entry>>();
  readonly #declaredEmpty: DeclaredEmpty[] = [];
  /** Whether the source is one that sends no Patient: see `SourcePage.subject`. */
  #isRegistry = false;
  #check: PatientCheck;
  #clinicalItems = 0;
  #accepted: string | null = null;

  constructor(sourceId: string, name: string, traced: Demographics, shelf: Shelf) {
    this.#sourceId = sourceId;
    this.#name = name;
    this.#traced = traced;
    this.#shelf = shelf;
    this.#check = checkPatients(name, [], traced);
  }

  get received(): number {
    return this.#read.size;
  }

  /** What the guard says of the Patients that have come. */
  get check(): PatientCheck {
    return this.#check;
  }

  /** Whether the clinician has accepted just the differences that there are. */
  get isAccepted(): boolean {
    return this.#check.kind === 'disagrees' && this.#check.sentence === this.#accepted;
  }

  get declaredEmpty(): readonly DeclaredEmpty[] {
    return this.#declaredEmpty;
  }

  get heldBack(): readonly Item[] {
    return [...this.#heldBack].flatMap((entry) => this.#read.get(entry)?.item ?? []);
  }

  /** Items that are shown and say something of the patient by themselves. */
  get clinicalItems(): number {
    return this.#clinicalItems;
  }

  add(sent: RecordPage): void {
    const page = new Page(sent);
    this.#pages.set(page.page, page);
    const entries = entriesOf(page);
    const again = new Set<Entry>();
    const patients = this.#patients.length;
    for (const entry of entries) this.#admit(entry, again);
    for (const entry of entries) this.#readEntry(entry);
    for (const entry of again) this.#readEntry(entry);
    const becomesRegistry = page.subject === 'identifier' && !this.#isRegistry;
    this.#isRegistry ||= becomesRegistry;
    if (this.#patients.length > patients || becomesRegistry) this.#checkAgain();
    for (const entry of entries) entry.letGo();
    page.letGo();
  }

  /** Shows what differs from PDS only as the clinician has seen and accepted. A Patient that differs otherwise ends it. */
  accept(): boolean {
    if (this.#check.kind !== 'disagrees') return false;
    this.#accepted = this.#check.sentence;
    this.#checkAgain();
    return true;
  }

  /** Takes everything off the shelf: the source is asked again. */
  clear(): void {
    for (const { item, shown } of this.#read.values()) if (shown) this.#hide(item);
  }

  /** The resource an item came from. */
  valueAt(page: number, pointer: string): unknown {
    return this.#pages.get(page)?.valueAt(pointer);
  }

  /** Names an entry and finds out which earlier ones have to be read again because of it. */
  #admit(entry: Entry, again: Set<Entry>): void {
    entry.itemId = this.#newId(entry);
    const isNewBase = this.#index.add(entry);
    for (const address of this.#context.note(entry)) {
      const named = this.#index.resolveAddress(address, entry);
      if (named !== undefined && this.#read.has(named)) again.add(named);
    }
    if (entry.resourceType === 'Patient') this.#patients.push(claimOf(entry, this.#traced));
    if (DECLARING_TYPES.has(entry.resourceType)) this.#declaredEmpty.push(...declaredEmpty(entry));
    if (isNewBase) for (const entries of this.#waiting.values()) for (const one of entries) again.add(one);
    if (this.#waiting.size === 0) return;
    for (const address of [`${entry.resourceType}/${entry.id}`, entry.fullUrl ?? '']) {
      for (const one of this.#waiting.get(address) ?? []) again.add(one);
      this.#waiting.delete(address);
    }
  }

  #readEntry(entry: Entry): void {
    const before = this.#read.get(entry);
    this.#context.takeDangling();
    const item = normaliseEntry(entry, this.#context);
    const subject = subjectOf(entry, this.#context, this.#traced);
    for (const address of this.#context.takeDangling()) this.#waitFor(address, entry);
    if (before?.shown === true) this.#hide(before.item);
    const shown = this.#mayBeShown(subject);
    this.#read.set(entry, { item, subject, shown });
    if (shown) this.#heldBack.delete(entry);
    else this.#heldBack.add(entry);
    if (shown) this.#show(item);
  }

  /** By what an entry that ends the waiting bears: an address without its base and version. */
  #waitFor(address: string, entry: Entry): void {
    const relative = /^https?:.*\/([A-Za-z]+\/[^/]+?)(?:\/_history\/[^/]+)?$/.exec(address)?.[1] ?? address.replace(/\/_history\/[^/]+$/, '');
    for (const key of relative === address ? [address] : [relative, address]) {
      const waiting = this.#waiting.get(key);
      if (waiting === undefined) this.#waiting.set(key, new Set([entry]));
      else waiting.add(entry);
    }
  }

  #mayBeShown(subject: Subject): boolean {
    const check = this.#check;
    if (check.kind === 'unproven' || (check.kind === 'disagrees' && !this.isAccepted)) return false;
    return mayBeShown(subject, check.patients);
  }

  /** Patients only ever come, so that what is shown stays so unless one of them puts the whole source in doubt. */
  #checkAgain(): void {
    const wasOpen = this.#isOpen();
    this.#check = checkPatients(this.#name, this.#patients, this.#traced, this.#isRegistry);
    if (wasOpen && !this.#isOpen()) return this.#hideAll();
    for (const entry of this.#heldBack) {
      const read = this.#read.get(entry);
      if (read === undefined || !this.#mayBeShown(read.subject)) continue;
      read.shown = true;
      this.#heldBack.delete(entry);
      this.#show(read.item);
    }
  }

  #isOpen(): boolean {
    return this.#check.kind === 'passed' || this.isAccepted;
  }

  #hideAll(): void {
    for (const [entry, read] of this.#read) {
      if (read.shown) this.#hide(read.item);
      read.shown = false;
      this.#heldBack.add(entry);
    }
  }

  #show(item: Item): void {
    if (item.section !== 'supporting') this.#clinicalItems += 1;
    this.#shelf.show(item);
  }

  #hide(item: Item): void {
    if (item.section !== 'supporting') this.#clinicalItems -= 1;
    this.#shelf.hide(item);
  }

  /** Source, type and id; where the source repeats an id or gives none, where the entry stands. */
  #newId(entry: Entry): string {
    const base = entry.parent === undefined ? `${this.#sourceId}/${entry.resourceType}` : `${entry.parent.itemId}#${entry.resourceType}`;
    const id = `${base}/${entry.id ?? ''}`;
    const isTaken = entry.id === undefined || (entry.parent === undefined ? this.#index.has(entry.resourceType, entry.id) : this.#taken.has(id));
    if (entry.parent !== undefined) this.#taken.add(id);
    return isTaken ? `${id}~${entry.page.page}${entry.pointer}` : id;
  }
}
