/** What a site has decided about its sessions, and the reasons for which they stop. */
import type { SessionPolicy } from '../policy/configuration.ts';

export type LockReason =
  | 'card-removed'
  | 'card-changed'
  | 'card-service-lost'
  /** Its certificate was revoked, or ran out. */
  | 'card-refused'
  | 'asked'
  | 'computer-locked'
  | 'computer-slept'
  | 'idle'
  | 'token-refused'
  | 'screen-failed'
  | 'fault';

/** Why a session is over for good: nothing of it is kept. */
export type EndReason = 'signed-out' | 'ceiling' | 'resume-over' | 'other-clinician' | 'card-removed';

export interface SessionRules {
  /** `ignore`: only a removal is ignored; another card, or not knowing, locks all the same. */
  readonly onCardRemoval: 'lock' | 'ignore' | { readonly endAfterMs: number };
  /** How long its own clinician may come back to a locked session; 0: never. */
  readonly resumeMs: number;
  readonly idleMs: number;
}

export function sessionRules({ idleMinutes, onCardRemoval, resumeMinutes }: SessionPolicy): SessionRules {
  return {
    onCardRemoval: typeof onCardRemoval === 'object' ? { endAfterMs: minutes(onCardRemoval.endAfterMinutes) } : onCardRemoval,
    resumeMs: minutes(resumeMinutes),
    idleMs: minutes(idleMinutes),
  };
}

function minutes(count: number): number {
  return count * 60_000;
}
