/**
 * The record as Lanyard holds it: items from every source in one shape, each with its provenance and the resource it
 * came from. Nothing here knows where the data came from over the wire.
 */
import type { Instant, SourceId } from './values.ts';

/** The parts a clinician looks for, in the order they are shown. `supporting` holds what other resources refer to. */
export const SECTIONS = [
  'alerts',
  'allergies',
  'medication',
  'problems',
  'results',
  'observations',
  'immunisations',
  'procedures',
  'encounters',
  'plans',
  'documents',
  'referrals',
  'appointments',
  'other',
  'supporting',
] as const;
export type Section = (typeof SECTIONS)[number];

/** A code as the source sent it; `system` is the canonical address after aliasing (`http://snomed.info/sct`, dm+d, Read). */
export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

/**
 * A business identifier. The same identifier in two sources means the same fact: shared care records must keep the
 * identifiers of what they pass on (NHS England, draft shared care record patient summary).
 */
export interface Identifier {
  readonly system: string;
  readonly value: string;
}

/**
 * A date as precise as it was written: `2019`, `2019-03`, `2019-03-07` or a full date and time with its offset.
 * `day` is the clinical day (Europe/London) where the precision reaches a day, for matching.
 */
export interface ClinicalDate {
  readonly text: string;
  readonly precision: 'year' | 'month' | 'day' | 'time';
  readonly day?: string;
}

/**
 * An entry about a medicine: that it is taken (`statement`), that it may be issued (`prescription`), one issue of it, one
 * supply or one dose given. `course` is the source's own word for how it is prescribed: `Repeat`, `Acute` …
 */
export interface MedicationEntry {
  readonly kind: 'statement' | 'prescription' | 'issue' | 'dispensed' | 'given';
  readonly course?: string;
}

/** Where an item came from and who said it. */
export interface Provenance {
  readonly source: SourceId;
  /** The organisation that recorded it, as well as the resource tells. */
  readonly organisation?: { readonly name?: string; readonly odsCode?: string } | undefined;
  readonly author?: string | undefined;
  readonly recorded?: ClinicalDate | undefined;
  readonly retrievedAt: Instant;
}

/** A value as sent: numbers keep their own text, so that `7.0`, `<5` and `0` stay what they were. */
export type Value =
  | { readonly kind: 'quantity'; readonly text: string; readonly number?: number; readonly comparator?: string; readonly unit?: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'coded'; readonly text: string; readonly codings: readonly Coding[] };

/** One labelled fact shown with an item, in the order a clinician reads them: dose, reaction, range, reason … */
export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** What an allergy entry claims. Absence of an item is never `no-known-allergies`. */
export type AllergyClaim = 'allergy' | 'no-known-allergies';

/**
 * How certain and how current an item is:
 * `withdrawn` = entered in error or refuted: counted and reachable, never among the rest.
 */
export type Standing = 'current' | 'ended' | 'unclear' | 'withdrawn';

/** One clinical fact (or one supporting resource) from one source. */
export interface Item {
  /** Unique over the whole record: source, resource type, id and, where ids repeat, a counter. */
  readonly id: string;
  readonly section: Section;
  readonly resourceType: string;
  readonly title: string;
  readonly codings: readonly Coding[];
  readonly identifiers: readonly Identifier[];
  /** The date the fact is about (onset, start, taken), not when it was typed in. */
  readonly date?: ClinicalDate | undefined;
  /** The status word as the source sent it. */
  readonly status?: string | undefined;
  readonly standing: Standing;
  readonly value?: Value | undefined;
  /** Dose instruction in full, medication only. */
  readonly dose?: string | undefined;
  readonly allergy?: AllergyClaim | undefined;
  /** What kind of entry about a medicine this is; medication only. */
  readonly medication?: MedicationEntry | undefined;
  /** How sure the source is (`confirmed`, `unconfirmed`); allergies and problems. */
  readonly verification?: string | undefined;
  /** The worst reaction's severity as sent (`mild`, `moderate`, `severe`); allergies only. */
  readonly severity?: string | undefined;
  /** The item of the same source this one rests on (FHIR basedOn): an issue on its prescription, a medicine on its plan. */
  readonly basedOn?: string | undefined;
  /** Said loudly wherever the item is shown: a code lost in transfer, a field that could not be read. */
  readonly warning?: string | undefined;
  readonly facts: readonly Fact[];
  readonly provenance: Provenance;
  /** Where the resource stands in what the source sent; `raw(item)` gives its JSON. */
  readonly raw: RawPointer;
}

