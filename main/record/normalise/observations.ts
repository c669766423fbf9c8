/** Observation and DiagnosticReport, R4 and STU3. */
import type { Fact, Item, Section, Value } from '../model.ts';
import { allWords, codingsOf, isAdvancePlan, statusWord, wordsOf } from './codings.ts';
import type { Context } from './context.ts';
import { firstDate, parseClinicalDate, periodDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { exactNumber, fields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { fact, joined, notes, quantityText, shownDate, standingOf } from './item.ts';
import type { Normaliser, Reading } from './item.ts';

export const OBSERVATION: Normaliser = { read: readObservation, facts: observationFacts };
export const REPORT: Normaliser = { read: readReport, facts: reportFacts };

function readObservation(entry: Entry, context: Context): Reading {
  const { resource } = entry;
  const status = statusWord(resource['status']);
  const section = sectionOf(entry, context);
  return {
    section,
    title: wordsOf(resource['code']) ?? 'Observation, name not recorded',
    codings: codingsOf(resource['code']),
    date: whenOf(resource),
    standing: observedStanding(section, status),
    status,
    value: valueOf(resource) ?? partsValue(list(resource['component']).map(fields)),
  };
}

function observationFacts({ resource }: Entry): ReturnType<Normaliser['facts']> {
  return [
    ...list(resource['component']).map((component) => componentFact(fields(component))),
    joined('Range', list(resource['referenceRange']).flatMap((range) => rangeText(fields(range)) ?? [])),
    joined('Interpretation', allWords(resource['interpretation'])),
    joined('No value because', allWords(resource['dataAbsentReason'])),
    joined('Method', allWords(resource['method'])),
    joined('Site', allWords(resource['bodySite'])),
    notes(resource),
  ];
}

function readReport({ resource }: Entry): Reading {
  const status = statusWord(resource['status']);
  const conclusion = text(resource['conclusion']) ?? wordsOf(resource['conclusionCode']) ?? wordsOf(resource['codedDiagnosis']);
  return {
    section: 'results',
    title: wordsOf(resource['code']) ?? 'Report, name not recorded',
    codings: codingsOf(resource['code']),
    date: whenOf(resource),
    standing: observedStanding('results', status),
    status,
    value: conclusion === undefined ? undefined : { kind: 'text', text: conclusion },
  };
}

function reportFacts(entry: Entry, context: Context): ReturnType<Normaliser['facts']> {
  const { resource } = entry;
  const count = list(resource['result']).length;
  return [
    joined('Category', allWords(resource['category'])),
    fact('Results in this report', count === 0 ? undefined : String(count)),
    joined('Specimen', context.specimensOf(entry)),
    notes(resource),
  ];
}

function whenOf(resource: Fields): Item['date'] {
  return firstDate(resource['effectiveDateTime'], resource['effectiveInstant']) ?? periodDate(resource['effectivePeriod']) ?? firstDate(resource['issued']);
}

/** A result that is not final is there, but not settled; a report of unknown status is a report. */
function observedStanding(section: Section, status: string | undefined): Item['standing'] {
  return status === undefined || status === 'unknown' ? 'current' : standingOf(section, status);
}

const RESULT_CATEGORIES = new Set(['laboratory', 'imaging', 'procedure', 'exam', 'LAB', 'PAT', 'RAD']);

/** Laboratory and imaging categories and whatever a report lists are results; the rest is observed at the bedside. */
function sectionOf(entry: Entry, context: Context): 'results' | 'observations' | 'plans' {
  if (codingsOf(entry.resource['code']).some(isAdvancePlan)) return 'plans';
  const categories = codingsOf(entry.resource['category']);
  if (categories.length > 0) return categories.some(({ code }) => RESULT_CATEGORIES.has(code)) ? 'results' : 'observations';
  return context.isReported(entry) ? 'results' : 'observations';
}

/** `value[x]` in any of its types, as sent. Zero, negative, `<5` and words are values. */
export function valueOf(holder: Fields): Value | undefined {
  const quantity = fields(holder['valueQuantity']);
  const number = exactNumber(quantity['value']);
  if (number !== undefined) return quantityValue(quantity, number);
  if (holder['valueCodeableConcept'] !== undefined) return codedValue(holder['valueCodeableConcept']);
  const plain = text(holder['valueString']) ?? exactNumber(holder['valueInteger'])?.text ?? exactNumber(holder['valueDecimal'])?.text ?? yesOrNo(holder['valueBoolean']) ?? otherText(holder);
  return plain === undefined ? undefined : { kind: 'text', text: plain };
}

function quantityValue(quantity: Fields, number: { readonly number: number; readonly text: string }): Value {
  const unit = text(quantity['unit']) ?? text(quantity['code']);
  const comparator = text(quantity['comparator']);
  return {
    kind: 'quantity',
    text: quantityText(quantity) ?? number.text,
    number: number.number,
    ...(comparator === undefined ? {} : { comparator }),
    ...(unit === undefined ? {} : { unit }),
  };
}

function codedValue(concept: unknown): Value | undefined {
  const words = wordsOf(concept);
  return words === undefined ? undefined : { kind: 'coded', text: words, codings: codingsOf(concept) };
}

function yesOrNo(value: unknown): string | undefined {
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : undefined;
}

function otherText(holder: Fields): string | undefined {
  const date = parseClinicalDate(holder['valueDateTime']);
  if (date !== undefined) return shownDate(date);
  const ratio = fields(holder['valueRatio']);
  const top = quantityText(ratio['numerator']);
  const bottom = quantityText(ratio['denominator']);
  if (top !== undefined && bottom !== undefined) return `${top} : ${bottom}`;
  const range = fields(holder['valueRange']);
  const low = quantityText(range['low']);
  const high = quantityText(range['high']);
  if (low !== undefined || high !== undefined) return [low, high].filter((words) => words !== undefined).join(' to ');
  const period = periodDate(holder['valuePeriod']);
  return text(holder['valueTime']) ?? (period === undefined ? undefined : shownDate(period));
}

/** What a panel says: as one pressure where it is one, else part by part. */
function partsValue(components: readonly Fields[]): Value | undefined {
  return components.length === 0 ? undefined : bloodPressure(components) ?? componentsValue(components);
}

const SYSTOLIC = new Set(['8480-6', '271649006', '72313002', '2469.']);
const DIASTOLIC = new Set(['8462-4', '271650006', '1091811000000102', '246A.']);

/**
 * `120/80 mmHg` where both halves have the same unit. Digits stay as sent, `120.000/75.000 mm[Hg]` too: a FHIR decimal's
 * noughts state its precision, and which systems only pad cannot be told from here. Comparing looks at the numbers alone.
 */
function bloodPressure(components: readonly Fields[]): Value | undefined {
  const systolic = components.find((one) => codingsOf(one['code']).some(({ code }) => SYSTOLIC.has(code)));
  const diastolic = components.find((one) => codingsOf(one['code']).some(({ code }) => DIASTOLIC.has(code)));
  const upper = systolic === undefined ? undefined : valueOf(systolic);
  const lower = diastolic === undefined ? undefined : valueOf(diastolic);
  if (components.length !== 2 || upper?.kind !== 'quantity' || lower?.kind !== 'quantity' || upper.unit !== lower.unit) return undefined;
  const digits = (value: typeof upper): string => value.text.slice(0, value.text.length - (value.unit === undefined ? 0 : value.unit.length + 1));
  return { kind: 'text', text: `${digits(upper)}/${digits(lower)}${upper.unit === undefined ? '' : ` ${upper.unit}`}` };
}

function componentsValue(components: readonly Fields[]): Value | undefined {
  const said = components.map(componentFact).flatMap((one) => (one === undefined ? [] : [`${one.label} ${one.text}`]));
  return said.length === 0 ? undefined : { kind: 'text', text: said.join('; ') };
}

function componentFact(component: Fields): Fact | undefined {
  const absent = wordsOf(component['dataAbsentReason']);
  return fact(wordsOf(component['code']) ?? 'Part', valueOf(component)?.text ?? (absent === undefined ? undefined : `not recorded (${absent})`));
}

function rangeText(range: Fields): string | undefined {
  const low = quantityText(range['low']);
  const high = quantityText(range['high']);
  const limits = low !== undefined && high !== undefined ? `${low} to ${high}` : low !== undefined ? `${low} or more` : high !== undefined ? `up to ${high}` : undefined;
  const words = text(range['text']);
  return limits === undefined ? words : words === undefined ? limits : `${limits} (${words})`;
}
