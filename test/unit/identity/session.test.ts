import { describe, expect, test } from 'vitest';
import { SIGNED_OUT, type Clinician, type SessionContext, type SessionEvent, type SessionState, isActive, mayChangeRole, nextSession } from '../../../main/identity/session.ts';
import type { NhsNumber } from '../../../main/record/values.ts';

const card = { reader: 'Reader A', eventCounter: 3 };
const PATIENT = '9990000018' as NhsNumber;
const role = (id: string) => ({ id, name: 'General practitioner', organisation: 'Harbour Health Centre', odsCode: 'Z99001', roleCode: null, activityCodes: null });
const nair = (...ids: string[]): Clinician => ({ userId: 'nair', name: 'Dr Priya NAIR', roles: ids.map(role), selectedRoleId: null });
const okafor: Clinician = { userId: 'okafor', name: 'Mr Daniel OKAFOR', roles: [role('r1')], selectedRoleId: null };

const context: SessionContext = { rules: { onCardRemoval: 'lock', resumeMs: 1_000, idleMs: 900 }, now: 10_000, openPatient: PATIENT };
const withRules = (rules: Partial<SessionContext['rules']>): SessionContext => ({ ...context, rules: { ...context.rules, ...rules } });

function from(state: SessionState, events: readonly SessionEvent[], given: SessionContext = context): SessionState {
  return events.reduce((before, event) => nextSession(before, event, given), state);
}
const after = (...events: SessionEvent[]): SessionState => from(SIGNED_OUT, events);

const begun = (attempt = 1, holderId: string | null = 'nair'): SessionEvent => ({ type: 'sign-in-begun', step: 'passcode', card, holderId, attempt });
const entered = (clinician: Clinician, attempt = 1): SessionEvent => ({ type: 'authenticated', attempt, clinician });
const removed: SessionEvent = { type: 'card-lost', reader: 'Reader A', eventCounter: 3, reason: 'card-removed' };
const lock: SessionEvent = { type: 'lock', reason: 'asked' };
const seen = (...present: { reader?: string; eventCounter?: number; userId?: string | null }[]): SessionEvent => ({
  type: 'cards-seen',
  cards: { kind: 'seen', readers: ['Reader A', 'Reader B'], present: present.map((one) => ({ ...card, userId: 'nair', mayEnter: true, ...one })) },
});

describe('coming in', () => {
  test('a card that may sign in is a state of its own, and its going too', () => {
    expect(after(seen({})).kind).toBe('card-present');
    expect(after(seen({}), seen()).kind).toBe('signed-out');
    expect(after({ type: 'cards-seen', cards: { kind: 'seen', readers: [], present: [{ ...card, userId: null, mayEnter: false }] } })).toBe(SIGNED_OUT);
  });

  test('passcode, then identity service', () => {
    expect(after(begun())).toMatchObject({ kind: 'authenticating', step: 'passcode' });
    expect(after(begun(), { type: 'card-signed', attempt: 1 })).toMatchObject({ kind: 'authenticating', step: 'service' });
    expect(after(begun(), { type: 'card-signed', attempt: 2 })).toMatchObject({ step: 'passcode' });
  });

  test('a single role is applied without asking', () => {
    expect(after(begun(), entered(nair('r1')))).toMatchObject({ kind: 'active', role: { id: 'r1' }, card, entry: 'fresh' });
  });

  test('several roles are asked for, and one is chosen, never combined', () => {
    expect(after(begun(), entered(nair('r1', 'r2'))).kind).toBe('choosing-role');
    expect(after(begun(), entered(nair('r1', 'r2')), { type: 'role-chosen', roleId: 'r2' })).toMatchObject({ kind: 'active', role: { id: 'r2' } });
    expect(after(begun(), entered(nair('r1', 'r2')), { type: 'role-chosen', roleId: 'r3' }).kind).toBe('choosing-role');
  });

  test('a role that was chosen at the provider is the role; one that is not held lets nobody in', () => {
    expect(after(begun(), entered({ ...nair('r1', 'r2'), selectedRoleId: 'r2' }))).toMatchObject({ kind: 'active', role: { id: 'r2' } });
    expect(after(begun(), entered({ ...nair('r1', 'r2'), selectedRoleId: 'r3' }))).toBe(SIGNED_OUT);
    expect(after(begun(), entered({ ...nair('r1'), selectedRoleId: 'r3' }))).toBe(SIGNED_OUT);
    expect(mayChangeRole({ ...nair('r1', 'r2'), selectedRoleId: 'r2' })).toBe(false);
  });

  test('no role: no way in', () => {
    expect(after(begun(), entered(nair()))).toBe(SIGNED_OUT);
  });

  test('somebody else than the card says is not let in; a card that does not say is no objection', () => {
    expect(after(begun(1, 'okafor'), entered(nair('r1')))).toBe(SIGNED_OUT);
    expect(after(begun(1, null), entered(nair('r1'))).kind).toBe('active');
  });

  test('an answer to an attempt that is over changes nothing', () => {
    const late = entered(nair('r1'));
    expect(after(begun(), { type: 'authentication-failed', attempt: 1 }, late)).toBe(SIGNED_OUT);
    expect(after(begun(), removed, late)).toBe(SIGNED_OUT);
    expect(after(begun(1), lock, begun(2), late)).toMatchObject({ kind: 'authenticating', attempt: 2 });
    expect(after(begun(), seen(), late)).toBe(SIGNED_OUT);
  });
});

