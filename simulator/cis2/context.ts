/** What the endpoints of CIS2 share. */
import type { Answer, Ask } from '../http/service.ts';
import type { RegisteredClient } from '../identity/clients.ts';
import type { IdTokens } from '../identity/id-tokens.ts';
import type { Behaviour } from '../identity/modes.ts';
import type { ReadCard } from './reader.ts';
import type { Cis2Store } from './store.ts';

export interface Cis2Parts {
  readonly issuer: string;
  readonly clients: readonly RegisteredClient[];
  readonly idTokens: IdTokens;
  readonly behaviour: Behaviour;
  readonly readCard: ReadCard;
  /** Told when a sign-in ends here, for the tokens that were exchanged for it. */
  readonly onEnd: (sid: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Cis2Context extends Cis2Parts {
  readonly store: Cis2Store;
  /** By grant: the `person_roleid` that was chosen on the page. */
  readonly chosenRoles: Map<string, string>;
  /** By code: the state it went out with. */
  readonly states: Map<string, string>;
  /** Hands an ask on to the provider, as it came or with another query or body. */
  readonly provide: (ask: Ask, change?: { readonly body?: string; readonly query?: string }) => Promise<Answer>;
}
