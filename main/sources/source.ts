/** What every source of record content looks like to the rest of the program. */
import type { HttpPort } from '../net/http.ts';
import type { SourceOutcome } from '../record/model.ts';
import type { Instant, NhsNumber, SourceId } from '../record/values.ts';

/** What a source is asked: one patient, by a number that PDS has just traced. */
export interface SourceRequest {
  readonly nhsNumber: NhsNumber;
  /** ODS code of the organisation the clinician signed in for. */
  readonly organisation: string;
  /** The clinician's chosen role, sent as NHSD-Session-URID. */
  readonly roleId: string;
}

/** One answer as it came, parsed but not yet understood. `release` tells the normaliser which dialect it is in. */
export interface SourcePage {
  readonly kind: 'page';
  readonly source: SourceId;
  readonly page: number;
  readonly release: 'R4' | 'STU3';
  readonly body: unknown;
  readonly retrievedAt: Instant;
}

export interface SourceEnd {
  readonly kind: 'outcome';
  readonly outcome: SourceOutcome;
  /** What the clinician should know beside the items: withheld-data warnings, summary limits. */
  readonly notes: readonly string[];
}

/**
 * Pages as they arrive, then exactly one outcome. Never throws for what a server can do (that is an outcome); stops
 * soon after `signal` aborts.
 */
export interface Source {
  readonly id: SourceId;
  readonly name: string;
  readonly role: 'practice' | 'shared';
  fetch(request: SourceRequest, http: HttpPort, signal: AbortSignal): AsyncIterable<SourcePage | SourceEnd>;
}
