/** Sixty people of one family name and birth year who exist in PDS only: enough for a search to match too many. */
import { testNumber } from './nhs-number.ts';
import type { Person } from './story.ts';

const GIVEN = ['Alice', 'Brian', 'Carol', 'Dennis', 'Edith', 'Frank'];

export const CROWD: readonly Person[] = numbers(60).map((nhsNumber, index) => ({
  nhsNumber,
  name: { family: 'Throng', given: [GIVEN[index % GIVEN.length] as string] },
  gender: index % 2 === 0 ? 'female' : 'male',
  born: `1970-${String((index % 12) + 1).padStart(2, '0')}-${String((index % 28) + 1).padStart(2, '0')}`,
  address: { lines: [`${index + 1} Multitude Road`], town: 'Portsmouth', postcode: 'PO0 0MM' },
  story: 'One of a crowd, for searches',
  demographics: 'open',
  practice: { registered: false },
  wessex: 'none',
  entries: [],
}));

function numbers(count: number): string[] {
  const found: string[] = [];
  for (let serial = 1; found.length < count; serial += 1) {
    const number = testNumber('9998', serial);
    if (number !== null) found.push(number);
  }
  return found;
}
