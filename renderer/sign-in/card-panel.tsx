import { useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { LanyardBridge, MessageView, SignInScreen, WorkstationView } from '../../preload/contract.ts';
import { Messages } from '../design/message-box.tsx';
import { useFocusWhereLost } from '../use-focus.ts';
import { AwaitCard } from './await-card.tsx';
import { useCardChoice } from './card-choice.ts';
import { CardHolder } from './card-holder.tsx';
import { CardOptions } from './card-options.tsx';
import { CardTask } from './card-task.tsx';

interface CardPanelProps {
  readonly view: WorkstationView;
  readonly screen: SignInScreen;
  readonly bridge: LanyardBridge;
}

/** The card and what to do with it: put it in, wait, choose between several, or enter the passcode. */
export function CardPanel({ view, screen, bridge }: CardPanelProps) {
  const panel = useRef<HTMLElement>(null);
  const firstOption = useRef<HTMLInputElement>(null);
  const { choice, choose } = useCardChoice(screen.cards);
  const [tried, setTried] = useState<string | null>(null);
  // Kept here, where no card has to stay in its reader for it to be told.
  const [changeOutcome, setChangeOutcome] = useState<MessageView | null>(null);
  const cardId = screen.checkingCardId ?? choice.cardId;
  const card = screen.cards.find((candidate) => candidate.id === cardId) ?? null;
  const message = changeOutcome ?? messageFor(cardId, tried, screen);
  if (screen.cards.length === 0) {
    return (
      <section className="card-panel" aria-label="Your card">
        <AwaitCard view={view} message={message} />
      </section>
    );
  }
  return (
    <section className="card-panel" aria-label="Your card" ref={panel}>
      {card !== null && screen.cards.length === 1 ? (
        <CardHolder card={card} />
      ) : (
        <CardOptions cards={screen.cards} chosen={cardId} fixed={screen.step === 'checking'} first={firstOption} onChoose={choose} onGoOn={() => focusTask(panel.current)} />
      )}
      {card === null ? (
        <Unchosen message={message} leftOver={screen.cards.length === 1} option={firstOption} />
      ) : (
        // Keyed by the card: what was typed for one is gone before another is asked for.
        <CardTask
          key={card.id}
          card={card}
          screen={screen}
          message={message}
          bridge={bridge}
          takesFocus={choice.by !== 'keys'}
          onTry={() => {
            setTried(card.id);
            setChangeOutcome(null);
          }}
          onChangeOutcome={setChangeOutcome}
        />
      )}
    </section>
  );
}

interface UnchosenProps {
  readonly message: MessageView | null;
  /** The one card there is was not the one that was chosen. */
  readonly leftOver: boolean;
  readonly option: RefObject<HTMLInputElement | null>;
}

/** Nobody has said yet which card is meant: no passcode is asked for. */
function Unchosen({ message, leftOver, option }: UnchosenProps) {
  useFocusWhereLost(option);
  return (
    <div className="card-messages card-unchosen">
      <Messages message={message} refusal={null} />
      <p>{leftOver ? 'The other card has gone. Choose this one to sign in with it.' : 'Choose the card to sign in with, then enter its passcode.'}</p>
    </div>
  );
}

/** What came of a sign-in is said to the card it was tried with, and not to another beside it. */
export function messageFor(cardId: string | null, tried: string | null, { cards, message }: Pick<SignInScreen, 'cards' | 'message'>): MessageView | null {
  const isAnothers = tried !== null && tried !== cardId && cards.some((card) => card.id === tried);
  return isAnothers ? null : message;
}

function focusTask(panel: HTMLElement | null): void {
  panel?.querySelector<HTMLElement>('form input:not(:disabled), form button:not(:disabled)')?.focus();
}
