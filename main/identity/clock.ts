/** Time as the session needs it: what was waited for comes in time even where the clock is changed or the computer slept. */

export interface Clock {
  now(): Date;
  /** Milliseconds that never go back, whatever the clock is set to; they may stand still while the computer sleeps. */
  monotonicMs(): number;
  /** Runs once after so many milliseconds of being awake. @returns what takes it back */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** A countdown looks this often, so that a computer that slept is noticed soon after it wakes. */
const LOOK_EVERY_MS = 15_000;

export interface Countdown {
  /** Whether the time is over: then it has run. Looks at the clocks first, so that nothing slips in before the timer does. */
  isOver(): boolean;
  /** Milliseconds that are left. */
  left(): number;
  stop(): void;
}

/**
 * Runs once when so much time has passed. What passed is the larger of what the two clocks say, look by look: setting the
 * clock back does not lengthen it, nor does sleep.
 */
export function countdown(clock: Clock, ms: number, run: () => void): Countdown {
  let left = ms;
  let seen = { wall: clock.now().getTime(), monotonic: clock.monotonicMs() };
  let state: 'running' | 'over' | 'stopped' = 'running';
  let takeBack: () => void = () => undefined;

  const look = (): void => {
    if (state !== 'running') return;
    const now = { wall: clock.now().getTime(), monotonic: clock.monotonicMs() };
    left -= Math.max(now.wall - seen.wall, now.monotonic - seen.monotonic, 0);
    seen = now;
    takeBack();
    if (left > 0) {
      takeBack = clock.after(Math.min(left, LOOK_EVERY_MS), look);
      return;
    }
    state = 'over';
    run();
  };

  takeBack = clock.after(Math.min(left, LOOK_EVERY_MS), look);
  return {
    isOver() {
      look();
      return state === 'over';
    },
    left() {
      look();
      return Math.max(left, 0);
    },
    stop() {
      if (state === 'running') state = 'stopped';
      takeBack();
    },
  };
}
