/**
 * What Greater Manchester's record makes of a story: a repository loaded overnight from the practices and one hospital.
 * Practice entries carry Read codes before SNOMED CT, contacts come to the day, and repeat medicines of the practice that
 * others do not have are in it; community entries keep their place.
 */
import { DOCUMENT, inventedProduct, PROBLEM } from '../concepts.ts';
import { london } from '../dates.ts';
import type { Entry, MedicineEntry, Place } from '../story.ts';
import { datedTo, loadedOn, renumbered, taken } from './retold.ts';

const AT_IRWELL = { held: ['wessex'] as readonly Place[], organisation: 'irwell', author: 'entwistle' } as const;
const FED: ReadonlySet<Entry['kind']> = new Set(['medicine', 'problem', 'immunisation', 'observation', 'allergy']);

/** Greater Manchester's copy of one entry, or nothing where it has none. */
export function inGreaterManchester(entry: Entry): readonly Entry[] {
  const fromPractice = entry.organisation === 'harbour' && FED.has(entry.kind);
  if (!fromPractice && !entry.held.includes('wessex')) return [];
  switch (entry.kind) {
    case 'encounter': return [datedTo(taken(entry), 'day')];
    case 'observation': return [renumbered(datedTo(entry, 'day'))];
    case 'medicine': return [medicine(entry)];
    default: return [{ ...(fromPractice ? { ...entry, held: ['practice', 'wessex'] as const } : taken(entry)), recorded: loadedOn(entry.recorded ?? entry.date) }];
  }
}

/** The repository keeps the newest issue of a prescription and none before it. */
function medicine(entry: MedicineEntry): MedicineEntry {
  const { issues, ...rest } = entry;
  const kept: MedicineEntry = { ...rest, held: entry.organisation === 'harbour' ? ['practice', 'wessex'] : entry.held, ...(issues === undefined ? {} : { issues: issues.slice(-1) }) };
  return STOPPED[entry.id] === undefined ? kept : { ...kept, ...STOPPED[entry.id] };
}

/** The repository heard of these stops; the practice's own list did not. */
const STOPPED: Readonly<Record<string, Partial<MedicineEntry>>> = {
  atorvastatin: { standing: 'stopped', end: '2026-11-14', reason: 'Muscle pain' },
};

/** What only Greater Manchester has, and where it contradicts everybody else. */
export const ONLY_IN_GREATER_MANCHESTER: Readonly<Record<string, readonly Entry[]>> = {
  // Margaret Ashworth
  '9990123454': [
    { kind: 'problem', id: 'manchester-heart-failure', ...AT_IRWELL, date: '2025-10', concept: PROBLEM.heartFailure, standing: 'active', note: 'Ejection fraction 41 %.' },
    { kind: 'medicine', id: 'manchester-furosemide', ...AT_IRWELL, date: '2025-10-21', medicine: { code: inventedProduct(202), display: 'Furosemide 20mg tablets' }, dose: '20 mg once a day', course: 'continuous', standing: 'active' },
    { kind: 'encounter', id: 'manchester-clinic', ...AT_IRWELL, type: 'Outpatient clinic', setting: 'ambulatory', date: london('2025-10-21', '14:00'), end: london('2025-10-21', '14:30'), reason: 'Breathless on stairs' },
    { kind: 'document', id: 'manchester-letter', ...AT_IRWELL, date: london('2025-10-22', '09:05'), concept: DOCUMENT.outpatientLetter, title: 'Heart failure clinic letter, 22-Oct-2025', lines: ['Mildly reduced ejection fraction. Furosemide 20 mg started.'] },
    { kind: 'plan', id: 'manchester-care-plan', ...AT_IRWELL, date: '2025-10-21', concept: DOCUMENT.carePlan, title: 'Heart failure care plan', description: 'Weigh every morning; ring the heart failure nurse for a gain of 2 kg in 3 days.' },
  ],
};
