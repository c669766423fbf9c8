import { useEffect, useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../design/button.tsx';
import type { ListParts } from './record-list.tsx';
import { ROW_HEIGHT } from './row-chunks.ts';
import type { Chunk } from './row-chunks.ts';
import { Row } from './row.tsx';
import { useNear } from './use-near.ts';

interface RowChunkProps extends ListParts {
  readonly section: string;
  readonly chunk: Chunk;
  readonly setSize: number;
  readonly windowed: boolean;
  readonly tabStop: boolean;
}

/** Some rows of a section: drawn while they are near the window, else an empty box as high as they were. */
export function RowChunk({ section, chunk, setSize, windowed, tabStop, ...parts }: RowChunkProps) {
  const { pages, selection } = parts;
  const box = useRef<HTMLDivElement>(null);
  const near = useNear(box, windowed);
  const holdsSelection = selection !== null && selection.section === section && isIn(chunk, selection.index);
  const shown = near || holdsSelection;
  const first = pages.rowAt(section, chunk.from);
  const drawn = shown && first !== undefined;
  // After every drawing: the rows in hand may have been overtaken. It asks only where they have.
  useEffect(() => {
    if (shown) pages.ensure(section, chunk.from);
  });
  useReservedHeight(box, drawn, chunk.count * ROW_HEIGHT);
  return (
    <div ref={box}>
      {shown && !drawn && <Awaited {...parts} section={section} chunk={chunk} />}
      {drawn && chunk.count > 0 && <ul>{indexes(chunk).map((index) => rowLine({ ...parts, section, index, setSize, tabStop }))}</ul>}
    </div>
  );
}

function rowLine(line: ListParts & { section: string; index: number; setSize: number; tabStop: boolean }): ReactNode {
  const { pages, section, index, selection, expanded, onSelect, onToggle, bridge } = line;
  const row = pages.rowAt(section, index);
  if (row === undefined) return null;
  const selected = selection !== null && selection.section === section && selection.index === index;
  return (
    <Row
      key={row.id}
      row={row}
      position={index + 1}
      setSize={line.setSize}
      selected={selected}
      focusMoves={selected ? selection.focusMoves : 0}
      tabStop={selected || (line.tabStop && index === 0)}
      expanded={expanded.has(row.id)}
      isNew={pages.isNew(row)}
      onSelect={() => onSelect({ section, index })}
      onToggle={() => onToggle(row.id)}
      bridge={bridge}
    />
  );
}

function Awaited({ pages, section, chunk }: Pick<ListParts, 'pages'> & { readonly section: string; readonly chunk: Chunk }) {
  const refusal = pages.refusalAt(section, chunk.from);
  if (refusal === null) return chunk.count === 0 ? null : <p className="section-empty">Fetching rows…</p>;
  return (
    <div className="section-empty" role="alert">
      These rows did not come. {refusal}{' '}
      <Button kind="small" onClick={() => pages.retry(section, chunk.from)}>
        Try again
      </Button>
    </div>
  );
}

/** Keeps free what the rows took up when last drawn, or `estimate` before that, so that nothing jumps. */
function useReservedHeight(box: { readonly current: HTMLElement | null }, drawn: boolean, estimate: number): void {
  const height = useRef<number | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    if (!drawn) {
      element.style.setProperty('min-height', `${height.current ?? estimate}px`);
      return undefined;
    }
    element.style.removeProperty('min-height');
    const observer = new ResizeObserver(() => {
      height.current = element.offsetHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, drawn, estimate]);
}

function isIn(chunk: Chunk, index: number): boolean {
  return index >= chunk.from && index < chunk.from + chunk.count;
}

function indexes(chunk: Chunk): readonly number[] {
  return Array.from({ length: chunk.count }, (_, offset) => chunk.from + offset);
}
