/** Leo Baptiste, 4. Childhood immunisations, an egg allergy, and a child protection plan. */
import { ALLERGY, FINDING, MEDICINE, REACTION } from './concepts.ts';
import { london } from './dates.ts';
import { consultation, finding, measured, problem, vaccinated } from './entries.ts';
import { quantity } from './measured.ts';
import type { Person, Place } from './story.ts';

const BOTH: readonly Place[] = ['practice', 'wessex'];

export const LEO_BAPTISTE: Person = {
  nhsNumber: '9990678901',
  name: { family: 'Baptiste', given: ['Leo', 'Marcus'] },
  gender: 'male',
  born: '2022-05-19',
  address: { lines: ['22 Pretend Way'], town: 'Portsmouth', postcode: 'PO0 0PW' },
  phone: '01632 960126',
  story: 'Child with immunisations and a child protection plan',
  demographics: 'open',
  practice: { registered: true },
  wessex: 'held',
  entries: [
    { kind: 'allergy', id: 'egg', held: BOTH, identifiers: 'own', organisation: 'hospital', author: 'larkin', date: '2023-06-10', concept: ALLERGY.egg, category: 'food', standing: 'active', verification: 'confirmed', criticality: 'high', reaction: { manifestation: REACTION.urticaria, severity: 'moderate' } },
    problem('eczema', '2022-11-03', { significance: 'minor' }),
    problem('otitisMedia', '2025-02-20', { significance: 'minor', standing: 'resolved', abated: '2025-03-06' }),
    { kind: 'medicine', id: 'emollient', held: ['practice'], organisation: 'harbour', author: 'owen', date: '2022-11-03', medicine: MEDICINE.emollient, dose: 'Apply as often as needed', course: 'repeat', standing: 'active', issues: ['2026-09-14'] },
    vaccinated('sixInOneFirst', '2022-07-14', { held: BOTH, doseNumber: 1 }),
    vaccinated('meningitisBFirst', '2022-07-14', { held: BOTH, doseNumber: 1 }),
    vaccinated('sixInOneSecond', '2022-08-11', { held: BOTH, doseNumber: 2 }),
    vaccinated('sixInOneThird', '2022-09-08', { held: BOTH, doseNumber: 3 }),
    vaccinated('mmr', '2023-05-23', { held: BOTH, doseNumber: 1 }),
    vaccinated('mmr', '2025-09-30', { given: false, reason: 'Did not attend' }),
    vaccinated('influenza', '2025-10-21', { held: BOTH }),
    finding('child-protection', FINDING.childProtection, '2026-02-04', { note: 'Named social worker: ring the practice safeguarding lead.' }),
    { kind: 'flag', id: 'safeguarding', held: ['wessex'], organisation: 'hospital', date: '2026-02-04', category: 'safety', concept: FINDING.childProtection, note: 'Check the child protection information service before discharge.' },
    measured('weight', '2026-09-14', quantity('16.20', 'kg')),
    measured('height', '2026-09-14', quantity('103.5', 'cm')),
    measured('temperature', '2025-02-20', quantity('38.6', 'degC', 'Cel')),
    consultation('2026-09-14', '15:40', 'nair', 'Eczema flare behind the knees. Growth on the 50th centile.', ['weight-2026-09-14', 'height-2026-09-14', 'emollient']),
    { kind: 'encounter', id: 'emergency', held: ['wessex'], organisation: 'hospital', author: 'larkin', type: 'Emergency department attendance', setting: 'emergency', date: london('2023-06-10', '18:05'), end: london('2023-06-10', '22:40'), reason: 'Hives after scrambled egg' },
  ],
};
