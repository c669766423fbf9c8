/**
 * The wrong-patient guard. Nothing of a source is shown until a Patient in its answer bears the traced NHS number and
 * agrees with PDS on birth date, name and gender; and then only what refers to that Patient
 * (GP Connect: consumers shall cross-check the demographics of the returned patient against PDS).
 */
import type { Demographics, PersonName } from './demographics.ts';
import { NHS_NUMBER } from './normalise/codings.ts';
import type { Context } from './normalise/context.ts';
import { firstDate } from './normalise/dates.ts';
import type { Entry } from './normalise/entries.ts';
import { fields, folded, identifier, isFields, list, text } from './normalise/fields.ts';
import type { Fields } from './normalise/fields.ts';
import { shownDate } from './normalise/item.ts';
import { SUPPORTING } from './normalise/supporting.ts';

export type PatientCheck =
  /** Passed: these Patient resources are the traced person. */
  | { readonly kind: 'passed'; readonly patients: ReadonlySet<Entry>; readonly notes: readonly string[] }
  /** No Patient with the traced number has been seen. Nothing may be shown yet. */
  | { readonly kind: 'unproven'; readonly sentence: string }
  /** A Patient bears the number and disagrees with PDS: in what, and a sentence that shows both sides. */
  | { readonly kind: 'disagrees'; readonly differences: readonly string[]; readonly patients: ReadonlySet<Entry>; readonly sentence: string };

/** What one Patient resource says, held against the traced person. */
export interface PatientClaim {
  readonly entry: Entry;
  readonly bearsNumber: boolean;
  readonly isBareNumber: boolean;
  readonly differences: readonly string[];
}

export function claimOf(entry: Entry, traced: Demographics): PatientClaim {
  const { page, resource } = entry;
  const bearsNumber = nhsNumbers(resource).includes(traced.nhsNumber);
  const bare = page.subject === 'composition' && isBareNumber(resource);
  return { entry, bearsNumber, isBareNumber: bare, differences: !bearsNumber || bare ? [] : differencesFrom(resource, traced) };
}

/**
 * Holds the Patients a source sent against the traced person. One that disagrees holds back the whole source.
 * @param isRegistry the source sends no Patient by its nature (`SourcePage.subject` is `identifier`): then only entries pass
 *   whose own subject is the traced NHS number
 */
export function checkPatients(sourceName: string, patients: readonly PatientClaim[], traced: Demographics, isRegistry = false): PatientCheck {
  const bearing = patients.filter(({ bearsNumber }) => bearsNumber);
  if (isRegistry && patients.every(({ entry, bearsNumber }) => entry.parent !== undefined && !bearsNumber)) {
    return { kind: 'passed', patients: new Set(), notes: [`${sourceName} names the patient by NHS number only: name and birth date could not be compared.`] };
  }
  if (bearing.length === 0) return { kind: 'unproven', sentence: `${sourceName} answered without a patient who has this NHS number. Nothing of it is shown. Tell the service desk.` };
  const differences = [...new Set(bearing.flatMap(({ differences: found }) => found))].sort();
  if (differences.length > 0) {
    return { kind: 'disagrees', differences, patients: new Set(bearing.map(({ entry }) => entry)), sentence: `${sourceName} describes this patient differently: ${differences.join('; ')}. Nothing of it is shown. Check who the patient is and tell the service desk.` };
  }
  const notes = [
    ...(traced.birthDate === undefined ? [`PDS holds no birth date, so ${sourceName} was matched by NHS number and what else is held.`] : []),
    ...(bearing.some((claim) => claim.isBareNumber) ? [`${sourceName} names the patient by NHS number only: name and birth date could not be compared.`] : []),
  ];
  return { kind: 'passed', patients: new Set(bearing.map(({ entry }) => entry)), notes };
}

/** A Summary Care Record gives its Patient a number and nothing else (Summary Care Record FHIR API, GET /Bundle). */
function isBareNumber(resource: Fields): boolean {
  return resource['birthDate'] === undefined && resource['name'] === undefined && resource['gender'] === undefined;
}

function nhsNumbers(patient: Fields): readonly string[] {
  return list(patient['identifier']).map(fields).filter((one) => text(one['system']) === NHS_NUMBER).flatMap((one) => identifier(one['value'])?.replace(/[\s-]/g, '') ?? []);
}

function differencesFrom(patient: Fields, traced: Demographics): readonly string[] {
  return [birthDateDifference(patient, traced), nameDifference(patient, traced), genderDifference(patient, traced)].filter((words) => words !== undefined);
}

/** A missing birth date is a difference: an NHS number alone proves too little. */
function birthDateDifference(patient: Fields, traced: Demographics): string | undefined {
  if (traced.birthDate === undefined) return undefined;
  const theirs = firstDate(patient['birthDate']);
  if (theirs?.text === traced.birthDate.text) return undefined;
  const said = theirs === undefined ? text(patient['birthDate']) ?? 'no birth date' : shownDate(theirs);
  return `it gives ${theirs === undefined && said === 'no birth date' ? said : `the birth date ${said}`} where PDS has ${shownDate(traced.birthDate)}`;
}

