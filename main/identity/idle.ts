/** Notices that nobody is there: no key, no click, no turn of a wheel. Warns a minute before it is over. */
import { type Clock, type Countdown, countdown } from './clock.ts';

/** How long before the lock the warning comes (GPSoC IG requirements V4: 60 seconds). */
export const IDLE_WARNING_MS = 60_000;

export interface IdleEvents {
  /** @param locksAt milliseconds since 1970 */
  onWarning(locksAt: number): void;
  onOver(): void;
}

export class IdleWatch {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #events: IdleEvents;
  #over: Countdown;
  #warning: Countdown;

  /** Begins at once. @param limitMs longer than the warning */
  constructor(clock: Clock, limitMs: number, events: IdleEvents) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#events = events;
    [this.#over, this.#warning] = this.#begin();
  }

  /** Somebody is there. Where the time is over already, as after sleep, that comes too late: then it is told instead. */
  activity(): void {
    if (this.#over.isOver()) return;
    this.stop();
    [this.#over, this.#warning] = this.#begin();
  }

  stop(): void {
    this.#over.stop();
    this.#warning.stop();
  }

  #begin(): readonly [Countdown, Countdown] {
    const over = countdown(this.#clock, this.#limitMs, () => this.#events.onOver());
    const warning = countdown(this.#clock, this.#limitMs - IDLE_WARNING_MS, () => {
      if (!over.isOver()) this.#events.onWarning(this.#clock.now().getTime() + over.left());
    });
    return [over, warning];
  }
}
