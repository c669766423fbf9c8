import { beforeEach, describe, expect, test } from 'vitest';
import { type IdentityProvider, SignInProblem, type Tokens } from '../../../main/identity/provider.ts';
import { TokenKeeper } from '../../../main/identity/token-keeper.ts';
import { FakeClock } from './fake-clock.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const LIFE = 600 * SECOND;

let clock: FakeClock;
let told: string[];
let header: (string | null)[];
let ended: string[];
let refreshed: string[];
let random: number;
let provider: Pick<IdentityProvider, 'refresh' | 'isTokenGood' | 'signOut'>;
let keeper: TokenKeeper;

const now = () => clock.now().getTime();
const tokens = (change: Partial<Tokens> = {}): Tokens => ({ accessToken: 'first', expiresAt: now() + LIFE, refreshToken: 'r1', endsAt: now() + 600 * MINUTE, idToken: null, ...change });
const renewed = (accessToken: string, change: Partial<Tokens> = {}) => tokens({ accessToken, refreshToken: `r-${accessToken}`, ...change });
const events = {
  onRefused: () => void told.push('refused'),
  onEndsSoon: (at: number) => void told.push(`ends in ${(at - now()) / MINUTE} min`),
  onEnd: () => void told.push('end'),
};

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

async function pass(ms: number): Promise<void> {
  clock.pass(ms);
  await settled();
}

beforeEach(() => {
  clock = new FakeClock();
  [told, header, ended, refreshed, random] = [[], [], [], [], 0];
  provider = {
    refresh: ({ accessToken }) => {
      refreshed.push(accessToken);
      return Promise.resolve(renewed(`after-${accessToken}`));
    },
    isTokenGood: () => Promise.resolve(true),
    signOut: ({ accessToken }) => Promise.resolve(void ended.push(accessToken)),
  };
  keeper = new TokenKeeper({
    provider: { refresh: (...given) => provider.refresh(...given), isTokenGood: (...given) => provider.isTokenGood(...given), signOut: (...given) => provider.signOut(...given) },
    clock,
    random: () => random,
    setToken: (token) => void header.push(token),
    log: () => undefined,
  });
});

describe('refreshing', () => {
  test.each([
    [0, 420],
    [0.999_999, 480],
  ])('comes between 70 and 80 % of the life (random %d)', async (given, seconds) => {
    random = given;
    keeper.hold(tokens(), events);
    await pass((seconds - 1) * SECOND);
    expect(refreshed).toEqual([]);
    await pass(SECOND);
    expect(refreshed).toEqual(['first']);
    expect(header).toEqual(['first', 'after-first']);
    expect(ended).toEqual([]);
  });

  test('goes on for as long as the session does', async () => {
    keeper.hold(tokens(), events);
    for (let minute = 0; minute < 30; minute += 1) await pass(MINUTE);
    expect(refreshed).toEqual(['first', 'after-first', 'after-after-first', 'after-after-after-first']);
    expect(told).toEqual([]);
  });

  test('never moves the end of the sign-in, whatever the service says', async () => {
    provider.refresh = () => Promise.resolve(renewed('second', { endsAt: now() + 6_000 * MINUTE }));
    keeper.hold(tokens({ endsAt: now() + 20 * MINUTE }), events);
    await pass(15 * MINUTE);
    expect(told.at(-1)).toBe('ends in 5 min');
    await pass(5 * MINUTE);
    expect(told.at(-1)).toBe('end');
  });

  test('an earlier end is believed', async () => {
    provider.refresh = () => Promise.resolve(renewed('second', { endsAt: now() + MINUTE }));
    keeper.hold(tokens(), events);
    await pass(7 * MINUTE);
    expect(told).not.toContain('end');
    await pass(MINUTE);
    expect(told).toContain('end');
  });

  test('is not tried where the token lives as long as the sign-in, nor without a refresh token', async () => {
    keeper.hold(tokens({ endsAt: now() + LIFE }), events);
    await pass(LIFE - 1);
    keeper.hold(tokens({ refreshToken: null, endsAt: null }), events);
    await pass(LIFE);
    expect(refreshed).toEqual([]);
    expect(told).toEqual(['ends in 5 min', 'ends in 5 min', 'end']);
  });

  test('that fails is tried again, three times, while the service stands by the token; then the token runs out', async () => {
    provider.refresh = ({ accessToken }) => {
      refreshed.push(accessToken);
      return Promise.reject(new SignInProblem('busy'));
    };
    keeper.hold(tokens(), events);
    for (let second = 0; second < 599; second += 1) await pass(SECOND);
    expect(refreshed).toHaveLength(4);
    expect(told).toEqual([]);
    await pass(SECOND);
    expect(told).toEqual(['refused']);
  });

  test('that works at the second try goes on as though nothing had been', async () => {
    const works = provider.refresh;
    provider.refresh = () => Promise.reject(new SignInProblem('busy'));
    keeper.hold(tokens(), events);
    await pass(420 * SECOND);
    provider.refresh = works;
    await pass(5 * SECOND);
    expect(header.at(-1)).toBe('after-first');
    expect(told).toEqual([]);
  });

  test('refused, where the service does not stand by the token any more, is a remote logout at once', async () => {
    provider.refresh = () => Promise.reject(new SignInProblem('refresh_token is invalid'));
    provider.isTokenGood = () => Promise.resolve(false);
    keeper.hold(tokens(), events);
    await pass(420 * SECOND);
    expect(told).toEqual(['refused']);
  });

  test('that answers after the session is over: its tokens are ended, and never used', async () => {
    const late = Promise.withResolvers<Tokens>();
    provider.refresh = () => late.promise;
    keeper.hold(tokens(), events);
    await pass(420 * SECOND);
    keeper.drop();
    late.resolve(renewed('late'));
    await settled();
    expect(ended).toEqual(['first', 'late']);
    expect(header).toEqual(['first', null]);
  });

  test('a token that is born dead does not make it ask without end', async () => {
    provider.refresh = ({ accessToken }) => {
      refreshed.push(accessToken);
      return Promise.resolve(renewed('dead', { expiresAt: now() }));
    };
    keeper.hold(tokens({ expiresAt: now() }), { ...events, onRefused: () => keeper.drop() });
    await pass(SECOND);
    expect(refreshed.length).toBeLessThan(2);
    expect(header.at(-1)).toBeNull();
  });
});

