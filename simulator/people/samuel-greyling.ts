/** Samuel Greyling, 59. The practice has another birth date and another family name for his NHS number than PDS. */
import { ALLERGY, MEDICINE, REACTION } from './concepts.ts';
import { bloodPressure, consultation, problem } from './entries.ts';
import type { Person } from './story.ts';

export const SAMUEL_GREYLING: Person = {
  nhsNumber: '9991345671',
  name: { family: 'Greyling', given: ['Samuel'], prefix: 'Mr' },
  gender: 'male',
  born: '1967-10-09',
  address: { lines: ['77 Mock Lane'], town: 'Portsmouth', postcode: 'PO0 0ML' },
  phone: '01632 960131',
  story: 'The practice has another birth date (09-Oct-1976) and family name than PDS: its record must be held back',
  demographics: 'open',
  practice: { registered: true, born: '1976-10-09', name: { family: 'Grayling', given: ['Samuel'], prefix: 'Mr' } },
  wessex: 'held',
  entries: [
    { kind: 'allergy', id: 'aspirin', held: ['practice'], organisation: 'harbour', author: 'owen', date: '2011-02-03', concept: ALLERGY.aspirin, category: 'medication', standing: 'active', verification: 'confirmed', reaction: { manifestation: REACTION.wheeze } },
    problem('infarction', '2022-06-15', { held: ['wessex'], organisation: 'hospital', author: 'mistry' }),
    problem('hypertension', '2012-09-01'),
    { kind: 'medicine', id: 'bisoprolol', held: ['wessex'], organisation: 'hospital', author: 'mistry', date: '2022-06-17', medicine: MEDICINE.bisoprolol2, dose: '2.5 mg once a day', course: 'continuous', standing: 'active' },
    bloodPressure('2026-08-05', '131', '77'),
    consultation('2026-08-05', '12:00', 'nair', 'Medication review.', ['bp-2026-08-05']),
  ],
};
