/** The simulator's own readers as the sign-in page sees them. */
import { X509Certificate } from 'node:crypto';
import type { CardReader, DemonstrationCard } from '../card/index.ts';
import { PivCard } from '../card/piv-card.ts';
import type { ReadCard } from './reader.ts';

export interface CardInReaderParts {
  readonly reader: CardReader | null;
  readonly cards: readonly DemonstrationCard[];
  readonly isRevoked: (certificate: X509Certificate) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Where several cards are in, the first reader's. */
export function cardInReader({ reader, cards, isRevoked, now }: CardInReaderParts): ReadCard {
  return async () => {
    const id = reader?.inserted.find((inserted) => inserted !== null);
    const inserted = cards.find((card) => card.id === id);
    if (inserted === undefined) return null;
    const { holder, userId } = inserted;
    const card = await inserted.card();
    if (!(card instanceof PivCard) || userId === null) return { holder, forSignIn: null };
    const certificate = new X509Certificate(card.certificate);
    return {
      holder,
      forSignIn: {
        userId,
        get triesLeft() {
          return card.triesLeft;
        },
        tryPasscode: (passcode) => card.tryPasscode(passcode),
        certificateFault() {
          if (isRevoked(certificate)) return 'was revoked';
          return certificate.validToDate.getTime() < now() ? 'has expired' : null;
        },
      },
    };
  };
}
