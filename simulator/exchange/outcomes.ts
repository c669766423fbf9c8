/** The region's refusals as plain R4 OperationOutcome. */
import type { OperationOutcomeIssue } from 'fhir/r4';
import { fhir } from '../http/service.ts';
import type { Answer } from '../http/service.ts';

export function outcome(status: number, code: OperationOutcomeIssue['code'], diagnostics: string): Answer {
  return fhir(status, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] });
}
