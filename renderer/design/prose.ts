/** What the screens never break over two lines: NHS numbers (3-3-4), dates, and a time after a date. */
const UNBROKEN = /\d{3} \d{3} \d{4}|\d{2}-[A-Z][a-z]{2}-\d{4}(?: \d{2}:\d{2})?/g;

/**
 * The same words with spaces and hyphens that do not break inside a date or an NHS number (Common User Interface,
 * NUM-0002 and ISB 1503: never wrapped). For sentences only: text to be copied or compared stays as it is.
 */
export function prose(text: string): string {
  return text.replace(UNBROKEN, (match) => match.replaceAll(' ', '\u00a0').replaceAll('-', '\u2011'));
}
