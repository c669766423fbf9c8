/** Refusals of the national services as OperationOutcome with the Spine's error codes. */
import { fhir } from '../http/service.ts';
import type { Answer } from '../http/service.ts';

const CODES = {
  INVALID_PARAMETER: ['invalid', 'Invalid parameter'],
  INVALID_NHS_NUMBER: ['invalid', 'Invalid NHS number'],
  INVALID_CODE_SYSTEM: ['code-invalid', 'Invalid code system'],
  MISSING_HEADER: ['invalid', 'There is a required header missing or invalid'],
  'ACCESS DENIED': ['forbidden', 'Access has been denied to process this request'],
  NO_RECORD_FOUND: ['not-found', 'No record found'],
  BAD_REQUEST: ['invalid', 'Bad request'],
  NOT_IMPLEMENTED: ['not-supported', 'Not implemented'],
  ASID_CHECK_FAILED: ['forbidden', 'The sender or receiver\'s ASID is not authorised for this interaction'],
} as const;

export type SpineCode = keyof typeof CODES;

const SYSTEM = 'https://fhir.nhs.uk/CodeSystem/Spine-ErrorOrWarningCode';

/** `diagnostics` says what to mend, never whose record it was. */
export function spineOutcome(status: number, code: SpineCode, diagnostics: string): Answer {
  const [type, display] = CODES[code];
  return fhir(status, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: type, details: { coding: [{ system: SYSTEM, version: '1', code, display }] }, diagnostics }] });
}
