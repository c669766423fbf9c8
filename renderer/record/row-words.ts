import type { ComparisonView, CopyView, FactView, RowView } from '../../preload/contract.ts';
import type { IconName } from '../design/icon.tsx';

/** The shape of each comparison. The word beside it is the row's own. */
export const COMPARISON_SHAPES: Readonly<Record<ComparisonView['kind'], IconName>> = {
  conflict: 'triangle',
  differs: 'differs',
  'only-shared': 'right',
  'only-practice': 'left',
  same: 'same',
  incomplete: 'unsure',
};

const STANDING_WORDS: Readonly<Record<RowView['standing'], string | null>> = {
  current: null,
  ended: 'Ended',
  unclear: 'Status not clear',
  withdrawn: 'Withdrawn',
};

/** The status as the source says it; where it says nothing, what is known of its standing. */
export function statusWord(row: Pick<RowView, 'status' | 'standing'>): string | null {
  return row.status ?? STANDING_WORDS[row.standing];
}

/** The dose without the word before it, which is set apart on the screen. */
export function doseText(dose: string): string {
  return dose.replace(/^DOSE\s+/, '');
}

export function sourceNames(copies: readonly CopyView[]): readonly string[] {
  return [...new Set(copies.map((copy) => copy.sourceName))];
}

/** Who holds the row: the source by name where it is one, else `in 3 sources`. */
export function heldBy(copies: readonly CopyView[]): string {
  const names = sourceNames(copies);
  return names.length === 1 ? (names[0] ?? '') : `in ${names.length} sources`;
}

/** `3 copies, from 2 sources` */
export function copiesSentence(copies: readonly CopyView[]): string {
  const sources = sourceNames(copies).length;
  return `${copies.length === 1 ? '1 copy' : `${copies.length} copies`}, from ${sources === 1 ? '1 source' : `${sources} sources`}`;
}

/** Whether this fact is the one the comparison names (`Dose differs`, `Dose and status differ`) and the copies do not agree on it. */
export function isTheDifference(fact: FactView, comparison: ComparisonView, copies: readonly CopyView[]): boolean {
  if (comparison.kind !== 'differs' && comparison.kind !== 'conflict') return false;
  if (!comparison.label.toLowerCase().split(/\W+/).includes(fact.label.toLowerCase())) return false;
  const texts = copies.flatMap((copy) => factsOf(copy).filter((other) => other.label === fact.label).map((other) => other.text));
  return new Set(texts).size > 1 || texts.length < copies.length;
}

/** The facts of a copy with its status among them, which the contract keeps apart. */
export function factsOf(copy: CopyView): readonly FactView[] {
  if (copy.status === null || copy.facts.some((fact) => fact.label === 'Status')) return copy.facts;
  return [...copy.facts, { label: 'Status', text: copy.status }];
}
