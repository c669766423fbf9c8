import type { Command } from './card-command.ts';
import type { PivBehaviour } from './piv-behaviour.ts';

export const status = (sw: number): Buffer => Buffer.of(sw >> 8, sw & 0xff);

/** What a card answers, in pieces that fit: 61xx and GET RESPONSE (ISO/IEC 7816-4 section 5.3.4), 6Cxx where it is that kind of card. */
export class PivAnswers {
  readonly #behaviour: () => PivBehaviour;
  #rest: Buffer = Buffer.alloc(0);

  constructor(behaviour: () => PivBehaviour) {
    this.#behaviour = behaviour;
  }

  /** Drops what was not fetched. */
  forget(): void {
    this.#rest = Buffer.alloc(0);
  }

  /** A whole answer to a command. `mayCorrect`: whether the command can simply be sent again after 6Cxx. */
  give(answer: Buffer, { data, le }: Command, mayCorrect: boolean): Buffer {
    const { protocol } = this.#behaviour();
    // T=0 has no command that both sends and fetches (ISO/IEC 7816-3 section 12.2.5): everything is to be fetched.
    if (protocol === 'T=0' && data.length > 0) return this.#hold(Buffer.alloc(0), answer);
    return (mayCorrect && this.#corrected(answer, le)) || this.#cut(answer, le);
  }

  /** GET RESPONSE. */
  giveMore({ p1, p2, le }: Command): Buffer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (this.#rest.length === 0) return status(0x6985);
    return this.#corrected(this.#rest, le) ?? this.#cut(this.#rest, le);
  }

  #corrected(answer: Buffer, le: number | null): Buffer | null {
    const { exactLength, protocol } = this.#behaviour();
    const isTooMuch = le !== null && answer.length > 0 && answer.length < le;
    return isTooMuch && (exactLength || protocol === 'T=0') ? status(0x6c00 | answer.length) : null;
  }

  #cut(answer: Buffer, le: number | null): Buffer {
    const length = Math.min(le ?? 256, this.#behaviour().answerBytes, answer.length);
    return this.#hold(answer.subarray(0, length), answer.subarray(length));
  }

  #hold(now: Buffer, later: Buffer): Buffer {
    this.#rest = Buffer.from(later);
    return Buffer.concat([now, status(later.length > 0 ? 0x6100 | (later.length > 255 ? 0 : later.length) : 0x9000)]);
  }
}
