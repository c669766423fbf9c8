import { CardDesk } from '../../../main/card/desk.ts';
import type { CardEvent, CardStatus } from '../../../main/card/messages.ts';
import { PasscodeHold } from '../../../main/card/passcode-hold.ts';
import type { Pcsc } from '../../../main/card/pcsc/pcsc.ts';
import { PinPads } from '../../../main/card/pin-pad/pin-pads.ts';
import type { PivCard } from '../../../main/card/piv/read.ts';
import { readCard, type ReadingResult } from '../../../main/card/reading.ts';
import type { ReaderEntry } from '../../../main/card/reader-table.ts';
import type { TransactionLimits } from '../../../main/card/transaction.ts';
import { statement } from '../../unit/card/cards.ts';
import { eventCounter, readerName } from './one-card-reader.ts';

/** The real driver from a reader to the desk, without a watch: one card, which never moves. */

const unread: ReaderEntry = { name: readerName, eventCounter, present: true, status: { kind: 'reading' }, card: null };

export const readAtDesk = (pcsc: Pcsc, limits: TransactionLimits): Promise<ReadingResult> =>
  readCard(pcsc, unread, limits, new PinPads('use'));

export interface SignInAtDesk {
  readonly pcsc: Pcsc;
  readonly card: PivCard;
  /** Wiped when the desk is done with it; or that it is typed on the reader. */
  readonly typed: Uint8Array | 'pin-pad';
  readonly lastTryConfirmed: boolean;
  readonly limits: TransactionLimits;
}

/** @returns what was told, once, and the card's status where the watch was given a new one */
export async function signInAtDesk({ pcsc, card, typed, lastTryConfirmed, limits }: SignInAtDesk): Promise<{ event: CardEvent; status: CardStatus | null }> {
  const there: ReaderEntry = { ...unread, card };
  const told: CardEvent[] = [];
  const passcodes = new PasscodeHold();
  let status: CardStatus | null = null;
  const watch = {
    find: () => there,
    hasCard: () => true,
    doubt: () => undefined,
    update: (_entry: ReaderEntry, news: Pick<ReaderEntry, 'status'>) => {
      status = news.status;
    },
  };
  const desk = new CardDesk({ pcsc, watch, passcodes, pinPads: new PinPads('use'), emit: (event) => void told.push(event), limits });
  if (typed !== 'pin-pad') passcodes.take({ type: 'passcode', requestId: 1, passcode: typed, replacement: null });
  const entry = typed === 'pin-pad' ? typed : 'keyboard';
  await desk.serve({ type: 'sign-in', requestId: 1, reader: readerName, eventCounter, entry, statement, lastTryConfirmed });
  const [event, ...more] = told;
  if (event === undefined || more.length > 0) throw new Error(`The desk told ${told.length} outcomes`);
  return { event, status };
}
