import { memo, useId, useLayoutEffect, useRef } from 'react';
import type { LanyardBridge, RowView } from '../../preload/contract.ts';
import { Chip } from '../design/chip.tsx';
import { Icon } from '../design/icon.tsx';
import { ComparisonMark } from './comparison-mark.tsx';
import { Copies } from './copies.tsx';
import { doseText, heldBy, statusWord } from './row-words.ts';
import { sayTheDose, versionsOf } from './versions.ts';

interface RowProps {
  readonly row: RowView;
  /** 1 for the first row of the section. */
  readonly position: number;
  readonly setSize: number;
  readonly selected: boolean;
  /** Moves when a key has brought the focus here. */
  readonly focusMoves: number;
  readonly tabStop: boolean;
  readonly expanded: boolean;
  readonly isNew: boolean;
  readonly onSelect: () => void;
  readonly onToggle: () => void;
  readonly bridge: LanyardBridge;
}

/** One fact of the record on one line. Its button opens every copy of it underneath. */
function RowLine(props: RowProps) {
  const { row, position, setSize, selected, focusMoves, tabStop, expanded, isNew, onSelect, onToggle, bridge } = props;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (focusMoves === 0) return;
    button.current?.focus({ preventScroll: true });
    button.current?.closest('.row')?.scrollIntoView({ block: 'nearest' });
  }, [focusMoves]);
  useLayoutEffect(() => {
    if (expanded && document.activeElement === button.current) button.current?.closest('.row')?.scrollIntoView({ block: 'nearest' });
  }, [expanded]);
  const status = statusWord(row);
  return (
    <li
      className="row"
      aria-setsize={setSize}
      aria-posinset={position}
      aria-current={selected}
      data-row-id={row.id}
      data-comparison={row.comparison.kind}
      data-standing={row.standing}
    >
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- a larger aim for the mouse; by keyboard the row's button does it */}
      <div className="row-line" onClick={onSelect}>
        <div id={`${id}-mark`} className="row-mark">
          <ComparisonMark comparison={row.comparison} />
        </div>
        <div id={`${id}-what`} className="row-what">
          <span className="row-name">{row.name}</span> {row.rest} {isNew && <Chip kind="new">New</Chip>}
          <DoseAndVersions row={row} />
        </div>
        <div id={`${id}-status`} className="row-status">
          {status}
        </div>
        <div id={`${id}-date`} className="row-date">
          {row.date ?? 'Not dated'}
        </div>
        <div className="row-held">
          <Chip>{heldBy(row.copies)}</Chip>
        </div>
        <button
          ref={button}
          type="button"
          className="row-button"
          tabIndex={tabStop ? 0 : -1}
          aria-expanded={expanded}
          aria-controls={`${id}-copies`}
          aria-labelledby={`${id}-what ${id}-mark ${id}-status ${id}-date`}
          onClick={onToggle}
        >
          <Icon name={expanded ? 'open' : 'closed'} />
        </button>
      </div>
      <div id={`${id}-copies`} hidden={!expanded}>
        {expanded && <Copies row={row} bridge={bridge} />}
      </div>
    </li>
  );
}

function DoseAndVersions({ row }: { readonly row: RowView }) {
  const versions = versionsOf(row);
  const dose = row.dose === null ? null : doseText(row.dose);
  return (
    <>
      {dose !== null && !sayTheDose(versions, dose) && <Dose dose={dose} />}
      {versions.map((version) => (
        <div key={`${version.label} ${version.text}`} className="row-version">
          {version.label !== null && <span className="row-dose-word">{version.label.toUpperCase()}</span>} <mark className="difference">{version.text}</mark>{' '}
          <span className="row-version-sources">{version.sources.join(', ')}</span>
        </div>
      ))}
    </>
  );
}

/** The word DOSE, then the dose in full (Common User Interface, medication line: never shortened). */
function Dose({ dose }: { readonly dose: string }) {
  return (
    <div className="row-dose">
      <span className="row-dose-word">DOSE</span> {dose}
    </div>
  );
}

/** A row is drawn again only when it or its part in the list has changed; what it calls does not count. */
export const Row = memo(RowLine, (before, after) =>
  before.row === after.row &&
  before.position === after.position &&
  before.setSize === after.setSize &&
  before.selected === after.selected &&
  before.focusMoves === after.focusMoves &&
  before.tabStop === after.tabStop &&
  before.expanded === after.expanded &&
  before.isNew === after.isNew,
);
