/** The states of a session: nobody is in, somebody tries to come in, somebody is. */
import type { Clinician, Role } from './roles.ts';
import type { BoundCard } from './session-cards.ts';
import type { Kept } from './session-resume.ts';
import type { EndReason, LockReason } from './session-rules.ts';

/** Nobody is signed in: whatever is on the screen is nobody's. */
export type Nobody =
  | { readonly kind: 'signed-out' }
  /** A card that may sign in is in a reader. */
  | { readonly kind: 'card-present' }
  /** `kept`: what its own clinician may come back to. `at` in milliseconds since 1970. */
  | { readonly kind: 'locked'; readonly reason: LockReason; readonly at: number; readonly kept: Kept | null }
  | { readonly kind: 'ended'; readonly reason: EndReason };

/** `passcode`: at the card. `service`: at the identity service. `before` is what a sign-in that fails goes back to. */
export interface Authenticating {
  readonly kind: 'authenticating';
  readonly step: 'passcode' | 'service';
  readonly card: BoundCard;
  /** The user identifier that the card's certificate tells. */
  readonly holderId: string | null;
  readonly attempt: number;
  readonly before: Nobody;
}

/** What holds as long as one authentication does. */
interface Authenticated {
  readonly card: BoundCard;
  /** `away`: taken out where the site's rules let the session go on without it. */
  readonly cardPlace: 'in-reader' | 'away';
  /** Tells this authentication from every other. */
  readonly attempt: number;
  /** How often the role was changed: a session is one attempt and one role. */
  readonly roleChanges: number;
  readonly clinician: Clinician;
}

export interface ChoosingRole extends Authenticated {
  readonly kind: 'choosing-role';
}

export interface Active extends Authenticated {
  readonly kind: 'active';
  readonly role: Role;
  /** `resumed`: came back to what was kept after a lock. */
  readonly entry: 'fresh' | 'resumed';
}

/** The last minute before the lock. Still the clinician's session: the record stays readable behind the warning. */
export interface IdleWarning extends Omit<Active, 'kind'> {
  readonly kind: 'idle-warning';
  /** Milliseconds since 1970. */
  readonly locksAt: number;
}

export type SignedIn = ChoosingRole | Active | IdleWarning;
export type SessionState = Nobody | Authenticating | SignedIn;

export const SIGNED_OUT: SessionState = { kind: 'signed-out' };

/** Whether anything of a patient may be on the screen. */
export function isActive(state: SessionState): state is Active | IdleWarning {
  return state.kind === 'active' || state.kind === 'idle-warning';
}

/** Whether somebody's tokens are held. */
export function isSignedIn(state: SessionState): state is SignedIn {
  return isActive(state) || state.kind === 'choosing-role';
}

export function isNobody(state: SessionState): state is Nobody {
  return !isSignedIn(state) && state.kind !== 'authenticating';
}

/** What the screen of somebody who is not signed in says: also while a sign-in is under way. */
export function nobodyOf(state: SessionState): Nobody | null {
  if (isSignedIn(state)) return null;
  return state.kind === 'authenticating' ? state.before : state;
}

/** What a locked session has left for its own clinician; also while somebody tries to sign in. */
export function keptOf(state: SessionState): Kept | null {
  const nobody = nobodyOf(state);
  return nobody?.kind === 'locked' ? nobody.kept : null;
}

/** A role that was chosen at the identity provider holds for its tokens: changing it means signing in again. */
export function mayChangeRole({ roles, selectedRoleId }: Clinician): boolean {
  return roles.length > 1 && selectedRoleId === null;
}
