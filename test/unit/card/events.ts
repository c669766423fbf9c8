import type { CardEvent, CardServiceStatus, CardStatus } from '../../../main/card/messages.ts';

/** Collects what a card process tells, and waits for what a test expects. */
export class Events {
  readonly all: CardEvent[] = [];
  readonly #waiting = new Set<() => void>();

  readonly emit = (event: CardEvent): void => {
    this.all.push(structuredClone(event));
    for (const check of this.#waiting) check();
  };

  get status(): CardServiceStatus | undefined {
    return this.of('status').at(-1)?.status;
  }

  of<Type extends CardEvent['type']>(type: Type): Extract<CardEvent, { type: Type }>[] {
    return this.all.filter((event): event is Extract<CardEvent, { type: Type }> => event.type === type);
  }

  card(reader: string): CardStatus | undefined {
    return this.status?.kind === 'running' ? this.status.readers.find(({ name }) => name === reader)?.card : undefined;
  }

  /** The event counter of a reader, as last told. */
  counter(reader: string): number | undefined {
    return this.status?.kind === 'running' ? this.status.readers.find(({ name }) => name === reader)?.eventCounter : undefined;
  }

  /** Resolves when the condition holds. @throws after the limit, with what was told last */
  until(condition: () => boolean, limitMs = 5000): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`Not within ${limitMs} ms; last told: ${JSON.stringify(this.all.at(-1))}`));
      }, limitMs);
      this.#waiting.add(check);
      check();
    });
  }
}
