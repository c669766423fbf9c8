/** One entry in, one item out: which normaliser reads which kind of resource. */
import { ALLERGY } from './allergies.ts';
import type { Context } from './context.ts';
import type { Entry } from './entries.ts';
import { EVENTS } from './events.ts';
import { SourceItem } from './item.ts';
import type { Normaliser } from './item.ts';
import { MEDICATION } from './medication.ts';
import { OBSERVATION, REPORT } from './observations.ts';
import { CONDITION } from './problems.ts';
import { OTHER, SUPPORT, SUPPORTING } from './supporting.ts';

const NORMALISERS: ReadonlyMap<string, Normaliser> = new Map([
  ...Object.entries(EVENTS),
  ...[...SUPPORTING].map((type) => [type, SUPPORT] as const),
  ['AllergyIntolerance', ALLERGY],
  ['Condition', CONDITION],
  ['MedicationStatement', MEDICATION],
  ['MedicationRequest', MEDICATION],
  ['MedicationDispense', MEDICATION],
  ['MedicationAdministration', MEDICATION],
  ['Observation', OBSERVATION],
  ['DiagnosticReport', REPORT],
]);

/** Reads one entry. Reading never fails: what cannot be understood is shown as it stands, with a warning. */
export function normaliseEntry(entry: Entry, context: Context): SourceItem {
  const normaliser = entry.unreadable === undefined ? NORMALISERS.get(entry.resourceType) ?? OTHER : OTHER;
  return new SourceItem(entry, context, normaliser);
}
