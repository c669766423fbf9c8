import type { CopyView, RowView } from '../../preload/contract.ts';
import { factsOf, isTheDifference } from './row-words.ts';

/** What one or more sources say on the point a row differs in. */
export interface Version {
  /** `Dose`, `Status`, `Value` … or `null` where the copies differ as a whole. */
  readonly label: string | null;
  readonly text: string;
  readonly sources: readonly string[];
}

/**
 * The versions of a row that differs, in the order of its copies: a closed row must not show one dose as if it were
 * the only one. An issue that is completed is not a medicine that has ended: only orders are held against each other. Copies
 * that agree share a version. Empty where the row does not differ.
 */
export function versionsOf(row: RowView): readonly Version[] {
  if (row.comparison.kind !== 'differs' && row.comparison.kind !== 'conflict') return [];
  const orders = row.copies.filter((copy) => copy.supply !== true);
  const named = (orders.length > 0 ? orders : row.copies).flatMap((copy) => namedDifferences(row, copy));
  if (named.length > 0) return gathered(named);
  const whole = gathered(row.copies.map((copy) => ({ label: null, text: copy.title, sources: [copy.sourceName] })));
  return whole.length > 1 ? whole : [];
}

function namedDifferences(row: RowView, copy: CopyView): readonly Version[] {
  return factsOf(copy)
    .filter((fact) => isTheDifference(fact, row.comparison, row.copies))
    .map((fact) => ({ label: fact.label, text: fact.text, sources: [copy.sourceName] }));
}

function gathered(versions: readonly Version[]): readonly Version[] {
  const byText = new Map<string, Version>();
  for (const version of versions) {
    const key = `${version.label ?? ''} ${version.text}`;
    const same = byText.get(key);
    byText.set(key, same === undefined ? version : { ...same, sources: [...new Set([...same.sources, ...version.sources])] });
  }
  return [...byText.values()];
}

/**
 * Whether the versions say all that the row's own dose line says, so that it need not be said twice. The line may put
 * several doses with their sources after each other: `5 mg (Harbour HC) · 2.5 mg (Wessex)`. Any word left over keeps it.
 */
export function sayTheDose(versions: readonly Version[], dose: string): boolean {
  const doses = versions.filter((version) => version.label === 'Dose');
  if (doses.length === 0) return false;
  const said = [...doses.map((version) => version.text), ...doses.flatMap((version) => version.sources)].toSorted((one, other) => other.length - one.length);
  const left = said.reduce((rest, words) => rest.replaceAll(words, ' '), dose);
  return /^[\s(),·]*$/.test(left);
}
