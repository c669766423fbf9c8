/** The same people as each region knows them. Wessex is the story itself; a further region is a line here and a file. */
import { PEOPLE } from '../index.ts';
import type { Entry, Person, RegionId } from '../story.ts';
import { inGreaterManchester, ONLY_IN_GREATER_MANCHESTER } from './greater-manchester.ts';
import { inLondon, ONLY_IN_LONDON } from './one-london.ts';

interface Retelling {
  readonly copy: (entry: Entry) => readonly Entry[];
  readonly only: Readonly<Record<string, readonly Entry[]>>;
}

const RETELLINGS: Readonly<Record<Exclude<RegionId, 'wessex'>, Retelling>> = {
  'one-london': { copy: inLondon, only: ONLY_IN_LONDON },
  'greater-manchester': { copy: inGreaterManchester, only: ONLY_IN_GREATER_MANCHESTER },
};

const RETOLD = new Map<string, Person>();

/** A person as a region's record has them. Made when it is first asked for: most are never. */
export function knownIn(region: RegionId, person: Person): Person {
  if (region === 'wessex') return person;
  const key = `${region} ${person.nhsNumber}`;
  const retold = RETOLD.get(key) ?? retell(region, person);
  RETOLD.set(key, retold);
  return retold;
}

function retell(region: Exclude<RegionId, 'wessex'>, person: Person): Person {
  const { copy, only } = RETELLINGS[region];
  // What the practice has wrong about somebody is the practice's alone.
  const practice = { registered: person.practice.registered };
  return { ...person, practice, keptBy: region, entries: [...person.entries.flatMap(copy), ...(only[person.nhsNumber] ?? [])] };
}

/** Everyone a region holds a record of, as it knows them. */
export function heldIn(region: RegionId): readonly Person[] {
  return PEOPLE.filter(({ wessex }) => wessex === 'held').map((person) => knownIn(region, person));
}
