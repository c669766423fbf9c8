/** Dates of the stories. The world stands still on one day, so that a record is the same whenever the simulator runs. */

/** The day the stories are told on: limits such as "the last six months" count back from it. */
export const TODAY = '2026-11-22';

/** A time in London with the offset of that day, `london('2026-07-02', '09:15')` → `2026-07-02T09:15:00+01:00`. */
export function london(day: string, time: string): string {
  return `${day}T${time}:00${isSummerTime(day) ? '+01:00' : '+00:00'}`;
}

/** `day` moved by whole days. */
export function shifted(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The day a partial date begins with, for ordering and limits; undated things are oldest. */
export function sortKey(date: string | undefined): string {
  if (date === undefined) return '0000';
  return date.slice(0, 10);
}

/** British Summer Time runs from the last Sunday of March to the last Sunday of October. */
function isSummerTime(day: string): boolean {
  const year = day.slice(0, 4);
  return day >= lastSunday(`${year}-03-31`) && day < lastSunday(`${year}-10-31`);
}

function lastSunday(endOfMonth: string): string {
  return shifted(endOfMonth, -new Date(`${endOfMonth}T00:00:00Z`).getUTCDay());
}
