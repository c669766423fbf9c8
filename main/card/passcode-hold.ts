/**
 * Passcodes on their way to a card. A passcode and the command that uses it come separately, in either order: what came
 * first waits here, for a while, and is wiped when it is used, given up or overdue, or comes for a request that has ended.
 */
import type { PasscodeMessage } from './messages.ts';

/** What was typed. Whoever claims it wipes it. */
export type TypedPasscode = Pick<PasscodeMessage, 'passcode' | 'replacement'>;

/** A challenge is fetched meanwhile: longer than that takes, shorter than anybody would wait. */
export const passcodeLimitMs = 45_000;

/** How long a command waits for its passcode, which sets out before the command does. */
export const passcodeArrivalMs = 5000;

export class PasscodeHold {
  readonly #limitMs: number;
  #held: { readonly message: PasscodeMessage; readonly overdue: ReturnType<typeof setTimeout> } | null = null;
  /** The numbers of requests only grow: what comes for this one, or one before it, comes too late. */
  #lastEnded = 0;
  #claim: { readonly requestId: number; readonly settle: (typed: TypedPasscode | null) => void } | null = null;

  constructor(limitMs: number = passcodeLimitMs) {
    this.#limitMs = limitMs;
  }

  /** Takes a passcode in. There is one keyboard: an earlier one that nobody claimed is wiped. */
  take(message: PasscodeMessage): void {
    this.drop();
    if (this.#claim?.requestId === message.requestId) return this.#claim.settle(message);
    if (message.requestId <= this.#lastEnded) return wipe(message);
    const overdue = setTimeout(() => this.drop(), this.#limitMs);
    overdue.unref();
    this.#held = { message, overdue };
  }

  /** The passcode of that request, waited for where it has not come yet; `null` when the signal aborts first. */
  claim(requestId: number, signal: AbortSignal): Promise<TypedPasscode | null> {
    if (signal.aborted) return Promise.resolve(null);
    const held = this.#held;
    if (held?.message.requestId === requestId) {
      clearTimeout(held.overdue);
      this.#held = null;
      return Promise.resolve(held.message);
    }
    return new Promise((resolve) => {
      const settle = (typed: TypedPasscode | null): void => {
        signal.removeEventListener('abort', giveUp);
        this.#claim = null;
        resolve(typed);
      };
      const giveUp = (): void => settle(null);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#claim = { requestId, settle };
    });
  }

  /** Ends a request, whose passcode is wiped also if it comes yet, or wipes whatever there is; not what was claimed. */
  drop(requestId?: number): void {
    if (requestId !== undefined) this.#lastEnded = Math.max(this.#lastEnded, requestId);
    const held = this.#held;
    if (held === null || (requestId !== undefined && held.message.requestId !== requestId)) return;
    clearTimeout(held.overdue);
    this.#held = null;
    wipe(held.message);
  }
}

export function wipe({ passcode, replacement }: TypedPasscode): void {
  passcode.fill(0);
  replacement?.fill(0);
}
