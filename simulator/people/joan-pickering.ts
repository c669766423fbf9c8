/** Joan Pickering, 66. Her old NHS number was replaced: PDS answers the old one with this record. */
import { ALLERGY, MEDICINE, REACTION, TEST } from './concepts.ts';
import { london } from './dates.ts';
import { bloodPressure, consultation, problem, smoking, vaccinated } from './entries.ts';
import { quantity } from './measured.ts';
import { ureaAndElectrolytes } from './panels.ts';
import type { Person } from './story.ts';

export const JOAN_PICKERING: Person = {
  nhsNumber: '9990000018',
  formerNumbers: ['9990234566'],
  name: { family: 'Pickering', given: ['Joan', 'Elsie'], prefix: 'Ms' },
  gender: 'female',
  born: '1960-07-04',
  address: { lines: ['Flat 2', '9 Specimen Street'], town: 'Fareham', postcode: 'PO0 0FH' },
  phone: '01632 960124',
  story: 'Superseded NHS number: PDS answers 999 023 4566 with this record',
  demographics: 'open',
  practice: { registered: true, warning: 'data-in-transit' },
  wessex: 'held',
  entries: [
    { kind: 'allergy', id: 'aspirin', held: ['practice', 'wessex'], organisation: 'harbour', author: 'owen', date: '2010-05-02', concept: ALLERGY.aspirin, category: 'medication', standing: 'active', verification: 'confirmed', reaction: { manifestation: REACTION.wheeze, severity: 'moderate' } },
    problem('asthma', '1985', { held: ['practice', 'wessex'] }),
    problem('hypothyroidism', '2014-08-12'),
    { kind: 'medicine', id: 'salbutamol', held: ['practice', 'wessex'], organisation: 'harbour', author: 'owen', date: '2003-01-10', medicine: MEDICINE.salbutamol, dose: '2 puffs when required', course: 'repeat', standing: 'active', issues: ['2026-10-20'] },
    { kind: 'medicine', id: 'levothyroxine', held: ['practice'], organisation: 'harbour', author: 'owen', date: '2014-08-12', medicine: MEDICINE.levothyroxine50, dose: '50 micrograms once a day before breakfast', course: 'repeat', standing: 'active', issues: ['2026-10-20'] },
    ureaAndElectrolytes({ day: '2026-05-06' }, ['141', '4.2', '5.0', '70', '82']),
    {
      kind: 'report', id: 'hba1c-from-other-system', held: ['practice', 'wessex'], organisation: 'laboratory', author: 'bell', concept: { code: TEST.hba1c.code, display: TEST.hba1c.display, ctv3: 'XaPbt' }, specimen: 'Venous blood', date: london('2021-02-11', '09:00'),
      results: [{ id: 'hba1c', concept: { code: TEST.hba1c.code, display: TEST.hba1c.display, ctv3: 'XaPbt' }, value: quantity('41', 'mmol/mol'), high: '48' }],
    },
    bloodPressure('2026-05-06', '128', '76'),
    smoking('2026-05-06', 'neverSmoked'),
    vaccinated('influenza', '2026-10-06', { held: ['practice', 'wessex'] }),
    consultation('2026-05-06', '09:10', 'okafor', 'Asthma review. Inhaler technique good.', ['bp-2026-05-06']),
  ],
};
