/** The Personal Demographics Service at one address, as the rest of the program asks it. */
import type { HttpPort } from '../net/http.ts';
import { tracePatient } from './pds.ts';
import type { TraceOutcome, TraceRequest } from './pds.ts';
import type { PdsCaller } from './pds-request.ts';
import { searchPatients } from './search.ts';
import type { SearchOutcome } from './search.ts';
import type { SearchCriteria } from './search-criteria.ts';

export interface PatientIndex {
  trace(request: TraceRequest, signal: AbortSignal): Promise<TraceOutcome>;
  search(criteria: SearchCriteria, caller: PdsCaller, signal: AbortSignal): Promise<SearchOutcome>;
}

/** `http` adds the session's token. */
export function createPatientIndex(baseUrl: string, http: HttpPort): PatientIndex {
  return {
    trace: (request, signal) => tracePatient(baseUrl, request, http, signal),
    search: (criteria, caller, signal) => searchPatients(baseUrl, criteria, caller, http, signal),
  };
}
