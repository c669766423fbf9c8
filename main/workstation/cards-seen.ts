/** What the card service says of the readers, as the session needs it. */
import type { CardServiceStatus } from '../card/messages.ts';
import type { CardsSeen } from '../identity/session.ts';

export function cardsSeen(status: CardServiceStatus): CardsSeen {
  if (status.kind !== 'running') return { kind: 'lost' };
  return {
    kind: 'seen',
    readers: status.readers.map(({ name }) => name),
    present: status.readers
      .filter(({ card }) => card.kind !== 'none')
      .map(({ name, eventCounter, card }) => ({ reader: name, eventCounter, mayEnter: card.kind === 'ready', userId: card.kind === 'ready' ? card.holder.userId : null })),
  };
}
