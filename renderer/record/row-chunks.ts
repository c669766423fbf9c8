/** Rows drawn or left out together. A page of rows is a whole number of chunks. */
export const CHUNK_SIZE = 50;

/** Height of a closed row with a dose line, in CSS pixels: what is kept free for rows not drawn yet. */
export const ROW_HEIGHT = 44;

/** Up to this many rows all are drawn, so that a screen reader and a printer meet the whole record. */
export const WINDOW_FROM = 400;

export interface Chunk {
  readonly from: number;
  readonly count: number;
}

/** The chunks of a list. There is always a first one: an empty section, too, has a page to ask for. */
export function chunksOf(total: number, size: number = CHUNK_SIZE): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < Math.max(1, total); from += size) chunks.push({ from, count: Math.max(0, Math.min(size, total - from)) });
  return chunks;
}
