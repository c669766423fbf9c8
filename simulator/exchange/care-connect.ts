/** Greater Manchester's exchange: Care Connect STU3 by REST search, products and people sent along when asked. */
import { papersOf } from '../fhir/documents/papers.ts';
import { careConnectDirectory, careConnectRecord } from '../fhir/stu3/regional.ts';
import { fhir, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { Tokens } from '../identity/tokens.ts';
import { heldIn } from '../people/regions/index.ts';
import type { RegionId } from '../people/story.ts';
import { refuseCaller } from './callers.ts';
import { outcome } from './outcomes.ts';
import { createSearch } from './search.ts';

export const CARE_CONNECT_TYPES = [
  'AllergyIntolerance', 'MedicationStatement', 'MedicationRequest', 'Condition', 'Observation', 'DiagnosticReport', 'Immunization',
  'Procedure', 'Encounter', 'DocumentReference', 'CarePlan', 'Flag', 'ReferralRequest', 'Appointment',
] as const;

/** `base` is the address without a final slash. */
export function careConnect(region: RegionId, base: string, tokens: Pick<Tokens, 'bearer'>): (ask: Ask) => Answer {
  let search: ((ask: Ask) => Answer) | null = null;
  return (ask) => {
    if (ask.path === 'metadata') return fhir(200, capabilities());
    const refused = refuseCaller(ask, tokens);
    if (refused !== null) return refused;
    if (ask.method !== 'GET') return wrongVerb('GET');
    const binaryId = /^Binary\/([^/]+)$/.exec(ask.path)?.[1];
    if (binaryId !== undefined) return binary(region, binaryId);
    // The directory needs everybody's story, which takes longer to tell than a start should.
    search ??= createSearch({ region, base, types: CARE_CONNECT_TYPES, build: (person) => careConnectRecord(person, base), directory: careConnectDirectory(heldIn(region)) });
    return search(ask);
  };
}

function binary(region: RegionId, id: string): Answer {
  const paper = heldIn(region).flatMap(papersOf).find((one) => one.id === id);
  if (paper === undefined) return outcome(404, 'not-found', 'There is no such document');
  return { status: 200, headers: { 'content-type': paper.contentType, 'cache-control': 'no-store' }, body: paper.bytes };
}

function capabilities(): object {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-22',
    kind: 'instance',
    fhirVersion: '3.0.1',
    acceptUnknown: 'no',
    format: ['application/fhir+json'],
    rest: [{ mode: 'server', resource: ['Patient', ...CARE_CONNECT_TYPES].map((type) => ({ type, interaction: [{ code: 'read' }, { code: 'search-type' }] })) }],
  };
}
