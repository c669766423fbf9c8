import { useId, useRef } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import type { SignInCardView } from '../../preload/contract.ts';
import type { CardChoiceControl } from './card-choice.ts';
import { CardDetail } from './card-holder.tsx';

interface CardOptionsProps {
  readonly cards: readonly SignInCardView[];
  readonly chosen: string | null;
  /** A sign-in is under way: it is too late to choose another. */
  readonly fixed: boolean;
  readonly first: RefObject<HTMLInputElement | null>;
  readonly onChoose: CardChoiceControl['choose'];
  /** Enter on the choice: on to what it is for. */
  readonly onGoOn: () => void;
}

/** Several cards: whose each one is, in which reader, and which of them is meant. */
export function CardOptions({ cards, chosen, fixed, first, onChoose, onGoOn }: CardOptionsProps) {
  const name = useId();
  // The browser tells a choice by arrow key and one by pointer alike.
  const by = useRef<'keys' | 'pointer'>('keys');
  const onKeyDown = (event: KeyboardEvent) => {
    by.current = 'keys';
    if (event.key !== 'Enter') return;
    event.preventDefault();
    onGoOn();
  };
  return (
    <fieldset className="card-options" disabled={fixed} onPointerDown={() => (by.current = 'pointer')}>
      <legend>
        <h2>Choose your card</h2>
      </legend>
      {cards.map((card, index) => (
        <label key={card.id} className="card-option" data-card-id={card.id}>
          <input
            ref={index === 0 ? first : undefined}
            type="radio"
            name={name}
            checked={card.id === chosen}
            onChange={() => onChoose(card.id, by.current)}
            onKeyDown={onKeyDown}
          />
          <span className="card-option-words">
            <span className="card-option-name">
              {card.name} <span className="card-option-reader">{card.reader}</span>
            </span>
            <CardDetail card={card} brief />
          </span>
        </label>
      ))}
    </fieldset>
  );
}
