import type { ReactNode } from 'react';
import type { LanyardBridge, SignInScreen, WorkstationView } from '../../preload/contract.ts';
import { Messages, MessageBox } from '../design/message-box.tsx';
import { Status } from '../design/status.tsx';
import { PasscodeForm } from './passcode-form.tsx';
import { tellingReader } from './steps.ts';
import { shownUserId } from './user-id.ts';

interface CardPanelProps {
  readonly view: WorkstationView;
  readonly screen: SignInScreen;
  readonly bridge: LanyardBridge;
}

/** The card and what to do with it: put it in, wait, or enter the passcode. */
export function CardPanel({ view, screen, bridge }: CardPanelProps) {
  if (screen.step === 'insert-card' || screen.card === null) {
    return (
      <section className="card-panel" aria-label="Your card">
        <AwaitCard view={view} screen={screen} />
      </section>
    );
  }
  return (
    <section className="card-panel" aria-label="Your card">
      <div className="card-holder">
        <CardPicture />
        <div>
          <h2>{screen.card.name}</h2>
          <p className="card-detail">
            {screen.card.userId !== null && (
              <>
                <span className="unbroken">{shownUserId(screen.card.userId)}</span> ·{' '}
              </>
            )}
            certificate valid to <span className="unbroken">{screen.card.validTo}</span>
          </p>
        </div>
      </div>
      {screen.triesLeft === 0 ? <BlockedCard message={screen.message} /> : <PasscodeForm key={`${screen.card.reader} ${screen.card.name}`} screen={screen} bridge={bridge} />}
    </section>
  );
}

function BlockedCard({ message }: { readonly message: SignInScreen['message'] }) {
  if (message !== null) return <Messages message={message} refusal={null} />;
  return (
    <MessageBox tone="problem" title="This card is locked">
      Its passcode was entered wrongly too often. Your Registration Authority can unlock it.
    </MessageBox>
  );
}

function AwaitCard({ view, screen }: { readonly view: WorkstationView; readonly screen: SignInScreen }) {
  const awaited = awaitedCard(view);
  return (
    <>
      <div className="card-holder">
        <CardPicture empty />
        <h2>{awaited.title}</h2>
      </div>
      <div className="card-messages">
        {awaited.body}
        <Messages message={screen.message} refusal={null} />
      </div>
    </>
  );
}

/** What stands in the way of a passcode, worst first. */
function awaitedCard({ cardService }: WorkstationView): { readonly title: string; readonly body: ReactNode } {
  if (cardService.state === 'starting') return { title: 'Getting ready', body: <Status>{cardService.sentence}</Status> };
  if (cardService.state === 'unavailable') {
    return { title: 'No card can be read', body: <MessageBox tone="problem" title="Card service not available">{cardService.sentence}</MessageBox> };
  }
  const reader = tellingReader(cardService.readers);
  if (cardService.state === 'no-reader' || reader === null) {
    return { title: 'Connect a card reader', body: <MessageBox tone="warning" title="No card reader">{cardService.sentence}</MessageBox> };
  }
  if (reader.state === 'unusable') {
    return { title: 'This card can not be used', body: <MessageBox tone="problem" title={`${reader.label}: ${reader.name}`}>{reader.sentence}</MessageBox> };
  }
  if (reader.state === 'empty') return { title: 'Insert your smartcard', body: <p>Put your card in the reader, chip first. Nothing else is needed yet.</p> };
  return { title: 'Reading the card', body: <Status>Leave it in the reader: this takes a moment.</Status> };
}

function CardPicture({ empty = false }: { readonly empty?: boolean }) {
  return (
    <span className={empty ? 'card-picture card-picture-empty' : 'card-picture'} aria-hidden="true">
      <span className="card-chip" />
    </span>
  );
}
