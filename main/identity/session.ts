/**
 * The session as a pure state machine: one clinician, one role, one card. Whatever is not provably the same card in the
 * same reader ends it, unless the site has decided otherwise (GPSoC IG requirements V4: card removal locks at once, a
 * session that times out may be returned to by its own clinician after authentication, roles are never combined).
 */
import type { NhsNumber } from '../record/values.ts';
import { type Clinician, entryOf } from './roles.ts';
import { type BoundCard, type CardsSeen, type PresentCard, includesCard } from './session-cards.ts';
import { type Kept, keptAfter, mayResume } from './session-resume.ts';
import type { LockReason, SessionRules } from './session-rules.ts';
import {
  type Active, type Authenticating, type ChoosingRole, type IdleWarning, type Nobody, type SessionState,
  isActive, isNobody, isSignedIn, keptOf, mayChangeRole,
} from './session-state.ts';

export type { Clinician, Role } from './roles.ts';
export type { BoundCard, CardsSeen } from './session-cards.ts';
export type { Kept } from './session-resume.ts';
export type { EndReason, LockReason, SessionRules } from './session-rules.ts';
export * from './session-state.ts';

export type SessionEvent =
  | { readonly type: 'cards-seen'; readonly cards: CardsSeen }
  /** `eventCounter: null`: whatever was in that reader; `reader: null`: no reader can be trusted any more. */
  | { readonly type: 'card-lost'; readonly reader: string | null; readonly eventCounter: number | null; readonly reason: LockReason }
  | { readonly type: 'sign-in-begun'; readonly step: Authenticating['step']; readonly card: BoundCard; readonly holderId: string | null; readonly attempt: number }
  | { readonly type: 'card-signed'; readonly attempt: number }
  | { readonly type: 'authenticated'; readonly attempt: number; readonly clinician: Clinician }
  | { readonly type: 'authentication-failed'; readonly attempt: number }
  | { readonly type: 'role-chosen'; readonly roleId: string }
  | { readonly type: 'role-change-asked' }
  | { readonly type: 'idle-warned'; readonly attempt: number; readonly locksAt: number }
  | { readonly type: 'activity' }
  | { readonly type: 'idle-over'; readonly attempt: number }
  | { readonly type: 'card-refused'; readonly attempt: number }
  | { readonly type: 'token-refused'; readonly attempt: number }
  | { readonly type: 'ceiling-reached'; readonly attempt: number }
  | { readonly type: 'resume-over'; readonly attempt: number }
  | { readonly type: 'lock'; readonly reason: LockReason }
  | { readonly type: 'sign-out' };

/** What a transition may depend on beside state and event. */
export interface SessionContext {
  readonly rules: SessionRules;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The patient whose record is open. */
  readonly openPatient: NhsNumber | null;
}

/** The state after an event. An event that does not fit the state (late, or of another card, attempt or session) changes nothing. */
export function nextSession(state: SessionState, event: SessionEvent, context: SessionContext): SessionState {
  switch (event.type) {
    case 'cards-seen':
      return withCards(state, event.cards, context);
    case 'card-lost':
      return withoutCard(state, event, context);
    case 'sign-in-begun':
      return isNobody(state) ? { kind: 'authenticating', step: event.step, card: event.card, holderId: event.holderId, attempt: event.attempt, before: state } : state;
    case 'card-signed':
      return isAttempt(state, event.attempt) && state.step === 'passcode' ? { ...state, step: 'service' } : state;
    case 'authenticated':
      return isAttempt(state, event.attempt) ? authenticated(state, event.clinician, context) : state;
    case 'authentication-failed':
      return isAttempt(state, event.attempt) ? state.before : state;
    case 'role-chosen':
      return withChosenRole(state, event.roleId);
    case 'role-change-asked':
      return isActive(state) && mayChangeRole(state.clinician) ? changingRole(state) : state;
    case 'idle-warned':
      return state.kind === 'active' && state.attempt === event.attempt ? { ...state, kind: 'idle-warning', locksAt: event.locksAt } : state;
    case 'activity':
      return state.kind === 'idle-warning' ? withoutWarning(state) : state;
    case 'idle-over':
      return lockedSession(state, event.attempt, 'idle', context);
    case 'card-refused':
    case 'token-refused':
      return lockedSession(state, event.attempt, event.type, context);
    case 'ceiling-reached':
      return isSignedIn(state) && state.attempt === event.attempt ? { kind: 'ended', reason: 'ceiling' } : state;
    case 'resume-over':
      return keptOf(state)?.attempt === event.attempt ? changeNobody(state, () => ({ kind: 'ended', reason: 'resume-over' })) : state;
    case 'lock':
      return locked(state, event.reason, context);
    case 'sign-out':
      return signedOut(state);
  }
}

function isAttempt(state: SessionState, attempt: number): state is Authenticating {
  return state.kind === 'authenticating' && state.attempt === attempt;
}

/** The same clinician within the time comes back to role and patient; everybody else starts clean. */
function authenticated({ card, holderId, attempt, before }: Authenticating, clinician: Clinician, { now }: SessionContext): SessionState {
  const common = { card, cardPlace: 'in-reader', attempt, roleChanges: 0, clinician } as const;
  const entry = entryOf(clinician, holderId);
  const kept = keptOf(before);
  const earlier = kept !== null && mayResume(kept, clinician, now) ? clinician.roles.find(({ id }) => id === kept.roleId) : undefined;
  if (entry.kind === 'refused') return withoutKept(before);
  if (earlier !== undefined) return { kind: 'active', ...common, role: earlier, entry: 'resumed' };
  return entry.kind === 'one' ? { kind: 'active', ...common, role: entry.role, entry: 'fresh' } : { kind: 'choosing-role', ...common };
}

