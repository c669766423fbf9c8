/**
 * The opaque tokens that the APIs take, and who they stand for. Tokens of one sign-in are a family: they are refreshed
 * until its ceiling, which no refresh moves, and they end together. The other services ask here whether a token is good.
 */
import { randomBytes } from 'node:crypto';
import { PLAIN_LIFETIMES } from './modes.ts';
import type { Lifetimes } from './modes.ts';
import type { User } from './users.ts';

/** What the other services learn from a request's `Authorization` header. */
export type Bearer =
  | { readonly kind: 'missing-header' }
  | { readonly kind: 'missing-token' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'user'; readonly user: User; readonly sid: string }
  /** The identity service is somebody else's: any token is taken as it is. */
  | { readonly kind: 'unchecked' };

/** What one sign-in, or one refresh of it, gives. Seconds count from now. */
export interface TokenSet {
  readonly user: User;
  readonly sid: string;
  readonly accessToken: string;
  readonly accessSeconds: number;
  readonly refreshToken: string;
  /** To the ceiling. */
  readonly refreshSeconds: number;
  readonly refreshCount: number;
}

export interface Tokens {
  /** Begins a family. `sid` is the sign-in's, where it has one already. */
  open(user: User, sid?: string): TokenSet;
  /** Takes the refresh token out of use and gives another; `null` where it is not good. */
  refresh(refreshToken: string): TokenSet | null;
  /** Ends the family of this access or refresh token. */
  revoke(token: string): void;
  bearer(authorization: string): Bearer;
  /** Ends the families of a user, or everybody's. */
  endUser(userId: string | null): void;
  endSession(sid: string): void;
  /** Every token that has not been ended. */
  held(): HeldTokens;
}

export interface HeldTokens {
  readonly access: readonly string[];
  readonly refresh: readonly string[];
}

interface Family {
  readonly user: User;
  readonly sid: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  refreshCount: number;
  refreshToken: string;
}

interface AccessToken {
  readonly family: Family;
  readonly endsAt: number;
}

/** `now` in milliseconds. */
export function createTokens(now: () => number, lifetimes: () => Lifetimes = () => PLAIN_LIFETIMES): Tokens {
  const families = new Set<Family>();
  const issued = new Map<string, AccessToken>();

  const give = (family: Family): TokenSet => {
    const secondsLeft = Math.max(0, Math.floor((family.endsAt - now()) / 1_000));
    const accessSeconds = Math.min(lifetimes().accessSeconds, secondsLeft);
    const accessToken = opaque();
    issued.set(accessToken, { family, endsAt: now() + accessSeconds * 1_000 });
    return { user: family.user, sid: family.sid, accessToken, accessSeconds, refreshToken: family.refreshToken, refreshSeconds: secondsLeft, refreshCount: family.refreshCount };
  };

  const end = (isEnded: (family: Family) => boolean): void => {
    for (const family of families) if (isEnded(family)) families.delete(family);
    for (const [token, { family }] of issued) if (!families.has(family)) issued.delete(token);
  };

  return {
    open(user, sid = opaque()) {
      const family = { user, sid, endsAt: now() + lifetimes().refreshSeconds * 1_000, refreshCount: 0, refreshToken: opaque() };
      families.add(family);
      return give(family);
    },
    refresh(refreshToken) {
      const family = [...families].find((one) => one.refreshToken === refreshToken);
      if (family === undefined || now() >= family.endsAt) return null;
      family.refreshToken = opaque();
      family.refreshCount += 1;
      return give(family);
    },
    revoke(token) {
      const family = issued.get(token)?.family ?? [...families].find(({ refreshToken }) => refreshToken === token);
      if (family !== undefined) end((one) => one === family);
    },
    bearer(authorization) {
      const token = bearerToken(authorization);
      if (typeof token !== 'string') return token;
      const known = issued.get(token);
      if (known === undefined || now() >= known.endsAt) return { kind: 'invalid' };
      return { kind: 'user', user: known.family.user, sid: known.family.sid };
    },
    endUser: (userId) => end(({ user }) => userId === null || user.userId === userId),
    endSession: (sid) => end((family) => family.sid === sid),
    held: () => ({ access: [...issued.keys()], refresh: [...families].map(({ refreshToken }) => refreshToken) }),
  };
}

function opaque(): string {
  return randomBytes(24).toString('base64url');
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
