import type { CopyView, LanyardBridge, RowView } from '../../preload/contract.ts';
import { OriginalRecord } from './original-record.tsx';
import { factsOf, isTheDifference } from './row-words.ts';

interface CopiesProps {
  readonly row: RowView;
  readonly bridge: LanyardBridge;
}

/** Every copy of a fact beside the others, as each source holds it. */
export function Copies({ row, bridge }: CopiesProps) {
  return (
    <ul className="copies">
      {row.copies.map((copy) => (
        <li key={copy.itemId} className={`copy copy-${copy.role}`} data-item-id={copy.itemId}>
          <CopyFacts copy={copy} row={row} bridge={bridge} />
        </li>
      ))}
    </ul>
  );
}

interface CopyFactsProps extends CopiesProps {
  readonly copy: CopyView;
}

/** One copy: who holds it, what it says, and the way to what the source sent. */
export function CopyFacts({ copy, row, bridge }: CopyFactsProps) {
  return (
    <>
      <h3 className="copy-source">
        {copy.sourceName}
        {copy.heading !== undefined && <span className="copy-heading">{copy.heading}</span>}
      </h3>
      <p className="copy-title">{copy.title}</p>
      <dl className="copy-facts">
        {factsOf(copy).map((fact, index) => (
          <div key={index} className="copy-fact">
            <dt>{fact.label}</dt>
            <dd>{isTheDifference(fact, row.comparison, row.copies) ? <mark className="difference">{fact.text}</mark> : fact.text}</dd>
          </div>
        ))}
      </dl>
      <OriginalRecord copy={copy} bridge={bridge} />
    </>
  );
}
