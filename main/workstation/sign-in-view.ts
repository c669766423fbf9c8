/** The sign-in screen from what the card process says: pure. */
import type { CardServiceView, MessageView, ReaderView, SignInScreen } from '../../preload/contract.ts';
import type { CardServiceStatus, CardStatus, ReaderStatus } from '../card/messages.ts';
import type { LockReason } from '../identity/session.ts';
import { shownDay } from '../record/view-words.ts';

/** The reader sign-in would use: the first with a usable card. */
export function readyReader(status: CardServiceStatus): (ReaderStatus & { readonly card: Extract<CardStatus, { kind: 'ready' }> }) | null {
  if (status.kind !== 'running') return null;
  for (const reader of status.readers) {
    if (reader.card.kind === 'ready') return { ...reader, card: reader.card };
  }
  return null;
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
  readonly authenticating: boolean;
  readonly lock: { readonly reason: LockReason; readonly at: string } | null;
  readonly message: MessageView | null;
}

export function signInScreen({ status, authenticating, lock, message }: SignInSituation): SignInScreen {
  const reader = readyReader(status);
  return {
    kind: 'sign-in',
    locked: lock === null ? null : { sentence: LOCK_SENTENCES[lock.reason], at: lock.at },
    step: authenticating ? 'checking' : reader === null ? 'insert-card' : 'passcode',
    card: reader === null ? null : cardView(status, reader),
    triesLeft: reader?.card.triesLeft ?? null,
    message,
  };
}

function cardView(status: CardServiceStatus, reader: NonNullable<ReturnType<typeof readyReader>>): NonNullable<SignInScreen['card']> {
  const { holder } = reader.card;
  return {
    id: cardId(reader),
    reader: readerLabel(status, reader.name),
    name: holder.commonName ?? 'Name not on the card',
    userId: holder.userId,
    validTo: shownDay(new Date(holder.notAfter)),
  };
}

const LOCK_SENTENCES: Readonly<Record<LockReason, string>> = {
  'card-removed': 'The card left the reader. Put it back and enter your passcode.',
  'card-changed': 'The card in the reader changed. Sign in with the card that is there now.',
  'card-service-lost': 'The card could no longer be seen. Sign in again when the reader is back.',
  asked: 'You locked Lanyard. Enter your passcode to sign in again.',
  'token-refused': 'The identity service ended your session. Sign in again.',
  'screen-failed': 'The screen stopped working. Sign in again.',
  fault: 'Something in Lanyard failed, so it locked to be safe. Sign in again, and tell the service desk if it happens again.',
};
