/** The state machine under whatever order of events: thousands of sequences, each looked at after every step. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  SIGNED_OUT, type BoundCard, type Clinician, type SessionContext, type SessionEvent, type SessionState,
  isActive, isNobody, isSignedIn, keptOf, nextSession,
} from '../../../main/identity/session.ts';
import type { NhsNumber } from '../../../main/record/values.ts';

const RUNS = 1_500;
const PATIENT = '9990000018' as NhsNumber;

const role = (id: string) => ({ id, name: id, organisation: 'Harbour Health Centre', odsCode: 'Z99001', roleCode: null, activityCodes: null });
const clinician = fc.record({
  userId: fc.constantFrom('nair', 'okafor'),
  name: fc.constant('Somebody'),
  roles: fc.constantFrom([], ['r1'], ['r1', 'r2']).map((ids) => ids.map(role)),
  selectedRoleId: fc.constantFrom(null, null, 'r2'),
}) satisfies fc.Arbitrary<Clinician>;
const card = fc.record({ reader: fc.constantFrom('A', 'B'), eventCounter: fc.integer({ min: 1, max: 3 }) });
const holder = fc.constantFrom(null, 'nair', 'okafor');
/** 0 stands for the attempt that the state is in, or has kept something of. */
const attempt = fc.constantFrom(0, 0, 0, 1, 2, 3);
const of = <const Type extends SessionEvent['type']>(type: Type) => fc.record({ type: fc.constant(type), attempt });

const event: fc.Arbitrary<SessionEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('sign-in-begun' as const), step: fc.constantFrom('passcode' as const, 'service' as const), card, holderId: holder, attempt }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('authenticated' as const), attempt, clinician }) },
  of('card-signed'),
  of('authentication-failed'),
  { weight: 3, arbitrary: fc.record({ type: fc.constant('role-chosen' as const), roleId: fc.constantFrom('r1', 'r2', 'r9') }) },
  fc.constant({ type: 'role-change-asked' as const }),
  fc.record({ type: fc.constant('idle-warned' as const), attempt, locksAt: fc.constant(1) }),
  fc.constant({ type: 'activity' as const }),
  of('idle-over'),
  of('card-refused'),
  of('token-refused'),
  of('ceiling-reached'),
  of('resume-over'),
  fc.record({ type: fc.constant('lock' as const), reason: fc.constantFrom('asked' as const, 'computer-slept' as const, 'fault' as const) }),
  fc.constant({ type: 'sign-out' as const }),
  fc.record({
    type: fc.constant('card-lost' as const), reader: fc.constantFrom('A', 'B', null), eventCounter: fc.constantFrom(1, 2, 3, null),
    reason: fc.constantFrom('card-removed' as const, 'card-changed' as const, 'card-service-lost' as const),
  }),
  fc.record({
    type: fc.constant('cards-seen' as const),
    cards: fc.oneof(
      { weight: 1, arbitrary: fc.constant({ kind: 'lost' as const }) },
      { weight: 8, arbitrary: fc.record({
        kind: fc.constant('seen' as const), readers: fc.constantFrom(['A', 'B'], ['A'], []),
        present: fc.array(fc.record({ reader: fc.constantFrom('A', 'B'), eventCounter: fc.integer({ min: 1, max: 3 }), userId: holder, mayEnter: fc.boolean() }), { maxLength: 2 }),
      }) },
    ),
  }),
);

const rules = fc.record({
  onCardRemoval: fc.oneof(fc.constant('lock' as const), fc.constant('ignore' as const), fc.record({ endAfterMs: fc.constantFrom(0, 5) })),
  resumeMs: fc.constantFrom(0, 10),
  idleMs: fc.constant(1),
}) satisfies fc.Arbitrary<SessionContext['rules']>;

interface Step {
  readonly before: SessionState;
  readonly event: SessionEvent;
  readonly after: SessionState;
  readonly context: SessionContext;
}

/** Every step of random sequences. A patient is open wherever one may be. */
function onEveryStep(look: (step: Step) => void, seed?: number): void {
  fc.assert(
    fc.property(rules, fc.array(fc.tuple(event, fc.integer({ min: 0, max: 4 })), { minLength: 20, maxLength: 60, size: 'max' }), (given, events) => {
      let state: SessionState = SIGNED_OUT;
      let now = 0;
      for (const [one, ms] of events) {
        now += ms;
        const context = { rules: given, now, openPatient: isActive(state) ? PATIENT : null };
        const meant = aboutState(one, state);
        const step = { before: state, event: meant, after: nextSession(state, meant, context), context };
        look(step);
        state = step.after;
      }
    }),
    { numRuns: RUNS, ...(seed === undefined ? {} : { seed }) },
  );
}

/** Random numbers hardly ever meet: half of the events are about the attempt and the card that the state is about. */
function aboutState(one: SessionEvent, state: SessionState): SessionEvent {
  if ('attempt' in one && one.attempt === 0) return { ...one, attempt: 'attempt' in state ? state.attempt : (keptOf(state)?.attempt ?? 4) };
  if (one.type === 'card-lost' && 'card' in state && one.eventCounter === 1) return { ...one, ...state.card };
  if (one.type === 'cards-seen' && one.cards.kind === 'seen' && 'card' in state && one.cards.present[0]?.eventCounter === 1) {
    return { ...one, cards: { ...one.cards, present: [{ ...one.cards.present[0], ...state.card }, ...one.cards.present.slice(1)] } };
  }
  return one;
}

