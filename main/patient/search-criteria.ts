/**
 * What a clinician types to find somebody by demographics, checked against what PDS takes (PDS FHIR API, search for a
 * patient): family name and birth date at least; `*` stands for any letters, from the third character on.
 */
import type { Gender } from '../record/demographics.ts';

/** As typed. Empty fields are not asked for. */
export interface SearchForm {
  readonly family: string;
  /** Several given names are divided by commas; a name may have a space in it. */
  readonly given: string;
  /** A day, a month or a year: `12-Mar-1948`, `12/03/1948`, `1948-03-12`, `Mar-1948`, `03/1948`, `1948`. */
  readonly birthDate: string;
  readonly gender: Gender | '';
  readonly postcode: string;
}

/** The first and the last day a birth date may be; the same where it is known. `YYYY-MM-DD`. */
export interface BirthRange {
  readonly from: string;
  readonly to: string;
}

export interface SearchCriteria {
  readonly family: string;
  readonly given: readonly string[];
  readonly born: BirthRange;
  readonly gender: Gender | null;
  readonly postcode: string | null;
}

export type CheckedForm = { readonly ok: true; readonly value: SearchCriteria } | { readonly ok: false; readonly faults: Readonly<Partial<Record<keyof SearchForm, string>>> };

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const LONGEST_NAME = 35;
/** No living person is older; a year before is a slip of the finger. */
const OLDEST_YEARS = 130;

/** @param today `YYYY-MM-DD`; nobody was born after it */
export function checkForm(form: SearchForm, today: string): CheckedForm {
  const family = tidied(form.family);
  const given = form.given.split(',').map(tidied).filter((name) => name !== '');
  const born = birthRange(form.birthDate.trim(), today);
  const postcode = tidied(form.postcode).toUpperCase();
  const faults: Partial<Record<keyof SearchForm, string>> = {
    ...fault('family', family === '' ? 'Enter a family name.' : nameFault('family name', family)),
    ...fault('given', given.map((name) => nameFault('given name', name)).find((sentence) => sentence !== undefined)),
    ...fault('birthDate', typeof born === 'string' ? born : undefined),
    ...fault('postcode', postcode === '' ? undefined : postcodeFault(postcode)),
  };
  if (Object.keys(faults).length > 0 || typeof born === 'string') return { ok: false, faults };
  return { ok: true, value: { family, given, born, gender: form.gender === '' ? null : form.gender, postcode: postcode === '' ? null : postcode } };
}

/** The query as PDS reads it. A range of birth dates is two parameters, the first day first. */
export function searchQuery({ family, given, born, gender, postcode }: SearchCriteria): string {
  const births = born.from === born.to ? [`eq${born.from}`] : [`ge${born.from}`, `le${born.to}`];
  const parameters: readonly (readonly [string, string])[] = [
    ['family', family],
    ...given.map((name) => ['given', name] as const),
    ...births.map((birth) => ['birthdate', birth] as const),
    ...(gender === null ? [] : [['gender', gender] as const]),
    ...(postcode === null ? [] : [['address-postalcode', postcode] as const]),
  ];
  return parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

function tidied(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ');
}

function fault(field: keyof SearchForm, sentence: string | undefined): Partial<Record<keyof SearchForm, string>> {
  return sentence === undefined ? {} : { [field]: sentence };
}

function nameFault(what: string, name: string): string | undefined {
  if (name.length > LONGEST_NAME) return `A ${what} has at most ${LONGEST_NAME} characters.`;
  if (!/^[\p{L}\p{M} '’.*-]+$/u.test(name)) return `A ${what} has letters, hyphens and apostrophes only.`;
  return wildcardFault(name);
}

function postcodeFault(postcode: string): string | undefined {
  if (!/^[A-Z0-9* ]{2,9}$/.test(postcode)) return 'A postcode has letters and digits, for example PO1 2AB.';
  return wildcardFault(postcode);
}

function wildcardFault(text: string): string | undefined {
  return /^.?\*/u.test(text) ? 'Write at least two letters before the *.' : undefined;
}

/** The range, or what is wrong with it. */
function birthRange(typed: string, today: string): BirthRange | string {
  if (typed === '') return 'Enter a date of birth. If it is not certain, a month or a year will do.';
  const parts = partsOf(typed);
  if (parts === undefined) return 'This is not a date. Write it as 12-Mar-1948; a month (Mar-1948) or a year (1948) will do.';
  const range = rangeOf(parts);
  if (range === undefined) return 'There is no such day. Check the day and the month.';
  if (range.from > today) return 'This date of birth is in the future.';
  if (Number(range.from.slice(0, 4)) < Number(today.slice(0, 4)) - OLDEST_YEARS) return `This date of birth is more than ${OLDEST_YEARS} years ago. Check the year.`;
  return range;
}

interface DateParts {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
}

function partsOf(typed: string): DateParts | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  if (iso !== null) return { year: Number(iso[1]), month: Number(iso[2]), day: Number(iso[3]) };
  const words = typed.split(/[\s/.-]+/);
  const year = /^\d{4}$/.test(words.at(-1) ?? '') ? Number(words.at(-1)) : undefined;
  if (year === undefined || words.length > 3) return undefined;
  const month = words.length === 1 ? undefined : monthOf(words.at(-2) ?? '');
  if (words.length === 1) return { year };
  if (month === undefined) return undefined;
  if (words.length === 2) return { year, month };
  return /^\d{1,2}$/.test(words[0] ?? '') ? { year, month, day: Number(words[0]) } : undefined;
}

function monthOf(word: string): number | undefined {
  if (/^\d{1,2}$/.test(word)) return Number(word);
  const index = /^[a-z]{3,9}$/i.test(word) ? MONTHS.indexOf(word.slice(0, 3).toLowerCase()) : -1;
  return index < 0 ? undefined : index + 1;
}

function rangeOf({ year, month, day }: DateParts): BirthRange | undefined {
  const from = dayText(year, month ?? 1, day ?? 1);
  const to = dayText(year, month ?? 12, day ?? lastDay(year, month ?? 12));
  return from === undefined || to === undefined ? undefined : { from, to };
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** `YYYY-MM-DD`, or nothing for a day that the calendar does not have. */
function dayText(year: number, month: number, day: number): string | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.toISOString().slice(0, 10) : undefined;
}
