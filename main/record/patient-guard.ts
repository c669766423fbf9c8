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
import { fields, folded, identifier, list, text } from './normalise/fields.ts';
import type { Fields } from './normalise/fields.ts';
import { shownDate } from './normalise/item.ts';
import { SUPPORTING } from './normalise/supporting.ts';

export type PatientCheck =
  /** Passed: these Patient resources, by `entryKey`, are the traced person. */
  | { readonly kind: 'passed'; readonly patients: ReadonlySet<string>; readonly notes: readonly string[] }
  /** No Patient with the traced number has been seen. Nothing may be shown yet. */
  | { readonly kind: 'unproven'; readonly sentence: string }
  /** A Patient bears the number and disagrees with PDS. The sentence shows both sides. */
  | { readonly kind: 'disagrees'; readonly sentence: string };

/** Names one entry of one source. */
export function entryKey(entry: Entry): string {
  return `${entry.page.page}:${entry.pointer}`;
}

/** Holds the Patients a source sent against the traced person. One that disagrees holds back the whole source. */
export function checkPatients(sourceName: string, patients: readonly Entry[], traced: Demographics): PatientCheck {
  const bearing = patients.filter((entry) => nhsNumbers(entry.resource).includes(traced.nhsNumber));
  if (bearing.length === 0) return { kind: 'unproven', sentence: `${sourceName} answered without a patient who has this NHS number. Nothing of it is shown. Tell the service desk.` };
  const differences = [...new Set(bearing.flatMap(({ resource }) => differencesFrom(resource, traced)))];
  if (differences.length > 0) {
    return { kind: 'disagrees', sentence: `${sourceName} describes this patient differently: ${differences.join('; ')}. Nothing of it is shown. Check who the patient is and tell the service desk.` };
  }
  const notes = traced.birthDate === undefined ? [`PDS holds no birth date, so ${sourceName} was matched by NHS number and what else is held.`] : [];
  return { kind: 'passed', patients: new Set(bearing.map(entryKey)), notes };
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

/** Whether an entry is about the traced person. Without a subject only what describes no patient passes. */
export function belongsToPatient(entry: Entry, context: Context, patients: ReadonlySet<string>, traced: Demographics): boolean {
  if (entry.resourceType === 'Patient') return patients.has(entryKey(entry));
  const subjects = subjectsOf(entry.resource);
  if (subjects.length > 0) return subjects.every((subject) => isPatient(subject, entry, context, patients, traced));
  if (entry.parent !== undefined) return belongsToPatient(entry.parent, context, patients, traced);
  return SUPPORTING.has(entry.resourceType) || entry.unreadable !== undefined;
}

function subjectsOf(resource: Fields): readonly Fields[] {
  const named = SUBJECT_FIELDS.flatMap((field) => list(resource[field])).map(fields).filter((one) => 'reference' in one || 'identifier' in one);
  if (resource['resourceType'] !== 'Appointment') return named;
  const actors = list(resource['participant']).map((one) => fields(fields(one)['actor']));
  return [...named, ...actors.filter((actor) => /(^|\/)Patient\//.test(identifier(actor['reference']) ?? '') || text(actor['type']) === 'Patient')];
}

function isPatient(subject: Fields, from: Entry, context: Context, patients: ReadonlySet<string>, traced: Demographics): boolean {
  const target = context.resolve(subject, from);
  if (target !== undefined) return patients.has(entryKey(target));
  const named = fields(subject['identifier']);
  return identifier(subject['reference']) === undefined && text(named['system']) === NHS_NUMBER && identifier(named['value']) === traced.nhsNumber;
}
