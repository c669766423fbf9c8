/** The card of a session that lasts: judged again whenever what was heard of it runs out. */
import type { CardTrustDesk } from './card-trust.ts';
import type { DecidedTrust } from './judgement.ts';

const SHORTEST_WAIT_MS = 60_000;
/** However long a verdict holds: timers do not reach further than a few weeks, and computers sleep. */
const LONGEST_WAIT_MS = 60 * 60_000;

/**
 * Calls `onRefused` once, when the card may no longer sign in; what that means for the session is the caller's to decide.
 * The first look is at once. Returns how to stop it.
 */
export function watchTrust(trust: Pick<CardTrustDesk, 'decide'>, certificate: string, now: () => Date, onRefused: (refusal: Extract<DecidedTrust, { kind: 'refused' }>) => void): () => void {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const verdict = await trust.decide(certificate, stopped.signal);
    if (stopped.signal.aborted) return;
    if (verdict.kind === 'refused') return onRefused(verdict);
    const wait = Math.min(Math.max(verdict.until - now().getTime(), SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
    timer = setTimeout(start, wait);
    timer.unref();
  };
  // Only stopping it makes a decision reject.
  const start = (): void => void look().catch(() => undefined);
  start();
  return () => {
    stopped.abort();
    clearTimeout(timer);
  };
}
