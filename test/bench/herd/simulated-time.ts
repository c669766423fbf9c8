/** A clock that stands still until it is moved from alarm to alarm. */
import type { Timing } from '../../../main/sources/timing.ts';

interface Alarm {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

export class SimulatedTime implements Timing {
  #now = 0;
  #order = 0;
  /** A binary heap: the next alarm first. */
  readonly #alarms: Alarm[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const alarm: Alarm = { at: this.#now + Math.max(0, milliseconds), order: (this.#order += 1), run, cancelled: false };
    this.#add(alarm);
    return () => {
      alarm.cancelled = true;
    };
  }

  /** Rings one alarm after the other, letting everything that waits on promises go on in between. */
  async runUntil(done: () => boolean, latest: number): Promise<void> {
    for (let next = this.#take(); next !== undefined && next.at <= latest; next = this.#take()) {
      if (next.cancelled) continue;
      this.#now = next.at;
      next.run();
      await new Promise((resolve) => setImmediate(resolve));
      if (done()) return;
    }
  }

  #add(alarm: Alarm): void {
    let index = this.#alarms.push(alarm) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #take(): Alarm | undefined {
    const first = this.#alarms[0];
    const last = this.#alarms.pop();
    if (first === undefined || last === undefined || this.#alarms.length === 0) return first;
    this.#alarms[0] = last;
    for (let index = 0; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let least = index;
      if (this.#isBefore(left, least)) least = left;
      if (this.#isBefore(right, least)) least = right;
      if (least === index) return first;
      this.#swap(index, least);
      index = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#alarms[one], this.#alarms[other]];
    if (a === undefined || b === undefined) return false;
    return a.at === b.at ? a.order < b.order : a.at < b.at;
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#alarms[one], this.#alarms[other]];
    if (a === undefined || b === undefined) return;
    this.#alarms[one] = b;
    this.#alarms[other] = a;
  }
}
