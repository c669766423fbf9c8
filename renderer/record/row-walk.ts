/** A section and how many rows it shows. */
export interface SectionLength {
  readonly id: string;
  readonly rows: number;
}

/** A place in the list: the row at `index` of a section. */
export interface Place {
  readonly section: string;
  readonly index: number;
}

/** The row after or before a place, across sections; the first or the last from nowhere; `null` at either end. */
export function neighbour(sections: readonly SectionLength[], from: Place | null, direction: 1 | -1): Place | null {
  const filled = sections.filter((section) => section.rows > 0);
  const at = from === null ? -1 : filled.findIndex((section) => section.id === from.section);
  const here = filled[at];
  if (from === null || here === undefined) return edge(filled, direction);
  const index = from.index + direction;
  if (index >= 0 && index < here.rows) return { section: here.id, index };
  const next = filled[at + direction];
  if (next === undefined) return null;
  return { section: next.id, index: direction === 1 ? 0 : next.rows - 1 };
}

function edge(filled: readonly SectionLength[], direction: 1 | -1): Place | null {
  const section = direction === 1 ? filled[0] : filled[filled.length - 1];
  if (section === undefined) return null;
  return { section: section.id, index: direction === 1 ? 0 : section.rows - 1 };
}
