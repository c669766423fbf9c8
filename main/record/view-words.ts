/** Dates, times and words as the screen shows them. */
import type { ClinicalDate, Comparison, Section } from './model.ts';
import { englishDay, englishMinutes, isMidnight, momentOf } from './normalise/dates.ts';
import { shownDate } from './normalise/item.ts';
import type { Instant } from './values.ts';

export { shownDate } from './normalise/item.ts';

export const SECTION_NAMES: Readonly<Record<Section, string>> = {
  alerts: 'Alerts',
  allergies: 'Allergies',
  medication: 'Medication',
  problems: 'Problems',
  results: 'Results',
  observations: 'Observations',
  immunisations: 'Immunisations',
  procedures: 'Procedures',
  encounters: 'Encounters',
  plans: 'Care plans',
  documents: 'Documents',
  referrals: 'Referrals',
  appointments: 'Appointments',
  other: 'Other',
  supporting: 'Supporting information',
};

/** `22-Nov-2026` in England, `not recorded` for a date that is none (Common User Interface, date display). */
export function shownDay(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'not recorded';
  return shownDate({ text: '', precision: 'day', day: englishDay(date.getTime()) });
}

/** `22-Nov-2026 11:58` in England, 24 hours (Common User Interface, date and time display). */
export function shownInstant(instant: Instant): string {
  const moment = Date.parse(instant);
  return `${shownDate({ text: '', precision: 'day', day: englishDay(moment) })} ${clock(moment)}`;
}

/** A date with its time of day where one was recorded; midnight is how systems write that none was. */
export function shownDateTime(date: ClinicalDate): string {
  const moment = isMidnight(date) ? undefined : momentOf(date);
  return moment === undefined ? shownDate(date) : `${shownDate(date)} ${clock(moment)}`;
}

function clock(moment: number): string {
  const minutes = englishMinutes(moment);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `entered-in-error` as `Entered in error`. */
export function shownStatus(status: string): string {
  const words = status.replace(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `A`, `A and B`, `A, B and C`. */
export function series(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `1 source`, `2 sources`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const DIFFERENCE_WORDS: Readonly<Record<string, string>> = { dose: 'Dose', status: 'Status', value: 'Value', severity: 'Severity', date: 'Date' };

/** `Dose differs`, `Dose and status differ`. */
export function differsLabel(comparison: Extract<Comparison, { kind: 'differs' }>): string {
  const words = comparison.in.map((what, index) => (index === 0 ? DIFFERENCE_WORDS[what] ?? what : what));
  return `${series(words)} ${words.length === 1 ? 'differs' : 'differ'}`;
}
