/** The card client as the workstation uses it: cards that may not sign in here are never asked for a passcode. */
import type { CardService } from '../card/middleware-client.ts';
import type { CardServiceStatus } from '../card/messages.ts';
import { lossReasons, signInSentences } from '../card/sentences.ts';
import type { BoundCard, LockReason } from '../identity/session.ts';
import type { CardTrustDesk } from '../identity/trust/card-trust.ts';
import { withTrustedCards } from '../identity/trust/trusted-cards.ts';
import { watchTrust } from '../identity/trust/watch-trust.ts';
import type { CardPort, CardRefused } from './ports.ts';

/** @param trust what is thought of each card's certificate: the screen follows it, and no signature is asked for before it */
export function cardDesk(client: CardService, trust: CardTrustDesk, now: () => Date): CardPort {
  const judged = (status: CardServiceStatus): CardServiceStatus => withTrustedCards(status, trust.judge);
  const cardIn = ({ reader, eventCounter }: BoundCard) => {
    const readers = client.status.kind === 'running' ? client.status.readers : [];
    return readers.find((candidate) => candidate.name === reader && candidate.eventCounter === eventCounter)?.card;
  };
  const certificateOf = (card: BoundCard): string | null => {
    const found = cardIn(card);
    return found?.kind === 'ready' ? found.holder.certificate : null;
  };
  return {
    get status() {
      return judged(client.status);
    },
    onStatus: (listener) => {
      client.onStatus((status) => listener(judged(status)));
      trust.onChange(() => listener(judged(client.status)));
    },
    onCardLost: (listener) =>
      void client.onCardLost(({ reader, eventCounter, reason }) => listener({ reader, eventCounter, reason: lockReason(reason) })),
    sendPasscode: (card, way) => client.sendPasscode(card, way),
    dropPasscode: (passcode) => client.dropPasscode(passcode),
    signIn: async ({ card, passcode, statement, lastTryConfirmed }, signal) => {
      const drop = (): void => {
        if (passcode !== 'pin-pad') client.dropPasscode(passcode);
      };
      const certificate = certificateOf(card);
      if (certificate === null) {
        drop();
        return cardIn(card) === undefined ? { kind: 'refused', refusal: { kind: 'card-gone' } } : failed(signInSentences.stillReading);
      }
      const verdict = await trust.decide(certificate, signal).catch((problem: unknown) => {
        drop();
        throw problem;
      });
      if (verdict.kind === 'refused') {
        drop();
        return failed(verdict.sentence);
      }
      const outcome = await client.signIn({ ...card, passcode, statement, lastTryConfirmed }, { signal });
      return outcome.kind === 'signed' && certificateIn(outcome.assertion) !== certificate ? failed(signInSentences.notGenuine) : outcome;
    },
    changePasscode: async ({ card, passcode, lastTryConfirmed }, signal) => {
      const outcome = await client.changePasscode({ ...card, passcode, lastTryConfirmed }, { signal });
      return outcome.kind === 'refused' ? outcome : { kind: 'changed' };
    },
    watchTrust: (card, onRefused) => {
      const certificate = certificateOf(card);
      return certificate === null ? soon(onRefused) : watchTrust(trust, certificate, now, onRefused);
    },
  };
}

/** Whose card a session is bound to cannot be said: that is a doubt like any other. @returns what takes it back */
function soon(onRefused: () => void): () => void {
  let stopped = false;
  queueMicrotask(() => {
    if (!stopped) onRefused();
  });
  return () => {
    stopped = true;
  };
}

const failed = (sentence: string): CardRefused => ({ kind: 'refused', refusal: { kind: 'failed', sentence } });

/**
 * The certificate that a signed statement brings along (RFC 7515 section 4.1.6), `null` where it brings none. It must be
 * the one that was judged: whoever signs, a vendor's module as well, could sign with another.
 */
function certificateIn(assertion: string): string | null {
  try {
    const header: unknown = JSON.parse(Buffer.from(assertion.split('.', 1)[0] ?? '', 'base64url').toString('utf8'));
    const [certificate] = (header as { readonly x5c: readonly unknown[] }).x5c;
    return typeof certificate === 'string' ? certificate : null;
  } catch {
    // Not a statement at all.
    return null;
  }
}

/** Everything but the card itself going counts as the service: nobody can say what happened to the card. */
function lockReason(reason: string): LockReason {
  if (reason === lossReasons.removed) return 'card-removed';
  return reason === lossReasons.changed ? 'card-changed' : 'card-service-lost';
}
