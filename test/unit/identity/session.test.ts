import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SIGNED_OUT, type Clinician, type SessionEvent, type SessionState, isActive, nextSession } from '../../../main/identity/session.ts';

const card = { reader: 'Reader A', eventCounter: 3 };
const role = (id: string) => ({ id, name: 'General practitioner', organisation: 'Harbour Health Centre', odsCode: 'Z99001' });
const clinician = (...ids: string[]): Clinician => ({ userId: '555254240100', name: 'Dr Priya NAIR', roles: ids.map(role) });

function after(...events: SessionEvent[]): SessionState {
  return events.reduce(nextSession, SIGNED_OUT);
}

const passcode: SessionEvent = { type: 'passcode-entered', card, attempt: 1 };
const authenticated = (...ids: string[]): SessionEvent => ({ type: 'authenticated', attempt: 1, clinician: clinician(...ids) });

describe('session', () => {
  test('a single role is applied without asking', () => {
    const state = after(passcode, authenticated('r1'));
    expect(state).toMatchObject({ kind: 'active', role: { id: 'r1' }, card });
  });

  test('several roles are asked for, and one is chosen, never combined', () => {
    expect(after(passcode, authenticated('r1', 'r2')).kind).toBe('choosing-role');
    expect(after(passcode, authenticated('r1', 'r2'), { type: 'role-chosen', roleId: 'r2' })).toMatchObject({ kind: 'active', role: { id: 'r2' } });
    expect(after(passcode, authenticated('r1', 'r2'), { type: 'role-chosen', roleId: 'r3' }).kind).toBe('choosing-role');
  });

  test('no role: no way in', () => {
    expect(after(passcode, authenticated())).toEqual(SIGNED_OUT);
  });

  test('an answer to an attempt that is over changes nothing', () => {
    const late: SessionEvent = { type: 'authenticated', attempt: 1, clinician: clinician('r1') };
    expect(after(passcode, { type: 'authentication-failed', attempt: 1 }, late).kind).toBe('signed-out');
    expect(after(passcode, { type: 'card-lost', reader: 'Reader A', eventCounter: 3, reason: 'card-removed' }, late).kind).toBe('signed-out');
  });

  test('the card leaving its reader locks and says why', () => {
    const lost: SessionEvent = { type: 'card-lost', reader: 'Reader A', eventCounter: 3, reason: 'card-removed' };
    expect(after(passcode, authenticated('r1'), lost)).toEqual({ kind: 'signed-out', lock: 'card-removed' });
    expect(after(passcode, authenticated('r1', 'r2'), lost)).toEqual({ kind: 'signed-out', lock: 'card-removed' });
  });

  test('losing all readers locks whatever card it was', () => {
    const lost: SessionEvent = { type: 'card-lost', reader: null, eventCounter: null, reason: 'card-service-lost' };
    expect(after(passcode, authenticated('r1'), lost)).toEqual({ kind: 'signed-out', lock: 'card-service-lost' });
  });

  test("another reader's card leaving does not lock", () => {
    const lost: SessionEvent = { type: 'card-lost', reader: 'Reader B', eventCounter: 3, reason: 'card-removed' };
    expect(isActive(after(passcode, authenticated('r1'), lost))).toBe(true);
  });
});

const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({ type: fc.constant('passcode-entered' as const), card: fc.record({ reader: fc.constantFrom('A', 'B'), eventCounter: fc.integer({ min: 1, max: 3 }) }), attempt: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constant('authenticated' as const), attempt: fc.integer({ min: 1, max: 3 }), clinician: fc.constantFrom(clinician(), clinician('r1'), clinician('r1', 'r2')) }),
  fc.record({ type: fc.constant('authentication-failed' as const), attempt: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constant('role-chosen' as const), roleId: fc.constantFrom('r1', 'r2', 'r9') }),
  fc.record({
    type: fc.constant('card-lost' as const),
    reader: fc.constantFrom('A', 'B', null),
    eventCounter: fc.constantFrom(1, 2, 3, null),
    reason: fc.constant('card-removed' as const),
  }),
  fc.constant({ type: 'lock' as const, reason: 'asked' as const }),
  fc.constant({ type: 'sign-out' as const }),
);

describe('session, whatever the order of events', () => {
  test('only a passcode followed by its own authentication ever leads to active', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state: SessionState = SIGNED_OUT;
        for (const event of events) {
          const before = state;
          state = nextSession(state, event);
          if (!isActive(state) || isActive(before)) continue;
          expect(['authenticating', 'choosing-role']).toContain(before.kind);
          expect(['authenticated', 'role-chosen']).toContain(event.type);
        }
      }),
    );
  });

  test('no session survives the loss of its card, a lock or a sign-out', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const state = events.reduce(nextSession, SIGNED_OUT);
        if (state.kind === 'signed-out') return;
        const enders: SessionEvent[] = [
          { type: 'card-lost', reader: state.card.reader, eventCounter: state.card.eventCounter, reason: 'card-removed' },
          { type: 'card-lost', reader: state.card.reader, eventCounter: null, reason: 'card-removed' },
          { type: 'card-lost', reader: null, eventCounter: null, reason: 'card-service-lost' },
          { type: 'lock', reason: 'asked' },
          { type: 'sign-out' },
        ];
        for (const ender of enders) expect(nextSession(state, ender).kind).toBe('signed-out');
      }),
    );
  });
});
