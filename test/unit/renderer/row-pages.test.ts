import { describe, expect, test, vi } from 'vitest';
import type { Reply, RowPage, RowView } from '../../../preload/contract.ts';
import { chunksOf } from '../../../renderer/record/row-chunks.ts';
import { PAGE_SIZE, RowPages } from '../../../renderer/record/row-pages.ts';
import { followed } from '../../../renderer/record/use-selection.ts';
import { copyOf, rowOf } from './views.ts';

const ALL = { onlyDiffering: false, includeWithdrawn: false };
const rowsNamed = (...ids: string[]) => ids.map((id) => rowOf(id));

/** Answers from `held` and records what was asked. */
function served(held: { rows: readonly RowView[] }) {
  const fetch = vi.fn(async ({ from, count }: { from: number; count: number }): Promise<Reply<RowPage>> => ({
    ok: true,
    value: { recordRevision: 1, total: held.rows.length, rows: held.rows.slice(from, from + count) },
  }));
  return { fetch, pages: new RowPages(fetch) };
}

const arrived = (pages: RowPages) => new Promise<void>((resolve) => {
  const stop = pages.subscribe(() => {
    stop();
    resolve();
  });
});

async function load(pages: RowPages, index = 0): Promise<void> {
  const change = arrived(pages);
  pages.ensure('medication', index);
  await change;
}

describe('pages of rows', () => {
  test('a page is fetched once, at its own offset', async () => {
    const { fetch, pages } = served({ rows: Array.from({ length: 450 }, (_, number) => rowOf(`row ${number}`)) });
    pages.refresh(1, ALL);
    pages.ensure('medication', 250);
    await load(pages, 399);
    pages.ensure('medication', 201);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(fetch).toHaveBeenCalledWith({ section: 'medication', from: 200, count: PAGE_SIZE, ...ALL });
    expect(pages.rowAt('medication', 250)?.id).toBe('row 250');
    expect(pages.rowAt('medication', 100)).toBeUndefined();
    expect(pages.total('medication')).toBe(450);
  });

  test('a new revision keeps the rows on the screen until they have come again', async () => {
    const held = { rows: rowsNamed('a', 'b') };
    const { pages } = served(held);
    pages.refresh(1, ALL);
    await load(pages);
    held.rows = rowsNamed('c');
    pages.refresh(2, ALL);
    expect(pages.rowAt('medication', 0)?.id).toBe('a');
    expect(pages.isCurrent('medication', 0)).toBe(false);
    await load(pages);
    expect(pages.rowAt('medication', 0)?.id).toBe('c');
    expect(pages.rowAt('medication', 1)).toBeUndefined();
  });

  test('an answer to an older question is dropped', async () => {
    let answerFirst: (reply: Reply<RowPage>) => void = () => {};
    const page = (id: string): Reply<RowPage> => ({ ok: true, value: { recordRevision: 1, total: 1, rows: rowsNamed(id) } });
    const answers = [new Promise<Reply<RowPage>>((resolve) => (answerFirst = resolve)), Promise.resolve(page('new'))];
    const pages = new RowPages(() => answers.shift() ?? Promise.reject(new Error('asked too often')));
    pages.refresh(1, ALL);
    pages.ensure('medication', 0);
    pages.refresh(2, ALL);
    await load(pages);
    answerFirst(page('old'));
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(pages.rowAt('medication', 0)?.id).toBe('new');
  });

  test('a refusal says why and can be tried again', async () => {
    const replies: Reply<RowPage>[] = [
      { ok: false, sentence: 'The record is closed.' },
      { ok: true, value: { recordRevision: 1, total: 1, rows: rowsNamed('a') } },
    ];
    const pages = new RowPages(async () => replies.shift() ?? { ok: false, sentence: 'asked too often' });
    pages.refresh(1, ALL);
    await load(pages);
    expect(pages.refusalAt('medication', 0)).toBe('The record is closed.');
    const change = arrived(pages);
    pages.retry('medication', 0);
    await change;
    expect(pages.refusalAt('medication', 0)).toBeNull();
    expect(pages.rowAt('medication', 0)?.id).toBe('a');
  });

  test('a call that throws becomes a sentence without its message', async () => {
    const pages = new RowPages(() => Promise.reject(new Error('ASHWORTH')));
    pages.refresh(1, ALL);
    await load(pages);
    expect(pages.refusalAt('medication', 0)).toMatch(/^Lanyard could not do this/);
    expect(pages.refusalAt('medication', 0)).not.toContain('ASHWORTH');
  });

  test('rows that come after reading began are new; a row that gained a copy is not', async () => {
    const held = { rows: rowsNamed('a') };
    const { pages } = served(held);
    pages.refresh(1, ALL);
    await load(pages);
    pages.markNewFromHere();
    const joined = rowOf('joined', { copies: [copyOf('a-copy', 'Harbour HC', 'a'), copyOf('x', 'Wessex', 'a')] });
    held.rows = [joined, rowOf('late')];
    pages.refresh(2, ALL);
    await load(pages);
    expect(held.rows.map((row) => pages.isNew(row))).toEqual([false, true]);
  });

  test('nothing is new before reading began, nor through a filter', async () => {
    const held = { rows: rowsNamed('a') };
    const { pages } = served(held);
    pages.refresh(1, ALL);
    await load(pages);
    held.rows = rowsNamed('a', 'b');
    pages.refresh(2, ALL);
    await load(pages);
    pages.markNewFromHere();
    held.rows = rowsNamed('a', 'b', 'withdrawn');
    pages.refresh(2, { ...ALL, includeWithdrawn: true });
    await load(pages);
    expect(held.rows.some((row) => pages.isNew(row))).toBe(false);
  });

  test('chunks cover every row once, and an empty section still asks', () => {
    expect(chunksOf(120)).toEqual([{ from: 0, count: 50 }, { from: 50, count: 50 }, { from: 100, count: 20 }]);
    expect(chunksOf(0)).toEqual([{ from: 0, count: 0 }]);
  });
});

