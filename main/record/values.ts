/**
 * The values the whole program speaks in. Each is made by its own `parse…` function at the border and trusted
 * afterwards; the brand keeps an unchecked string from taking its place.
 */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Ten digits with a valid modulus 11 check digit, no spaces. */
export type NhsNumber = Branded<string, 'NhsNumber'>;

/** The name of one source of record content, as its region profile or the site's configuration gives it. */
export type SourceId = Branded<string, 'SourceId'>;

/** A point in time in UTC, ISO 8601 with milliseconds and a final Z. */
export type Instant = Branded<string, 'Instant'>;

/** Why ten digits are not an NHS number, in words for the person who typed them. */
export type NhsNumberRefusal = { readonly ok: false; readonly sentence: string };

/**
 * Reads an NHS number as people type it: spaces and hyphens between the digits are fine.
 * Check digit: modulus 11, weights 10 to 2, remainder subtracted from 11, 11 counts as 0 and 10 is never issued
 * (NHS Data Dictionary, NHS NUMBER).
 */
export function parseNhsNumber(text: string): { readonly ok: true; readonly value: NhsNumber } | NhsNumberRefusal {
  const digits = text.replace(/[\s-]/g, '');
  if (digits === '') return refuse('Enter an NHS number: 10 digits, for example 999 000 0018.');
  if (!/^\d+$/.test(digits)) return refuse('An NHS number has only digits. Check for letters or other signs.');
  if (digits.length !== 10) return refuse(`An NHS number has 10 digits; this has ${digits.length}.`);
  if (nhsNumberCheckDigit(digits.slice(0, 9)) !== Number(digits[9])) {
    return refuse('This is not a valid NHS number: its last digit does not fit the others. Check each digit.');
  }
  return { ok: true, value: digits as NhsNumber };
}

/** The check digit for nine digits, or 10 where no NHS number with these digits is ever issued. */
export function nhsNumberCheckDigit(nineDigits: string): number {
  const sum = [...nineDigits].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  const remainder = 11 - (sum % 11);
  return remainder === 11 ? 0 : remainder;
}

/** `999 000 0018`: groups of 3, 3 and 4 digits with single spaces that do not break (Common User Interface, NUM-0002). */
export function formatNhsNumber(value: NhsNumber): string {
  return `${value.slice(0, 3)}\u00a0${value.slice(3, 6)}\u00a0${value.slice(6)}`;
}

/** A source's name from configuration that the schema has already checked. */
export function sourceId(text: string): SourceId {
  return text as SourceId;
}

/** The instant of a JavaScript date. */
export function instantOf(date: Date): Instant {
  return date.toISOString() as Instant;
}

function refuse(sentence: string): NhsNumberRefusal {
  return { ok: false, sentence };
}
