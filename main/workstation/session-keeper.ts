/**
 * The one place where the session changes, and so where leaving it wipes what it held. What may follow what is decided by
 * the state machine; here is what a change means for tokens, patient, screen, clipboard and the clocks that run.
 */
import { type Countdown, countdown } from '../identity/clock.ts';
import { IdleWatch } from '../identity/idle.ts';
import type { SignedIn } from '../identity/provider.ts';
import { type Authenticating, SIGNED_OUT, type SessionEvent, type SessionState, type SignedIn as SignedInState, isNobody, isSignedIn, keptOf, nextSession } from '../identity/session.ts';
import { TokenKeeper } from '../identity/token-keeper.ts';
import type { NhsNumber } from '../record/values.ts';
import { cardsSeen } from './cards-seen.ts';
import type { WorkstationPorts } from './ports.ts';

/** What the rest of the workstation does when the session changes. */
export interface SessionSurroundings {
  /** The patient whose record is open. */
  openPatient(): NhsNumber | null;
  closePatient(): void;
  /** The sign-in that was under way is over, and nobody came in by it. */
  endAttempt(because: SessionEvent['type']): void;
  /** Somebody came in: what was said on the sign-in screen is over. */
  entered(): void;
  /** The clinician came back after a lock, to the patient they had open. */
  reopenPatient(nhsNumber: NhsNumber): void;
  onChange(): void;
}

export class SessionKeeper {
  readonly tokens: TokenKeeper;
  readonly #ports: WorkstationPorts;
  readonly #surroundings: SessionSurroundings;
  #state: SessionState = SIGNED_OUT;
  #idle: IdleWatch | null = null;
  #stopTrust: () => void = () => undefined;
  #resumeOver: Countdown | null = null;
  #endsSoonAt: number | null = null;
  #attempts = 0;

