import type { SignInCardView } from '../../preload/contract.ts';
import { shownUserId } from './user-id.ts';

/** The one card there is: whose it is. */
export function CardHolder({ card }: { readonly card: SignInCardView }) {
  return (
    <div className="card-holder">
      <CardPicture />
      <div>
        <h2>{card.name}</h2>
        <CardDetail card={card} />
      </div>
    </div>
  );
}

interface CardDetailProps {
  readonly card: SignInCardView;
  /** Where there are several cards, each has one line. */
  readonly brief?: boolean;
}

export function CardDetail({ card, brief = false }: CardDetailProps) {
  return (
    <span className="card-detail">
      {card.userId !== null && (
        <>
          <span className="unbroken">{shownUserId(card.userId)}</span> ·{' '}
        </>
      )}
      {brief ? 'valid' : 'certificate valid'} to <span className="unbroken">{card.validTo}</span>
    </span>
  );
}

export function CardPicture({ empty = false }: { readonly empty?: boolean }) {
  return (
    <span className={empty ? 'card-picture card-picture-empty' : 'card-picture'} aria-hidden="true">
      <span className="card-chip" />
    </span>
  );
}
