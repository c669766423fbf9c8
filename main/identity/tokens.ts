/** What a token endpoint answers, and what the session keeps of it (RFC 6749 section 5.1; numbers may come as texts). */
import * as z from 'zod';
import { type Tokens, SignInProblem } from './provider.ts';

/** Ten hours: the length of a smartcard session of the NHS Spine. No refresh reaches past it. */
export const SESSION_CEILING_MS = 36_000_000;

/** The API platform writes `"599"`. */
const seconds = z
  .union([z.number(), z.string().regex(/^\d{1,9}$/).transform(Number)])
  .pipe(z.number().min(0).max(999_999_999))
  .nullish();

export const tokenAnswerSchema = z.object({
  /** What may stand in an Authorization header (RFC 6750 section 2.1). */
  access_token: z.string().max(16_384).regex(/^[A-Za-z0-9\-._~+/]+=*$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: seconds,
  refresh_token: z.string().min(1).max(16_384).nullish(),
  refresh_token_expires_in: seconds,
  id_token: z.string().min(1).max(65_536).nullish(),
});
export type TokenAnswer = z.infer<typeof tokenAnswerSchema>;

/** The tokens of a sign-in that has just been made. @param now milliseconds since 1970 */
export function firstTokens(answer: TokenAnswer, now: number): Tokens {
  return upTo(now + SESSION_CEILING_MS, answer, now);
}

/** The tokens of the same sign-in after a refresh: what the answer leaves out stays, and the ceiling never rises. */
export function laterTokens(before: Tokens, answer: TokenAnswer, now: number): Tokens {
  const later = upTo(before.endsAt ?? now + SESSION_CEILING_MS, answer, now);
  return { ...later, refreshToken: later.refreshToken ?? before.refreshToken, idToken: later.idToken ?? before.idToken };
}

function upTo(ceiling: number, answer: TokenAnswer, now: number): Tokens {
  const endsAt = Math.min(ceiling, after(answer.refresh_token_expires_in, now) ?? ceiling);
  const expiresAt = after(answer.expires_in, now);
  return {
    accessToken: answer.access_token,
    expiresAt: expiresAt === null ? null : Math.min(expiresAt, endsAt),
    refreshToken: answer.refresh_token ?? null,
    endsAt,
    idToken: answer.id_token ?? null,
  };
}

function after(lifetime: number | null | undefined, now: number): number | null {
  return lifetime === null || lifetime === undefined ? null : now + lifetime * 1_000;
}

/** The refresh token. @throws {SignInProblem} where there is none, or the sign-in is over @param now milliseconds since 1970 */
export function refreshTokenOf(tokens: Tokens, now: number): string {
  refuseEnded(tokens, now);
  if (tokens.refreshToken === null) throw new SignInProblem('This sign-in has run out. Sign in again.');
  return tokens.refreshToken;
}

/** @throws {SignInProblem} past the ceiling */
export function refuseEnded({ endsAt }: Tokens, now: number): void {
  if (endsAt !== null && now >= endsAt) throw new SignInProblem('This sign-in has reached its longest time. Sign in again.');
}
