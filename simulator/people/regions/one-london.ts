/**
 * What London's record makes of a story: one hospital's local record and the practice's feed, shown on the fly. Dates of
 * problems come to the month, blood counts in g/dL and HbA1c in per cent, allergies by substance; community, ambulance
 * and out-of-hours entries are not in it.
 */
import { DOCUMENT, FINDING, inventedProduct, MEDICINE, NO_KNOWN_ALLERGIES, REACTION } from '../concepts.ts';
import type { Concept } from '../concepts.ts';
import { london } from '../dates.ts';
import type { Entry, Place, ProblemEntry, ReportEntry } from '../story.ts';
import { datedTo, inDcctPercent, inGramsPerDecilitre, remeasured, renumbered, taken } from './retold.ts';

const AT_NORTHBANK = { held: ['wessex'] as readonly Place[], organisation: 'northbank', author: 'akinola' } as const;
const ABSENT: ReadonlySet<string> = new Set(['community', 'ambulance', 'outOfHours']);

/** The substance where others name the allergy to it (SNOMED CT). */
const SUBSTANCE: Readonly<Record<string, Concept>> = {
  '91936005': { code: '373270004', display: 'Substance with penicillin structure and antibacterial mechanism of action', text: 'Penicillin' },
};

/** London's copy of one entry, or nothing where it has none. */
export function inLondon(entry: Entry): readonly Entry[] {
  if (!entry.held.includes('wessex') || ABSENT.has(entry.organisation)) return [];
  switch (entry.kind) {
    case 'allergy': return [renumbered({ ...entry, concept: SUBSTANCE[entry.concept.code] ?? entry.concept })];
    case 'problem': return [datedTo<ProblemEntry>(renumbered(entry), 'month')];
    case 'report': return [bloods(entry)];
    case 'encounter': return [datedTo(taken(entry), 'day')];
    default: return [taken(entry)];
  }
}

function bloods(entry: ReportEntry): ReportEntry {
  return renumbered(remeasured(entry, (line) => inDcctPercent(inGramsPerDecilitre(line))));
}

/** What only London has, and where it contradicts everybody else. */
export const ONLY_IN_LONDON: Readonly<Record<string, readonly Entry[]>> = {
  // Margaret Ashworth
  '9990123454': [
    { kind: 'allergy', id: 'london-no-known-allergies', ...AT_NORTHBANK, date: '2025-03-04', concept: NO_KNOWN_ALLERGIES, standing: 'active', verification: 'unconfirmed', note: 'Asked at the eye clinic.' },
    { kind: 'allergy', id: 'london-codeine', ...AT_NORTHBANK, date: '2025-03-04', concept: { code: '292055008', display: 'Codeine phosphate adverse reaction', text: 'Codeine' }, category: 'medication', standing: 'active', verification: 'unconfirmed', reaction: { manifestation: REACTION.rash, severity: 'mild' } },
    { kind: 'medicine', id: 'london-amlodipine', ...AT_NORTHBANK, date: '2025-03-04', medicine: { code: inventedProduct(201), display: 'Amlodipine 10mg tablets' }, dose: '10 mg once a day', course: 'continuous', standing: 'active', reason: 'Blood pressure 172/96 in the eye clinic' },
    { kind: 'encounter', id: 'london-eye-clinic', ...AT_NORTHBANK, type: 'Outpatient clinic', setting: 'ambulatory', date: london('2025-03-04', '11:15'), end: london('2025-03-04', '12:00'), reason: 'Diabetic eye disease, annual review' },
    { kind: 'observation', id: 'london-weight', ...AT_NORTHBANK, concept: FINDING.weight, category: 'vital-signs', date: '2025-03-04', value: { kind: 'quantity', text: '79.25', unit: 'kg', ucum: 'kg' } },
    { kind: 'document', id: 'london-eye-letter', ...AT_NORTHBANK, date: london('2025-03-05', '08:20'), concept: DOCUMENT.outpatientLetter, title: 'Eye clinic letter, 05-Mar-2025', lines: ['Background diabetic retinopathy, left eye. No treatment. Blood pressure high: amlodipine increased to 10 mg.', 'No known drug allergies, apart from a rash with codeine.'] },
    { kind: 'appointment', id: 'london-eye-clinic-next', ...AT_NORTHBANK, date: london('2027-03-09', '11:00'), end: london('2027-03-09', '11:20'), title: 'Eye clinic, annual review', standing: 'booked' },
  ],
  // Joan Pickering
  '9990000018': [
    { kind: 'medicine', id: 'london-salbutamol', ...AT_NORTHBANK, date: '2024-05-20', end: '2024-05-27', medicine: MEDICINE.doxycycline100, dose: '100 mg once a day for 7 days', course: 'acute', standing: 'completed' },
  ],
};
