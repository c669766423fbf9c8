/** Opaque access tokens and who they stand for. The other services ask here whether a token is good. */
import { randomBytes } from 'node:crypto';
import type { User } from './users.ts';

export const TOKEN_SECONDS = 599;

/** What the other services learn from a request's `Authorization` header. */
export type Bearer =
  | { readonly kind: 'missing-header' }
  | { readonly kind: 'missing-token' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'user'; readonly user: User }
  /** The identity service is somebody else's: any token is taken as it is. */
  | { readonly kind: 'unchecked' };

export interface Tokens {
  issue(user: User): string;
  revoke(token: string): void;
  bearer(authorization: string): Bearer;
}

/** `now` in milliseconds. */
export function createTokens(now: () => number): Tokens {
  const issued = new Map<string, { user: User; expires: number }>();
  return {
    issue(user) {
      const token = randomBytes(24).toString('base64url');
      issued.set(token, { user, expires: now() + TOKEN_SECONDS * 1_000 });
      return token;
    },
    revoke: (token) => void issued.delete(token),
    bearer(authorization) {
      const token = bearerToken(authorization);
      if (typeof token !== 'string') return token;
      const known = issued.get(token);
      return known === undefined || now() > known.expires ? { kind: 'invalid' } : { kind: 'user', user: known.user };
    },
  };
}

/** For a simulator without its own identity service: there must be a token, but nobody here can tell whose. */
export function uncheckedTokens(): Pick<Tokens, 'bearer'> {
  return {
    bearer(authorization) {
      const token = bearerToken(authorization);
      return typeof token === 'string' ? { kind: 'unchecked' } : token;
    },
  };
}

function bearerToken(authorization: string): string | Bearer {
  if (authorization === '') return { kind: 'missing-header' };
  const token = /^Bearer\s*(.*)$/i.exec(authorization)?.[1]?.trim();
  if (token === undefined) return { kind: 'invalid' };
  return token === '' ? { kind: 'missing-token' } : token;
}

/** Whether a role, as `NHSD-Session-URID` names it, is one of the bearer's. A single role need not be named. */
export function roleIsHeld(bearer: Bearer, roleId: string): boolean {
  if (bearer.kind === 'unchecked') return roleId === '' || /^\d+$/.test(roleId);
  if (bearer.kind !== 'user') return false;
  if (roleId === '') return bearer.user.roles.length === 1;
  return bearer.user.roles.some(({ person_roleid }) => person_roleid === roleId);
}
