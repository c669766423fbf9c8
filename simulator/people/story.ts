/**
 * What a person's story is made of. One story is the only source for everything the simulator says about a person:
 * PDS, the practice record (STU3), the Wessex record (R4) and the Wessex summary (IPS) are all built from it.
 */
import type { Concept, Medicine } from './concepts.ts';
import type { ClinicianKey, OrganisationKey } from './organisations.ts';
import type { Measured } from './measured.ts';

/** Who holds a copy of an entry: the practice system, the regional record, or both. What a further region makes of it: `regions/`. */
export type Place = 'practice' | 'wessex';

/** The regions whose shared care record the simulator has. */
export type RegionId = 'wessex' | 'one-london' | 'greater-manchester';

/** `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or a full date and time with its offset (FHIR `dateTime`). */
export type PartialDate = string;

interface EntryBase {
  /** Unique within the person; every identifier and resource id is derived from it. */
  readonly id: string;
  readonly held: readonly Place[];
  /** Two copies carry the business identifier of whoever recorded it, unless each place gave its own. */
  readonly identifiers?: 'shared' | 'own';
  readonly organisation: OrganisationKey;
  readonly author?: ClinicianKey;
  /** What the entry is about: onset, start, taken, given. Absent where the record has no date. */
  readonly date?: PartialDate;
  /** When it was typed in, where that is not `date`. */
  readonly recorded?: PartialDate;
  readonly note?: string;
}

export interface AllergyEntry extends EntryBase {
  readonly kind: 'allergy';
  /** The allergy itself, or `NO_KNOWN_ALLERGIES`. */
  readonly concept: Concept;
  readonly category?: 'medication' | 'food' | 'environment' | 'biologic';
  readonly standing: 'active' | 'inactive' | 'resolved';
  readonly verification: 'confirmed' | 'unconfirmed' | 'refuted' | 'entered-in-error';
  readonly criticality?: 'high' | 'low';
  readonly reaction?: { readonly manifestation: Concept; readonly severity?: 'mild' | 'moderate' | 'severe' };
  readonly ended?: { readonly date: PartialDate; readonly reason: string };
}

export interface MedicineEntry extends EntryBase {
  readonly kind: 'medicine';
  readonly medicine: Medicine;
  /** The dose instruction in full, as the source words it. */
  readonly dose: string;
  readonly course: 'repeat' | 'acute' | 'continuous';
  readonly standing: 'active' | 'stopped' | 'completed';
  readonly end?: PartialDate;
  /** Why it was stopped or changed. */
  readonly reason?: string;
  readonly quantity?: { readonly value: number; readonly unit: string; readonly days: number };
  /** Days on which the practice issued a prescription, oldest first. */
  readonly issues?: readonly PartialDate[];
}

export interface ProblemEntry extends EntryBase {
  readonly kind: 'problem';
  readonly concept: Concept;
  readonly standing: 'active' | 'resolved';
  readonly significance?: 'major' | 'minor';
  readonly abated?: PartialDate;
}

/** One line of a laboratory report. */
export interface ResultLine {
  /** Unique within the report. */
  readonly id: string;
  readonly concept: Concept;
  readonly value: Measured;
  readonly low?: string;
  readonly high?: string;
  readonly flag?: 'H' | 'L' | 'A';
  readonly comment?: string;
}

export interface ReportEntry extends EntryBase {
  readonly kind: 'report';
  readonly concept: Concept;
  readonly specimen: string;
  /** The practice filed it without saying what kind of report it is, as some systems do with every report. */
  readonly filedUnnamed?: true;
  readonly issued?: PartialDate;
  readonly results: readonly ResultLine[];
  readonly conclusion?: string;
}

export interface ObservationEntry extends EntryBase {
  readonly kind: 'observation';
  readonly concept: Concept;
  readonly category: 'vital-signs' | 'social-history' | 'exam' | 'survey';
  readonly value?: Measured;
  readonly parts?: readonly { readonly concept: Concept; readonly value: Measured }[];
}

