import type { ComparisonView } from '../../preload/contract.ts';
import { Icon } from '../design/icon.tsx';
import { COMPARISON_SHAPES } from './row-words.ts';

/** How the practice record and the shared records compare on one fact: shape, word and colour. */
export function ComparisonMark({ comparison }: { readonly comparison: ComparisonView }) {
  return (
    <span className={`mark mark-${comparison.kind}`}>
      <Icon name={COMPARISON_SHAPES[comparison.kind]} />
      <span>{comparison.label}</span>
    </span>
  );
}
