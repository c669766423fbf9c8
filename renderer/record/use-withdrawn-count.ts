import { useEffect, useState } from 'react';
import type { LanyardBridge } from '../../preload/contract.ts';
import { replyWithin } from '../limit.ts';

const ALL = { section: null, from: 0, count: 1, onlyDiffering: false } as const;

/** Rows that are left out because they were entered in error or refuted; `null` until it is known. */
export function useWithdrawnCount(bridge: LanyardBridge, recordRevision: number): number | null {
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    let wanted = true;
    const totals = [true, false].map((includeWithdrawn) => replyWithin(() => bridge.rows({ ...ALL, includeWithdrawn })));
    void Promise.all(totals).then(([withThem, withoutThem]) => {
      if (!wanted || withThem?.ok !== true || withoutThem?.ok !== true) return;
      const sameRecord = withThem.value.recordRevision === withoutThem.value.recordRevision;
      if (sameRecord && withThem.value.recordRevision >= recordRevision) setCount(withThem.value.total - withoutThem.value.total);
    });
    return () => {
      wanted = false;
    };
  }, [bridge, recordRevision]);
  return count;
}
