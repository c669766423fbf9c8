/** What every source of record content looks like to the rest of the program. */
import type { HttpPort } from '../net/http.ts';
import type { ResolvedSource } from '../policy/load.ts';
import type { Fields } from '../record/normalise/fields.ts';
import type { SourceOutcome } from '../record/model.ts';
import type { DocumentAnswer, DocumentLocation } from './document.ts';
import type { Instant, NhsNumber, SourceId } from '../record/values.ts';

/** What a source is asked: one patient, by a number that PDS has just traced. */
export interface SourceRequest {
  readonly nhsNumber: NhsNumber;
  /** ODS code of the organisation the clinician signed in for. */
  readonly organisation: string;
  /** The clinician's chosen role, sent as NHSD-Session-URID. */
  readonly roleId: string;
  /** Who asks, by name: for sources that are told by the app itself rather than by a token (the Spine proxy). */
  readonly requester?: Requester;
  /** Whether the patient has just agreed that their record be looked at, for sources that want to know (Summary Care Record). */
  readonly permissionToView?: 'given' | 'not-asked';
}

/** The clinician and the organisation they signed in for, as a provider's audit trail is to name them. */
export interface Requester {
  /** The clinician's unique user identifier: twelve digits where it is the national one (`sds-user-id`). */
  readonly userId: string;
  /** The clinician's name as the identity service gives it. */
  readonly name: string;
  readonly organisationName: string;
}

/** One answer as it came, parsed but not yet understood. `release` tells the normaliser which dialect it is in. */
export interface SourcePage {
  readonly kind: 'page';
  readonly source: SourceId;
  readonly page: number;
  readonly release: 'R4' | 'STU3';
  readonly body: unknown;
  readonly retrievedAt: Instant;
  /**
   * `composition`: what names no subject is about the subject of the page's one Composition. Only for a service that defines
   * its answers so (Summary Care Record FHIR API); everywhere else what names nobody proves nothing.
   * `identifier`: a registry that sends no Patient. Each entry has to bear the traced NHS number itself (National Record
   * Locator, IHE MHD); one that does not is held back.
   */
  readonly subject?: 'composition' | 'identifier';
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
  /**
   * Fetches what one pointer points at, when somebody opens it: never before. Only a source that gives pointers has it.
   * @param resource the DocumentReference that `location` was read from
   */
  document?(location: DocumentLocation, resource: Fields, request: SourceRequest, http: HttpPort, signal: AbortSignal): Promise<DocumentAnswer>;
}

export type Protocol = ResolvedSource['protocol'];

/** What a source of one protocol is made with: its part of the configuration, and whose record it is. */
export type SourceOptions<Spoken extends Protocol> = Omit<Extract<ResolvedSource, { protocol: Spoken }>, 'id' | 'protocol'> & Pick<Source, 'id' | 'role'>;
