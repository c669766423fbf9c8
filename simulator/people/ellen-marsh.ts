/** Ellen Marsh, 41. Sensitive: PDS gives no address, the practice system answers as though it did not know her. */
import { PROBLEM } from './concepts.ts';
import { problem } from './entries.ts';
import type { Person } from './story.ts';

export const ELLEN_MARSH: Person = {
  nhsNumber: '9990345678',
  name: { family: 'Marsh', given: ['Ellen'], prefix: 'Ms' },
  gender: 'female',
  born: '1985-01-30',
  address: { lines: ['Withheld House'], town: 'Nowhere', postcode: 'PO0 0XX' },
  phone: '01632 960125',
  story: 'Restricted (S flag): PDS says R and gives no address, the practice system answers PATIENT_NOT_FOUND',
  demographics: 'restricted',
  practice: { registered: true },
  wessex: 'held',
  entries: [problem('asthma', '1999', { held: ['wessex'], organisation: 'hospital', author: 'mistry', concept: PROBLEM.asthma })],
};
