/** The practice system's refusals as STU3 OperationOutcome (GP Connect, error handling). */
import { fhir } from '../http/service.ts';
import type { Answer } from '../http/service.ts';

const SYSTEM = 'https://fhir.nhs.uk/STU3/ValueSet/Spine-ErrorOrWarningCode-1';

const CODES = {
  BAD_REQUEST: ['invalid', 'Bad request'],
  INVALID_NHS_NUMBER: ['value', 'Invalid NHS number submitted'],
  ACCESS_DENIED: ['forbidden', 'Access has been denied to process this request'],
  PATIENT_NOT_FOUND: ['not-found', 'Patient not found'],
  NO_RECORD_FOUND: ['not-found', 'No record found'],
} as const;

/** `diagnostics` says what to mend, never whose record it was. */
export function outcome(status: number, code: keyof typeof CODES, diagnostics: string): Answer {
  const [type, display] = CODES[code];
  return fhir(status, {
    resourceType: 'OperationOutcome',
    meta: { profile: ['https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-OperationOutcome-1'] },
    issue: [{ severity: 'error', code: type, details: { coding: [{ system: SYSTEM, code, display }], text: display }, diagnostics }],
  });
}
