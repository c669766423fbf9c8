/**
 * A circuit breaker for each source and origin. After failures in a row a source is left alone for a while, so that nobody
 * waits for it in vain and so that it is not knocked down again while it gets up. The state outlives a patient: plain data
 * that the main side keeps between records.
 */

/** How one source has done lately at one origin. Times are milliseconds since 1970. */
export interface Circuit {
  /** Askings in a row of which nothing but failures came. */
  readonly failures: number;
  /** Not to be asked before; `null` where it may be asked. */
  readonly heldOffUntil: number | null;
}

export const CLOSED: Circuit = { failures: 0, heldOffUntil: null };

const FAILURES_TO_OPEN = 3;
/** However long a server asks for, or a clock jumps: after this a source is tried again. */
const LONGEST_OPEN_MS = 30 * 60_000;
export const PERIOD_MS = 60_000;

/** How long a source that does not answer is left alone: a minute, and up to a quarter more at random. */
export function period(random: number): number {
  return PERIOD_MS * (1 + random / 4);
}

/** One more asking that failed. A circuit that was tried after its time (half open) opens again at once. */
export function afterFailure(circuit: Circuit, now: number, random: number): Circuit {
  const failures = circuit.failures + 1;
  if (failures < FAILURES_TO_OPEN) return { ...circuit, failures };
  return { failures, heldOffUntil: Math.max(now + period(random), circuit.heldOffUntil ?? 0) };
}

/** It answered: closed. @param toldToWait in the same asking it also named a time before which it wants to be left alone */
export function afterSuccess(circuit: Circuit, toldToWait: boolean): Circuit {
  return toldToWait ? { ...circuit, failures: 0 } : CLOSED;
}

/** The server itself named a time before which it does not want to be asked. */
export function afterBeingToldToWait(circuit: Circuit, until: number): Circuit {
  return { ...circuit, heldOffUntil: Math.max(until, circuit.heldOffUntil ?? 0) };
}

/** The moment before which it is not asked, or `null` where it may be: closed, or half open, when the next asking is the probe. */
export function heldOff({ heldOffUntil }: Circuit, now: number): number | null {
  if (heldOffUntil === null || heldOffUntil <= now) return null;
  return Math.min(heldOffUntil, now + LONGEST_OPEN_MS);
}

/** Every circuit by source and origin. */
export class Circuits {
  readonly #circuits: Map<string, Circuit>;
  readonly #changed: (key: string, circuit: Circuit) => void;

  /** @param changed told each circuit that has become another, so that it can be kept */
  constructor(kept: Iterable<readonly [string, Circuit]> = [], changed: (key: string, circuit: Circuit) => void = () => undefined) {
    this.#circuits = new Map(kept);
    this.#changed = changed;
  }

  of(key: string): Circuit {
    return this.#circuits.get(key) ?? CLOSED;
  }

  set(key: string, circuit: Circuit): void {
    if (circuit === this.of(key)) return;
    if (circuit === CLOSED) this.#circuits.delete(key);
    else this.#circuits.set(key, circuit);
    this.#changed(key, circuit);
  }
}

export function circuitKey(source: string, url: string): string {
  return `${source} ${URL.canParse(url) ? new URL(url).origin : ''}`;
}
