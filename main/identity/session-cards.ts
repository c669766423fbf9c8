/** Cards as the session sees them: which insertion is which, and who may be behind it. */

/** The card a sign-in or session is bound to: reader name and its event counter at the time. */
export interface BoundCard {
  readonly reader: string;
  readonly eventCounter: number;
}

export interface PresentCard extends BoundCard {
  /** The user identifier its certificate tells; `null` where it tells none, or was not read yet. */
  readonly userId: string | null;
  /** Whether it may sign in here. */
  readonly mayEnter: boolean;
}

export type CardsSeen =
  /** Nobody can say what any reader holds. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'seen'; readonly readers: readonly string[]; readonly present: readonly PresentCard[] };

export function isSameCard(one: BoundCard, other: BoundCard): boolean {
  return one.reader === other.reader && one.eventCounter === other.eventCounter;
}

/** Whether that very card is provably there. */
export function includesCard(cards: CardsSeen, card: BoundCard): boolean {
  return cards.kind === 'seen' && cards.present.some((present) => isSameCard(present, card));
}
