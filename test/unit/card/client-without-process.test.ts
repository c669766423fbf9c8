import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CardClient, type CardChannel } from '../../../main/card/client.ts';
import type { CardServiceStatus } from '../../../main/card/messages.ts';

let opens: number;
let reported: unknown[];
let statuses: CardServiceStatus[];
let client: CardClient;

beforeEach(() => {
  vi.useFakeTimers();
  opens = 0;
  reported = [];
  statuses = [];
  client = new CardClient({
    open: (): CardChannel => {
      opens += 1;
      throw new Error('no such file');
    },
    report: (error) => reported.push(error),
  });
  client.onStatus((status) => statuses.push(status));
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

test('a first process that cannot be started is told as unavailable, once', () => {
  client.start();
  vi.advanceTimersByTime(250 + 500);
  expect([opens, reported.length]).toEqual([3, 3]);
  expect(statuses).toMatchObject([{ kind: 'unavailable' }]);
});

test('whoever stops it on hearing that has no other process started', () => {
  client.onStatus(() => client.stop());
  client.start();
  vi.advanceTimersByTime(60_000);
  expect(opens).toBe(1);
});

test('stopped before it was started it is unavailable for good', () => {
  client.stop();
  client.start();
  vi.advanceTimersByTime(60_000);
  expect(statuses).toMatchObject([{ kind: 'unavailable' }]);
  expect(opens).toBe(0);
});
