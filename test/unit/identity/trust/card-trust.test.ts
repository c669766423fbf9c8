import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CardTrustDesk, createCardTrust } from '../../../../main/identity/trust/card-trust.ts';
import type { CardTrust } from '../../../../main/identity/trust/verdict.ts';
import { watchTrust } from '../../../../main/identity/trust/watch-trust.ts';
import type { RevocationPolicy } from '../../../../main/policy/configuration.ts';
import { issue } from '../../../support/certificates.ts';
import { base64Of, pemOf } from './certificate-set.ts';
import { OCSP, ocspAt, openWorld, type World } from './world.ts';

const never = new AbortController().signal;
const DAY_MS = 86_400_000;

let world: World;
const open: CardTrustDesk[] = [];
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => {
  vi.useRealTimers();
  for (const made of open.splice(0)) made.close();
});

interface Wish {
  readonly policy?: RevocationPolicy['policy'];
  readonly authorities?: readonly string[];
  readonly timeoutMs?: number;
  readonly now?: () => Date;
}

function desk({ policy = 'soft-fail', authorities = [pemOf(world.issuer)], timeoutMs = 2_000, now = () => new Date() }: Wish = {}): CardTrustDesk {
  const made = createCardTrust({ authorities, revocation: { policy, timeoutMs }, http: world.http, now });
  open.push(made);
  return made;
}

/** Judges as the screen does: again after every change, until it is as it should be. */
function judgedUntil(trust: CardTrustDesk, certificate: string, isDone: (judged: CardTrust) => boolean): Promise<CardTrust> {
  return new Promise((resolve) => {
    const look = (): void => {
      const judged = trust.judge(certificate);
      if (isDone(judged)) resolve(judged);
    };
    trust.onChange(look);
    look();
  });
}

const isDecided = ({ kind }: CardTrust): boolean => kind !== 'checking';
const unanswered = { ocsp: 'unreachable', list: 'unreachable' } as const;
const revocationNotChecked = expect.objectContaining({ kind: 'revocation-not-checked' }) as unknown;
const renewNow = expect.stringMatching(/ends on \d{2}-[A-Z][a-z]{2}-\d{4} \(in \d+ days\)\. Renew it now/) as unknown;

