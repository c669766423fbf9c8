/** Codes under one address for each code system, and which of them say what a thing is. */
import type { Coding, Identifier } from '../model.ts';
import { fields, firstText, list, text } from './fields.ts';
import type { Fields } from './fields.ts';

export const SNOMED = 'http://snomed.info/sct';
export const LOINC = 'http://loinc.org';
export const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';
export const ODS_CODE = 'https://fhir.nhs.uk/Id/ods-organization-code';

/** The addresses one code system goes by. dm+d codes are SNOMED CT codes of the UK drug extension, so both share one. */
const ALIASES: Readonly<Record<string, string>> = {
  'http://dmd.nhs.uk': SNOMED,
  'https://dmd.nhs.uk': SNOMED,
  'urn:oid:2.16.840.1.113883.2.1.3.2.4.15': SNOMED,
  'urn:oid:2.16.840.1.113883.6.96': SNOMED,
  'http://read.info/readv2': 'http://read.info/readv2',
  'urn:oid:2.16.840.1.113883.2.1.6.2': 'http://read.info/readv2',
  'http://read.info/ctv3': 'http://read.info/ctv3',
  'urn:oid:2.16.840.1.113883.2.1.3.2.4.14': 'http://read.info/ctv3',
  'urn:oid:2.16.840.1.113883.6.1': LOINC,
  'http://hl7.org/fhir/v3/nullflavor': 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor',
};

/** Addresses that were seen before: a record has a hundred thousand codes and a dozen systems. They say nothing of anybody. */
const known = new Map<string, string>();
/** Kinds of resource and addresses of servers, for the same reason. */
const shared = new Map<string, string>();
const MOST_KNOWN = 1_000;

/** A kind of resource or the address of a server, as one text however often it comes. */
export function sharedText(words: string): string {
  const found = shared.get(words);
  if (found === undefined && shared.size < MOST_KNOWN) shared.set(words, words);
  return found ?? words;
}

/** A code system's address as the rest of the record knows it. */
export function canonicalSystem(system: string): string {
  const found = known.get(system);
  if (found !== undefined) return found;
  const canonical = aliased(system);
  if (known.size < MOST_KNOWN) known.set(system, canonical);
  return canonical;
}

function aliased(system: string): string {
  const bare = system.trim().replace(/\/+$/, '');
  return ALIASES[bare.toLowerCase()] ?? bare;
}

/** The codings of a CodeableConcept, a Coding, or a list of either, in their order. */
export function codingsOf(...values: readonly unknown[]): readonly Coding[] {
  const [value] = values;
  if (values.length === 1 && !Array.isArray(value)) return conceptCodings(fields(value));
  return values.flatMap((one) => list(one)).flatMap((one) => conceptCodings(fields(one)));
}

function conceptCodings(concept: Fields): readonly Coding[] {
  const codings = Object.hasOwn(concept, 'coding') ? list(concept['coding']).map(codingOf) : [codingOf(concept)];
  return codings.every((coding) => coding !== undefined) ? codings : codings.filter((coding) => coding !== undefined);
}

function codingOf(value: unknown): Coding | undefined {
  const coding = fields(value);
  const code = text(coding['code']);
  if (code === undefined) return undefined;
  const system = canonicalSystem(text(coding['system']) ?? '');
  const display = text(coding['display']);
  return display === undefined ? { system, code } : { system, code, display };
}

/** What a CodeableConcept says in words: its own text, else the display the clinician picked, else any display, else a code. */
export function wordsOf(value: unknown): string | undefined {
  for (const one of list(value)) {
    const concept = fields(one);
    const own = text(concept['text']);
    if (own !== undefined) return own;
    const codings = Object.hasOwn(concept, 'coding') ? list(concept['coding']).map(fields) : [concept];
    const found = picked(codings) ?? anyDisplay(codings) ?? firstText(codings[0] ?? {}, 'code');
    if (found !== undefined) return found;
  }
  return undefined;
}

function picked(codings: readonly Fields[]): string | undefined {
  return text(codings.find((coding) => coding['userSelected'] === true)?.['display']);
}

function anyDisplay(codings: readonly Fields[]): string | undefined {
  for (const coding of codings) {
    const words = text(coding['display']);
    if (words !== undefined) return words;
  }
  return undefined;
}

