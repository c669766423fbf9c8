/** Short hands for entries that recur in most stories. */
import { FINDING, PROBLEM, VACCINE } from './concepts.ts';
import type { Concept } from './concepts.ts';
import { london } from './dates.ts';
import { coded, quantity } from './measured.ts';
import type { Measured } from './measured.ts';
import type { ClinicianKey, OrganisationKey } from './organisations.ts';
import type { EncounterEntry, ImmunisationEntry, ObservationEntry, Place, ProblemEntry } from './story.ts';

const PRACTICE: readonly Place[] = ['practice'];

interface Where {
  readonly held?: readonly Place[];
  readonly organisation?: OrganisationKey;
  readonly author?: ClinicianKey;
  readonly time?: string;
}

function recordedBy(where: Where, nurse: ClinicianKey): { held: readonly Place[]; organisation: OrganisationKey; author: ClinicianKey } {
  return { held: where.held ?? PRACTICE, organisation: where.organisation ?? 'harbour', author: where.author ?? nurse };
}

/** A blood pressure in mmHg. */
export function bloodPressure(day: string, systolic: string, diastolic: string, where: Where = {}): ObservationEntry {
  return {
    kind: 'observation',
    id: `bp-${day}${where.time === undefined ? '' : `-${where.time.replace(':', '')}`}`,
    ...recordedBy(where, 'okafor'),
    concept: FINDING.bloodPressure,
    category: 'vital-signs',
    date: london(day, where.time ?? '10:05'),
    parts: [
      { concept: FINDING.systolic, value: quantity(systolic, 'mmHg', 'mm[Hg]') },
      { concept: FINDING.diastolic, value: quantity(diastolic, 'mmHg', 'mm[Hg]') },
    ],
  };
}

/** One measured finding: weight, pulse, temperature. */
export function measured(key: keyof typeof FINDING, day: string, value: Measured, where: Where = {}): ObservationEntry {
  return {
    kind: 'observation',
    id: `${key}-${day}${where.time === undefined ? '' : `-${where.time.replace(':', '')}`}`,
    ...recordedBy(where, 'okafor'),
    concept: FINDING[key],
    category: 'vital-signs',
    date: london(day, where.time ?? '10:10'),
    value,
  };
}

/** Smoking status, said by its code alone at the practice. */
export function smoking(day: string, status: 'exSmoker' | 'neverSmoked' | 'smoker'): ObservationEntry {
  return { kind: 'observation', id: `smoking-${day}`, held: PRACTICE, organisation: 'harbour', author: 'okafor', concept: FINDING[status], category: 'social-history', date: day, value: coded(FINDING[status]) };
}

/** A problem on the practice's list. */
export function problem(key: keyof typeof PROBLEM, date: string | undefined, more: Partial<ProblemEntry> = {}): ProblemEntry {
  return {
    kind: 'problem', id: `problem-${key}`, held: PRACTICE, organisation: 'harbour', author: 'owen',
    concept: PROBLEM[key], standing: 'active', significance: 'major', ...(date === undefined ? {} : { date }), ...more,
  };
}

/** A vaccination given at the practice. */
export function vaccinated(key: keyof typeof VACCINE, day: string, more: Partial<ImmunisationEntry> = {}): ImmunisationEntry {
  return {
    kind: 'immunisation', id: `vaccine-${key}-${day}`, held: PRACTICE, organisation: 'harbour', author: 'okafor',
    procedure: VACCINE[key], given: true, date: day, ...more,
  };
}

/** A consultation at the practice about the entries named. */
export function consultation(day: string, time: string, author: ClinicianKey, note: string, about: readonly string[] = [], type = 'GP surgery consultation'): EncounterEntry {
  return {
    kind: 'encounter', id: `consultation-${day}-${time.replace(':', '')}`, held: PRACTICE, organisation: 'harbour', author,
    type, setting: 'ambulatory', date: london(day, time), note, about,
  };
}

/** A coded finding without a value. */
export function finding(id: string, concept: Concept, date: string, more: Partial<ObservationEntry> = {}): ObservationEntry {
  return { kind: 'observation', id, held: PRACTICE, organisation: 'harbour', author: 'owen', concept, category: 'exam', date, ...more };
}
