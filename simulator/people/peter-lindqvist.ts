/** Peter Lindqvist, 52. Moved here last month: the region holds nothing of him, the practice holds a little. */
import { bloodPressure, consultation, problem, smoking } from './entries.ts';
import type { Person } from './story.ts';

export const PETER_LINDQVIST: Person = {
  nhsNumber: '9990890129',
  name: { family: 'Lindqvist', given: ['Peter'], prefix: 'Mr' },
  gender: 'male',
  born: '1974-09-23',
  address: { lines: ['40 Placeholder Avenue'], town: 'Havant', postcode: 'PO0 0HV' },
  phone: '01632 960128',
  story: 'The region holds nothing; the practice record is new and nearly empty, its allergy list empty',
  demographics: 'open',
  practice: { registered: true, warning: 'data-awaiting-filing' },
  wessex: 'none',
  entries: [
    problem('backPain', '2026-10', { significance: 'minor' }),
    bloodPressure('2026-10-21', '134', '84'),
    smoking('2026-10-21', 'smoker'),
    consultation('2026-10-21', '08:50', 'okafor', 'New patient check.', ['bp-2026-10-21']),
  ],
};
