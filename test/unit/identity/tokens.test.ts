import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstTokens, laterTokens, SESSION_CEILING_MS, tokenAnswerSchema } from '../../../main/identity/tokens.ts';

const NOW = 1_795_348_680_000;
const answer = (more: object = {}): ReturnType<typeof tokenAnswerSchema.parse> => tokenAnswerSchema.parse({ access_token: 'a', token_type: 'Bearer', ...more });

describe('tokens', () => {
  test.each([
    ['texts', { expires_in: '599', refresh_token_expires_in: '35999' }, 599_000, 35_999_000],
    ['numbers', { expires_in: 599, refresh_token_expires_in: 35_999 }, 599_000, 35_999_000],
    ['a ceiling past ten hours', { expires_in: 599, refresh_token_expires_in: 86_400 }, 599_000, SESSION_CEILING_MS],
    ['a token that outlives the ceiling', { expires_in: 86_400, refresh_token_expires_in: '60' }, 60_000, 60_000],
    ['no ceiling', { expires_in: 599 }, 599_000, SESSION_CEILING_MS],
  ])('%s', (_name, more, expires, ends) => {
    expect(firstTokens(answer(more), NOW)).toMatchObject({ expiresAt: NOW + expires, endsAt: NOW + ends });
  });

  test('nothing told: ten hours, and nobody knows when the token runs out', () => {
    expect(firstTokens(answer({ expires_in: null, refresh_token: null }), NOW)).toEqual({ accessToken: 'a', expiresAt: null, refreshToken: null, endsAt: NOW + SESSION_CEILING_MS, idToken: null });
  });

  test.each([[-1], ['-1'], ['1e9'], [''], [Infinity], [1e12], [true]])('a lifetime of %j is refused', (expires_in) => {
    expect(tokenAnswerSchema.safeParse({ access_token: 'a', token_type: 'Bearer', expires_in }).success).toBe(false);
  });

  test('whatever each refresh says, the ceiling never rises and no token outlives it', () => {
    const lifetime = fc.option(fc.oneof(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 99_999 }).map(String)), { nil: undefined });
    const step = fc.record({ expires_in: lifetime, refresh_token_expires_in: lifetime, after: fc.integer({ min: 0, max: 10_000_000 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        let now = NOW;
        let tokens = firstTokens(answer(), now);
        for (const { after, ...more } of steps) {
          now += after;
          const next = laterTokens(tokens, answer(more), now);
          expect(next.endsAt).toBeLessThanOrEqual(tokens.endsAt ?? 0);
          expect(next.expiresAt ?? 0).toBeLessThanOrEqual(next.endsAt ?? 0);
          tokens = next;
        }
        expect(tokens.endsAt).toBeLessThanOrEqual(NOW + SESSION_CEILING_MS);
      }),
    );
  });
});
