import type { Reply } from '../preload/contract.ts';

/** How long the screen waits for the trusted side before it says so, in milliseconds. */
export const REPLY_LIMIT_MS = 15_000;

/**
 * A reply in any case: a call that fails or does not come back in time becomes a sentence for the person at the
 * keyboard. What the failure said is left out, because it may hold part of a record.
 */
export function replyWithin<T>(call: () => Promise<Reply<T>>, limitMs: number = REPLY_LIMIT_MS): Promise<Reply<T>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ ok: false, sentence: `No answer in ${Math.round(limitMs / 1000)} s. Try again.` }), limitMs);
    const settle = (reply: Reply<T>) => {
      clearTimeout(timer);
      resolve(reply);
    };
    call().then(settle, () => settle({ ok: false, sentence: 'Lanyard could not do this. Try again, or lock and sign in again.' }));
  });
}
