import type { RowPage } from '../../preload/contract.ts';
import type { RowRequest } from '../record/view.ts';

/** One patient's record, while it is open. */
export interface OpenRecord {
  rows(request: RowRequest): Promise<RowPage>;
  /** The resource behind an item as indented JSON, or `null` where there is no such item. */
  raw(itemId: string): Promise<string | null>;
  retry(sourceId: string): void;
  /** Stops every request and drops everything. Nothing is reported afterwards. */
  close(): void;
}