/** Page of a source and a JSON pointer (RFC 6901) into it. */
export interface RawPointer {
  readonly source: SourceId;
  readonly page: number;
  readonly pointer: string;
}

/** Items that are the same fact. Every item is in exactly one cluster. */
export interface Cluster {
  readonly id: string;
  readonly section: Section;
  /** The copy shown on the closed row: newest recorded first. */
  readonly lead: Item;
  readonly items: readonly Item[];
  readonly comparison: Comparison;
}

/**
 * What one row shows: one cluster, or two that are about the same thing and differ (the same medicine at another dose).
 * Every cluster is in exactly one group.
 */
export interface Group {
  readonly id: string;
  readonly section: Section;
  /** The cluster with the newest copy first. */
  readonly clusters: readonly Cluster[];
  readonly comparison: Comparison;
}

/** Practice record against shared records, for one cluster or for neighbours that are about the same thing. */
export type Comparison =
  | { readonly kind: 'same' }
  | { readonly kind: 'only-practice' }
  | { readonly kind: 'only-shared' }
  | { readonly kind: 'differs'; readonly in: readonly ('dose' | 'status' | 'value' | 'severity' | 'date')[] }
  | { readonly kind: 'conflict'; readonly sentence: string };

/** What one source did when it was asked. The words after the kind are for the screen. */
export type SourceOutcome =
  /** `notOffered`: parts that the source has no way of giving, so that nothing follows from their absence. */
  | { readonly kind: 'answered'; readonly generatedAt?: ClinicalDate; readonly notOffered?: readonly Section[] }
  | PartialAnswer
  /** With `notOffered` the source says the same of records that it keeps back from everybody. */
  | { readonly kind: 'none-held'; readonly sentence: string; readonly notOffered?: readonly Section[] }
  | { readonly kind: 'refused'; readonly sentence: string }
  | { readonly kind: 'failed'; readonly sentence: string }
  | { readonly kind: 'timed-out'; readonly sentence: string }
  /** The answer may be about another patient: nothing of it is shown. */
  | { readonly kind: 'withheld'; readonly sentence: string };

/**
 * An answer that is not all there is: a `summary` is limited by design, `kept-back` means that the source says it holds
 * more than it may give, `incomplete` that something of the answer did not come, `own-viewer` that it opens elsewhere and
 * gives nothing to be read here.
 */
export interface PartialAnswer {
  readonly kind: 'partial';
  readonly because: 'summary' | 'kept-back' | 'incomplete' | 'own-viewer';
  /** The parts of which there may be more than was sent. Of all others the source has given all it holds. */
  readonly lacks: readonly Section[];
  readonly sentence: string;
  readonly generatedAt?: ClinicalDate;
  readonly notOffered?: readonly Section[];
}

/** A source while it is being asked, and after. */
export type SourceState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'slow'; readonly sentence: string }
  | SourceOutcome;

/**
 * Why a source's answer about one section does not prove that what is missing from it is not held:
 * `waiting` not answered yet · `silent` refused, failed, timed out or withheld · `unavailable` the source says it cannot
 * give this part · `incomplete`, `kept-back`, `summary` see `PartialAnswer` · `quarantined` entries the guard keeps back.
 */
export type Gap = 'waiting' | 'silent' | 'unavailable' | 'quarantined' | PartialAnswer['because'];

export type Gaps = { readonly [Part in Section]?: Gap };

/** What the record knows of each source it asked. */
export interface SourceReport {
  readonly id: SourceId;
  readonly name: string;
  readonly role: 'practice' | 'shared';
  readonly state: SourceState;
  readonly items: number;
  /** Items that say something of the patient by themselves: all but people, organisations and the like. */
  readonly clinicalItems: number;
  /** Where the source's Patient differs from PDS: in what, and whether the clinician has accepted that it is this patient. */
  readonly mismatch?: { readonly differences: readonly string[]; readonly accepted: boolean };
  /**
   * Why nothing can be said to be absent from this source, by section: what it did as a whole, what it did not send, and
   * what the guard keeps back. A section without a gap has been answered in full.
   */
  readonly gaps: Gaps;
  /** Items that could not be shown to belong to this patient: kept out of every list and counted here. */
  readonly quarantined: number;
  /** From asking to the last answer, in milliseconds. */
  readonly elapsedMs?: number;
  readonly notes: readonly string[];
}
