/** FHIR dates as precise as they were written, and the clinical day they fall on in England. */
import type { ClinicalDate } from '../model.ts';
import { fields, text } from './fields.ts';

const PATTERN = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/i;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** `2026-11-02` or the same with a time to the second and an offset of nought, as most dates are written. */
const PLAIN = /^\d{4}-\d\d-\d\d(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|\+00:00))?$/;

/** Reads a FHIR `date`, `dateTime` or `instant`. Text that is no date (1961-04-93) gives nothing. */
export function parseClinicalDate(value: unknown): ClinicalDate | undefined {
  if (typeof value !== 'string') return undefined;
  return (PLAIN.test(value) ? plainDate(value) : undefined) ?? anyDate(value);
}

/** A date whose English day needs no arithmetic: no time, deep winter, or high summer before the last hour. */
function plainDate(source: string): ClinicalDate | undefined {
  const month = Number(source.slice(5, 7));
  const day = Number(source.slice(8, 10));
  if (month < 1 || month > 12 || day < 1 || day > 28) return undefined;
  const written = source.slice(0, 10);
  if (source.length === 10) return { text: source, precision: 'day', day: written };
  if (source < '1996') return undefined;
  const sameDay = month > 10 || month < 3 || (month > 3 && month < 10 && source.slice(11, 13) !== '23');
  return sameDay ? { text: source, precision: 'time', day: written } : undefined;
}

function anyDate(value: string): ClinicalDate | undefined {
  const source = text(value);
  const match = source === undefined ? null : PATTERN.exec(source);
  if (source === undefined || match === null) return undefined;
  const [, year, month, day, hour, minute, , offset] = match;
  if (month === undefined) return { text: source, precision: 'year' };
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  if (day === undefined) return { text: source, precision: 'month' };
  if (!isCalendarDay(Number(year), Number(month), Number(day))) return undefined;
  const written = `${year}-${month}-${day}`;
  if (hour === undefined) return { text: source, precision: 'day', day: written };
  if (Number(hour) > 24 || Number(minute) > 59) return undefined;
  if (offset === undefined) return { text: source, precision: 'time', day: written };
  const instant = Date.parse(source.replace(' ', 'T'));
  return { text: source, precision: 'time', day: Number.isNaN(instant) ? written : englishDay(instant) };
}

/** The first of the values that is a date. */
export function firstDate(...values: readonly unknown[]): ClinicalDate | undefined {
  for (const value of values) {
    const found = parseClinicalDate(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The start of a FHIR Period, or its end where only that is given. */
export function periodDate(value: unknown): ClinicalDate | undefined {
  const period = fields(value);
  return firstDate(period['start'], period['end']);
}

/** Milliseconds since 1970 where the date names a moment. A time without an offset is taken as the time in England. */
export function momentOf(date: ClinicalDate): number | undefined {
  if (date.precision !== 'time') return undefined;
  const written = date.text.replace(' ', 'T');
  const hasOffset = /(Z|[+-]\d{2}:?\d{2})$/i.test(written);
  const moment = Date.parse(hasOffset ? written : `${written}Z`);
  if (Number.isNaN(moment)) return undefined;
  return hasOffset ? moment : moment - englishOffset(moment - englishOffset(moment));
}

/** Whether a date names midnight in England to the second: what practice systems send where no time was recorded. */
export function isMidnight(date: ClinicalDate): boolean {
  const moment = momentOf(date);
  return moment !== undefined && englishMinutes(moment) === 0 && moment % MINUTE === 0;
}

/** A moment's time of day in England as minutes since midnight. */
export function englishMinutes(moment: number): number {
  const local = moment + englishOffset(moment);
  return Math.floor((((local % (24 * HOUR)) + 24 * HOUR) % (24 * HOUR)) / MINUTE);
}

/** `yyyy-mm-dd` in England of a moment. */
export function englishDay(moment: number): string {
  return new Date(moment + englishOffset(moment)).toISOString().slice(0, 10);
}

/**
 * Milliseconds England is ahead of UTC. Since 1996 summer time runs from 01:00 UTC on the last Sunday of March to 01:00 UTC
 * on the last Sunday of October (Directive 2000/84/EC and the orders before it); before that the years differ, and
 * the time zone database knows.
 */
export function englishOffset(moment: number): number {
  const year = new Date(moment).getUTCFullYear();
  if (year < 1996) return zonedOffset(moment);
  return moment >= lastSunday(year, 2) && moment < lastSunday(year, 9) ? HOUR : 0;
}

function lastSunday(year: number, month: number): number {
  const lastDay = new Date(Date.UTC(year, month + 1, 0, 1));
  return lastDay.getTime() - lastDay.getUTCDay() * 24 * HOUR;
}

let londonHour: Intl.DateTimeFormat | null = null;

/** The formatter is made when it is first needed: making one loads the time zone database, which start-up need not wait for. */
function zonedOffset(moment: number): number {
  londonHour ??= new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' });
  const hours = (Number(londonHour.format(moment)) - new Date(moment).getUTCHours() + 24) % 24;
  return hours * HOUR;
}

/** Milliseconds from the earliest year that can be written to 1970, so that every moment is a positive number. */
const LONG_AGO = 62_200_000_000_000;

function isCalendarDay(year: number, month: number, day: number): boolean {
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * Orders dates as text: newest first when sorted downwards, partial dates before the moments they hold. Undated sorts last.
 * Compared by clinical day, then by moment: the time of day would put the hour that comes twice in October in disorder.
 */
export function dateOrder(date: ClinicalDate | undefined): string {
  if (date === undefined) return '';
  if (date.day === undefined) return date.text;
  const moment = momentOf(date);
  return moment === undefined ? date.day : `${date.day}T${String(moment + LONG_AGO).padStart(16, '0')}`;
}
