/**
 * The session's tokens: refreshed before they run out, never past the ceiling of the sign-in, asked about where an API
 * refuses them, and ended when the session is. Nothing else on the trusted side holds a refresh token.
 */
import { type Clock, type Countdown, countdown } from './clock.ts';
import type { IdentityProvider, Tokens } from './provider.ts';

/** The share of a token's life after which it is refreshed: somewhere between, so that a site's computers do not all ask at once. */
const REFRESH_AT = { earliest: 0.7, latest: 0.8 } as const;
const REFRESH_LIMIT_MS = 10_000;
/** Pauses after a refresh that failed although the token is still good, in milliseconds. Then the token is left to run out. */
const RETRY_PAUSES_MS = [5_000, 15_000, 45_000] as const;
/** Longest to wait for the identity service's word on a token that an API refused. */
const CHECK_LIMIT_MS = 3_000;
const END_LIMIT_MS = 5_000;
/** How long before the end of a sign-in it is announced. */
const ANNOUNCED_MS = 5 * 60_000;

export interface TokenKeeperPorts {
  readonly provider: Pick<IdentityProvider, 'refresh' | 'isTokenGood' | 'signOut'>;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** The access token for whoever adds it to requests; `null` where there is none any more. */
  readonly setToken: (token: string | null) => void;
  readonly log: (event: string, details: Readonly<Record<string, string | number>>) => void;
}

export interface TokenEvents {
  /** The service does not stand by the token any more, or nobody can tell. */
  onRefused(): void;
  /** The sign-in ends soon whatever is done; may be told again. @param endsAt milliseconds since 1970 */
  onEndsSoon(endsAt: number): void;
  onEnd(): void;
}

/** One access token, for as long as it is the session's. */
interface Held {
  readonly tokens: Tokens;
  readonly events: TokenEvents;
  readonly abort: AbortController;
  readonly countdowns: Set<Countdown>;
  checking: boolean;
}

export class TokenKeeper {
  readonly #ports: TokenKeeperPorts;
  readonly #ending = new Set<Promise<void>>();
  #held: Held | null = null;

  constructor(ports: TokenKeeperPorts) {
    this.#ports = ports;
  }

  /** Takes over what a sign-in gave. There is one at a time: an earlier one is ended. */
  hold(tokens: Tokens, events: TokenEvents): void {
    this.drop();
    this.#keep(tokens, events);
  }

  /** Lets go of the tokens at once; nobody waits for the service to end them. */
  drop(): void {
    const held = this.#release();
    if (held === null) return;
    try {
      this.#ports.setToken(null);
    } finally {
      this.end(held.tokens);
    }
  }

  /** Ends tokens that nobody will use. Where that fails they run out by themselves. */
  end(tokens: Tokens): void {
    const ending = this.#signOut(tokens).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async #signOut(tokens: Tokens): Promise<void> {
    try {
      await this.#ports.provider.signOut(tokens, AbortSignal.timeout(END_LIMIT_MS));
    } catch {
      this.#ports.log('sign-out-failed', {});
    }
  }

  /** Settles when every token that was given up has been ended, or its time to be ended is over. Never rejects. */
  async ended(): Promise<void> {
    await Promise.all(this.#ending);
  }

  /** An API answered 401 to this token. One that is not held any more says nothing about this session. */
  refusedByApi(token: string): void {
    const held = this.#held;
    if (held === null || held.tokens.accessToken !== token || held.checking) return;
    held.checking = true;
    void this.#standing(held).then((standing) => {
      held.checking = false;
      this.#ports.log('token-checked', { standing });
      if (this.#held === held && standing !== 'good') held.events.onRefused();
    });
  }

  #keep(tokens: Tokens, events: TokenEvents): void {
    this.#release();
    const held: Held = { tokens, events, abort: new AbortController(), countdowns: new Set(), checking: false };
    this.#held = held;
    this.#ports.setToken(tokens.accessToken);
    this.#plan(held);
  }

  #release(): Held | null {
    const held = this.#held;
    this.#held = null;
    held?.abort.abort();
    for (const one of held?.countdowns ?? []) one.stop();
    return held;
  }

  #plan(held: Held): void {
    const { tokens, events } = held;
    const now = this.#ports.clock.now().getTime();
    const end = endOf(tokens);
    if (end !== null) {
      this.#after(held, end - now, () => events.onEnd());
      this.#after(held, end - ANNOUNCED_MS - now, () => events.onEndsSoon(end));
    }
    if (tokens.expiresAt === null || (end !== null && tokens.expiresAt >= end)) return;
    const life = tokens.expiresAt - now;
    const share = REFRESH_AT.earliest + (REFRESH_AT.latest - REFRESH_AT.earliest) * this.#ports.random();
    this.#after(held, life, () => events.onRefused());
    this.#after(held, life * share, () => void this.#refresh(held, 0));
  }

  /** A countdown that ends with the token it is about. */
  #after(held: Held, ms: number, run: () => void): void {
    held.countdowns.add(
      countdown(this.#ports.clock, ms, () => {
        if (this.#held === held) run();
      }),
    );
  }

  async #refresh(held: Held, failures: number): Promise<void> {
    const next = await this.#ask(held, REFRESH_LIMIT_MS, (signal) => this.#ports.provider.refresh(held.tokens, signal));
    if (next.kind === 'answered' && this.#held === held) {
      this.#ports.log('token-refreshed', {});
      return this.#keep({ ...next.value, endsAt: earlier(next.value.endsAt, held.tokens.endsAt) }, held.events);
    }
    if (next.kind === 'answered') return this.end(next.value);
    const standing = await this.#standing(held);
    if (this.#held !== held) return;
    this.#ports.log('token-not-refreshed', { standing, failures });
    if (standing === 'refused') return held.events.onRefused();
    const pause = RETRY_PAUSES_MS[failures];
    if (pause !== undefined) this.#after(held, pause, () => void this.#refresh(held, failures + 1));
  }

  async #standing(held: Held): Promise<'good' | 'refused' | 'unknown'> {
    const limit = Promise.withResolvers<'unknown'>();
    // Also where the provider does not keep to the signal.
    const timer = countdown(this.#ports.clock, CHECK_LIMIT_MS, () => limit.resolve('unknown'));
    const asked = this.#ask(held, CHECK_LIMIT_MS, (signal) => this.#ports.provider.isTokenGood(held.tokens, signal)).then((answer) => {
      if (answer.kind === 'failed') return 'unknown';
      return answer.value ? 'good' : 'refused';
    });
    return Promise.race([asked, limit.promise]).finally(() => timer.stop());
  }

  async #ask<T>({ abort }: Held, limitMs: number, question: (signal: AbortSignal) => Promise<T>): Promise<{ readonly kind: 'answered'; readonly value: T } | { readonly kind: 'failed' }> {
    try {
      return { kind: 'answered', value: await question(AbortSignal.any([abort.signal, AbortSignal.timeout(limitMs)])) };
    } catch {
      // Why it failed does not matter: whether the service still stands by the token is asked for itself.
      return { kind: 'failed' };
    }
  }
}

/** When the sign-in is over: its ceiling, or the end of a token that nothing can renew. */
function endOf({ endsAt, expiresAt, refreshToken }: Tokens): number | null {
  return refreshToken === null ? earlier(endsAt, expiresAt) : endsAt;
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
