import { useState } from 'react';
import type { SignInCardView } from '../../preload/contract.ts';

/** Which of the cards in the readers a person means, and how that came about. */
export interface CardChoice {
  /** The cards there were when this was decided. */
  readonly cardIds: readonly string[];
  readonly cardId: string | null;
  /** `alone`: it was put in while no other was there. With `keys` the focus stays on the choice, so that arrows go on. */
  readonly by: 'alone' | 'keys' | 'pointer';
}

export const NO_CHOICE: CardChoice = { cardIds: [], cardId: null, by: 'alone' };

/**
 * The choice after cards have come or gone. It stays with its card; it falls to a card by itself only where that card has
 * just been put in and is alone. One that is merely left over is not meant by anybody: a passcode begun for the card that
 * went must not end up on it.
 */
export function choiceAmong(cards: readonly Pick<SignInCardView, 'id'>[], choice: CardChoice): CardChoice {
  const cardIds = cards.map((card) => card.id);
  if (cardIds.join('\n') === choice.cardIds.join('\n')) return choice;
  if (choice.cardId !== null && cardIds.includes(choice.cardId)) return { ...choice, cardIds };
  const [only] = cardIds;
  const putInAlone = cardIds.length === 1 && only !== undefined && !choice.cardIds.includes(only);
  return { cardIds, cardId: putInAlone ? only : null, by: 'alone' };
}

export interface CardChoiceControl {
  readonly choice: CardChoice;
  readonly choose: (cardId: string, by: 'keys' | 'pointer') => void;
}

/** Keeps the choice, and brings it up to date with the cards before anything is drawn. */
export function useCardChoice(cards: readonly SignInCardView[]): CardChoiceControl {
  const [kept, setKept] = useState(NO_CHOICE);
  const choice = choiceAmong(cards, kept);
  if (choice !== kept) setKept(choice);
  return { choice, choose: (cardId, by) => setKept({ ...choice, cardId, by }) };
}
