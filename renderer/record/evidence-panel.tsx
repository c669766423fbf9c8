import type { LanyardBridge, RowView } from '../../preload/contract.ts';
import { ComparisonMark } from './comparison-mark.tsx';
import { CopyFacts } from './copies.tsx';
import { copiesSentence } from './row-words.ts';

interface EvidencePanelProps {
  readonly row: RowView | null;
  readonly bridge: LanyardBridge;
}

/** The evidence for the selected row: every copy of it and who says so. */
export function EvidencePanel({ row, bridge }: EvidencePanelProps) {
  return (
    <aside className="evidence" aria-label="Evidence">
      {row === null ? <p className="soft">Choose a row to see every copy of it, who holds it and what they sent.</p> : <Evidence row={row} bridge={bridge} />}
    </aside>
  );
}

function Evidence({ row, bridge }: { readonly row: RowView; readonly bridge: LanyardBridge }) {
  return (
    <>
      <h2>{row.name}</h2>
      <p className="soft">{copiesSentence(row.copies)}</p>
      <div className={`evidence-comparison evidence-${row.comparison.kind}`}>
        <ComparisonMark comparison={row.comparison} />
        {row.comparison.sentence !== undefined && <p>{row.comparison.sentence}</p>}
      </div>
      {row.copies.map((copy) => (
        <div key={copy.itemId} className="evidence-copy">
          <CopyFacts copy={copy} row={row} bridge={bridge} />
        </div>
      ))}
    </>
  );
}
