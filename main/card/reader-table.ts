import type { CardStatus } from './messages.ts';
import { eventCounterOf, readerStateBits, type PcscReaderState } from './pcsc/pcsc.ts';
import type { PivCard } from './piv/read.ts';
import { lossReasons, unusable } from './sentences.ts';

/**
 * The event counter in a table and in what is told: the service's 16 bits, and above them how often a card came or went
 * without their moving. A counter that does not count (a redirected reader may have one) so still never stands for two cards.
 */
const uncountedStep = 0x1_0000;

/** What the service itself would call this event counter. */
export const serviceCounter = (eventCounter: number): number => eventCounter % uncountedStep;

/** One reader as last seen. Pure values: the watch alone decides when to look. */
export interface ReaderEntry {
  readonly name: string;
  readonly eventCounter: number;
  readonly present: boolean;
  readonly status: CardStatus;
  /** The card, once it was read and can sign; also while it is blocked, since it may be unblocked where it is. */
  readonly card: PivCard | null;
}

export type ReaderTable = readonly ReaderEntry[];

export interface CardLoss {
  readonly reader: string;
  readonly eventCounter: number;
  readonly reason: string;
}

export interface Observation {
  readonly table: ReaderTable;
  /** Cards that are no longer provably there, to be told before anything else. */
  readonly lost: readonly CardLoss[];
  /** Cards that were put in and can be read. */
  readonly found: readonly ReaderEntry[];
  readonly changed: boolean;
}

/** Whether the states are of all readers there are (one that is missing has gone) or only of some. */
export type ObservationScope = 'all' | 'some';

/**
 * Compares what the service says now with the table. A card is the same card only while it is present under an
 * unmoved event counter: a swap too fast to be seen, or one while the computer slept, moves the counter by two.
 */
export function observe(table: ReaderTable, states: readonly PcscReaderState[], scope: ObservationScope): Observation {
  const before = new Map(table.map((entry) => [entry.name, entry]));
  const seen = states.map((state) => next(before.get(state.name), state));
  const seenNames = new Set(states.map(({ name }) => name));
  const unseen = table.filter(({ name }) => !seenNames.has(name));
  const gone = scope === 'all' ? unseen : [];
  const kept = scope === 'all' ? [] : unseen;
  const after = [...kept, ...seen].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    table: after,
    lost: [
      ...seen.flatMap((entry) => lossBetween(before.get(entry.name), entry)),
      ...gone.filter(({ present }) => present).map((entry) => lossOf(entry, lossReasons.readerGone)),
    ],
    found: seen.filter((entry) => entry.status.kind === 'reading' && before.get(entry.name) !== entry),
    changed: gone.length > 0 || seen.some((entry) => before.get(entry.name) !== entry),
  };
}

/**
 * The table after a time in which nobody looked. A counter that has moved shows whether the card stayed; one that is zero
 * may not count at all: such a card is lost, and read anew.
 */
export function afterGap(table: ReaderTable): Pick<Observation, 'table' | 'lost' | 'found'> {
  const isDoubtful = (entry: ReaderEntry) => entry.present && serviceCounter(entry.eventCounter) === 0;
  const doubted = new Map(table.filter(isDoubtful).map((entry) => [entry, putInAnew(entry)]));
  return {
    table: table.map((entry) => doubted.get(entry) ?? entry),
    lost: [...doubted.keys()].map((entry) => lossOf(entry, lossReasons.unseen)),
    found: [...doubted.values()],
  };
}

const putInAnew = (entry: ReaderEntry): ReaderEntry =>
  ({ ...entry, eventCounter: entry.eventCounter + uncountedStep, status: { kind: 'reading' }, card: null });

/** Every card of the table, as lost for one reason. */
export const lossOfAll = (table: ReaderTable, reason: string): readonly CardLoss[] =>
  table.filter(({ present }) => present).map((entry) => lossOf(entry, reason));

/** The table with one reader's card replaced, if the card is still the one meant; else the table itself. */
export function withCard(
  table: ReaderTable,
  meant: Pick<ReaderEntry, 'name' | 'eventCounter'>,
  card: Pick<ReaderEntry, 'status' | 'card'>,
): ReaderTable {
  if (findCard(table, meant) === null) return table;
  return table.map((entry) => (entry.name === meant.name ? { ...entry, ...card } : entry));
}

/** The reader's entry if the very same card is still in it, else `null`. */
export function findCard(table: ReaderTable, meant: Pick<ReaderEntry, 'name' | 'eventCounter'>): ReaderEntry | null {
  const entry = table.find(({ name }) => name === meant.name);
  return entry?.present && entry.eventCounter === meant.eventCounter ? entry : null;
}

export const lossOf = ({ name, eventCounter }: ReaderEntry, reason: string): CardLoss => ({ reader: name, eventCounter, reason });

function lossBetween(before: ReaderEntry | undefined, after: ReaderEntry): readonly CardLoss[] {
  if (!before?.present) return [];
  if (!after.present) return [lossOf(before, lossReasons.removed)];
  return after.eventCounter === before.eventCounter ? [] : [lossOf(before, lossReasons.changed)];
}

function next(before: ReaderEntry | undefined, { name, state }: PcscReaderState): ReaderEntry {
  const counter = eventCounterOf(state);
  const present = isPresent(state);
  const uncounted = before === undefined ? 0 : before.eventCounter - serviceCounter(before.eventCounter);
  const isUnmoved = before !== undefined && serviceCounter(before.eventCounter) === counter;
  if (isUnmoved && before.present === present) return before;
  const eventCounter = counter + uncounted + (isUnmoved ? uncountedStep : 0);
  return { name, eventCounter, present, status: statusAtFirstSight(present, state), card: null };
}

function statusAtFirstSight(present: boolean, state: number): CardStatus {
  if (!present) return { kind: 'none' };
  return (state & readerStateBits.mute) !== 0 ? unusable('mute') : { kind: 'reading' };
}

const notThere = readerStateBits.unknown | readerStateBits.unavailable;

const isPresent = (state: number): boolean => (state & readerStateBits.present) !== 0 && (state & notThere) === 0;
