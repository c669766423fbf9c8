/** Who stands behind the simulator's Spine proxy. The addresses are invented: only the proxy knows the way to them. */
export const CONSUMER_ASID = '200000099001';

export interface Provider {
  readonly asid: string;
  /** What it answers at, as the Spine directory would give it. */
  readonly baseUrl: string;
  readonly interaction: string;
}

export const PROVIDERS = {
  practice: {
    asid: '918999199001',
    baseUrl: 'https://gpconnect.harbour-health.example/Z99001/STU3/1/gpconnect/structured/fhir',
    interaction: 'urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1',
  },
  community: {
    asid: '918999199401',
    baseUrl: 'https://records.solent-shore.example/documents',
    interaction: 'urn:nhs:names:services:nrl:DocumentReference.content.read',
  },
} as const satisfies Record<string, Provider>;