  constructor(ports: WorkstationPorts, surroundings: SessionSurroundings) {
    this.#ports = ports;
    this.#surroundings = surroundings;
    this.tokens = new TokenKeeper({ ...ports, provider: ports.identity });
    ports.card.onCardLost((lost) => this.apply({ type: 'card-lost', ...lost }));
    ports.card.onStatus(() => {
      if (!this.#seeCards()) surroundings.onChange();
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** When the sign-in ends whatever is done, once that is near; milliseconds since 1970. */
  get endsSoonAt(): number | null {
    return this.#endsSoonAt;
  }

  /** Begins a sign-in and gives its number. @param request what is known of the card it is done with */
  begin(request: Pick<Authenticating, 'step' | 'card' | 'holderId'>): number {
    this.#attempts += 1;
    this.apply({ type: 'sign-in-begun', ...request, attempt: this.#attempts });
    return this.#attempts;
  }

  isUnderWay(attempt: number): boolean {
    return this.#state.kind === 'authenticating' && this.#state.attempt === attempt;
  }

  /** Lets somebody in whom the identity service vouches for. Tokens that come too late, or that nobody may use, are ended. */
  enter(attempt: number, { clinician, tokens }: SignedIn): void {
    if (!this.isUnderWay(attempt)) return this.tokens.end(tokens);
    this.#endsSoonAt = null;
    this.tokens.hold(tokens, {
      onRefused: () => this.apply({ type: 'token-refused', attempt }),
      onEnd: () => this.apply({ type: 'ceiling-reached', attempt }),
      onEndsSoon: (endsAt) => {
        this.#endsSoonAt = endsAt;
        this.#surroundings.onChange();
      },
    });
    this.apply({ type: 'authenticated', attempt, clinician });
  }

  /** A key, a click: from the window itself. */
  activity(): void {
    this.#idle?.activity();
    this.apply({ type: 'activity' });
  }

  apply(event: SessionEvent): void {
    const before = this.#state;
    const context = { rules: this.#ports.rules, now: this.#ports.clock.now().getTime(), openPatient: this.#surroundings.openPatient() };
    const after = nextSession(before, event, context);
    if (after === before) return;
    this.#state = after;
    try {
      this.#follow(before, after, event.type);
    } finally {
      this.#surroundings.onChange();
    }
    this.#ports.log('session', describe(before, after, event));
    if (after.kind === 'active' && before.kind === 'authenticating') this.#comeBack(after.entry, before);
    // A lock is judged by the cards that are there already, too.
    if (isNobody(after) && !isNobody(before)) this.#seeCards();
  }

  /** What was is let go before anything new begins; what could fail comes last, and keeps nothing else from being done. */
  #follow(before: SessionState, after: SessionState, because: SessionEvent['type']): void {
    const held = isSignedIn(before);
    const holds = isSignedIn(after);
    const isAnotherSession = held && (!holds || after.roleChanges !== before.roleChanges);
    allOf([
      // The screen before all else: it is what whoever stands there sees.
      () => isAnotherSession && this.#ports.replaceScreen(),
      () => this.#watchResume(before, after),
      () => isNobody(after) && this.tokens.drop(),
      () => isNobody(after) && this.#stopWatching(),
      () => before.kind === 'authenticating' && isNobody(after) && this.#surroundings.endAttempt(because),
      () => isAnotherSession && this.#surroundings.closePatient(),
      () => isAnotherSession && this.#ports.clearClipboard(),
      () => !held && holds && this.#surroundings.entered(),
      () => !held && holds && this.#watch(after),
    ]);
  }

  #stopWatching(): void {
    this.#idle?.stop();
    this.#idle = null;
    this.#stopTrust();
    this.#stopTrust = () => undefined;
    this.#endsSoonAt = null;
  }

  #watch({ attempt, card }: SignedInState): void {
    this.#idle = new IdleWatch(this.#ports.clock, this.#ports.rules.idleMs, {
      onWarning: (locksAt) => this.apply({ type: 'idle-warned', attempt, locksAt }),
      onOver: () => this.apply({ type: 'idle-over', attempt }),
    });
    this.#stopTrust = this.#ports.card.watchTrust(card, () => this.apply({ type: 'card-refused', attempt }));
  }

  /** What is kept for a clinician goes when its time is over, whether or not anybody is at the computer. */
  #watchResume(before: SessionState, after: SessionState): void {
    const kept = keptOf(after);
    if (kept === keptOf(before)) return;
    this.#resumeOver?.stop();
    this.#resumeOver = null;
    if (kept === null) return;
    const left = kept.until - this.#ports.clock.now().getTime();
    this.#resumeOver = countdown(this.#ports.clock, left, () => this.apply({ type: 'resume-over', attempt: kept.attempt }));
  }

  #comeBack(entry: 'fresh' | 'resumed', before: Authenticating): void {
    const nhsNumber = entry === 'resumed' ? keptOf(before)?.nhsNumber : null;
    if (nhsNumber !== null && nhsNumber !== undefined) this.#surroundings.reopenPatient(nhsNumber);
  }

  /** A loss is told before the status that shows it; a status that shows one nobody told of locks all the same. @returns whether it changed anything */
  #seeCards(): boolean {
    const before = this.#state;
    this.apply({ type: 'cards-seen', cards: cardsSeen(this.#ports.card.status) });
    return this.#state !== before;
  }
}

/** Does every step whatever one of them throws, then throws the first. */
function allOf(steps: readonly (() => unknown)[]): void {
  const problems: unknown[] = [];
  for (const step of steps) {
    try {
      step();
    } catch (problem) {
      problems.push(problem);
    }
  }
  if (problems.length > 0) throw problems[0];
}

/** A transition in kinds alone: who and whom it is about has no place in the log. */
function describe(before: SessionState, after: SessionState, event: SessionEvent): Readonly<Record<string, string | null>> {
  const reason = after.kind === 'locked' || after.kind === 'ended' ? after.reason : null;
  const step = after.kind === 'authenticating' ? after.step : null;
  const entry = after.kind === 'active' && before.kind === 'authenticating' ? after.entry : null;
  const details = Object.entries({ reason, step, entry }).filter(([, detail]) => detail !== null);
  return { from: before.kind, to: after.kind, because: event.type, ...Object.fromEntries(details) };
}