describe('the card', () => {
  const active = after(begun(), entered(nair('r1', 'r2')), { type: 'role-chosen', roleId: 'r1' });
  const choosing = after(begun(), entered(nair('r1', 'r2')));

  test('leaving its reader locks and says why', () => {
    expect(from(active, [removed])).toMatchObject({ kind: 'locked', reason: 'card-removed', at: 10_000 });
    expect(from(choosing, [removed])).toMatchObject({ kind: 'locked', reason: 'card-removed', kept: null });
  });

  test('losing all readers locks whatever card it was, and whatever the rules say', () => {
    const lost: SessionEvent = { type: 'card-lost', reader: null, eventCounter: null, reason: 'card-service-lost' };
    expect(from(active, [lost])).toMatchObject({ kind: 'locked', reason: 'card-service-lost' });
    expect(from(active, [lost], withRules({ onCardRemoval: 'ignore' })).kind).toBe('locked');
  });

  test("another reader's card is no matter", () => {
    expect(from(active, [{ ...removed, reader: 'Reader B' } as SessionEvent])).toBe(active);
    expect(from(active, [seen({}, { reader: 'Reader B', eventCounter: 1, userId: 'okafor' })])).toBe(active);
  });

  test('a status without it locks even where no loss was told', () => {
    expect(from(active, [seen()])).toMatchObject({ kind: 'locked', reason: 'card-service-lost' });
    expect(from(active, [seen({ eventCounter: 5 })]).kind).toBe('locked');
    expect(from(active, [{ type: 'cards-seen', cards: { kind: 'lost' } }]).kind).toBe('locked');
  });

  test('that may no longer sign in locks, and nothing is kept', () => {
    expect(from(active, [{ type: 'card-refused', attempt: 1 }])).toMatchObject({ kind: 'locked', reason: 'card-refused', kept: null });
    expect(from(active, [{ type: 'card-refused', attempt: 2 }])).toBe(active);
  });

  describe('where the site ignores its removal', () => {
    const ignore = withRules({ onCardRemoval: 'ignore' });
    const away = from(active, [removed], ignore);

    test('the session goes on and knows it', () => {
      expect(away).toMatchObject({ kind: 'active', cardPlace: 'away' });
      expect(from(away, [removed], ignore)).toBe(away);
      expect(from(away, [seen()], ignore)).toBe(away);
    });

    test.each<[string, SessionEvent]>([
      ['any card in the same reader', seen({ eventCounter: 5 })],
      ['any card in another reader', seen({ reader: 'Reader B', eventCounter: 1, userId: null })],
      ['no card service', { type: 'cards-seen', cards: { kind: 'lost' } }],
      ['no such reader any more', { type: 'cards-seen', cards: { kind: 'seen', readers: ['Reader B'], present: [] } }],
    ])('%s locks', (_name, event) => {
      expect(from(away, [event], ignore).kind).toBe('locked');
    });

    test('a swap is no removal', () => {
      expect(from(active, [{ ...removed, reason: 'card-changed' } as SessionEvent], ignore)).toMatchObject({ kind: 'locked', reason: 'card-changed' });
    });

    test('a sign-in still needs its card', () => {
      expect(from(SIGNED_OUT, [begun(), removed], ignore)).toBe(SIGNED_OUT);
    });
  });
});

