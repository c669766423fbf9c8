/** What a page of results says about itself: OperationOutcome entries beside the matches (FHIR, search, `search.mode` outcome). */
import type { SourceOutcome } from '../../record/model.ts';
import { fields, list, text } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';
import { outcomeOf } from '../fhir-answer.ts';

/** FHIR issue types that mean that something is missing, even where the server only warns. */
const INCOMPLETE = new Set(['incomplete', 'too-costly', 'too-long', 'throttled', 'timeout', 'transient', 'exception', 'no-store', 'lock-error', 'processing-failure']);

/** Why the page is not all it should be; `null` where nothing says so. A server's own words are never repeated. */
export function lackOfPage(name: string, bundle: Fields): SourceOutcome | null {
  for (const resource of outcomesIn(bundle)) {
    const issues = list(resource['issue']).map(fields);
    if (issues.some((issue) => text(issue['code']) === 'suppressed')) return { kind: 'refused', sentence: `${name} keeps something back.` };
    if (issues.some(isLack)) return sayLack(name, resource);
  }
  return null;
}

function outcomesIn(bundle: Fields): readonly Fields[] {
  return list(bundle['entry']).map((entry) => fields(fields(entry)['resource'])).filter((resource) => resource['resourceType'] === 'OperationOutcome');
}

function isLack(issue: Fields): boolean {
  const severity = text(issue['severity']);
  return severity === 'error' || severity === 'fatal' || (severity === 'warning' && INCOMPLETE.has(text(issue['code']) ?? ''));
}

/** A page that came with 200 has a fault of its own rather than an address that is wrong. */
function sayLack(name: string, operationOutcome: Fields): SourceOutcome {
  const said = outcomeOf(name, 200, operationOutcome);
  return said.kind === 'refused' ? said : { kind: 'failed', sentence: `${name} says itself that something is missing. Try again.` };
}
