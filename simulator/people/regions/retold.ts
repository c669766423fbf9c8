/** Ways in which a region's copy of an entry departs from the one it was made from. */
import { quantity } from '../measured.ts';
import type { Measured } from '../measured.ts';
import type { Entry, PartialDate, Place, ReportEntry, ResultLine } from '../story.ts';

const BOTH: readonly Place[] = ['practice', 'wessex'];
const REGION: readonly Place[] = ['wessex'];

/** Held by the region, and still by the practice where it was. */
export function taken<E extends Entry>(entry: E): E {
  return { ...entry, held: entry.held.includes('practice') ? BOTH : REGION };
}

/** The region gave it an identifier of its own: nothing but what it says ties it to the other copy. */
export function renumbered<E extends Entry>(entry: E): E {
  return { ...entry, held: BOTH, identifiers: 'own' };
}

/** Known to the day, the month or the year only. */
export function datedTo<E extends Entry>(entry: E, precision: 'day' | 'month' | 'year'): E {
  if (entry.date === undefined) return entry;
  return { ...entry, date: entry.date.slice(0, { day: 10, month: 7, year: 4 }[precision]) };
}

/** Every result in the units that `unit` gives for it. */
export function remeasured(entry: ReportEntry, unit: (line: ResultLine) => ResultLine): ReportEntry {
  return { ...entry, results: entry.results.map(unit) };
}

/** `118` g/L is written `11.8` g/dL: the point moves, the digits stay. */
export function inGramsPerDecilitre(line: ResultLine): ResultLine {
  return inUnit(line, 'g/L', 'g/dL', movePoint);
}

/** HbA1c in mmol/mol as the older DCCT percentage: NGSP % = 0.09148 × IFCC + 2.152 (National Glycohemoglobin Standardization Program). */
export function inDcctPercent(line: ResultLine): ResultLine {
  return inUnit(line, 'mmol/mol', '%', (text) => (0.09148 * Number(text) + 2.152).toFixed(1));
}

function inUnit(line: ResultLine, from: string, to: string, convert: (text: string) => string): ResultLine {
  if (line.value.kind !== 'quantity' || line.value.unit !== from) return line;
  const { low, high, value, ...rest } = line;
  return { ...rest, value: converted(value, to, convert), ...(low === undefined ? {} : { low: convert(low) }), ...(high === undefined ? {} : { high: convert(high) }) };
}

function converted(value: Extract<Measured, { kind: 'quantity' }>, unit: string, convert: (text: string) => string): Measured {
  return quantity(`${value.comparator ?? ''}${convert(value.text)}`, unit);
}

function movePoint(text: string): string {
  const [whole = '0', rest = ''] = text.split('.');
  const digits = whole.padStart(2, '0');
  return `${digits.slice(0, -1)}.${digits.slice(-1)}${rest}`;
}

/** The day a region's nightly load brought it in. */
export function loadedOn(date: PartialDate | undefined): PartialDate {
  return `${`${date ?? '2018'}-01-01`.slice(0, 10)}T02:00:00+00:00`;
}
