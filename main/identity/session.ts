/**
 * The session as a pure state machine: one clinician, one role, one card. Whatever is not provably the same card in the
 * same reader ends it (GPSoC IG requirements V4: card removal locks at once; roles are never combined).
 */

/** The card a sign-in or session is bound to: reader name and its event counter at the time. */
export interface BoundCard {
  readonly reader: string;
  readonly eventCounter: number;
}

/** One role profile of a clinician (CIS2 `nhsid_nrbac_roles`). */
export interface Role {
  /** `person_roleid`, sent as NHSD-Session-URID. */
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly odsCode: string;
}

export interface Clinician {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

export type LockReason = 'card-removed' | 'card-changed' | 'card-service-lost' | 'asked' | 'token-refused' | 'screen-failed' | 'fault';

export type SessionState =
  | { readonly kind: 'signed-out'; readonly lock: LockReason | null }
  | { readonly kind: 'authenticating'; readonly card: BoundCard; readonly attempt: number; readonly lock: LockReason | null }
  | { readonly kind: 'choosing-role'; readonly card: BoundCard; readonly clinician: Clinician }
  | { readonly kind: 'active'; readonly card: BoundCard; readonly clinician: Clinician; readonly role: Role };

export type SessionEvent =
  | { readonly type: 'passcode-entered'; readonly card: BoundCard; readonly attempt: number }
  | { readonly type: 'authenticated'; readonly attempt: number; readonly clinician: Clinician }
  | { readonly type: 'authentication-failed'; readonly attempt: number }
  | { readonly type: 'role-chosen'; readonly roleId: string }
  /** `eventCounter: null`: whatever was in that reader; `reader: null`: no reader can be trusted any more. */
  | { readonly type: 'card-lost'; readonly reader: string | null; readonly eventCounter: number | null; readonly reason: LockReason }
  | { readonly type: 'lock'; readonly reason: LockReason }
  | { readonly type: 'sign-out' };

export const SIGNED_OUT: SessionState = { kind: 'signed-out', lock: null };

/** The state after an event. An event that does not fit the state (late, or about another card) changes nothing. */
export function nextSession(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'passcode-entered':
      if (state.kind !== 'signed-out') return state;
      return { kind: 'authenticating', card: event.card, attempt: event.attempt, lock: state.lock };
    case 'authenticated':
      if (state.kind !== 'authenticating' || state.attempt !== event.attempt) return state;
      return withClinician(state.card, event.clinician);
    case 'authentication-failed':
      if (state.kind !== 'authenticating' || state.attempt !== event.attempt) return state;
      return { kind: 'signed-out', lock: state.lock };
    case 'role-chosen':
      return state.kind === 'choosing-role' ? withRole(state, event.roleId) : state;
    case 'card-lost':
      return isBoundTo(state, event.reader, event.eventCounter) ? locked(state, event.reason) : state;
    case 'lock':
      return locked(state, event.reason);
    case 'sign-out':
      return SIGNED_OUT;
  }
}

/** Whether anything of a patient may be on the screen. */
export function isActive(state: SessionState): state is Extract<SessionState, { kind: 'active' }> {
  return state.kind === 'active';
}

/** A single role is applied without asking (IG requirements V4); without any there is no way in. */
function withClinician(card: BoundCard, clinician: Clinician): SessionState {
  const [only, ...others] = clinician.roles;
  if (only === undefined) return SIGNED_OUT;
  if (others.length === 0) return { kind: 'active', card, clinician, role: only };
  return { kind: 'choosing-role', card, clinician };
}

function withRole(state: Extract<SessionState, { kind: 'choosing-role' }>, roleId: string): SessionState {
  const role = state.clinician.roles.find((candidate) => candidate.id === roleId);
  return role === undefined ? state : { kind: 'active', card: state.card, clinician: state.clinician, role };
}

function isBoundTo(state: SessionState, reader: string | null, eventCounter: number | null): boolean {
  if (state.kind === 'signed-out') return false;
  if (reader === null) return true;
  return state.card.reader === reader && (eventCounter === null || state.card.eventCounter === eventCounter);
}

/** Before anybody is in, losing the card only takes the sign-in back. */
function locked(state: SessionState, reason: LockReason): SessionState {
  if (state.kind === 'signed-out') return state;
  if (state.kind === 'authenticating') return { kind: 'signed-out', lock: state.lock };
  return { kind: 'signed-out', lock: reason };
}
