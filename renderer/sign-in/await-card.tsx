import { useRef } from 'react';
import type { ReactNode } from 'react';
import type { MessageView, WorkstationView } from '../../preload/contract.ts';
import { MessageBox, Messages } from '../design/message-box.tsx';
import { Status } from '../design/status.tsx';
import { useFocusWhereLost } from '../use-focus.ts';
import { CardPicture } from './card-holder.tsx';
import { tellingReader } from './steps.ts';

/** No card that may sign in: what is awaited, and what stands in the way. */
export function AwaitCard({ view, message }: { readonly view: WorkstationView; readonly message: MessageView | null }) {
  const title = useRef<HTMLHeadingElement>(null);
  useFocusWhereLost(title);
  const awaited = awaitedCard(view);
  return (
    <>
      <div className="card-holder">
        <CardPicture empty />
        <h2 ref={title} tabIndex={-1}>
          {awaited.title}
        </h2>
      </div>
      <div className="card-messages">
        {awaited.body}
        <Messages message={message} refusal={null} />
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
