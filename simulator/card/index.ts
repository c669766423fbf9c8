import type { DemonstrationCard } from './demonstration-cards.ts';
import type { PivBehaviour } from './piv-behaviour.ts';
import { createHearing, type HeardCommand } from './hearing.ts';
import { PivCard } from './piv-card.ts';
import { simulatedSlot, vpcdSlot, type Slot } from './slots.ts';
import { isVpcdThere, vpcdPort } from './vpcd.ts';

export { createCardAuthority, type CardAuthority } from './certificate-authority.ts';
export { cardOf, createDemonstrationCards, type DemonstrationCard } from './demonstration-cards.ts';
export type { HeardCommand } from './hearing.ts';
export { issueCard, type CardOrder } from './issue-card.ts';

/** The simulator's readers, with the cards to put in. */
export interface CardReader {
  /** `vpcd`: the computer's own PC/SC service sees the cards. `simulated`: only Lanyard does, through this port. */
  readonly kind: 'vpcd' | 'simulated';
  /** Of the first reader. */
  readonly port: number;
  /** How many readers there are. */
  readonly readers: number;
  /** The id of the card that is in each, or `null`. */
  readonly inserted: readonly (string | null)[];
  /** What the cards were asked, since the start or reset. */
  readonly heard: readonly HeardCommand[];
  /**
   * Puts that card in, taking out one that is there, and itself out of another reader; resolves when the reader has it.
   * Readers count from 1. @throws where there is no such card or reader
   */
  insert(cardId: string, reader?: number): Promise<void>;
  /** Out of one reader, or out of all. */
  remove(reader?: number): Promise<void>;
  /** From the next command on; `null`: as issued. @throws where there is no such card, or it is none for signing in */
  behave(cardId: string, behaviour: Partial<PivBehaviour> | null): Promise<void>;
  /** Spends every try of its passcode. @throws where there is no such card, or it is none for signing in */
  block(cardId: string): Promise<void>;
  /** No card in, and every card as issued. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface CardReaderOptions {
  readonly cards: readonly DemonstrationCard[];
  /** `vpcd` where it is there, else the simulated reader. */
  readonly kind?: 'either' | 'simulated';
  /** Of vpcd's first slot; its second is on the next. */
  readonly vpcdPort?: number;
}

/** Opens virtual readers for these cards: vpcd's two if pcscd offers them, else one of the simulator's own. */
export async function startCardReader({ cards, kind = 'either', vpcdPort: port = vpcdPort }: CardReaderOptions): Promise<CardReader> {
  const isVpcd = kind === 'either' && (await isVpcdThere(port));
  const slots: readonly Slot[] = isVpcd ? [vpcdSlot(port), vpcdSlot(port + 1)] : [await simulatedSlot()];
  const inserted: (string | null)[] = slots.map(() => null);
  const hearing = createHearing();
  const named = (id: string): DemonstrationCard => cards.find((card) => card.id === id) ?? fail(`The simulator has no card called ${id}`);
  const slotOf = (reader: number): Slot => slots[reader - 1] ?? fail(`The simulator has no reader ${reader}`);

  // One after the other, whoever asks: a slot that is being filled cannot be emptied.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };

  const pivCard = async (id: string): Promise<PivCard> => {
    const card = await named(id).card();
    return card instanceof PivCard ? card : fail(`The card ${id} is none for signing in`);
  };
  const remove = async (reader: number) => {
    inserted[reader - 1] = null;
    await slotOf(reader).remove();
  };
  const removeAll = async () => {
    for (const index of slots.keys()) await remove(index + 1);
  };
  const removeFromOthers = async (id: string) => {
    for (const [index, present] of inserted.entries()) if (present === id) await remove(index + 1);
  };

  const insert = async (id: string, reader: number) => {
    const slot = slotOf(reader);
    const card = await named(id).card();
    await removeFromOthers(id);
    await remove(reader);
    await slot.insert(hearing.listenIn(id, card), () => {
      if (inserted[reader - 1] === id) inserted[reader - 1] = null;
    });
    inserted[reader - 1] = id;
  };
  const reset = async () => {
    await removeAll();
    for (const card of cards) await card.restore();
    hearing.clear();
  };
  const close = async () => {
    await removeAll();
    for (const slot of slots) await slot.close();
  };

  return {
    kind: isVpcd ? 'vpcd' : 'simulated',
    port: slots[0]!.port,
    readers: slots.length,
    inserted,
    heard: hearing.all,
    insert: (id, reader = 1) => inTurn(() => insert(id, reader)),
    remove: (reader) => inTurn(() => (reader === undefined ? removeAll() : remove(reader))),
    behave: async (id, behaviour) => (await pivCard(id)).behave(behaviour),
    block: async (id) => (await pivCard(id)).block(),
    reset: () => inTurn(reset),
    close: () => inTurn(close),
  };
}

function fail(sentence: string): never {
  throw new Error(sentence);
}
