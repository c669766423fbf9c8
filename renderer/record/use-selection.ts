import { useState } from 'react';
import type { RowView } from '../../preload/contract.ts';
import type { RowPages } from './row-pages.ts';
import type { Place } from './row-walk.ts';

/** The selected place, the row last seen there, and how often a key has moved the focus to it. */
export interface Selection extends Place {
  readonly row: RowView | null;
  readonly focusMoves: number;
}

/**
 * The selection as the rows in hand now have it: it stays with its row wherever that has moved to, and is none once
 * that row has gone. Returns the same object where nothing changed.
 */
export function followed(selection: Selection, pages: Pick<RowPages, 'rowAt' | 'find' | 'isCurrent'>): Selection | null {
  const { section, index, row } = selection;
  const here = pages.rowAt(section, index);
  if (row === null) return here === undefined ? selection : { ...selection, row: here };
  if (here?.id === row.id) return here === row ? selection : { ...selection, row: here };
  const moved = pages.find(section, row);
  const there = moved === null ? undefined : pages.rowAt(section, moved);
  if (moved !== null && there !== undefined) return { ...selection, index: moved, row: there };
  return pages.isCurrent(section, index) ? null : selection;
}

export interface SelectionControl {
  readonly selection: Selection | null;
  /** Selects a place; with `focus`, the focus goes there too. */
  readonly select: (place: Place | null, focus?: boolean) => void;
}

/** Keeps what was selected and works out anew, each time rows come in, where that is. */
export function useSelection(pages: RowPages): SelectionControl {
  const [chosen, setChosen] = useState<Selection | null>(null);
  const selection = chosen === null ? null : followed(chosen, pages);
  // A place chosen before its row had come: from now on it is the row that counts, not the place.
  if (chosen?.row === null && selection?.row) setChosen(selection);
  const select = (place: Place | null, focus = false) =>
    setChosen((current) => {
      if (place === null) return null;
      const row = pages.rowAt(place.section, place.index) ?? null;
      return { section: place.section, index: place.index, row, focusMoves: (current?.focusMoves ?? 0) + (focus ? 1 : 0) };
    });
  return { selection, select };
}
