/** The card client as the workstation uses it: cards that may not sign in here are never asked for a passcode. */
import type { CardClient } from '../card/client.ts';
import type { CardServiceStatus } from '../card/messages.ts';
import { lossReasons } from '../card/sentences.ts';
import { withTrustedCards } from '../identity/card-trust.ts';
import type { LockReason } from '../identity/session.ts';
import type { CardPort } from './ports.ts';

/** @param authorities PEM texts from `trust.card`; none means that the identity service alone decides */
export function cardDesk(client: CardClient, authorities: readonly string[], now: () => Date): CardPort {
  const judged = (status: CardServiceStatus): CardServiceStatus => withTrustedCards(status, authorities, now());
  return {
    get status() {
      return judged(client.status);
    },
    onStatus: (listener) => void client.onStatus((status) => listener(judged(status))),
    onCardLost: (listener) =>
      void client.onCardLost(({ reader, eventCounter, reason }) => listener({ reader, eventCounter, reason: lockReason(reason) })),
    signIn: ({ card, passcode, statement, lastTryConfirmed }, signal) => client.signIn({ ...card, passcode, statement, lastTryConfirmed }, { signal }),
  };
}

/** Everything but the card itself going counts as the service: nobody can say what happened to the card. */
function lockReason(reason: string): LockReason {
  if (reason === lossReasons.removed) return 'card-removed';
  return reason === lossReasons.changed ? 'card-changed' : 'card-service-lost';
}
