import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KeptProcess, type ProcessChannel } from '../../../main/card/kept-process.ts';

interface Told {
  readonly type: 'pong';
  readonly sequence: number;
}

class FakeChannel implements ProcessChannel<never> {
  exit: () => void = () => undefined;
  post(): void {}
  sendPasscodePort(): void {}
  onMessage(): void {}
  onExit(listener: () => void): void {
    this.exit = listener;
  }
  kill(): void {}
}

let channels: FakeChannel[];
let ends: number;
let reported: unknown[];
let onEnd: () => void;
let opening: () => void;
let kept: KeptProcess<never, Told>;

beforeEach(() => {
  vi.useFakeTimers();
  channels = [];
  ends = 0;
  reported = [];
  onEnd = () => undefined;
  opening = () => undefined;
  kept = new KeptProcess<never, Told>({
    open: () => {
      opening();
      const channel = new FakeChannel();
      channels.push(channel);
      return channel;
    },
    onEvent: () => undefined,
    onEnd: () => {
      ends += 1;
      onEnd();
    },
    report: (error) => reported.push(error),
    timings: { pingMs: 1000, unansweredPings: 3, firstRestartMs: 250, longestRestartMs: 1000 },
  });
});

afterEach(() => {
  kept.stop();
  vi.useRealTimers();
});

test('one that cannot be started is reported and tried again', () => {
  opening = () => {
    throw new Error('no such program');
  };
  kept.start();
  expect(kept.channel).toBeNull();
  vi.advanceTimersByTime(250 + 500);
  expect(reported).toHaveLength(3);
  opening = () => undefined;
  vi.advanceTimersByTime(1000);
  expect(kept.channel).toBe(channels[0]);
});

test('one that ends as it is stopped is told once, and not replaced', () => {
  kept.start();
  kept.stop();
  channels[0]?.exit();
  vi.advanceTimersByTime(60_000);
  expect([ends, channels.length]).toEqual([1, 1]);
});

test('whoever stops it on hearing that it ended gets no new one', () => {
  onEnd = () => kept.stop();
  kept.start();
  channels[0]?.exit();
  vi.advanceTimersByTime(60_000);
  expect(channels).toHaveLength(1);
});

test('started twice it is one process', () => {
  kept.start();
  kept.start();
  expect(channels).toHaveLength(1);
});