function withChosenRole(state: SessionState, roleId: string): SessionState {
  if (state.kind !== 'choosing-role') return state;
  const role = state.clinician.roles.find(({ id }) => id === roleId);
  return role === undefined ? state : { ...state, kind: 'active', role, entry: 'fresh' };
}

function changingRole({ card, cardPlace, attempt, roleChanges, clinician }: Active | IdleWarning): ChoosingRole {
  return { kind: 'choosing-role', card, cardPlace, attempt, roleChanges: roleChanges + 1, clinician };
}

function withoutWarning({ locksAt: _over, ...active }: IdleWarning): Active {
  return { ...active, kind: 'active' };
}

/** A loss that was told. Before anybody is in, it only takes the sign-in back. */
function withoutCard(state: SessionState, lost: Extract<SessionEvent, { type: 'card-lost' }>, context: SessionContext): SessionState {
  if (isNobody(state) || !concerns(lost, state.card)) return state;
  if (state.kind === 'authenticating') return state.before;
  const mayGoOn = context.rules.onCardRemoval === 'ignore' && lost.reason === 'card-removed' && lost.reader !== null;
  if (!mayGoOn) return locked(state, lost.reason, context);
  return state.cardPlace === 'away' ? state : { ...state, cardPlace: 'away' };
}

function concerns(lost: { readonly reader: string | null; readonly eventCounter: number | null }, card: BoundCard): boolean {
  if (lost.reader === null) return true;
  return card.reader === lost.reader && (lost.eventCounter === null || card.eventCounter === lost.eventCounter);
}

/** What all readers hold now. A card that is gone without that having been told is a doubt: it locks whatever the rules say. */
function withCards(state: SessionState, cards: CardsSeen, context: SessionContext): SessionState {
  if (isNobody(state)) return nobodyWith(state, cards);
  if (state.kind === 'authenticating') {
    const before = nobodyWith(state.before, cards);
    if (!includesCard(cards, state.card)) return before;
    return before === state.before ? state : { ...state, before };
  }
  if (state.cardPlace === 'in-reader') return includesCard(cards, state.card) ? state : locked(state, 'card-service-lost', context);
  if (cards.kind === 'lost' || !cards.readers.includes(state.card.reader)) return locked(state, 'card-service-lost', context);
  return cards.present.length > 0 ? locked(state, 'card-changed', context) : state;
}

/** Another clinician's card ends what was kept before anything else happens with it. */
function nobodyWith(state: Nobody, cards: CardsSeen): Nobody {
  const present = cards.kind === 'seen' ? cards.present : [];
  if (state.kind === 'locked') return isAnotherClinicians(present, state.kept) ? { kind: 'ended', reason: 'other-clinician' } : state;
  if (state.kind === 'ended') return state;
  const kind = present.some(({ mayEnter }) => mayEnter) ? 'card-present' : 'signed-out';
  return kind === state.kind ? state : { kind };
}

function isAnotherClinicians(present: readonly PresentCard[], kept: Kept | null): boolean {
  return kept !== null && present.some(({ userId }) => userId !== null && userId !== kept.userId);
}

function changeNobody(state: SessionState, change: (nobody: Nobody) => Nobody): SessionState {
  if (isSignedIn(state)) return state;
  if (state.kind !== 'authenticating') return change(state);
  const before = change(state.before);
  return before === state.before ? state : { ...state, before };
}

function withoutKept(nobody: Nobody): Nobody {
  return nobody.kind === 'locked' && nobody.kept !== null ? { ...nobody, kept: null } : nobody;
}

function lockedSession(state: SessionState, attempt: number, reason: LockReason, context: SessionContext): SessionState {
  return isSignedIn(state) && state.attempt === attempt ? locked(state, reason, context) : state;
}

/** Nobody is signed in already where somebody merely tries to. */
function locked(state: SessionState, reason: LockReason, { rules, now, openPatient }: SessionContext): SessionState {
  if (isNobody(state)) return state;
  if (state.kind === 'authenticating') return state.before;
  if (reason === 'card-removed' && endsWithCard(rules)) return { kind: 'ended', reason: 'card-removed' };
  if (!isActive(state)) return { kind: 'locked', reason, at: now, kept: null };
  const { attempt, clinician, role } = state;
  const kept = keptAfter(reason, rules, { userId: clinician.userId, name: clinician.name, roleId: role.id, attempt, nhsNumber: openPatient }, now);
  return { kind: 'locked', reason, at: now, kept };
}

function endsWithCard({ onCardRemoval }: SessionRules): boolean {
  return typeof onCardRemoval === 'object' && onCardRemoval.endAfterMs === 0;
}

function signedOut(state: SessionState): SessionState {
  if (isSignedIn(state)) return { kind: 'ended', reason: 'signed-out' };
  const nobody = state.kind === 'authenticating' ? state.before : state;
  return nobody.kind === 'locked' ? { kind: 'ended', reason: 'signed-out' } : nobody;
}
