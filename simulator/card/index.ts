import type { DemonstrationCard } from './demonstration-cards.ts';
import { startSimulatedReader } from './simulated-reader.ts';
import { insertIntoVpcd, isVpcdThere, vpcdPort, type InsertedCard } from './vpcd.ts';

export { createCardAuthority, type CardAuthority } from './certificate-authority.ts';
export { createDemonstrationCards, type DemonstrationCard } from './demonstration-cards.ts';
export { issueCard, type CardOrder } from './issue-card.ts';

export interface CardReader {
  /** `vpcd`: the computer's own PC/SC service sees the cards. `simulated`: only Lanyard does, through this port. */
  readonly kind: 'vpcd' | 'simulated';
  readonly port: number;
  /** The id of the card that is in, or `null`. */
  readonly inserted: string | null;
  /** Puts that card in, taking out one that is there; resolves when the reader has it. @throws where there is no such card */
  insert(cardId: string): Promise<void>;
  remove(): Promise<void>;
  /** No card in, and every card as issued. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface CardReaderOptions {
  readonly cards: readonly DemonstrationCard[];
  /** `vpcd` where it is there, else the simulated reader. */
  readonly kind?: 'either' | 'simulated';
  readonly vpcdPort?: number;
}

interface Slot {
  readonly kind: CardReader['kind'];
  readonly port: number;
  /** `onEnd` is told when the reader gives the card up by itself. */
  insert(card: DemonstrationCard, onEnd: () => void): Promise<void>;
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a virtual reader for these cards: vpcd's if pcscd offers one, else one of the simulator's own. */
export async function startCardReader({ cards, kind = 'either', vpcdPort: port = vpcdPort }: CardReaderOptions): Promise<CardReader> {
  const slot = kind === 'either' && (await isVpcdThere(port)) ? vpcdSlot(port) : await simulatedSlot();
  let inserted: string | null = null;
  const remove = async () => {
    inserted = null;
    await slot.remove();
  };
  return {
    kind: slot.kind,
    port: slot.port,
    get inserted() {
      return inserted;
    },
    async insert(cardId) {
      const card = cards.find(({ id }) => id === cardId);
      if (!card) throw new Error(`The simulator has no card called ${cardId}`);
      await remove();
      await slot.insert(card, () => {
        if (inserted === cardId) inserted = null;
      });
      inserted = cardId;
    },
    remove,
    async reset() {
      await remove();
      for (const card of cards) card.restore();
    },
    async close() {
      await remove();
      await slot.close();
    },
  };
}

function vpcdSlot(port: number): Slot {
  let inside: InsertedCard | null = null;
  const remove = async () => {
    const leaving = inside;
    inside = null;
    await leaving?.remove();
  };
  return {
    kind: 'vpcd',
    port,
    async insert({ card }, onEnd) {
      const inserted = await insertIntoVpcd(card, port);
      inside = inserted;
      void inserted.ended.then(() => {
        if (inside === inserted) onEnd();
      });
    },
    remove,
    close: remove,
  };
}

async function simulatedSlot(): Promise<Slot> {
  const reader = await startSimulatedReader();
  return {
    kind: 'simulated',
    port: reader.port,
    insert: async ({ card }) => reader.insert(card),
    remove: async () => reader.remove(),
    close: () => reader.close(),
  };
}
