/** What a locked session leaves for its own clinician, and for how long. Nothing of the record: a number to be traced anew. */
import type { NhsNumber } from '../record/values.ts';
import type { Clinician } from './roles.ts';
import type { LockReason, SessionRules } from './session-rules.ts';

export interface Kept {
  readonly userId: string;
  /** The clinician's own name, for the locked screen. */
  readonly name: string;
  readonly roleId: string;
  /** Tells the session that was locked. */
  readonly attempt: number;
  /** `null` where no record was open. */
  readonly nhsNumber: NhsNumber | null;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * Not after a fault, which the record that was open may have caused, and not where the identity service itself ended the
 * session.
 */
const RESUMABLE: ReadonlySet<LockReason> = new Set(['card-removed', 'card-changed', 'card-service-lost', 'asked', 'computer-locked', 'computer-slept', 'idle']);

export function keptAfter(reason: LockReason, rules: SessionRules, session: Omit<Kept, 'until'>, now: number): Kept | null {
  const limit = reason === 'card-removed' && typeof rules.onCardRemoval === 'object' ? Math.min(rules.onCardRemoval.endAfterMs, rules.resumeMs) : rules.resumeMs;
  return RESUMABLE.has(reason) && limit > 0 ? { ...session, until: now + limit } : null;
}

/** Whether this is the clinician it was kept for, in time, and in no other role than the one they had. */
export function mayResume(kept: Kept, { userId, selectedRoleId }: Clinician, now: number): boolean {
  return userId === kept.userId && now < kept.until && (selectedRoleId === null || selectedRoleId === kept.roleId);
}
