/** The practice's copies of a fact against the shared records' copies. */
import type { Comparison, Item } from './model.ts';
import type { SourceId } from './values.ts';
import { speakingCopies } from './copies.ts';
import { doseKey, valueKey } from './cluster-keys.ts';

/** Which side of the comparison a source is on. */
export type RoleOf = (source: SourceId) => 'practice' | 'shared';

const SAME: Comparison = { kind: 'same' };
const ONLY_PRACTICE: Comparison = { kind: 'only-practice' };
const ONLY_SHARED: Comparison = { kind: 'only-shared' };

type Difference = Extract<Comparison, { kind: 'differs' }>['in'][number];

/** What the copies of one fact, or of two neighbours about the same thing, say of each other. */
export function compareCopies(copies: readonly Item[], roleOf: RoleOf): Comparison {
  const [only] = copies;
  if (copies.length === 1 && only !== undefined) return roleOf(only.provenance.source) === 'practice' ? ONLY_PRACTICE : ONLY_SHARED;
  const speaking = speakingCopies(copies);
  const practice = speaking.filter(({ provenance }) => roleOf(provenance.source) === 'practice');
  const shared = speaking.filter(({ provenance }) => roleOf(provenance.source) === 'shared');
  if (shared.length === 0) return ONLY_PRACTICE;
  if (practice.length === 0) return ONLY_SHARED;
  const differences = DIFFERENCES.filter(([, saying]) => !sameSayings(practice, shared, saying)).map(([name]) => name);
  return differences.length === 0 ? SAME : { kind: 'differs', in: differences };
}

/** What a copy says under each heading, and nothing where it does not speak of it. */
const DIFFERENCES: readonly (readonly [Difference, (item: Item) => string | undefined])[] = [
  ['dose', (item) => (item.section === 'medication' && item.dose !== undefined ? doseKey(item.dose) : undefined)],
  ['status', (item) => (item.section === 'supporting' ? undefined : item.standing === 'unclear' ? undefined : item.standing)],
  ['value', valueSaid],
  ['severity', (item) => item.severity],
];

/** A result without a value says that it has none; a report without a conclusion says nothing. */
function valueSaid(item: Item): string | undefined {
  if (item.section !== 'results' && item.section !== 'observations') return undefined;
  if (item.value !== undefined) return valueKey(item);
  return item.resourceType === 'Observation' ? 'no value' : undefined;
}

/** Different only where both sides speak and one says what the other never does. */
function sameSayings(practice: readonly Item[], shared: readonly Item[], saying: (item: Item) => string | undefined): boolean {
  const [here] = practice;
  const [there] = shared;
  if (practice.length === 1 && shared.length === 1 && here !== undefined && there !== undefined) {
    const said = saying(here);
    const saidThere = saying(there);
    return said === undefined || saidThere === undefined || said === saidThere;
  }
  const ours = sayings(practice, saying);
  const theirs = sayings(shared, saying);
  if (ours.size === 0 || theirs.size === 0) return true;
  return [...ours].every((one) => theirs.has(one)) && [...theirs].every((one) => ours.has(one));
}

function sayings(copies: readonly Item[], saying: (item: Item) => string | undefined): ReadonlySet<string> {
  return new Set(copies.flatMap((item) => saying(item) ?? []));
}
