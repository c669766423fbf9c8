/** The Wessex exchange: UK Core R4 by REST search with paging, the documents' text, and the summary document. */
import type { CapabilityStatement } from 'fhir/r4';
import { entryId } from '../fhir/identifiers.ts';
import { documentText } from '../fhir/r4/contacts.ts';
import { DIRECTORY, provenanceOf, regionalRecord, resourcesOf } from '../fhir/r4/record.ts';
import { fhir, header, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { Tokens } from '../identity/tokens.ts';
import { heldBy } from '../people/index.ts';
import { heldIn } from '../people/regions/index.ts';
import type { Person } from '../people/story.ts';
import { refuseCaller } from './callers.ts';
import { outcome } from './outcomes.ts';
import { createSearch } from './search.ts';
import type { AnyResource } from './search.ts';
import { isSummaryPath, summaryAnswer } from './summaries.ts';

export { isSummaryPath } from './summaries.ts';

export const CLINICAL_TYPES = [
  'AllergyIntolerance', 'MedicationStatement', 'MedicationRequest', 'Condition', 'Observation', 'DiagnosticReport', 'Immunization',
  'Procedure', 'Encounter', 'DocumentReference', 'CarePlan', 'Flag', 'ServiceRequest', 'Appointment',
] as const;

/** `base` is the address without a final slash. */
export function exchange(base: string, tokens: Pick<Tokens, 'bearer'>): (ask: Ask) => Answer {
  const search = createSearch({
    region: 'wessex',
    base,
    types: CLINICAL_TYPES,
    build: (person) => regionalRecord(person, base),
    directory: DIRECTORY,
    provenance: (person, resources) => provenanceFor(person, resources, base),
  });
  return (ask) => {
    if (ask.path === 'metadata') return fhir(200, capabilities());
    const refused = refuseCaller(ask, tokens);
    if (refused !== null) return refused;
    if (ask.method !== 'GET') return wrongVerb('GET');
    if (isSummaryPath(ask.path)) return summaryAnswer('wessex', base, ask);
    const binaryId = /^Binary\/([^/]+)$/.exec(ask.path)?.[1];
    return binaryId === undefined ? search(ask) : binary(ask, binaryId);
  };
}

function provenanceFor(person: Person, resources: readonly AnyResource[], base: string): AnyResource[] {
  const wanted = new Set(resources.map(({ id }) => id));
  return heldBy(person, 'wessex').flatMap((entry) => resourcesOf(person, entry, base).filter(({ id }) => wanted.has(id)).map((resource) => provenanceOf(entry, resource)));
}

function binary(ask: Ask, id: string): Answer {
  for (const person of heldIn('wessex')) {
    for (const entry of heldBy(person, 'wessex')) {
      if (entry.kind !== 'document' || entryId(person, entry, 'wessex', 'binary') !== id) continue;
      const text = documentText(entry);
      if (!header(ask, 'accept').includes('fhir+json')) return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body: text };
      return fhir(200, { resourceType: 'Binary', id, contentType: 'text/plain; charset=utf-8', data: Buffer.from(text).toString('base64') });
    }
  }
  return outcome(404, 'not-found', 'There is no such document');
}

function capabilities(): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-22',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [{ mode: 'server', resource: (['Patient', ...CLINICAL_TYPES] as const).map((type) => ({ type, interaction: [{ code: 'read' as const }, { code: 'search-type' as const }] })) }],
  };
}
