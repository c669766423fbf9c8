/** PDS's refusals: status, Spine code and words (Personal Demographics Service FHIR API, error responses). */
import { fhir } from '../http/service.ts';
import type { Answer } from '../http/service.ts';

const SYSTEM = 'https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode';

const CODES = {
  INVALID_RESOURCE_ID: ['value', 'Resource Id is invalid'],
  MISSING_VALUE: ['required', 'Required value is missing'],
  INVALID_VALUE: ['value', 'Provided value is invalid'],
  INVALID_SEARCH_DATA: ['value', 'Search data is invalid'],
  TOO_FEW_VALUES_SUBMITTED: ['value', 'Too few values submitted'],
  ADDITIONAL_PROPERTIES: ['value', 'Additional properties are not allowed'],
  TOO_MANY_MATCHES: ['multiple-matches', 'Too Many Matches'],
  ACCESS_DENIED: ['forbidden', 'Access Denied'],
  RESOURCE_NOT_FOUND: ['not-found', 'Resource not found'],
  INVALIDATED_RESOURCE: ['processing', 'Resource that has been marked as invalid was requested - invalid resources cannot be retrieved'],
  UNSUPPORTED_SERVICE: ['processing', 'Unsupported Service'],
} as const;

export type PdsCode = keyof typeof CODES;

/** `diagnostics` names the field, never the patient. */
export function outcome(status: number, code: PdsCode, diagnostics?: string): Answer {
  const [type, display] = CODES[code];
  return fhir(status, {
    resourceType: 'OperationOutcome',
    issue: [{
      severity: code === 'TOO_MANY_MATCHES' ? 'information' : 'error',
      code: type,
      details: { coding: [{ system: SYSTEM, version: '1', code, display }] },
      ...(diagnostics === undefined ? {} : { diagnostics }),
    }],
  });
}
