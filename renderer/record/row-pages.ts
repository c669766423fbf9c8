import type { LanyardBridge, Reply, RowPage, RowView } from '../../preload/contract.ts';
import { replyWithin } from '../limit.ts';

/** Rows asked for at once. */
export const PAGE_SIZE = 200;

export interface RowFilter {
  readonly onlyDiffering: boolean;
  readonly includeWithdrawn: boolean;
}

interface Page {
  readonly rows: readonly RowView[];
  readonly generation: number;
  readonly refusal: string | null;
}

interface SectionPages {
  total: number | null;
  readonly pages: Map<number, Page>;
}

/**
 * The rows of one record, as far as they have been fetched, page by page and section by section. When the record or
 * the filter changes a new generation begins: rows in hand stay on the screen until their page has come again, so
 * nothing flickers, and an answer of an older generation that comes late is dropped. Memory only.
 */
export class RowPages {
  readonly #fetch: LanyardBridge['rows'];
  readonly #sections = new Map<string, SectionPages>();
  readonly #underWay = new Set<string>();
  readonly #fresh = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #filter: RowFilter = { onlyDiffering: false, includeWithdrawn: false };
  #recordRevision = -1;
  #generation = 0;
  #filterGeneration = 0;
  #baseline: number | null = null;
  #version = 0;

  constructor(fetch: LanyardBridge['rows']) {
    this.#fetch = fetch;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Moves on every change. */
  readonly version = (): number => this.#version;

  /** Begins a new generation if the record or the filter is another one; else does nothing. */
  refresh(recordRevision: number, filter: RowFilter): void {
    const sameFilter = filter.onlyDiffering === this.#filter.onlyDiffering && filter.includeWithdrawn === this.#filter.includeWithdrawn;
    if (recordRevision === this.#recordRevision && sameFilter) return;
    this.#recordRevision = recordRevision;
    this.#filter = filter;
    this.#generation += 1;
    if (!sameFilter) this.#filterGeneration = this.#generation;
    this.#changed();
  }

  /** From here on, rows that were not there before count as new. Later calls do nothing. */
  markNewFromHere(): void {
    this.#baseline ??= this.#generation;
  }

  /** Whether this row came after the clinician had begun to read. */
  isNew(row: RowView): boolean {
    return this.#fresh.has(row.id);
  }

  /** Rows of a section under the present filter, or `null` until its first page has come. */
  total(section: string): number | null {
    return this.#sections.get(section)?.total ?? null;
  }

  rowAt(section: string, index: number): RowView | undefined {
    return this.#sections.get(section)?.pages.get(pageOf(index))?.rows[index % PAGE_SIZE];
  }

  /** Why the page with this row did not come, if it did not. */
  refusalAt(section: string, index: number): string | null {
    return this.#sections.get(section)?.pages.get(pageOf(index))?.refusal ?? null;
  }

  /** Whether the page with this row is of the present record and filter. */
  isCurrent(section: string, index: number): boolean {
    return this.#sections.get(section)?.pages.get(pageOf(index))?.generation === this.#generation;
  }

  /** Where a row is now: itself, else the row that took over one of its copies. Looks at fetched pages only. */
  find(section: string, sought: RowView): number | null {
    const copies = new Set(sought.copies.map((copy) => copy.itemId));
    let heir: number | null = null;
    for (const [page, { rows }] of this.#sections.get(section)?.pages ?? []) {
      for (const [offset, row] of rows.entries()) {
        if (row.id === sought.id) return page * PAGE_SIZE + offset;
        if (heir === null && row.copies.some((copy) => copies.has(copy.itemId))) heir = page * PAGE_SIZE + offset;
      }
    }
    return heir;
  }

  /** Fetches the page with this row unless it is current or on its way. */
  ensure(section: string, index: number): void {
    if (!this.isCurrent(section, index)) void this.#load(section, pageOf(index));
  }

  /** Fetches the page again after a refusal. */
  retry(section: string, index: number): void {
    void this.#load(section, pageOf(index));
  }

  async #load(section: string, page: number): Promise<void> {
    const generation = this.#generation;
    const key = `${generation} ${page} ${section}`;
    if (this.#underWay.has(key)) return;
    this.#underWay.add(key);
    const request = { section, from: page * PAGE_SIZE, count: PAGE_SIZE, ...this.#filter };
    const reply = await replyWithin(() => this.#fetch(request));
    this.#underWay.delete(key);
    if (generation === this.#generation) this.#take(section, page, reply);
  }

  #take(section: string, page: number, reply: Reply<RowPage>): void {
    const held = this.#sections.get(section) ?? { total: null, pages: new Map<number, Page>() };
    this.#sections.set(section, held);
    if (!reply.ok) {
      held.pages.set(page, { rows: [], generation: this.#generation, refusal: reply.sentence });
      return this.#changed();
    }
    this.#noteNewRows(held, reply.value.rows);
    held.total = reply.value.total;
    held.pages.set(page, { rows: reply.value.rows, generation: this.#generation, refusal: null });
    const pagesNow = Math.max(1, Math.ceil(held.total / PAGE_SIZE));
    for (const number of held.pages.keys()) if (number >= pagesNow) held.pages.delete(number);
    this.#changed();
  }

  /** Only where the whole section was in hand before, under the same filter, is it sure that a row was not there. */
  #noteNewRows(held: SectionPages, rows: readonly RowView[]): void {
    const before = held.pages.get(0);
    const reading = this.#baseline !== null && this.#generation > this.#baseline;
    if (!reading || before === undefined || held.total === null || held.total > PAGE_SIZE) return;
    if (before.refusal !== null || before.generation < this.#filterGeneration) return;
    const known = new Set(before.rows.flatMap((row) => row.copies.map((copy) => copy.itemId)));
    for (const row of rows) if (!row.copies.some((copy) => known.has(copy.itemId))) this.#fresh.add(row.id);
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function pageOf(index: number): number {
  return Math.floor(index / PAGE_SIZE);
}
