import { beforeEach, describe, expect, test } from 'vitest';
import { countdown } from '../../../main/identity/clock.ts';
import { IdleWatch } from '../../../main/identity/idle.ts';
import { FakeClock } from './fake-clock.ts';

const MINUTE = 60_000;
let clock: FakeClock;
let told: string[];

beforeEach(() => {
  clock = new FakeClock();
  told = [];
});

describe('a countdown', () => {
  const begin = (ms: number) => countdown(clock, ms, () => void told.push('over'));

  test('runs once, in its time', () => {
    const one = begin(MINUTE);
    clock.pass(MINUTE - 1);
    expect([told, one.isOver(), one.left()]).toEqual([[], false, 1]);
    clock.pass(1);
    clock.pass(MINUTE);
    expect([told, one.isOver(), clock.pending]).toEqual([['over'], true, 0]);
  });

  test('a clock that is set back does not lengthen it', () => {
    begin(10 * MINUTE);
    clock.pass(5 * MINUTE);
    clock.setBack(120 * MINUTE);
    clock.pass(5 * MINUTE);
    expect(told).toEqual(['over']);
  });

  test('sleep counts, although no timer runs and the steady clock stands still', () => {
    begin(10 * MINUTE);
    clock.pass(MINUTE);
    clock.sleep(60 * MINUTE);
    clock.pass(15_000);
    expect(told).toEqual(['over']);
  });

  test('neither does both: the clock set back, and sleep after it', () => {
    begin(10 * MINUTE);
    clock.pass(MINUTE);
    clock.setBack(60 * MINUTE);
    clock.pass(MINUTE);
    clock.sleep(9 * MINUTE);
    clock.pass(15_000);
    expect(told).toEqual(['over']);
  });

  test('whoever asks after sleep hears that it is over before any timer has run', () => {
    const one = begin(10 * MINUTE);
    clock.sleep(10 * MINUTE);
    expect(one.isOver()).toBe(true);
    expect(told).toEqual(['over']);
  });

  test('stopped, it never runs', () => {
    const one = begin(MINUTE);
    one.stop();
    clock.pass(2 * MINUTE);
    expect([told, one.isOver(), clock.pending]).toEqual([[], false, 0]);
  });
});

describe('idle', () => {
  const watch = () =>
    new IdleWatch(clock, 15 * MINUTE, {
      onWarning: (locksAt) => void told.push(`warned of ${(locksAt - clock.now().getTime()) / 1_000} s`),
      onOver: () => void told.push('over'),
    });

  test('is warned of a minute before, then over', () => {
    watch();
    clock.pass(14 * MINUTE - 1);
    expect(told).toEqual([]);
    clock.pass(1);
    expect(told).toEqual(['warned of 60 s']);
    clock.pass(MINUTE - 1);
    expect(told).toHaveLength(1);
    clock.pass(1);
    expect(told).toEqual(['warned of 60 s', 'over']);
    expect(clock.pending).toBe(0);
  });

  test('a key begins it anew, before and after the warning', () => {
    const one = watch();
    clock.pass(10 * MINUTE);
    one.activity();
    clock.pass(14 * MINUTE);
    expect(told).toEqual(['warned of 60 s']);
    one.activity();
    clock.pass(14 * MINUTE - 1);
    expect(told).toEqual(['warned of 60 s']);
  });

  test('a key right after a sleep that nobody announced comes too late', () => {
    const one = watch();
    clock.pass(MINUTE);
    clock.sleep(60 * MINUTE);
    one.activity();
    one.activity();
    expect(told).toEqual(['over']);
  });

  test('a sleep through the warning is no further minute', () => {
    watch();
    clock.pass(13 * MINUTE);
    clock.sleep(30 * MINUTE);
    clock.pass(15_000);
    expect(told).toEqual(['over']);
  });

  test('a sleep into the warning leaves what is left of the minute', () => {
    watch();
    clock.pass(13 * MINUTE);
    clock.sleep(MINUTE + 20_000);
    clock.pass(15_000);
    expect(told).toEqual(['warned of 25 s']);
  });

  test('stopped, it says nothing', () => {
    watch().stop();
    clock.pass(60 * MINUTE);
    expect([told, clock.pending]).toEqual([[], 0]);
  });
});
