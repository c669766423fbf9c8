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

/** A code system's address as the rest of the record knows it. */
export function canonicalSystem(system: string): string {
  const bare = system.trim().replace(/\/+$/, '');
  return ALIASES[bare.toLowerCase()] ?? bare;
}

/** The codings of a CodeableConcept, a Coding, or a list of either, in their order. */
export function codingsOf(...values: readonly unknown[]): readonly Coding[] {
  return values.flatMap((value) => list(value)).flatMap((value) => {
    const concept = fields(value);
    return 'coding' in concept ? list(concept['coding']).flatMap(oneCoding) : oneCoding(concept);
  });
}

function oneCoding(value: unknown): readonly Coding[] {
  const coding = fields(value);
  const code = text(coding['code']);
  if (code === undefined) return [];
  const display = text(coding['display']);
  return [{ system: canonicalSystem(text(coding['system']) ?? ''), code, ...(display === undefined ? {} : { display }) }];
}

/** What a CodeableConcept says in words: its own text, else the display the clinician picked, else any display, else a code. */
export function wordsOf(value: unknown): string | undefined {
  for (const one of list(value)) {
    const concept = fields(one);
    const codings = 'coding' in concept ? list(concept['coding']).map(fields) : [concept];
    const found = text(concept['text']) ?? picked(codings) ?? anyDisplay(codings) ?? firstText(codings[0] ?? {}, 'code');
    if (found !== undefined) return found;
  }
  return undefined;
}

function picked(codings: readonly Fields[]): string | undefined {
  return text(codings.find((coding) => coding['userSelected'] === true)?.['display']);
}

function anyDisplay(codings: readonly Fields[]): string | undefined {
  return codings.map((coding) => text(coding['display'])).find((words) => words !== undefined);
}

/** Every member of a list of CodeableConcepts in words. */
export function allWords(value: unknown): readonly string[] {
  return list(value).flatMap((one) => wordsOf(one) ?? []);
}

/** A status: a plain code in STU3, the code of a CodeableConcept in R4. */
export function statusWord(value: unknown): string | undefined {
  return text(value) ?? codingsOf(value)[0]?.code ?? wordsOf(value);
}

/** Business identifiers with both halves. A half identifier matches too much, so it is left to the raw resource. */
export function identifiersOf(value: unknown): readonly Identifier[] {
  return list(value).flatMap((one) => {
    const system = text(fields(one)['system']);
    const itself = text(fields(one)['value']);
    return system === undefined || itself === undefined ? [] : [{ system, value: itself }];
  });
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

/** Codes that say what kind of entry this is, not what it is about: never a reason to call two entries the same. */
const GENERIC = new Set([...DEGRADED.keys(), '37331000000100', '721981007', '261665006']);

/** Whether a coding says what the entry is about, so that two sources with it may mean the same. */
export function identifies(coding: Coding): boolean {
  if (coding.system === '' || coding.system.endsWith('v3-NullFlavor') || coding.system.endsWith('data-absent-reason')) return false;
  return !(coding.system === SNOMED && GENERIC.has(coding.code)) && degradedEntry([coding]) === undefined;
}
