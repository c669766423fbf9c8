/** Trading proof of a sign-in for a token that the APIs take (RFC 8693). */
import { refuse, tokenAnswer } from './answers.ts';
import type { Answer } from '../http/service.ts';
import type { Mode } from './modes.ts';
import type { Tokens } from './tokens.ts';
import type { User } from './users.ts';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ID_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:id_token';
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** Whose sign-in a subject token is proof of; `null` where it is none. */
export type ReadSubject = (token: string) => Promise<{ readonly user: User; readonly sid: string } | null>;

export interface ExchangeParts {
  readonly tokens: Tokens;
  /** By `subject_token_type`. */
  readonly subjects: Readonly<Record<string, ReadSubject>>;
  readonly mode: Mode;
}

/** The client is known already. */
export async function exchange(form: URLSearchParams, { tokens, subjects, mode }: ExchangeParts): Promise<Answer> {
  const token = form.get('subject_token');
  if (token === null) return refuse(400, 'invalid_request', 'subject_token is missing');
  const type = form.get('subject_token_type');
  if (type === null) return refuse(400, 'invalid_request', 'subject_token_type is missing');
  const read = Object.hasOwn(subjects, type) ? subjects[type] : undefined;
  if (read === undefined) return refuse(400, 'invalid_request', 'subject_token_type is invalid');
  const requested = form.get('requested_token_type');
  if (requested !== null && requested !== ACCESS_TOKEN_TYPE) return refuse(400, 'invalid_request', 'requested_token_type is invalid');
  const subject = await read(token);
  if (subject === null) return refuse(401, 'invalid_grant', 'subject_token is invalid');
  return tokenAnswer(tokens.open(subject.user, subject.sid), mode, { issued_token_type: ACCESS_TOKEN_TYPE });
}

/** The same sign-in, another token. */
export function refreshed(form: URLSearchParams, tokens: Tokens, mode: Mode): Answer {
  const token = form.get('refresh_token');
  if (token === null) return refuse(400, 'invalid_request', 'refresh_token is missing');
  const set = mode.refresh === 'refused' ? null : tokens.refresh(token);
  return set === null ? refuse(401, 'invalid_grant', 'refresh_token is invalid') : tokenAnswer(set, mode);
}