describe('a role that is changed', () => {
  test('leaves the session for the choice, on the same sign-in; the new session is another', () => {
    const active = after(begun(), entered(nair('r1', 'r2')), { type: 'role-chosen', roleId: 'r1' });
    const choosing = from(active, [{ type: 'role-change-asked' }]);
    expect(choosing).toMatchObject({ kind: 'choosing-role', attempt: 1, roleChanges: 1 });
    expect(choosing).not.toHaveProperty('role');
    expect(from(choosing, [{ type: 'role-chosen', roleId: 'r2' }])).toMatchObject({ kind: 'active', role: { id: 'r2' }, roleChanges: 1, entry: 'fresh' });
  });

  test('needs another to change to', () => {
    const active = after(begun(), entered(nair('r1')));
    expect(from(active, [{ type: 'role-change-asked' }])).toBe(active);
  });
});

describe('idle', () => {
  const active = after(begun(), entered(nair('r1')));
  const warned = from(active, [{ type: 'idle-warned', attempt: 1, locksAt: 70_000 }]);

  test('the warning is still the session; a key ends it; its end locks', () => {
    expect(warned).toMatchObject({ kind: 'idle-warning', locksAt: 70_000, role: { id: 'r1' } });
    expect(isActive(warned)).toBe(true);
    expect(from(warned, [{ type: 'activity' }])).toEqual(active);
    expect(from(warned, [{ type: 'idle-over', attempt: 1 }])).toMatchObject({ kind: 'locked', reason: 'idle', kept: { nhsNumber: PATIENT } });
  });

  test('of another session it is no matter', () => {
    expect(from(active, [{ type: 'idle-warned', attempt: 9, locksAt: 1 }])).toBe(active);
    expect(from(active, [{ type: 'idle-over', attempt: 9 }])).toBe(active);
  });

  test('with a role still to be chosen it locks as well', () => {
    expect(after(begun(), entered(nair('r1', 'r2')), { type: 'idle-over', attempt: 1 })).toMatchObject({ kind: 'locked', reason: 'idle', kept: null });
  });
});

