/** One entry in, one item out: which normaliser reads which kind of resource. */
import type { Item } from '../model.ts';
import { normaliseAllergy } from './allergies.ts';
import type { Context } from './context.ts';
import type { Entry } from './entries.ts';
import { EVENT_KINDS, normaliseEvent } from './events.ts';
import { normaliseMedication } from './medication.ts';
import { normaliseObservation, normaliseReport } from './observations.ts';
import { normaliseCondition } from './problems.ts';
import { normaliseOther, normaliseSupporting, SUPPORTING } from './supporting.ts';

type Normaliser = (entry: Entry, id: string, context: Context) => Item;

const NORMALISERS: Readonly<Record<string, Normaliser>> = {
  AllergyIntolerance: normaliseAllergy,
  Condition: normaliseCondition,
  MedicationStatement: normaliseMedication,
  MedicationRequest: normaliseMedication,
  MedicationDispense: normaliseMedication,
  MedicationAdministration: normaliseMedication,
  Observation: normaliseObservation,
  DiagnosticReport: normaliseReport,
};

/** Reads one entry. Reading never fails: what cannot be understood is shown as it stands, with a warning. */
export function normaliseEntry(entry: Entry, id: string, context: Context): Item {
  if (entry.unreadable !== undefined) return normaliseOther(entry, id, context);
  const normaliser = Object.hasOwn(NORMALISERS, entry.resourceType) ? NORMALISERS[entry.resourceType] : undefined;
  if (normaliser !== undefined) return normaliser(entry, id, context);
  const kind = Object.hasOwn(EVENT_KINDS, entry.resourceType) ? EVENT_KINDS[entry.resourceType] : undefined;
  if (kind !== undefined) return normaliseEvent(entry, id, kind, context);
  return SUPPORTING.has(entry.resourceType) ? normaliseSupporting(entry, id, context) : normaliseOther(entry, id, context);
}
