/** Amira Haddad, 31, 28 weeks pregnant. Her midwife writes in the region; the practice knows of the pregnancy. */
import { DOCUMENT, MEDICINE, NO_KNOWN_ALLERGIES } from './concepts.ts';
import { london } from './dates.ts';
import { bloodPressure, consultation, problem, smoking, vaccinated } from './entries.ts';
import { fullBloodCount, single } from './panels.ts';
import type { Person, Place } from './story.ts';

const BOTH: readonly Place[] = ['practice', 'wessex'];
const MIDWIFE = { held: ['wessex'], organisation: 'community', author: 'pryce' } as const;

export const AMIRA_HADDAD: Person = {
  nhsNumber: '9990789010',
  name: { family: 'Haddad', given: ['Amira'], prefix: 'Mrs' },
  gender: 'female',
  born: '1995-02-17',
  address: { lines: ['5 Fictional Terrace'], town: 'Portsmouth', postcode: 'PO0 0FT' },
  phone: '01632 960127',
  story: 'Pregnant, 28 weeks; no known allergies in both records',
  demographics: 'open',
  practice: { registered: true },
  wessex: 'held',
  entries: [
    { kind: 'allergy', id: 'no-known-allergies', held: BOTH, identifiers: 'own', organisation: 'harbour', author: 'owen', date: '2026-06-02', concept: NO_KNOWN_ALLERGIES, standing: 'active', verification: 'confirmed' },
    problem('pregnancy', '2026-05-10', { held: BOTH, identifiers: 'own', note: 'Estimated date of delivery 14-Feb-2027.' }),
    problem('gestationalDiabetes', '2026-11-04', { ...MIDWIFE, note: 'Diet and monitoring.' }),
    problem('depression', '2018-03', { standing: 'resolved', abated: '2020' }),
    { kind: 'medicine', id: 'folic-acid', held: BOTH, organisation: 'harbour', author: 'owen', date: '2026-06-02', end: '2026-08-20', medicine: MEDICINE.folicAcid400, dose: '400 micrograms once a day until 12 weeks', course: 'acute', standing: 'completed', issues: ['2026-06-02'] },
    fullBloodCount({ day: '2026-07-20' }, ['118', '8.9', '231', '84', '6.0']),
    fullBloodCount({ day: '2026-11-03' }, ['104', '9.6', '219', '79', '6.6']),
    single('ferritin', { day: '2026-11-03' }, '8'),
    single('glucose', { day: '2026-11-03', time: '09:05' }, '5.7'),
    bloodPressure('2026-07-20', '112', '70', MIDWIFE),
    bloodPressure('2026-11-04', '122', '78', MIDWIFE),
    smoking('2026-06-02', 'neverSmoked'),
    vaccinated('pertussis', '2026-09-22', { held: BOTH }),
    vaccinated('influenza', '2026-10-06'),
    consultation('2026-06-02', '16:10', 'owen', 'Pregnancy confirmed. Booked with the community midwife.', ['problem-pregnancy', 'folic-acid']),
    { kind: 'encounter', id: 'booking', ...MIDWIFE, type: 'Antenatal booking appointment', setting: 'ambulatory', date: london('2026-07-20', '11:00'), reason: 'Booking, 10 weeks' },
    { kind: 'encounter', id: 'antenatal-28', ...MIDWIFE, type: 'Antenatal appointment', setting: 'ambulatory', date: london('2026-11-04', '09:30'), reason: '25 weeks, glucose tolerance' },
    { kind: 'appointment', id: 'scan', held: ['wessex'], organisation: 'hospital', date: london('2026-12-15', '14:00'), end: london('2026-12-15', '14:30'), title: 'Growth scan', standing: 'booked' },
    { kind: 'plan', id: 'birth-plan', ...MIDWIFE, date: '2026-11-04', concept: DOCUMENT.carePlan, title: 'Maternity care plan', description: 'Shared care with the diabetes team from 28 weeks.' },
  ],
};
