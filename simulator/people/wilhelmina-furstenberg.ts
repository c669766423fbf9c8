/** A very long name with diacritics, as the registration desk was given it. */
import { ALLERGY, REACTION } from './concepts.ts';
import { problem } from './entries.ts';
import { single } from './panels.ts';
import type { Person } from './story.ts';

export const WILHELMINA: Person = {
  nhsNumber: '9990901236',
  name: {
    family: 'Fürstenberg-Østergård-Łukaszewicz of Saint-Hippolyte-du-Château-Renaud',
    given: ['Wilhelmina-Françoise', 'Ñusta', 'Þórdís', 'Aoibheann-Éabha'],
    prefix: 'Professor Dame',
  },
  gender: 'other',
  born: '1957-12-31',
  address: { lines: ['Apartment 1104, The Old Very Long Chandlery and Ropewalk', 'Upper Lower Middle Quayside'], town: 'Portsmouth', postcode: 'PO0 0LN' },
  phone: '01632 960129',
  story: 'A very long name with diacritics',
  demographics: 'open',
  practice: { registered: true },
  wessex: 'held',
  entries: [
    { kind: 'allergy', id: 'nuts', held: ['practice', 'wessex'], organisation: 'harbour', author: 'nair', date: '1962', concept: ALLERGY.nuts, category: 'food', standing: 'active', verification: 'confirmed', reaction: { manifestation: REACTION.anaphylaxis, severity: 'severe' } },
    problem('cataract', '2024-05-30', { held: ['practice', 'wessex'], significance: 'minor' }),
    single('hba1c', { day: '2026-03-03' }, '39'),
  ],
};
