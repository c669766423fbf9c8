import { beforeEach, describe, expect, test } from 'vitest';
import { cardControls, type ReaderControl } from '../../../simulator/control/cards.ts';

/** The controls of cards and readers: what they refuse, and what they pass on. */

let calls: unknown[][];
let readers: ReaderControl;

beforeEach(() => {
  calls = [];
  const note = (name: string) => async (...words: unknown[]) => void calls.push([name, ...words]);
  readers = {
    readers: 2,
    cards: [{ id: 'nair', kind: 'piv' }, { id: 'loyalty', kind: 'other' }],
    heard: [],
    insert: note('insert'),
    remove: note('remove'),
    behave: note('behave'),
    block: note('block'),
    reset: note('reset'),
  };
});

async function ask(path: string, body: unknown, reader: ReaderControl | null = readers): Promise<{ status: number; body: unknown }> {
  const { status, body: text } = await cardControls(reader)[path]!(body);
  return { status, body: JSON.parse(String(text)) };
}

describe('passes on', () => {
  test.each([
    ['card/insert', { card: 'nair' }, ['insert', 'nair', 1]],
    ['card/insert', { card: 'loyalty', reader: 2 }, ['insert', 'loyalty', 2]],
    ['card/remove', {}, ['remove', undefined]],
    ['card/remove', { reader: 2 }, ['remove', 2]],
    ['card/behaviour', { card: 'nair', behaviour: { slowMs: 200, discovery: '6020' } }, ['behave', 'nair', { slowMs: 200, discovery: '6020' }]],
    ['card/behaviour', { card: 'nair', behaviour: null }, ['behave', 'nair', null]],
    ['card/block', { card: 'nair' }, ['block', 'nair']],
  ])('%s %j', async (path, body, call) => {
    expect((await ask(path, body)).status).toBe(200);
    expect(calls).toEqual([call]);
  });
});

describe('refuses, and does nothing', () => {
  test.each([
    ['card/insert', {}, 400, /card/],
    ['card/insert', { card: 'nobody' }, 404, /no card "nobody". Cards: nair, loyalty/],
    ['card/insert', { card: 'nair', reader: 3 }, 409, /2 readers/],
    ['card/insert', { card: 'nair', reader: 0 }, 400, /reader/],
    ['card/insert', { card: 'nair', slot: 1 }, 400, /slot/],
    ['card/remove', { reader: 9 }, 409, /2 readers/],
    ['card/behaviour', { card: 'nair' }, 400, /behaviour/],
    ['card/behaviour', { card: 'nair', behaviour: { slowMs: -1 } }, 400, /slowMs/],
    ['card/behaviour', { card: 'nair', behaviour: { colour: 'blue' } }, 400, /colour/],
    ['card/behaviour', { card: 'loyalty', behaviour: {} }, 409, /none for signing in/],
    ['card/block', { card: 'loyalty' }, 409, /none for signing in/],
    ['card/block', { card: 'nobody' }, 404, /nobody/],
  ])('%s %j', async (path, body, status, words) => {
    const answer = await ask(path, body);
    expect([answer.status, answer.body]).toEqual([status, { refused: expect.stringMatching(words) as string }]);
    expect(calls).toEqual([]);
  });

  test('everything where there is no card at all', async () => {
    for (const [path, body] of [['card/insert', { card: 'nair' }], ['card/remove', {}], ['card/block', { card: 'nair' }], ['card/behaviour', { card: 'nair', behaviour: null }]] as const) {
      expect((await ask(path, body, null)).status).toBe(409);
    }
  });
});
