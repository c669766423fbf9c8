/** Harold Vane died on 3 October 2026. PDS says so formally, the practice no longer answers, the region still holds his record. */
import { ALLERGY, DOCUMENT, MEDICINE, REACTION } from './concepts.ts';
import { london } from './dates.ts';
import { problem } from './entries.ts';
import { fullBloodCount } from './panels.ts';
import type { Person } from './story.ts';

const HOSPITAL = { held: ['wessex'], organisation: 'hospital', author: 'mistry' } as const;

export const HAROLD_VANE: Person = {
  nhsNumber: '9990567891',
  name: { family: 'Vane', given: ['Harold'], prefix: 'Mr' },
  gender: 'male',
  born: '1939-11-05',
  died: london('2026-10-03', '04:20'),
  address: { lines: ['3 Example Close'], town: 'Gosport', postcode: 'PO0 0GT' },
  story: 'Deceased 03-Oct-2026',
  demographics: 'open',
  practice: { registered: false },
  wessex: 'held',
  entries: [
    { kind: 'allergy', id: 'amoxicillin', ...HOSPITAL, date: '2018', concept: ALLERGY.amoxicillin, category: 'medication', standing: 'active', verification: 'unconfirmed', reaction: { manifestation: REACTION.rash, severity: 'mild' } },
    problem('lungCancer', '2025-12-01', HOSPITAL),
    problem('copd', '2009-02-17', HOSPITAL),
    { kind: 'medicine', id: 'codeine', ...HOSPITAL, date: '2026-08-20', end: '2026-10-03', medicine: MEDICINE.codeine30, dose: '30 mg up to four times a day when required', course: 'continuous', standing: 'stopped', reason: 'Patient died' },
    fullBloodCount({ day: '2026-09-22', held: ['wessex'] }, ['94', '13.9', '410', '82', '11.0']),
    { kind: 'plan', id: 'end-of-life-plan', held: ['wessex'], organisation: 'community', author: 'farrow', date: '2026-08-14', concept: { code: '736373009', display: 'End of life care plan' }, title: 'End of life care plan', description: 'Preferred place of death: home.' },
    { kind: 'encounter', id: 'admission', ...HOSPITAL, type: 'Emergency admission', setting: 'inpatient', date: london('2026-09-22', '02:15'), end: london('2026-09-26', '12:00'), reason: 'Breathlessness' },
    { kind: 'document', id: 'discharge', ...HOSPITAL, date: london('2026-09-26', '12:30'), concept: DOCUMENT.discharge, title: 'Discharge summary, respiratory medicine, 26-Sep-2026', lines: ['Discharged home with community palliative care.'] },
  ],
};
