import { timingSafeEqual } from 'node:crypto';

const limit = 3;

/** A secret of eight bytes that may be guessed three times in a row. */
export class PasscodeCounter {
  #secret: Buffer;
  #left = limit;

  constructor(secret: Buffer) {
    this.#secret = Buffer.from(secret);
  }

  get triesLeft(): number {
    return this.#left;
  }

  get isBlocked(): boolean {
    return this.#left === 0;
  }

  /** Counts down before it compares, as a card does against power cuts; a right one fills the counter. */
  present(secret: Buffer): boolean {
    if (this.isBlocked) return false;
    this.#left -= 1;
    if (secret.length !== this.#secret.length || !timingSafeEqual(secret, this.#secret)) return false;
    this.#left = limit;
    return true;
  }

  replace(secret: Buffer): void {
    this.#secret = Buffer.from(secret);
    this.#left = limit;
  }

  block(): void {
    this.#left = 0;
  }
}
