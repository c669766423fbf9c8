/** A dose instruction in full: what was written, or put into words from its parts. Never shortened. */
import { allWords, wordsOf } from './codings.ts';
import { exactNumber, fields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { quantityText } from './item.ts';

/** Every dosage in order; nothing where none says anything. */
export function doseOf(dosages: unknown): string | undefined {
  const said = list(dosages).flatMap((dosage) => oneDose(fields(dosage)) ?? []);
  return said.length === 0 ? undefined : said.join('; ');
}

function oneDose(dosage: Fields): string | undefined {
  const written = text(dosage['text']) ?? partsOf(dosage);
  const extra = [text(dosage['patientInstruction']), ...allWords(dosage['additionalInstruction'])].filter((words) => words !== undefined);
  const all = [isPlaceholder(written) ? undefined : written, ...extra].filter((words) => words !== undefined);
  return all.length === 0 ? undefined : all.join(', ');
}

/** What systems write where a field must not be empty. */
function isPlaceholder(words: string | undefined): boolean {
  return words === undefined || /^(n\/?a|none|no information available|-+)$/i.test(words);
}

function partsOf(dosage: Fields): string | undefined {
  const rate = fields(list(dosage['doseAndRate'])[0]);
  const parts = [
    quantityText(rate['doseQuantity'] ?? dosage['doseQuantity']) ?? rangeText(rate['doseRange'] ?? dosage['doseRange']),
    timingText(fields(dosage['timing'])),
    wordsOf(dosage['route']),
    dosage['asNeededBoolean'] === true ? 'as needed' : asNeeded(dosage['asNeededCodeableConcept']),
  ].filter((words) => words !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

function rangeText(value: unknown): string | undefined {
  const low = quantityText(fields(value)['low']);
  const high = quantityText(fields(value)['high']);
  return low === undefined || high === undefined ? low ?? high : `${low} to ${high}`;
}

function asNeeded(concept: unknown): string | undefined {
  const words = wordsOf(concept);
  return words === undefined ? undefined : `as needed for ${words}`;
}

const PERIODS: Readonly<Record<string, string>> = { s: 'second', min: 'minute', h: 'hour', d: 'day', wk: 'week', mo: 'month', a: 'year' };

function timingText(timing: Fields): string | undefined {
  const named = wordsOf(timing['code']);
  if (named !== undefined) return named;
  const repeat = fields(timing['repeat']);
  const period = exactNumber(repeat['period']);
  const unit = PERIODS[text(repeat['periodUnit']) ?? ''];
  if (period === undefined || unit === undefined) return undefined;
  const times = exactNumber(repeat['frequency'])?.text ?? '1';
  const every = period.number === 1 ? `a ${unit}` : `every ${period.text} ${unit}s`;
  return `${times} time${times === '1' ? '' : 's'} ${every}`;
}
