import type { LanyardBridge, SectionView } from '../../preload/contract.ts';
import { Status } from '../design/status.tsx';
import { RowChunk } from './row-chunk.tsx';
import { chunksOf, WINDOW_FROM } from './row-chunks.ts';
import type { RowFilter, RowPages } from './row-pages.ts';
import type { Place, SectionLength } from './row-walk.ts';
import { headingId } from './section-nav.tsx';
import type { Selection } from './use-selection.ts';

/** What every part of the list needs of it. */
export interface ListParts {
  readonly pages: RowPages;
  readonly selection: Selection | null;
  readonly expanded: ReadonlySet<string>;
  readonly onSelect: (place: Place | null, focus?: boolean) => void;
  readonly onToggle: (rowId: string) => void;
  readonly bridge: LanyardBridge;
}

interface RecordListProps extends ListParts {
  readonly sections: readonly SectionView[];
  readonly lengths: readonly SectionLength[];
  readonly filter: RowFilter;
}

/** The merged record as one list. Every section keeps its place, whether it holds anything or not. */
export function RecordList({ sections, lengths, filter, ...parts }: RecordListProps) {
  const windowed = lengths.reduce((total, section) => total + section.rows, 0) > WINDOW_FROM;
  const firstFilled = lengths.find((section) => section.rows > 0)?.id;
  return (
    <div className="record-list">
      <div className="row-columns" aria-hidden="true">
        <span>Compared</span>
        <span>What is recorded</span>
        <span>Status</span>
        <span>Date</span>
        <span>Held by</span>
      </div>
      {sections.length === 0 && (
        <Status className="section-empty">Asking the sources for this record…</Status>
      )}
      {sections.map((section, position) => (
        <SectionBlock
          key={section.id}
          section={section}
          rows={lengths[position]?.rows ?? 0}
          filter={filter}
          windowed={windowed}
          tabStop={parts.selection === null && section.id === firstFilled}
          {...parts}
        />
      ))}
    </div>
  );
}

interface SectionBlockProps extends ListParts {
  readonly section: SectionView;
  readonly rows: number;
  readonly filter: RowFilter;
  readonly windowed: boolean;
  /** Whether the Tab key reaches the list at this section's first row. */
  readonly tabStop: boolean;
}

function SectionBlock({ section, rows, filter, windowed, tabStop, ...parts }: SectionBlockProps) {
  return (
    <section className="section" aria-labelledby={headingId(section.id)} data-section={section.id}>
      <h2 className="section-heading" id={headingId(section.id)} tabIndex={-1}>
        {section.name} <span className="section-counts">{countsSentence(section)}</span>
      </h2>
      {rows === 0 && <p className="section-empty">{emptySentence(section, filter)}</p>}
      {chunksOf(rows).map((chunk) => (
        <RowChunk key={chunk.from} section={section.id} chunk={chunk} setSize={rows} windowed={windowed} tabStop={tabStop && chunk.from === 0} {...parts} />
      ))}
    </section>
  );
}

function countsSentence(section: SectionView): string {
  if (section.rows === 0) return '';
  return section.differing === 0 ? String(section.rows) : `${section.differing} differ of ${section.rows}`;
}

/** An empty section says why: what the sources answered, or that the filter hides its rows. */
export function emptySentence(section: SectionView, filter: RowFilter): string {
  if (!filter.onlyDiffering || section.rows === 0) return section.emptySentence;
  return section.rows === 1 ? 'Nothing differs here: 1 row is not shown' : `Nothing differs here: ${section.rows} rows are not shown`;
}
