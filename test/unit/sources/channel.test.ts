/** Order is kept, nothing is lost, and writers wait for the reader. */
import { expect, test } from 'vitest';
import { Channel } from '../../../main/sources/channel.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a writer waits while more lies there than there is room for, and goes on when something is taken', async () => {
  const channel = new Channel<number>(2);
  let pushed = 0;
  const writing = (async () => {
    for (let value = 0; value < 6; value += 1) {
      await channel.push(value);
      pushed += 1;
    }
    channel.close();
  })();
  await turn();
  expect(pushed).toBe(2);
  const read: number[] = [];
  for await (const value of channel) {
    read.push(value);
    await turn();
    expect(pushed - read.length).toBeLessThanOrEqual(2);
  }
  await writing;
  expect(read).toEqual([0, 1, 2, 3, 4, 5]);
});

test('several writers all come to their turn', async () => {
  const channel = new Channel<string>(1);
  const write = async (name: string): Promise<void> => {
    for (let value = 0; value < 20; value += 1) await channel.push(`${name}${value}`);
  };
  void Promise.all(['a', 'b', 'c'].map(write)).then(() => channel.close());
  const read: string[] = [];
  for await (const value of channel) read.push(value);
  expect(read).toHaveLength(60);
  expect(read.filter((value) => value.startsWith('b'))).toEqual(Array.from({ length: 20 }, (_, value) => `b${value}`));
});

test('a reader that leaves early lets the writers go', async () => {
  const channel = new Channel<number>(0);
  const writing = Promise.all([1, 2, 3].map((value) => channel.push(value)));
  for await (const value of channel) {
    expect(value).toBe(1);
    break;
  }
  await expect(writing).resolves.toHaveLength(3);
});
