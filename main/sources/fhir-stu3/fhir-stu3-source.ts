/** A Care Connect record behind FHIR STU3 searches. */
import { createSearchSource } from '../fhir-search/search-source.ts';
import type { SearchOptions } from '../fhir-search/run.ts';
import type { Source } from '../source.ts';
import { CARE_CONNECT } from './kinds.ts';

export function createFhirStu3Source(options: SearchOptions): Source {
  return createSearchSource(CARE_CONNECT, options);
}