export interface ImmunisationEntry extends EntryBase {
  readonly kind: 'immunisation';
  readonly procedure: Concept;
  readonly vaccine?: Concept;
  readonly lot?: string;
  readonly doseNumber?: number;
  readonly given: boolean;
  readonly reason?: string;
}

export interface EncounterEntry extends EntryBase {
  readonly kind: 'encounter';
  readonly type: string;
  readonly setting: 'ambulatory' | 'inpatient' | 'emergency' | 'home' | 'virtual';
  readonly end?: PartialDate;
  readonly reason?: string;
  /** Entries recorded in it, by id. */
  readonly about?: readonly string[];
}

export interface ProcedureEntry extends EntryBase {
  readonly kind: 'procedure';
  readonly concept: Concept;
}

export interface DocumentEntry extends EntryBase {
  readonly kind: 'document';
  readonly concept: Concept;
  readonly title: string;
  readonly lines: readonly string[];
}

export interface PlanEntry extends EntryBase {
  readonly kind: 'plan';
  readonly concept: Concept;
  readonly title: string;
  readonly description: string;
}

export interface ReferralEntry extends EntryBase {
  readonly kind: 'referral';
  readonly concept: Concept;
  readonly to: OrganisationKey;
  readonly priority: 'routine' | 'urgent';
  readonly reason: string;
  readonly standing: 'active' | 'completed';
}

export interface FlagEntry extends EntryBase {
  readonly kind: 'flag';
  readonly concept: Concept;
  readonly category: 'safety' | 'clinical' | 'social';
}

export interface AppointmentEntry extends EntryBase {
  readonly kind: 'appointment';
  readonly title: string;
  readonly end: PartialDate;
  readonly standing: 'booked' | 'fulfilled' | 'noshow' | 'cancelled';
}

/** A reminder in the practice's diary. */
export interface RecallEntry extends EntryBase {
  readonly kind: 'recall';
  readonly concept: Concept;
}

export type Entry =
  | AllergyEntry
  | MedicineEntry
  | ProblemEntry
  | ReportEntry
  | ObservationEntry
  | ImmunisationEntry
  | EncounterEntry
  | ProcedureEntry
  | DocumentEntry
  | PlanEntry
  | ReferralEntry
  | FlagEntry
  | AppointmentEntry
  | RecallEntry;

export interface Name {
  readonly family: string;
  readonly given: readonly string[];
  readonly prefix?: string;
}

export interface Address {
  readonly lines: readonly string[];
  readonly town: string;
  readonly postcode: string;
}

/** Why a practice list may be incomplete (GP Connect, Extension-CareConnect-GPC-ListWarningCode-1). */
export type ListWarning = 'confidential-items' | 'data-in-transit' | 'data-awaiting-filing';

export interface Person {
  /** Ten digits in the 999 test range with a valid check digit. */
  readonly nhsNumber: string;
  /** Numbers that PDS answers with this person's record. */
  readonly formerNumbers?: readonly string[];
  readonly name: Name;
  readonly gender: 'male' | 'female' | 'other' | 'unknown';
  readonly born: string;
  readonly died?: string;
  readonly address?: Address;
  readonly phone?: string;
  /** One sentence for whoever reads the ready line. */
  readonly story: string;
  /** How PDS answers for the number. */
  readonly demographics: 'open' | 'restricted' | 'invalidated';
  /** Whether the practice has the person on its list, and what its own copy of the demographics says differently. */
  readonly practice: { readonly registered: boolean; readonly born?: string; readonly name?: Name; readonly warning?: ListWarning };
  /** Whether the region has a record of the person at all. */
  readonly wessex: 'held' | 'none';
  /** The further region whose copy of the story this is (`regions/`): its ids and local identifiers are its own. */
  readonly keptBy?: RegionId;
  readonly entries: readonly Entry[];
}
