/** Where the provider keeps what it hands out: in memory, and open to whoever has to end a user's sign-in. */
import type { Adapter, AdapterPayload } from 'oidc-provider';

export interface Cis2Store {
  /** For the provider: one adapter for each kind of thing. */
  readonly adapter: (kind: string) => Adapter;
  find(kind: string, id: string): AdapterPayload | undefined;
  /** Ends the tokens and sessions that `isEnded` says of. */
  end(isEnded: (payload: AdapterPayload) => boolean): void;
  /** The grants of a user, or of everybody. */
  grantsOf(userId: string | null): readonly string[];
  /** The browsers' sessions, by uid, that this grant was made in. */
  sessionsOf(grantId: string): ReadonlySet<string>;
  /** Nobody is signed in in this browser's session any more. */
  forgetAccount(sessionUid: string | undefined): void;
  /** Forgets the browsers' sessions; tokens stay. */
  forgetBrowsers(): void;
}

interface Kept {
  readonly payload: AdapterPayload;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** `now` in milliseconds since 1970. */
export function createStore(now: () => number): Cis2Store {
  const kinds = new Map<string, Map<string, Kept>>();
  const all = (kind: string): Map<string, Kept> => {
    const kept = kinds.get(kind) ?? new Map<string, Kept>();
    kinds.set(kind, kept);
    return kept;
  };
  const find = (kind: string, id: string): AdapterPayload | undefined => {
    const kept = all(kind).get(id);
    return kept === undefined || now() >= kept.until ? undefined : kept.payload;
  };
  const endIn = (kind: string, isEnded: (payload: AdapterPayload) => boolean): void => {
    for (const [id, { payload }] of all(kind)) if (isEnded(payload)) all(kind).delete(id);
  };
  return {
    find,
    adapter: (kind) => ({
      find: async (id) => find(kind, id),
      findByUid: async (uid) => [...all(kind).values()].find(({ payload }) => payload.uid === uid)?.payload,
      findByUserCode: async () => undefined,
      upsert: async (id, payload, seconds) => void all(kind).set(id, { payload, until: now() + seconds * 1_000 }),
      consume: async (id) => {
        const payload = find(kind, id);
        if (payload !== undefined) payload.consumed = Math.floor(now() / 1_000);
      },
      destroy: async (id) => void all(kind).delete(id),
      revokeByGrantId: async (grantId) => endIn(kind, (payload) => payload.grantId === grantId),
    }),
    end(isEnded) {
      for (const kind of kinds.keys()) endIn(kind, isEnded);
    },
    grantsOf: (userId) => [...all('Grant')].filter(([, { payload }]) => userId === null || payload.accountId === userId).map(([id]) => id),
    sessionsOf(grantId) {
      const tokens = [...all('AccessToken').values(), ...all('RefreshToken').values(), ...all('AuthorizationCode').values()];
      return new Set(tokens.flatMap(({ payload }) => (payload.grantId === grantId && payload.sessionUid !== undefined ? [payload.sessionUid] : [])));
    },
    forgetAccount(sessionUid) {
      for (const { payload } of all('Session').values()) if (payload.uid === sessionUid) delete payload.accountId;
    },
    forgetBrowsers: () => void kinds.delete('Session'),
  };
}
