import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readerStateBits, type PcscReaderState } from '../../../main/card/pcsc/pcsc.ts';
import { findCard, observe, withCard, type ReaderTable } from '../../../main/card/reader-table.ts';

const state = (name: string, eventCounter: number, bits: number): PcscReaderState => ({ name, state: ((eventCounter << 16) | bits) >>> 0 });
const present = (name: string, eventCounter: number) => state(name, eventCounter, readerStateBits.present);
const empty = (name: string, eventCounter: number) => state(name, eventCounter, readerStateBits.empty);
const table = (...states: PcscReaderState[]): ReaderTable => observe([], states, 'all').table;

describe('observing', () => {
  test.each([
    ['the same', present('A', 1), []],
    ['the same, in use by another program', state('A', 1, readerStateBits.present | readerStateBits.inUse), []],
    ['empty', empty('A', 2), [{ reader: 'A', eventCounter: 1 }]],
    ['empty, with a counter that does not count', empty('A', 1), [{ reader: 'A', eventCounter: 1 }]],
    ['a card under a moved counter', present('A', 3), [{ reader: 'A', eventCounter: 1 }]],
    ['a card under a counter that began anew', present('A', 0), [{ reader: 'A', eventCounter: 1 }]],
    ['unavailable', state('A', 1, readerStateBits.present | readerStateBits.unavailable), [{ reader: 'A', eventCounter: 1 }]],
    ['unknown', state('A', 1, readerStateBits.unknown), [{ reader: 'A', eventCounter: 1 }]],
  ])('a card, then %s', (_name, then, lost) => {
    expect(observe(table(present('A', 1)), [then], 'some').lost).toMatchObject(lost);
  });

  test('a counter that wraps still moves', () => {
    expect(observe(table(present('A', 0xffff)), [present('A', 1)], 'some').lost).toMatchObject([{ eventCounter: 0xffff }]);
  });

  test('a reader that is not among all has gone; among some it may be there', () => {
    const before = table(present('A', 1), present('B', 1));
    expect(observe(before, [present('B', 1)], 'all').lost).toMatchObject([{ reader: 'A' }]);
    expect(observe(before, [present('B', 1)], 'some')).toMatchObject({ lost: [], changed: false });
  });

  test('no card that is there before and not provably after is forgotten, whatever was seen', () => {
    const names = fc.constantFrom('A', 'B', 'C');
    const states = fc.uniqueArray(fc.record({ name: names, state: fc.integer({ min: 0, max: 0xffffffff }) }), { selector: ({ name }) => name });
    fc.assert(
      fc.property(states, states, fc.constantFrom('all' as const, 'some' as const), (first, then, scope) => {
        const before = table(...first);
        const { table: after, lost } = observe(before, then, scope);
        const cards = before.filter((entry) => entry.present);
        const stays = cards.filter((entry) => findCard(after, entry) !== null);
        expect(stays.length + lost.length).toBe(cards.length);
      }),
    );
  });
});

test('what was read is taken only for the very card it was read from', () => {
  const now = table(present('A', 3));
  const card = { status: { kind: 'none' }, card: null } as const;
  expect(withCard(now, { name: 'A', eventCounter: 1 }, card)).toBe(now);
  expect(withCard(now, { name: 'A', eventCounter: 3 }, card)).not.toBe(now);
  expect(findCard(now, { name: 'A', eventCounter: 1 })).toBeNull();
  expect(findCard(table(empty('A', 3)), { name: 'A', eventCounter: 3 })).toBeNull();
});