/** Any name the source gives may agree with any name PDS holds: people change names, and systems keep the old ones. */
function nameDifference(patient: Fields, traced: Demographics): string | undefined {
  const theirs = list(patient['name']).map((name) => nameOf(fields(name))).filter((name) => name.family !== undefined || name.given.length > 0);
  if (theirs.length === 0 || traced.names.length === 0) return undefined;
  if (theirs.some((name) => traced.names.some((ours) => namesAgree(name, ours)))) return undefined;
  return `it gives the name ${shownName(theirs[0])} where PDS has ${shownName(traced.names[0])}`;
}

export function nameOf(name: Fields): PersonName {
  const family = text(name['family']);
  const use = text(name['use']);
  const words = (value: unknown): readonly string[] => list(value).flatMap((one) => text(one) ?? []);
  return { given: words(name['given']), prefix: words(name['prefix']), ...(family === undefined ? {} : { family }), ...(use === undefined ? {} : { use }) };
}

function namesAgree(one: PersonName, other: PersonName): boolean {
  if (letters(one.family) !== letters(other.family)) return false;
  const [first] = one.given.map(letters);
  const [otherFirst] = other.given.map(letters);
  if (first === undefined || otherFirst === undefined || first === '' || otherFirst === '') return true;
  return first.startsWith(otherFirst) || otherFirst.startsWith(first);
}

/** Letters only, so that O'Brien, O’BRIEN and O Brien agree. */
function letters(name: string | undefined): string {
  return folded(name ?? '').replace(/[^\p{L}]/gu, '');
}

function shownName(name: PersonName | undefined): string {
  return [name?.family?.toUpperCase(), name?.given.join(' ')].filter((part) => part !== undefined && part !== '').join(', ');
}

function genderDifference(patient: Fields, traced: Demographics): string | undefined {
  const theirs = text(patient['gender']);
  const ours = traced.gender;
  if (theirs === undefined || ours === undefined || theirs === 'unknown' || ours === 'unknown' || theirs === ours) return undefined;
  return `it gives the gender ${theirs} where PDS has ${ours}`;
}

const SUBJECT_FIELDS = ['subject', 'patient', 'for', 'beneficiary'] as const;

/**
 * Whom an entry is about. `people`: Patients it names, all of whom have to be the traced person; `nobody`: it describes no
 * patient, as an Organization does; `unknown`: it should name one and does not, or names one who was not sent.
 */
export type Subject = { readonly kind: 'people'; readonly people: readonly Entry[] } | { readonly kind: 'nobody' } | { readonly kind: 'unknown' };

const NOBODY: Subject = { kind: 'nobody' };
const UNKNOWN: Subject = { kind: 'unknown' };

/** Reads whom an entry is about. Of a contained entry that names nobody it is whom the entry around it is about. */
export function subjectOf(entry: Entry, context: Context, traced: Demographics): Subject {
  if (entry.resourceType === 'Patient') return { kind: 'people', people: [entry] };
  const { resource } = entry;
  const subjects = subjectsIn(resource, entry.resourceType);
  if (subjects.length > 0) return peopleBehind(subjects, entry, context, traced);
  if (entry.parent !== undefined) return subjectOf(entry.parent, context, traced);
  if (SUPPORTING.has(entry.resourceType) || entry.unreadable !== undefined) return NOBODY;
  return entry.page.subject === 'composition' ? compositionSubject(entry, context, traced) : UNKNOWN;
}

function peopleBehind(subjects: readonly Fields[], entry: Entry, context: Context, traced: Demographics): Subject {
  const people: Entry[] = [];
  for (const subject of subjects) {
    const target = context.resolve(subject, entry);
    if (target !== undefined) people.push(target);
    else if (!isTracedNumber(subject, traced)) return UNKNOWN;
  }
  return { kind: 'people', people };
}

/**
 * The entries of a Summary Care Record name no subject: they are parts of its Composition, which does. This holds on a page
 * whose source says so and that has exactly one Composition (Summary Care Record FHIR API, GET /Bundle).
 */
function compositionSubject(entry: Entry, context: Context, traced: Demographics): Subject {
  const [composition, ...others] = context.compositionsOn(entry.page);
  if (composition === undefined || others.length > 0) return UNKNOWN;
  const subjects = subjectsIn(composition.resource, 'Composition');
  return subjects.length === 0 ? UNKNOWN : peopleBehind(subjects, composition, context, traced);
}

/** Whether an entry about this subject may be shown, with these Patients known to be the traced person. */
export function mayBeShown(subject: Subject, patients: ReadonlySet<Entry>): boolean {
  if (subject.kind === 'people') return subject.people.every((person) => patients.has(person));
  return subject.kind === 'nobody';
}

function subjectsIn(resource: Fields, resourceType: string): readonly Fields[] {
  const named: Fields[] = [];
  for (const field of SUBJECT_FIELDS) {
    if (resource[field] === undefined) continue;
    for (const one of list(resource[field])) if (isFields(one) && ('reference' in one || 'identifier' in one)) named.push(one);
  }
  if (resourceType !== 'Appointment') return named;
  const actors = list(resource['participant']).map((one) => fields(fields(one)['actor']));
  return [...named, ...actors.filter((actor) => /(^|\/)Patient\//.test(identifier(actor['reference']) ?? '') || text(actor['type']) === 'Patient')];
}

function isTracedNumber(subject: Fields, traced: Demographics): boolean {
  const named = fields(subject['identifier']);
  return identifier(subject['reference']) === undefined && text(named['system']) === NHS_NUMBER && identifier(named['value']) === traced.nhsNumber;
}
