/** Small resources and small records for the tests of the record's rules. */
import type { RowView } from '../../../preload/contract.ts';
import { SECTIONS } from '../../../main/record/model.ts';
import type { Section, SourceState } from '../../../main/record/model.ts';
import { createRecord } from '../../../main/record/record.ts';
import type { PatientRecord, RecordSnapshot } from '../../../main/record/record.ts';
import { sourceId } from '../../../main/record/values.ts';
import type { Instant } from '../../../main/record/values.ts';
import { rowPage } from '../../../main/record/view.ts';
import { PATIENT, patientResource } from '../../integration/record/people.ts';

export type Resource = Record<string, unknown>;

export const RETRIEVED = '2026-11-22T11:58:00.000Z' as Instant;
const SNOMED = 'http://snomed.info/sct';

export const concept = (code: string, display: string, system = SNOMED): Resource => ({ coding: [{ system, code, display }] });
export const ABOUT = { reference: 'Patient/p1' };

export function allergy(id: string, code: Resource, more: Resource = {}): Resource {
  return { resourceType: 'AllergyIntolerance', id, patient: ABOUT, clinicalStatus: concept('active', 'Active', 'c'), verificationStatus: concept('confirmed', 'Confirmed', 'v'), code, ...more };
}

export function condition(id: string, code: Resource, more: Resource = {}): Resource {
  return { resourceType: 'Condition', id, subject: ABOUT, clinicalStatus: concept('active', 'Active', 'c'), code, ...more };
}

export function medicine(id: string, code: Resource, dose: string, more: Resource = {}): Resource {
  return { resourceType: 'MedicationRequest', id, subject: ABOUT, status: 'active', intent: 'plan', medicationCodeableConcept: code, authoredOn: '2026-11-01', dosageInstruction: [{ text: dose }], ...more };
}

export function result(id: string, code: Resource, more: Resource = {}): Resource {
  return { resourceType: 'Observation', id, subject: ABOUT, status: 'final', category: [concept('laboratory', 'Laboratory', 'o')], code, effectiveDateTime: '2026-11-01', ...more };
}

export const PENICILLIN = concept('91936005', 'Allergy to penicillin');
export const NONE_KNOWN = concept('716186003', 'No known allergy');
export const RAMIPRIL_5 = concept('318906001', 'Ramipril 5mg capsules');
export const RAMIPRIL_2 = concept('318902004', 'Ramipril 2.5mg capsules');
export const ASTHMA = concept('195967001', 'Asthma');
export const SODIUM = concept('1000661000000107', 'Serum sodium level');

/** A summary that brought its mandatory sections: limited by design in all but allergies and problems. */
export const SUMMARY: SourceState = { kind: 'partial', because: 'summary', sentence: 'Summary only.', lacks: SECTIONS.filter((section) => section !== 'allergies' && section !== 'problems') };

export function incomplete(...lacks: readonly Section[]): SourceState {
  return { kind: 'partial', because: 'incomplete', sentence: 'x', lacks };
}

export function keptBack(...lacks: readonly Section[]): SourceState {
  return { kind: 'partial', because: 'kept-back', sentence: 'x', lacks };
}

export interface Held {
  readonly resources?: readonly (Resource | null)[];
  /** The whole body instead of a bundle of `resources` behind the patient. */
  readonly body?: unknown;
  readonly state?: SourceState;
  readonly release?: 'R4' | 'STU3';
}

/** A record whose sources hold what is given; the first named `practice` is the practice's own. */
export function recordOf(sources: Readonly<Record<string, Held>>): PatientRecord {
  const record = createRecord({
    patient: PATIENT,
    sources: Object.keys(sources).map((id) => ({ id: sourceId(id), name: nameOf(id), role: id === 'practice' ? 'practice' : 'shared' })),
  });
  for (const [id, held] of Object.entries(sources)) {
    if (held.resources !== undefined || held.body !== undefined) {
      record.addPage({ source: sourceId(id), page: 0, release: held.release ?? 'R4', body: held.body ?? bundleOf(held.resources ?? []), retrievedAt: RETRIEVED });
    }
    record.setState(sourceId(id), held.state ?? { kind: 'answered' });
  }
  return record;
}

export function nameOf(id: string): string {
  return id === 'practice' ? 'Harbour Health Centre' : `${id.charAt(0).toUpperCase()}${id.slice(1)} record`;
}

export function bundleOf(resources: readonly (Resource | null)[]): Resource {
  return { resourceType: 'Bundle', type: 'collection', entry: [patientResource(), ...resources].map((resource) => (resource === null ? {} : { resource })) };
}

export function snapshotOf(sources: Readonly<Record<string, Held>>): RecordSnapshot {
  return recordOf(sources).snapshot();
}

/** The rows of one section, withdrawn ones included where asked for. */
export function rowsOf(snapshot: RecordSnapshot, section: string, more: { includeWithdrawn?: boolean; onlyDiffering?: boolean } = {}): readonly RowView[] {
  return rowPage(snapshot, { section, from: 0, count: 1_000, onlyDiffering: more.onlyDiffering ?? false, includeWithdrawn: more.includeWithdrawn ?? false }).rows;
}
