/** The bodies that the identity services share: token answers with numbers in texts, and refusals with a message's identifier. */
import { randomUUID } from 'node:crypto';
import { json } from '../http/service.ts';
import type { Answer } from '../http/service.ts';
import { SOMEBODY_ELSE } from './modes.ts';
import type { Mode } from './modes.ts';
import type { TokenSet } from './tokens.ts';

/** Numbers are texts, and an answer about refreshing is there only where there is a refresh token: as the API platform has it. */
export function tokenAnswer(tokens: TokenSet, mode: Mode, more: Readonly<Record<string, unknown>> = {}): Answer {
  const refreshing = { refresh_token: tokens.refreshToken, refresh_token_expires_in: String(tokens.refreshSeconds), refresh_count: String(tokens.refreshCount) };
  return json(200, {
    access_token: tokens.accessToken,
    expires_in: String(tokens.accessSeconds),
    token_type: 'Bearer',
    ...(mode.refresh === 'none' ? {} : refreshing),
    sid: tokens.sid,
    ...more,
  });
}

/** `{"error", "error_description", "message_id"}` */
export function refuse(status: number, error: string, description: string): Answer {
  return json(status, { error, error_description: description, message_id: randomUUID() });
}

/** Userinfo's answer to a token that is not good (RFC 6750 section 3.1). */
export function refuseToken(): Answer {
  const { status, headers, body } = refuse(401, 'invalid_token', 'access token is missing, revoked or too old');
  return { status, headers: { ...headers, 'www-authenticate': 'Bearer error="invalid_token"' }, body };
}

/** A web page where JSON was asked for, as a proxy's log-in page would be. */
export function webPage(): Answer {
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<!doctype html><html lang="en"><head><title>Service notice</title></head><body><p>This service will be back soon.</p></body></html>' };
}

/** The userinfo, with what a mode changes of it. */
export function userinfoAnswer(claims: Readonly<Record<string, unknown>>, mode: Mode): Answer {
  const { nhsid_nrbac_roles: _roles, ...withoutRoles } = claims;
  if (mode.userinfo === 'no-roles') return json(200, withoutRoles);
  return json(200, mode.userinfo === 'other-subject' ? { ...claims, sub: SOMEBODY_ELSE } : claims);
}