describe('the verdict on a card', () => {
  test('that is in order: trusted, with nothing to say', async () => {
    expect(await desk().decide(base64Of(await world.card()), never)).toMatchObject({ kind: 'trusted', notices: [] });
  });

  test.each(['hard-fail', 'soft-fail'] as const)('that was revoked: refused under %s, and since when', async (policy) => {
    for (const services of [{ ocsp: 'says-revoked' }, { ocsp: 'unreachable', list: 'says-revoked' }] as const) {
      Object.assign(world.services, services);
      expect(await desk({ policy }).decide(base64Of(await world.card()), never)).toEqual({
        kind: 'refused',
        reason: 'revoked',
        sentence: 'This card was revoked on 04-Mar-2026 and can no longer be used. Ask your Registration Authority for a new card.',
      });
    }
  });

  test('that nobody can be asked about: goes on under soft fail and says so, does not under hard fail', async () => {
    Object.assign(world.services, unanswered);
    const card = base64Of(await world.card());
    expect(await desk({ policy: 'soft-fail' }).decide(card, never)).toMatchObject({ kind: 'trusted', notices: [revocationNotChecked] });
    expect(await desk({ policy: 'hard-fail' }).decide(card, never)).toMatchObject({ kind: 'refused', reason: 'revocation-unknown', sentence: expect.stringContaining('cannot be checked') as string });
  });

  test('that names nobody to ask is one that nobody can be asked about', async () => {
    const card = base64Of(await world.card({ extensions: [] }));
    expect(await desk({ policy: 'hard-fail' }).decide(card, never)).toMatchObject({ reason: 'revocation-unknown' });
    expect(world.asked).toEqual([]);
  });

  test('with revocation off asks nobody and says nothing of it', async () => {
    world.services.ocsp = 'says-revoked';
    expect(await desk({ policy: 'off' }).decide(base64Of(await world.card()), never)).toMatchObject({ kind: 'trusted', notices: [] });
    expect(world.asked).toEqual([]);
  });

  test('that nobody vouches for: nobody is asked at the addresses that it names', async () => {
    const stranger = await issue({ name: 'Issuing', authority: true });
    expect(await desk({ authorities: [pemOf(stranger)] }).decide(base64Of(await world.card()), never)).toMatchObject({ reason: 'unknown-authority' });
    expect(await desk({ authorities: [] }).decide(base64Of(await world.card()), never)).toMatchObject({ kind: 'trusted' });
    expect(world.asked).toEqual([]);
  });

  test('of an intermediate that was revoked', async () => {
    const lower = await world.card({ name: 'Lower', authority: true });
    const card = await issue({ name: 'Priya NAIR', issuer: lower });
    world.services.ocsp = 'says-revoked';
    const verdict = await desk({ authorities: [pemOf(world.issuer), pemOf(lower)] }).decide(base64Of(card), never);
    expect(verdict).toMatchObject({ reason: 'revoked', sentence: expect.stringContaining('The authority that issued this card was revoked') as string });
  });

  test('of an intermediate that names nobody to ask: the site that named it vouches for it', async () => {
    const lower = await issue({ name: 'Lower', issuer: world.issuer, authority: true });
    const silent = await issue({ name: 'Priya NAIR', issuer: lower });
    const trust = desk({ policy: 'hard-fail', authorities: [pemOf(world.issuer), pemOf(lower)] });
    expect(await trust.decide(base64Of(silent), never)).toMatchObject({ reason: 'revocation-unknown' });
    const card = await issue({ name: 'Priya NAIR', issuer: lower, extensions: [ocspAt(OCSP)] });
    world.signs(lower);
    expect(await trust.decide(base64Of(card), never)).toMatchObject({ kind: 'trusted', notices: [] });
  });

  test('in the last 90 days of its certificate says to renew it now', async () => {
    expect(await desk().decide(base64Of(await world.card({ until: 53.5 })), never)).toMatchObject({ kind: 'trusted', notices: [{ kind: 'expires-soon', sentence: renewNow }] });
    expect(await desk().decide(base64Of(await world.card({ until: 89.9 })), never)).toMatchObject({ notices: [{ kind: 'expires-soon' }] });
    expect(await desk().decide(base64Of(await world.card({ until: 90.1 })), never)).toMatchObject({ notices: [] });
    expect(await desk({ authorities: [] }).decide(base64Of(await world.card({ until: 1.5 })), never)).toMatchObject({ notices: [{ sentence: expect.stringContaining('(in 1 day)') as string }] });
  });

  test('lasts no longer than what was heard of it', async () => {
    const verdict = await desk().decide(base64Of(await world.card()), never);
    expect(verdict.kind === 'trusted' && verdict.until <= Date.now() + 3_600_000).toBe(true);
  });

  test('is given up with the signal', async () => {
    world.services.ocsp = 'silent';
    const abort = new AbortController();
    const deciding = desk().decide(base64Of(await world.card()), abort.signal);
    abort.abort(new Error('left'));
    await expect(deciding).rejects.toThrow('left');
    await expect(desk().decide(base64Of(await world.card()), abort.signal)).rejects.toThrow('left');
  });

  test.each([['an authority that cannot be read', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'], ['a file without a certificate', '# none']])('with %s no card is let in', async (_name, pem) => {
    const trust = desk({ authorities: [pem] });
    const card = base64Of(await world.card());
    expect(await trust.decide(card, never)).toMatchObject({ kind: 'refused', reason: 'unknown-authority' });
    expect(trust.judge(card)).toMatchObject({ kind: 'refused' });
  });

  test('on garbage is a refusal', async () => {
    for (const garbage of ['', 'AAAA', 'not base64 at all', null as unknown as string]) {
      expect(await desk().decide(garbage, never)).toMatchObject({ reason: 'unreadable' });
      expect(await desk({ authorities: [] }).decide(garbage, never)).toMatchObject({ reason: 'unreadable' });
    }
  });
});

describe('the sign-in screen', () => {
  test('sees a certificate being read, then being asked about, then the verdict, and is told of each', async () => {
    const card = base64Of(await world.card());
    const trust = desk();
    const seen: unknown[] = [];
    await judgedUntil(trust, card, (judged) => {
      seen.push(judged.kind === 'checking' ? judged.what : judged.kind);
      return isDecided(judged);
    });
    expect(seen).toEqual(['certificate', 'revocation', 'trusted']);
  });

  test('may ask as often as it likes: nobody is asked twice', async () => {
    const trust = desk();
    const card = base64Of(await world.card());
    await trust.decide(card, never);
    const other = base64Of(await world.card());
    let told = 0;
    trust.onChange(() => (told += 1));
    world.asked.length = 0;
    for (let times = 0; times < 20; times += 1) trust.judge(other);
    await judgedUntil(trust, other, isDecided);
    expect(told).toBe(1);
    for (let times = 0; times < 20; times += 1) trust.judge(other);
    expect(world.asked).toHaveLength(1);
  });

  test('sees a refusal that needs nobody else at once', async () => {
    const expired = base64Of(await world.card({ until: -1 }));
    const trust = desk();
    const seen: string[] = [];
    await judgedUntil(trust, expired, (judged) => {
      seen.push(judged.kind);
      return isDecided(judged);
    });
    expect(seen).toEqual(['checking', 'refused']);
    expect(world.asked).toEqual([]);
  });

  test('goes on seeing a refusal while it is asked again, and the good answer when it comes', async () => {
    Object.assign(world.services, unanswered);
    const at = { time: Date.now() };
    const trust = desk({ policy: 'hard-fail', now: () => new Date(at.time) });
    const card = base64Of(await world.card());
    expect(await judgedUntil(trust, card, isDecided)).toMatchObject({ reason: 'revocation-unknown' });
    Object.assign(world.services, { ocsp: 'answers' });
    at.time += 10_000;
    const seen: string[] = [];
    await judgedUntil(trust, card, (judged) => {
      seen.push(judged.kind);
      return judged.kind === 'trusted';
    });
    expect([...new Set(seen)]).toEqual(['refused', 'trusted']);
  });

  test('is told by itself when it is time to ask again about a card that nobody answered about', async () => {
    Object.assign(world.services, unanswered);
    const at = { time: Date.now() };
    const trust = desk({ policy: 'hard-fail', now: () => new Date(at.time) });
    const card = base64Of(await world.card());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await judgedUntil(trust, card, isDecided);
    Object.assign(world.services, { ocsp: 'answers' });
    const trusted = judgedUntil(trust, card, ({ kind }) => kind === 'trusted');
    at.time += 5_000;
    vi.advanceTimersByTime(5_000);
    expect(await trusted).toMatchObject({ notices: [] });
  });

  test('sees an old "good" as something to be asked again', async () => {
    const at = { time: Date.now() };
    const trust = desk({ now: () => new Date(at.time) });
    const card = base64Of(await world.card());
    await judgedUntil(trust, card, isDecided);
    at.time += 2 * 3_600_000;
    expect(trust.judge(card)).toEqual({ kind: 'checking', what: 'revocation' });
  });

  test('sees the certificate end while it waits', async () => {
    const at = { time: Date.now() };
    const trust = desk({ policy: 'off', now: () => new Date(at.time) });
    const card = base64Of(await world.card({ until: 1 }));
    expect((await judgedUntil(trust, card, isDecided)).kind).toBe('trusted');
    at.time += 2 * DAY_MS;
    expect(trust.judge(card)).toMatchObject({ reason: 'expired' });
  });

  test('is told nothing any more when it has stopped listening', async () => {
    const trust = desk();
    let told = 0;
    trust.onChange(() => (told += 1))();
    await trust.decide(base64Of(await world.card()), never);
    expect(told).toBe(0);
  });
});

describe('a session that lasts', () => {
  test('ends its watch with the refusal of a card that was revoked meanwhile', async () => {
    const trust = desk();
    const card = base64Of(await world.card());
    await trust.decide(card, never);
    const refusal = await new Promise((resolve) => {
      world.services.ocsp = 'says-revoked';
      const fresh = desk();
      watchTrust(fresh, card, () => new Date(), resolve);
    });
    expect(refusal).toMatchObject({ reason: 'revoked' });
  });

  test('is looked at again when the verdict runs out, and not after it was stopped', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const until = Date.now() + 10 * 60_000;
    let looks = 0;
    const trust = { decide: async () => ((looks += 1), { kind: 'trusted', until, notices: [] } as const) };
    const stop = watchTrust(trust, 'card', () => new Date(until - 10 * 60_000), () => undefined);
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(looks).toBe(2);
    stop();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(looks).toBe(2);
  });
});