describe('coming back', () => {
  const locked = after(begun(), entered(nair('r1', 'r2')), { type: 'role-chosen', roleId: 'r2' }, lock);
  const again = (clinician: Clinician, now: number, holderId: string | null = clinician.userId): SessionState => from(locked, [begun(2, holderId), entered(clinician, 2)], { ...context, now });

  test('what is kept: who, as what, and one number; nothing of it once it was used', () => {
    expect(locked).toEqual({ kind: 'locked', reason: 'asked', at: 10_000, kept: { userId: 'nair', name: 'Dr Priya NAIR', roleId: 'r2', attempt: 1, nhsNumber: PATIENT, until: 11_000 } });
    const back = again(nair('r1', 'r2'), 10_999);
    expect(back).toMatchObject({ kind: 'active', entry: 'resumed', role: { id: 'r2' } });
    expect(JSON.stringify(back)).not.toContain(PATIENT);
  });

  test('the time over, the clinician starts clean', () => {
    expect(again(nair('r1', 'r2'), 11_000).kind).toBe('choosing-role');
    expect(from(locked, [{ type: 'resume-over', attempt: 1 }])).toEqual({ kind: 'ended', reason: 'resume-over' });
    expect(from(locked, [{ type: 'resume-over', attempt: 7 }])).toBe(locked);
    expect(from(locked, [begun(2), { type: 'resume-over', attempt: 1 }, { type: 'authentication-failed', attempt: 2 }])).toEqual({ kind: 'ended', reason: 'resume-over' });
  });

  test('a role that is no longer held, or another chosen at the provider, is no coming back', () => {
    expect(again(nair('r1'), 10_500)).toMatchObject({ kind: 'active', entry: 'fresh', role: { id: 'r1' } });
    expect(again({ ...nair('r1', 'r2'), selectedRoleId: 'r1' }, 10_500)).toMatchObject({ entry: 'fresh', role: { id: 'r1' } });
  });

  test('another clinician starts clean, and what was kept is gone', () => {
    const next = again(okafor, 10_500, null);
    expect(next).toMatchObject({ kind: 'active', entry: 'fresh', clinician: { userId: 'okafor' } });
    expect(JSON.stringify(next)).not.toMatch(/nair|999/);
  });

  test("another clinician's card ends it before anything is done with it", () => {
    expect(from(locked, [seen({ eventCounter: 5, userId: 'okafor' })])).toEqual({ kind: 'ended', reason: 'other-clinician' });
    expect(from(locked, [begun(2), seen({}, { reader: 'Reader B', userId: 'okafor' })])).toMatchObject({ kind: 'authenticating', before: { kind: 'ended' } });
    expect(from(locked, [seen({ eventCounter: 5 })])).toBe(locked);
    expect(from(locked, [seen({ eventCounter: 5, userId: null })])).toBe(locked);
  });

  test('whoever signs in for another, or without a role, leaves nothing kept', () => {
    expect(again(okafor, 10_500, 'nair')).toMatchObject({ kind: 'locked', kept: null });
    expect(again(nair(), 10_500)).toMatchObject({ kind: 'locked', kept: null });
  });

  test('a sign-in that fails keeps it; signing out does not', () => {
    expect(from(locked, [begun(2), { type: 'authentication-failed', attempt: 2 }])).toEqual(locked);
    expect(from(locked, [{ type: 'sign-out' }])).toEqual({ kind: 'ended', reason: 'signed-out' });
    expect(from(locked, [begun(2), { type: 'sign-out' }])).toEqual({ kind: 'ended', reason: 'signed-out' });
  });

  test.each(['fault', 'screen-failed', 'token-refused', 'card-refused'] as const)('nothing is kept after %s', (reason) => {
    expect(after(begun(), entered(nair('r1')), { type: 'lock', reason })).toMatchObject({ kind: 'locked', kept: null });
  });

  test('nothing is kept where the site says so', () => {
    expect(from(after(begun(), entered(nair('r1'))), [lock], withRules({ resumeMs: 0 }))).toMatchObject({ kind: 'locked', kept: null });
  });

  test('where a removal ends the session after a while, that is the limit; at once is at once', () => {
    const active = after(begun(), entered(nair('r1')));
    expect(from(active, [removed], withRules({ onCardRemoval: { endAfterMs: 400 } }))).toMatchObject({ kept: { until: 10_400 } });
    expect(from(active, [removed], withRules({ onCardRemoval: { endAfterMs: 5_000 } }))).toMatchObject({ kept: { until: 11_000 } });
    expect(from(active, [lock], withRules({ onCardRemoval: { endAfterMs: 0 } }))).toMatchObject({ kind: 'locked', kept: { until: 11_000 } });
    expect(from(active, [removed], withRules({ onCardRemoval: { endAfterMs: 0 } }))).toEqual({ kind: 'ended', reason: 'card-removed' });
  });
});

test('the longest time of a sign-in ends it; a refused token locks it; neither does so to another', () => {
  const active = after(begun(), entered(nair('r1')));
  expect(from(active, [{ type: 'ceiling-reached', attempt: 1 }])).toEqual({ kind: 'ended', reason: 'ceiling' });
  expect(from(active, [{ type: 'token-refused', attempt: 1 }])).toMatchObject({ kind: 'locked', reason: 'token-refused', kept: null });
  expect(from(active, [{ type: 'ceiling-reached', attempt: 2 }, { type: 'token-refused', attempt: 2 }])).toBe(active);
});
