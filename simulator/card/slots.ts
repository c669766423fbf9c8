import { startSimulatedReader } from './simulated-reader.ts';
import type { VirtualCard } from './virtual-card.ts';
import { insertIntoVpcd, type InsertedCard } from './vpcd.ts';

/** A place for one card. */
export interface Slot {
  readonly port: number;
  /** Resolves when the reader has the card. `onEnd` is told when the reader gives it up by itself. */
  insert(card: VirtualCard, onEnd: () => void): Promise<void>;
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** A slot of vpcd, which listens for a card on this port. */
export function vpcdSlot(port: number): Slot {
  let inside: InsertedCard | null = null;
  const remove = async () => {
    const leaving = inside;
    inside = null;
    await leaving?.remove();
  };
  return {
    port,
    async insert(card, onEnd) {
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

/** The one slot of the simulator's own reader, on a free port. */
export async function simulatedSlot(): Promise<Slot> {
  const reader = await startSimulatedReader();
  return {
    port: reader.port,
    insert: async (card) => reader.insert(card),
    remove: async () => reader.remove(),
    close: () => reader.close(),
  };
}