/** Every member of a list of CodeableConcepts in words. */
export function allWords(value: unknown): readonly string[] {
  return list(value).flatMap((one) => wordsOf(one) ?? []);
}

/** A status: a plain code in STU3, the code of a CodeableConcept in R4. */
export function statusWord(value: unknown): string | undefined {
  if (typeof value === 'string') return text(value);
  return codingsOf(value)[0]?.code ?? wordsOf(value);
}

/** Business identifiers with both halves. A half identifier matches too much, so it is left to the raw resource. */
export function identifiersOf(value: unknown): readonly Identifier[] {
  const found = list(value).map(identifierOf);
  return found.every((one) => one !== undefined) ? found : found.filter((one) => one !== undefined);
}

function identifierOf(value: unknown): Identifier | undefined {
  const system = text(fields(value)['system']);
  const itself = text(fields(value)['value']);
  return system === undefined || itself === undefined ? undefined : { system: canonicalSystem(system), value: itself };
}

/**
 * SNOMED CT 716186003 |No known allergy| and its Read equivalent. Its descendants (no known drug allergy, no known food
 * allergy) rule out one kind only and are not among them.
 */
const NO_KNOWN_ALLERGIES = '716186003';
const NO_KNOWN_ALLERGIES_READ = new Set(['1151.', '1151.00']);

/** Whether a coding states that the person has no known allergy at all. An empty list never does. */
export function meansNoKnownAllergies(coding: Coding): boolean {
  if (coding.system === SNOMED) return coding.code === NO_KNOWN_ALLERGIES;
  if (coding.system.startsWith('http://read.info/')) return NO_KNOWN_ALLERGIES_READ.has(coding.code);
  return coding.system.endsWith('absent-unknown-uv-ips') && coding.code === 'no-known-allergies';
}

/** Codes that rule out one kind of allergy, or say that nothing is known: neither an allergy nor "no known allergies". */
const NOT_AN_ALLERGY = new Set(['409137002', '429625007', '428607008', '428197003', '1220561009']);

export function meansNoAllergyOfOneKind(coding: Coding): boolean {
  if (coding.system === SNOMED) return NOT_AN_ALLERGY.has(coding.code);
  return coding.system.endsWith('absent-unknown-uv-ips') && coding.code !== 'no-known-allergies';
}

/** Codes that a record transfer puts in place of one it could not carry: the words beside them are all that is left. */
const DEGRADED = new Map([
  ['196461000000101', 'Transfer-degraded drug allergy'],
  ['196471000000108', 'Transfer-degraded non-drug allergy'],
  ['196411000000103', 'Transfer-degraded record entry'],
  ['196421000000109', 'Transfer-degraded medication entry'],
]);

export function degradedEntry(codings: readonly Coding[]): string | undefined {
  for (const { system, code, display: words } of codings) {
    if (system === SNOMED && DEGRADED.has(code)) return DEGRADED.get(code);
    if (words !== undefined && /^transfer[- ]degraded/i.test(words)) return words;
  }
  return undefined;
}

/**
 * What a person has decided or agreed in advance: the care plan types of the National Record Locator, and the four SNOMED CT
 * findings and the observable of resuscitation status. For and against stand side by side here: the words say which.
 */
const ADVANCE_PLANS = new Set([
  '1382601000000107', '736253002', '325691000000100', '736373009', '861421000000109', '887701000000100', '736366004', '735324008', '2181441000000107',
  '450475007', '450476008', '304252001', '304253006', '304251008',
]);

/** Whether a coding makes an entry part of the plans, whatever kind of resource it came as. */
export function isAdvancePlan({ system, code }: Coding): boolean {
  return system === SNOMED && ADVANCE_PLANS.has(code);
}

/** Codes that say what kind of entry this is, not what it is about: never a reason to call two entries the same. */
const GENERIC = new Set([...DEGRADED.keys(), '37331000000100', '721981007', '261665006']);

/** Whether a coding says what the entry is about, so that two sources with it may mean the same. */
export function identifies(coding: Coding): boolean {
  if (coding.system === '' || coding.system.endsWith('v3-NullFlavor') || coding.system.endsWith('data-absent-reason')) return false;
  return !(coding.system === SNOMED && GENERIC.has(coding.code)) && degradedEntry([coding]) === undefined;
}
