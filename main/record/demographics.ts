/** Who the record is about, as the Personal Demographics Service (PDS) traced them. */
import type { ClinicalDate } from './model.ts';
import type { NhsNumber } from './values.ts';

export interface PersonName {
  readonly use?: string;
  readonly family?: string;
  readonly given: readonly string[];
  readonly prefix: readonly string[];
}

/** HL7 administrative gender, as PDS sends it. */
export type Gender = 'male' | 'female' | 'other' | 'unknown';

/** One traced person. Absent fields are not held by PDS, or are kept back for a restricted record. */
export interface Demographics {
  readonly nhsNumber: NhsNumber;
  /** The name to show first. */
  readonly names: readonly PersonName[];
  readonly gender?: Gender;
  readonly birthDate?: ClinicalDate;
  readonly died?: ClinicalDate;
  readonly address?: string;
  readonly telephone?: string;
  /** ODS code of the practice the person is registered with. */
  readonly registeredWith?: string;
  readonly confidentiality: 'unrestricted' | 'restricted' | 'very-restricted';
}