describe('the end of the sign-in', () => {
  test('is announced five minutes before, and comes', async () => {
    keeper.hold(tokens({ expiresAt: null, endsAt: now() + 60 * MINUTE }), events);
    await pass(55 * MINUTE - 1);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toEqual(['ends in 5 min']);
    await pass(5 * MINUTE);
    expect(told).toEqual(['ends in 5 min', 'end']);
  });

  test('is not put off by sleep or a clock that is set back', async () => {
    keeper.hold(tokens({ expiresAt: null, endsAt: now() + 60 * MINUTE }), events);
    clock.setBack(600 * MINUTE);
    await pass(MINUTE);
    clock.sleep(60 * MINUTE);
    await pass(15 * SECOND);
    expect(told).toContain('end');
  });
});

describe('a token that an API refused', () => {
  beforeEach(() => keeper.hold(tokens({ expiresAt: null, endsAt: null }), events));

  test('is nothing where the service stands by it', async () => {
    keeper.refusedByApi('first');
    await settled();
    expect(told).toEqual([]);
  });

  test.each<[string, () => Promise<boolean>]>([
    ['does not stand by it', () => Promise.resolve(false)],
    ['cannot be asked', () => Promise.reject(new SignInProblem('unreachable'))],
    ['breaks', () => { throw new TypeError('fault'); }],
  ])('is a remote logout where the service %s', async (_name, answer) => {
    provider.isTokenGood = answer;
    keeper.refusedByApi('first');
    await settled();
    expect(told).toEqual(['refused']);
  });

  test('is a remote logout where the service says nothing for three seconds', async () => {
    provider.isTokenGood = () => new Promise(() => undefined);
    keeper.refusedByApi('first');
    await pass(2_999);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toEqual(['refused']);
  });

  test('is asked about once, however many sources refuse it', async () => {
    let asked = 0;
    const answer = Promise.withResolvers<boolean>();
    provider.isTokenGood = () => ((asked += 1), answer.promise);
    for (let source = 0; source < 5; source += 1) keeper.refusedByApi('first');
    answer.resolve(false);
    await settled();
    expect([asked, told]).toEqual([1, ['refused']]);
  });

  test('of an earlier session says nothing about this one', async () => {
    provider.isTokenGood = () => Promise.resolve(false);
    keeper.refusedByApi('an earlier one');
    await settled();
    expect(told).toEqual([]);
  });

  test('whose session ended before the answer came is told to nobody', async () => {
    const answer = Promise.withResolvers<boolean>();
    provider.isTokenGood = () => answer.promise;
    keeper.refusedByApi('first');
    keeper.drop();
    answer.resolve(false);
    await settled();
    expect(told).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('letting go', () => {
  test('takes the token away at once, and stops every clock; the service ends it in its own time', async () => {
    const slow = Promise.withResolvers<void>();
    provider.signOut = () => slow.promise;
    keeper.hold(tokens(), events);
    keeper.drop();
    expect([header, clock.pending]).toEqual([['first', null], 0]);
    let done = false;
    const waiting = keeper.ended().then(() => (done = true));
    await settled();
    expect(done).toBe(false);
    slow.resolve();
    await waiting;
    keeper.drop();
    expect(header).toHaveLength(2);
  });

  test('a service that cannot end it is no fault', async () => {
    provider.signOut = () => Promise.reject(new Error('unreachable'));
    keeper.hold(tokens(), events);
    keeper.drop();
    await keeper.ended();
  });

  test('the next sign-in ends the one before', () => {
    keeper.hold(tokens(), events);
    keeper.hold(tokens({ accessToken: 'second' }), events);
    expect([header, ended]).toEqual([['first', null, 'second'], ['first']]);
  });
});
