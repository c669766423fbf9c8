import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { LanyardBridge, RecordScreen } from '../../preload/contract.ts';
import { PatientBanner } from '../banner/banner.tsx';
import { Button } from '../design/button.tsx';
import { Key } from '../design/key-hint.tsx';
import { SignedInBar } from '../frame/application-bar.tsx';
import { Foot } from '../frame/foot.tsx';
import { SourceStrip } from '../sources/source-strip.tsx';
import { useDocumentEvent } from '../use-document-event.ts';
import { EvidencePanel } from './evidence-panel.tsx';
import { RecordHead } from './record-head.tsx';
import { placeOf, recordAction } from './record-keys.ts';
import type { RecordAction } from './record-keys.ts';
import { RecordList } from './record-list.tsx';
import { RowPages } from './row-pages.ts';
import type { RowFilter } from './row-pages.ts';
import { neighbour } from './row-walk.ts';
import { SectionNav } from './section-nav.tsx';
import { useSelection } from './use-selection.ts';
import { useWithdrawnCount } from './use-withdrawn-count.ts';

const HINTS = [
  { keys: ['J', 'K'], does: 'next, previous row' },
  { keys: ['Enter'], does: 'every copy' },
  { keys: ['D'], does: 'only what differs' },
  { keys: ['Esc'], does: 'close' },
  { keys: ['Ctrl K'], does: 'another patient' },
];

interface RecordProps {
  readonly screen: RecordScreen;
  readonly bridge: LanyardBridge;
}

/** One patient's merged record: sections to the left, rows in the middle, the evidence for a row to the right. */
export function RecordView({ screen, bridge }: RecordProps) {
  const [filter, setFilter] = useState<RowFilter>({ onlyDiffering: false, includeWithdrawn: false });
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const pages = useMemo(() => new RowPages((request) => bridge.rows(request)), [bridge]);
  useSyncExternalStore(pages.subscribe, pages.version, pages.version);
  const withdrawn = useWithdrawnCount(bridge, screen.recordRevision);
  const { selection, select } = useSelection(pages);

  useEffect(() => pages.refresh(screen.recordRevision, filter), [pages, screen.recordRevision, filter]);
  const settled = screen.sources.length > 0 && screen.sources.every((source) => source.state !== 'asking' && source.state !== 'slow');
  useEffect(() => {
    if (settled) pages.markNewFromHere();
  }, [pages, settled]);

  const lengths = screen.sections.map((section) => ({ id: section.id, rows: pages.total(section.id) ?? (filter.onlyDiffering ? section.differing : section.rows) }));
  const toggle = (rowId: string) => setExpanded((current) => toggled(current, rowId));
  const act = (action: RecordAction): void => {
    switch (action) {
      case 'next':
      case 'previous': {
        const place = neighbour(lengths, selection, action === 'next' ? 1 : -1);
        return place === null ? undefined : select(place, true);
      }
      case 'expand':
        return selection?.row ? toggle(selection.row.id) : undefined;
      case 'only-differs':
        return setFilter({ ...filter, onlyDiffering: !filter.onlyDiffering });
      case 'close':
        if (selection?.row && expanded.has(selection.row.id)) return toggle(selection.row.id);
        return select(null);
      case 'find-another':
        return void bridge.closePatient();
    }
  };
  useDocumentEvent('pointerdown', () => pages.markNewFromHere());
  useDocumentEvent('wheel', () => pages.markNewFromHere());
  useDocumentEvent('keydown', (event) => {
    pages.markNewFromHere();
    const { key, ctrlKey, altKey, metaKey } = event;
    const action = recordAction({ key, ctrlKey, altKey, metaKey, within: placeOf(event.target) });
    if (action === null) return;
    event.preventDefault();
    act(action);
  });

  return (
    <div className="screen screen-record" data-screen="record">
      <SignedInBar signedIn={screen.signedIn} bridge={bridge} closes="patient">
        <Button kind="bar" onClick={() => void bridge.closePatient()}>
          Find another patient <Key name="Ctrl K" />
        </Button>
      </SignedInBar>
      <PatientBanner banner={screen.banner} />
      <SourceStrip sources={screen.sources} askedAt={screen.askedAt} bridge={bridge} />
      <div className="record">
        <SectionNav sections={screen.sections} />
        <main className="record-work">
          <RecordHead screen={screen} filter={filter} onFilter={setFilter} withdrawn={withdrawn} />
          <RecordList
            sections={screen.sections}
            lengths={lengths}
            filter={filter}
            pages={pages}
            selection={selection}
            expanded={expanded}
            onSelect={select}
            onToggle={toggle}
            bridge={bridge}
          />
        </main>
        <EvidencePanel row={selection?.row ?? null} bridge={bridge} />
      </div>
      <Foot hints={HINTS} />
    </div>
  );
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
