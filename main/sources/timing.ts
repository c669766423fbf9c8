/** The clock and the alarms that asking sources depends on. A test or a simulation hands in its own. */
export interface Timing {
  /** Milliseconds since 1970 on a clock that never goes back, the same in every thread. */
  now(): number;
  /** Calls `run` once after that many milliseconds, unless the function it gives back is called first. */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemTiming: Timing = {
  now: () => performance.timeOrigin + performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Waits, and stops waiting the moment `signal` aborts: then it rejects with the signal's reason. */
export function wait(timing: Timing, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const stop = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = timing.after(milliseconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/** `14:03:20`, the time of day in England. */
export function timeOfDay(instant: number): string {
  return clock.format(instant);
}
