/** A number that PDS has invalidated: it answers 404 and nobody else should be asked. */
import type { Person } from './story.ts';

export const IVOR_QUILL: Person = {
  nhsNumber: '9991123458',
  name: { family: 'Quill', given: ['Ivor'], prefix: 'Mr' },
  gender: 'male',
  born: '1970-01-01',
  story: 'Invalidated NHS number: PDS answers INVALIDATED_RESOURCE',
  demographics: 'invalidated',
  practice: { registered: false },
  wessex: 'none',
  entries: [],
};
