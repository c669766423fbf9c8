import { useEffect, useRef } from 'react';
import type { RecordScreen } from '../../preload/contract.ts';
import { Icon } from '../design/icon.tsx';
import { Status } from '../design/status.tsx';
import type { RowFilter } from './row-pages.ts';

interface RecordHeadProps {
  readonly screen: RecordScreen;
  readonly filter: RowFilter;
  readonly onFilter: (filter: RowFilter) => void;
  readonly withdrawn: number | null;
}

/** What is shown, what is left out of it, and how far it can be relied upon. */
export function RecordHead({ screen, filter, onFilter, withdrawn }: RecordHeadProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  const rows = sum(screen.sections.map((section) => section.rows));
  const differing = sum(screen.sections.map((section) => section.differing));
  return (
    <div className="record-head">
      <div className="record-title">
        <h1 ref={title} tabIndex={-1}>
          Practice and shared record
        </h1>
        <div className="record-filters">
          <Switch
            label={`Only what differs (${differing} of ${rows})`}
            on={filter.onlyDiffering}
            onChange={(onlyDiffering) => onFilter({ ...filter, onlyDiffering })}
          />
          <Switch
            label={withdrawn === null ? 'Show withdrawn' : `Show withdrawn (${withdrawn})`}
            on={filter.includeWithdrawn}
            disabled={withdrawn === 0}
            onChange={(includeWithdrawn) => onFilter({ ...filter, includeWithdrawn })}
          />
        </div>
      </div>
      <Status className="record-completeness">
        {screen.completeness !== null && (screen.completenessTone === 'plain' ? (
          <span className="soft">{screen.completeness}</span>
        ) : (
          <span className="caution">
            <Icon name="warning" /> {screen.completeness}
          </span>
        ))}
        {screen.quarantined > 0 && (
          <span className="caution">
            <Icon name="held" /> {quarantineSentence(screen.quarantined)}
          </span>
        )}
      </Status>
    </div>
  );
}

function quarantineSentence(count: number): string {
  if (count === 1) return '1 item could not be tied to this patient and is held back';
  return `${count} items could not be tied to this patient and are held back`;
}

interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
}

function Switch({ label, on, disabled = false, onChange }: SwitchProps) {
  return (
    <label className="switch">
      <input type="checkbox" checked={on} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
