/**
 * Hands values from several writers to one reader in the order they were pushed, and keeps the writers waiting while more
 * than a few are not yet taken: what a server sends must not pile up in front of whoever reads it.
 */
export class Channel<Value> implements AsyncIterable<Value> {
  readonly #room: number;
  readonly #waiting: Value[] = [];
  readonly #writers: (() => void)[] = [];
  #wake: (() => void) | null = null;
  #closed = false;

  /** @param room how many values may lie here before writers wait */
  constructor(room = 4) {
    this.#room = room;
  }

  /** Settles when there is room for the next value. A writer that does not wait loses nothing but the bound. */
  push(value: Value): Promise<void> {
    this.#waiting.push(value);
    this.#wake?.();
    if (this.#closed || this.#waiting.length <= this.#room) return Promise.resolve();
    return new Promise((resolve) => this.#writers.push(resolve));
  }

  /** No more will come; what is waiting is still handed over, and nobody is kept waiting. */
  close(): void {
    this.#closed = true;
    for (const writer of this.#writers.splice(0)) writer();
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Value> {
    try {
      for (;;) {
        const next = this.#waiting.shift();
        if (next !== undefined) {
          this.#writers.shift()?.();
          yield next;
          continue;
        }
        if (this.#closed) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = null;
      }
    } finally {
      // A reader that leaves early must not leave writers waiting for ever.
      this.close();
    }
  }
}
