/** The sign-in screen from what the card process says: pure. */
import type { CardServiceView, MessageView, ReaderView, SignInCardView, SignInScreen } from '../../preload/contract.ts';
import type { CardServiceStatus, CardStatus, ReaderStatus } from '../card/messages.ts';
import type { BoundCard, Nobody } from '../identity/session.ts';
import { shownDay } from '../record/view-words.ts';
import { endMessage, lockedView } from './session-notices.ts';

/** A reader whose card may sign in. */
export type ReadyReader = ReaderStatus & { readonly card: Extract<CardStatus, { kind: 'ready' }> };

export function readyReaders(status: CardServiceStatus): readonly ReadyReader[] {
  if (status.kind !== 'running') return [];
  return status.readers.flatMap((reader) => (reader.card.kind === 'ready' ? [{ ...reader, card: reader.card }] : []));
}

/** Tells one insertion of a card from every other: its reader and the reader's event counter. */
export function cardId({ name, eventCounter }: Pick<ReaderStatus, 'name' | 'eventCounter'>): string {
  return `${eventCounter} ${name}`;
}

/** `Reader 1`: which reader holds which card is always on the screen. */
export function readerLabel(status: CardServiceStatus, name: string): string {
  const index = status.kind === 'running' ? status.readers.findIndex((reader) => reader.name === name) : -1;
  return index === -1 ? name : `Reader ${index + 1}`;
}

export function cardServiceView(status: CardServiceStatus, simulated: boolean): CardServiceView {
  if (status.kind === 'starting') return { state: 'starting', sentence: 'Card service starting', simulated, readers: [] };
  if (status.kind === 'unavailable') return { state: 'unavailable', sentence: status.sentence, simulated, readers: [] };
  const readers = status.readers.map((reader, index) => readerView(reader, index));
  if (readers.length === 0) {
    return { state: 'no-reader', sentence: 'No card reader found. Connect one: this screen notices by itself.', simulated, readers };
  }
  return { state: 'running', sentence: simulated ? 'Simulated card reader' : 'Card service running', simulated, readers };
}

function readerView(reader: ReaderStatus, index: number): ReaderView {
  const place = { label: `Reader ${index + 1}`, name: reader.name };
  switch (reader.card.kind) {
    case 'none':
      return { ...place, state: 'empty', sentence: 'no card' };
    case 'reading':
      return { ...place, state: 'reading', sentence: 'reading the card' };
    case 'ready':
      return { ...place, state: 'ready', sentence: 'card ready' };
    case 'unusable':
      return { ...place, state: 'unusable', sentence: reader.card.sentence };
  }
}

export interface SignInSituation {
  readonly status: CardServiceStatus;
  readonly method: SignInScreen['method'];
  /** The card of the sign-in that is under way. */
  readonly authenticating: BoundCard | null;
  /** What was before: a lock or an end says so. */
  readonly nobody: Nobody;
  readonly message: MessageView | null;
}

export function signInScreen({ status, method, authenticating, nobody, message }: SignInSituation): SignInScreen {
  const cards = readyReaders(status).map((reader) => cardView(status, reader));
  return {
    kind: 'sign-in',
    locked: lockedView(nobody),
    step: authenticating !== null ? 'checking' : cards.length === 0 ? 'insert-card' : 'passcode',
    method,
    cards,
    checkingCardId: authenticating === null ? null : cardId({ name: authenticating.reader, eventCounter: authenticating.eventCounter }),
    message: message ?? endMessage(nobody),
  };
}

function cardView(status: CardServiceStatus, reader: ReadyReader): SignInCardView {
  const { driver, holder, triesLeft, entry, canChangePasscode, notices = [] } = reader.card;
  return {
    id: cardId(reader),
    reader: readerLabel(status, reader.name),
    name: holder.commonName ?? 'Name not on the card',
    userId: holder.userId,
    validTo: shownDay(new Date(holder.notAfter)),
    triesLeft,
    // A module behind a vendor's middleware says when the last try has come; a PIV card that does not count says nothing.
    mayBeLastTry: triesLeft === 1 || (triesLeft === null && driver === 'piv'),
    entry,
    canChangePasscode,
    notices: notices.map((notice) => ({ tone: 'warning', ...notice })),
  };
}