const isSame = (one: BoundCard, other: BoundCard): boolean => one.reader === other.reader && one.eventCounter === other.eventCounter;

describe('whatever the order of events', { timeout: 60_000 }, () => {
  test('a patient is nowhere but in what an active session left for its own clinician', () => {
    onEveryStep(({ before, after }) => {
      const [kept, keptBefore] = [keptOf(after), keptOf(before)];
      expect(JSON.stringify(isNobody(after) || after.kind === 'authenticating' ? { ...after, kept: null, before: null } : after)).not.toContain(PATIENT);
      if (kept !== null && kept !== keptBefore) expect(isActive(before) && before.clinician.userId).toBe(kept.userId);
    });
  });

  test('only an authentication of its own attempt leads in, and only for whom the card names', () => {
    onEveryStep(({ before, event: one, after }) => {
      if (!isSignedIn(after) || isSignedIn(before)) return;
      if (before.kind !== 'authenticating' || one.type !== 'authenticated') throw new Error(`Led in by ${one.type}.`);
      expect([one.attempt, after.attempt]).toEqual([before.attempt, before.attempt]);
      expect([null, one.clinician.userId]).toContain(before.holderId);
      expect(after.card).toBe(before.card);
    });
  });

  test('a session has one role, one of its clinician’s; another role is another session', () => {
    onEveryStep(({ before, after }) => {
      if (!isActive(after)) return;
      expect(after.clinician.roles).toContain(after.role);
      if (after.clinician.selectedRoleId !== null) expect(after.role.id).toBe(after.clinician.selectedRoleId);
      if (isActive(before) && after !== before) expect([after.role, after.attempt, after.roleChanges]).toEqual([before.role, before.attempt, before.roleChanges]);
    });
  });

  test('no session outlives its card, unless the site ignores a removal; then nothing else than that', () => {
    onEveryStep(({ before, event: one, after, context }) => {
      if (!isSignedIn(before)) return;
      const isAllowed = context.rules.onCardRemoval === 'ignore';
      if (one.type === 'card-lost' && (one.reader === null || (one.reader === before.card.reader && (one.eventCounter ?? before.card.eventCounter) === before.card.eventCounter))) {
        expect(isSignedIn(after)).toBe(isAllowed && one.reason === 'card-removed' && one.reader !== null);
        if (isSignedIn(after)) expect(after.cardPlace).toBe('away');
      }
      if (one.type !== 'cards-seen') return;
      const isThere = one.cards.kind === 'seen' && one.cards.present.some((present) => isSame(present, before.card));
      const isStillAway = before.cardPlace === 'away' && one.cards.kind === 'seen' && one.cards.present.length === 0 && one.cards.readers.includes(before.card.reader);
      expect(isSignedIn(after)).toBe(before.cardPlace === 'away' ? isStillAway : isThere);
    });
  });

  test('a lock, a sign-out and every end of its own attempt end it; those of others do not', () => {
    onEveryStep(({ before, event: one, after }) => {
      if (!isSignedIn(before)) return;
      if (one.type === 'lock' || one.type === 'sign-out') expect(isNobody(after)).toBe(true);
      if (one.type === 'idle-over' || one.type === 'token-refused' || one.type === 'ceiling-reached' || one.type === 'card-refused') {
        expect(isNobody(after)).toBe(one.attempt === before.attempt);
        if (one.attempt !== before.attempt) expect(after).toBe(before);
      }
    });
  });

  test('what was kept goes to its own clinician, in its time and role, or to nobody', () => {
    onEveryStep(({ before, event: one, after, context }) => {
      const kept = keptOf(before);
      if (isActive(after) && !isActive(before) && after.entry === 'resumed') {
        expect(kept).not.toBeNull();
        expect([after.clinician.userId, after.role.id]).toEqual([kept?.userId, kept?.roleId]);
        expect(context.now).toBeLessThan(kept?.until ?? 0);
      }
      if (kept === null) return;
      if (one.type === 'sign-out') expect(keptOf(after)).toBeNull();
      if (one.type === 'authenticated' && isSignedIn(after)) expect(keptOf(after)).toBeNull();
      const others = one.type === 'cards-seen' && one.cards.kind === 'seen' && one.cards.present.some(({ userId }) => userId !== null && userId !== kept.userId);
      if (others) expect(keptOf(after)).toBeNull();
    });
  });

  test('the sequences get everywhere, so that what was shown above was shown of something', () => {
    const reached = new Set<string>();
    onEveryStep(({ after }) => {
      reached.add(after.kind);
      if (after.kind === 'active') reached.add(after.entry);
      if (isSignedIn(after)) reached.add(after.cardPlace);
      if (after.kind === 'locked' || after.kind === 'ended') reached.add(after.reason);
    }, 1);
    expect([...reached].sort()).toEqual(
      [
        'signed-out', 'card-present', 'authenticating', 'choosing-role', 'active', 'idle-warning', 'locked', 'ended', 'fresh', 'resumed', 'in-reader', 'away',
        'card-removed', 'card-changed', 'card-service-lost', 'card-refused', 'asked', 'computer-slept', 'idle', 'token-refused', 'fault',
        'signed-out', 'ceiling', 'resume-over', 'other-clinician',
      ].filter((name, index, all) => all.indexOf(name) === index).sort(),
    );
  });
});
