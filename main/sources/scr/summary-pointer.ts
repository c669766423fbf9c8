/** What the Summary Care Record says about a summary before it gives it: its identifier, and who may see it. */
import type { SourceOutcome } from '../../record/model.ts';
import { fields, list, text } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';

const SCR_ID = 'https://fhir.nhs.uk/Id/nhsSCRUUID';
const PERMISSION = 'https://fhir.nhs.uk/CodeSystem/SCR-ACSPermission';

/** `nhsSCRUUID`, under which the summary is asked for. */
export function summaryIdOf(pointer: Fields): string | undefined {
  const identifiers = [pointer['masterIdentifier'], ...list(pointer['identifier'])].map(fields);
  const value = text(identifiers.find((one) => text(one['system']) === SCR_ID)?.['value']);
  return value === undefined || !/^[A-Za-z0-9-]{1,64}$/.test(value) ? undefined : value;
}

/**
 * Why the summary must not be fetched, or `null`. A patient who said no is not asked again; in every other case, an earlier
 * yes included, the patient is asked each time (Summary Care Record, permission to view).
 */
export function permissionOf(name: string, pointer: Fields, permission: 'given' | 'not-asked'): SourceOutcome | null {
  const labels = list(pointer['securityLabel']).flatMap((label) => list(fields(label)['coding'])).map(fields).filter((coding) => text(coding['system']) === PERMISSION);
  if (labels.some((coding) => text(coding['code'])?.toLowerCase() === 'no')) return { kind: 'refused', sentence: `${name} holds a summary that the patient has asked not to be shown.` };
  if (permission === 'given') return null;
  return { kind: 'refused', sentence: `${name} holds a summary. It may be opened only with the patient’s permission, which cannot be recorded here yet. Nothing of it was fetched.` };
}
