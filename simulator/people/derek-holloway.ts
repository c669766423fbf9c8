/** Derek Holloway, 84. Forty years of general practice and hospital care: more than two thousand entries, made by rule. */
import { MEDICINE, NO_KNOWN_ALLERGIES, PROBLEM } from './concepts.ts';
import { london, shifted } from './dates.ts';
import { bloodPressure, consultation, measured, problem, vaccinated } from './entries.ts';
import { quantity } from './measured.ts';
import { fullBloodCount, lipids, liverFunction, single, ureaAndElectrolytes } from './panels.ts';
import type { Entry, Person, Place } from './story.ts';

const BOTH: readonly Place[] = ['practice', 'wessex'];
const FIRST_DAY = '1990-01-08';
const VISITS = 190;
const DAYS_BETWEEN = 70;

export const DEREK_HOLLOWAY: Person = {
  nhsNumber: '9991456783',
  name: { family: 'Holloway', given: ['Derek', 'Arthur'], prefix: 'Mr' },
  gender: 'male',
  born: '1942-04-27',
  address: { lines: ['2 Facsimile Gardens'], town: 'Southsea', postcode: 'PO0 0SS' },
  phone: '01632 960132',
  story: 'A long history: more than 2,000 items over 36 years',
  demographics: 'open',
  practice: { registered: true },
  wessex: 'held',
  entries: [
    { kind: 'allergy', id: 'no-known-allergies', held: BOTH, organisation: 'harbour', author: 'owen', date: '2003-09-01', concept: NO_KNOWN_ALLERGIES, standing: 'active', verification: 'confirmed' },
    ...Object.keys(PROBLEM).slice(0, 14).map((key, index) => problem(key as keyof typeof PROBLEM, shifted(FIRST_DAY, index * 611), { held: index % 2 === 0 ? BOTH : ['practice'] })),
    ...medicines(),
    ...Array.from({ length: VISITS }, (_, index) => visit(index)).flat(),
    ...Array.from({ length: 34 }, (_, index) => vaccinated('influenza', `${1992 + index}-10-1${index % 9}`, { held: BOTH })),
  ],
};

/** One visit in ten weeks: a consultation, a blood pressure and, in turn, one of the panels. */
function visit(index: number): Entry[] {
  const day = shifted(FIRST_DAY, index * DAYS_BETWEEN);
  const wobble = noise(index);
  return [
    consultation(day, '09:30', index % 3 === 0 ? 'owen' : 'nair', 'Review.', [`bp-${day}`]),
    bloodPressure(day, String(128 + wobble(24)), String(70 + wobble(18))),
    measured('weight', day, quantity((78 + wobble(80) / 10).toFixed(1), 'kg')),
    measured('pulse', day, quantity(String(62 + wobble(26)), 'beats/min', '/min')),
    ...panels(index, day, wobble),
    ...(index % 12 === 0 ? [admission(day)] : []),
  ];
}

function panels(index: number, day: string, wobble: (range: number) => number): Entry[] {
  const kidneys = ureaAndElectrolytes({ day }, [String(136 + wobble(8)), (3.8 + wobble(14) / 10).toFixed(1), (5 + wobble(40) / 10).toFixed(1), String(80 + wobble(50)), String(48 + wobble(30))]);
  const turn = index % 4;
  if (turn === 0) return [kidneys, fullBloodCount({ day }, [String(120 + wobble(30)), (5 + wobble(60) / 10).toFixed(1), String(180 + wobble(160)), String(84 + wobble(12)), (2.5 + wobble(40) / 10).toFixed(1)])];
  if (turn === 1) return [kidneys, single('hba1c', { day }, String(40 + wobble(20)))];
  if (turn === 2) return [kidneys, lipids({ day }, [(4 + wobble(20) / 10).toFixed(1), '1.3', (2 + wobble(15) / 10).toFixed(1), '1.5'])];
  return [kidneys, liverFunction({ day }, [String(18 + wobble(30)), String(70 + wobble(50)), String(6 + wobble(10)), String(36 + wobble(10))])];
}

function admission(day: string): Entry {
  const start = shifted(day, 5);
  return { kind: 'encounter', id: `admission-${start}`, held: ['wessex'], organisation: 'hospital', author: 'mistry', type: 'Elective admission', setting: 'inpatient', date: london(start, '08:00'), end: london(shifted(start, 2), '15:00') };
}

function medicines(): Entry[] {
  return Object.entries(MEDICINE).map(([key, medicine], index): Entry => ({
    kind: 'medicine', id: `medicine-${key}`, held: index % 3 === 0 ? BOTH : ['practice'], organisation: 'harbour', author: 'owen',
    date: shifted('2005-01-10', index * 300), medicine, dose: 'As directed', course: 'repeat', standing: index < 8 ? 'active' : 'stopped',
    ...(index < 8 ? {} : { end: shifted('2005-01-10', index * 300 + 250), reason: 'No longer needed' }),
    issues: Array.from({ length: 6 }, (_, issue) => shifted('2005-01-10', index * 300 + issue * 28)),
  }));
}

/** A small deterministic sequence: the same record on every machine and in every run. */
function noise(seed: number): (range: number) => number {
  let state = (seed + 1) * 2_654_435_761;
  return (range) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % range;
  };
}
