/** The order among copies of one fact, and which of them speak for their source. */
import type { Item } from './model.ts';
import { dateOrder } from './normalise/dates.ts';

export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export function byId(one: Item, other: Item): number {
  return compareText(one.id, other.id);
}

/** What stands for itself before what rests on it, the newest recorded first, then by id. */
export function leadFirst(one: Item, other: Item): number {
  return copyRank(one) - copyRank(other) || newestRecorded(one, other) || byId(one, other);
}

function newestRecorded(one: Item, other: Item): number {
  if (recordedDate(one)?.text === recordedDate(other)?.text) return 0;
  return compareText(dateOrder(recordedDate(other)), dateOrder(recordedDate(one)));
}

/** A withdrawn copy never leads; a medicine's statement comes before its prescription, and that before its issues. */
export function copyRank(item: Item): number {
  if (item.standing === 'withdrawn') return 9;
  if (item.section !== 'medication' || item.resourceType === 'MedicationStatement') return 0;
  return item.basedOn === undefined ? 1 : 2;
}

function recordedDate(item: Item): Item['date'] {
  return item.provenance.recorded ?? item.date;
}

/** Of each source the copies of its best rank: a medicine's issues repeat what its statement says at an earlier time. */
export function speakingCopies(copies: readonly Item[]): readonly Item[] {
  if (copies.length === 1) return copies;
  const [first] = copies;
  if (first !== undefined && copies.every((item) => copyRank(item) === copyRank(first))) return copies;
  const best = new Map<string, number>();
  for (const item of copies) {
    const { source } = item.provenance;
    best.set(source, Math.min(best.get(source) ?? Infinity, copyRank(item)));
  }
  return copies.filter((item) => copyRank(item) === best.get(item.provenance.source));
}