describe('the selection', () => {
  const selected = (row: RowView, index: number) => ({ section: 'medication', index, row, focusMoves: 2 });
  const pagesWith = (rows: readonly RowView[], current = true) => {
    const pages = new RowPages(async () => ({ ok: true, value: { recordRevision: 1, total: 0, rows: [] } }));
    const find = (_section: string, sought: RowView) => {
      const index = rows.findIndex((row) => row.id === sought.id || row.copies.some((copy) => sought.copies.some((other) => other.itemId === copy.itemId)));
      return index === -1 ? null : index;
    };
    return Object.assign(pages, { find, rowAt: (_section: string, index: number) => rows[index], isCurrent: () => current });
  };
  const [a, b, c] = rowsNamed('a', 'b', 'c') as [RowView, RowView, RowView];

  test('stays with its row when rows come in above it', () => {
    expect(followed(selected(b, 0), pagesWith([a, c, b]))).toMatchObject({ index: 2, row: { id: 'b' }, focusMoves: 2 });
  });

  test('goes to the row that took over its copies', () => {
    const heir = rowOf('heir', { copies: [copyOf('b-copy', 'Harbour HC', 'b'), copyOf('y', 'Wessex', 'b')] });
    expect(followed(selected(b, 0), pagesWith([a, heir]))).toMatchObject({ index: 1, row: { id: 'heir' } });
  });

  test('goes when its row has gone, but not before that is sure', () => {
    expect(followed(selected(b, 0), pagesWith([a]))).toBeNull();
    expect(followed(selected(b, 0), pagesWith([a], false))).toMatchObject({ row: { id: 'b' } });
  });

  test('is the same object where nothing changed', () => {
    const selection = selected(a, 0);
    expect(followed(selection, pagesWith([a]))).toBe(selection);
  });
});
