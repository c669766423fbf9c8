/** Time that passes when a test says so. Wall clock and monotonic clock can be set apart, as by sleep or a clock change. */
import type { Clock } from '../../../main/identity/clock.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  #wall = Date.parse('2026-11-22T11:58:00Z');
  #monotonic = 1_000;
  readonly #timers = new Set<Timer>();

  now(): Date {
    return new Date(this.#wall);
  }

  monotonicMs(): number {
    return this.#monotonic;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#monotonic + Math.max(ms, 0), run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Both clocks go on, and every timer that is due runs in its turn. */
  pass(ms: number): void {
    const until = this.#monotonic + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#goOn(Math.max(due.at - this.#monotonic, 0));
      due.run();
    }
    this.#goOn(until - this.#monotonic);
  }

  /** The computer sleeps: only the wall clock goes on, and no timer runs before it wakes. */
  sleep(ms: number): void {
    this.#wall += ms;
  }

  /** Somebody sets the clock. */
  setBack(ms: number): void {
    this.#wall -= ms;
  }

  get pending(): number {
    return this.#timers.size;
  }

  #goOn(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }
}
