/**
 * Other clients doing the same work, by name: each finds the patient by NHS number in every origin, reads every search to its
 * last page and answers with how many resources came. A client is added here when it is among the development dependencies
 * (`fhir-kit-client`, `@medplum/core`, `fhirclient`); none of them is now.
 */
export type Peer = (origins: readonly string[], nhsNumber: string) => Promise<number>;

export const PEERS: Readonly<Record<string, Peer>> = {};
