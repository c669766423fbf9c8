/** A UK Core record behind FHIR R4 searches. */
import { createSearchSource } from '../fhir-search/search-source.ts';
import type { SearchOptions } from '../fhir-search/run.ts';
import type { Source } from '../source.ts';
import { UK_CORE } from './kinds.ts';

export function createFhirR4Source(options: SearchOptions): Source {
  return createSearchSource(UK_CORE, options);
}
