import { failureOf, type CardFailure } from './failures.ts';
import type { Pcsc } from './pcsc/pcsc.ts';
import type { PinPads } from './pin-pad/pin-pads.ts';
import { readPivCard, withPinPad, type CardReading } from './piv/read.ts';
import { serviceCounter, type ReaderEntry } from './reader-table.ts';
import { withTransaction, type TransactionLimits } from './transaction.ts';

export type ReadingResult =
  | { readonly kind: 'read'; readonly reading: CardReading }
  /** Another card is in the reader by now: what was read is of no use. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'failed'; readonly failure: CardFailure };

/** Reads the card of a reader, without a passcode, and makes sure that it was that card to the end. */
export async function readCard(pcsc: Pcsc, entry: ReaderEntry, limits: TransactionLimits, pinPads: PinPads): Promise<ReadingResult> {
  try {
    return await withTransaction(pcsc, entry.name, limits, async (transaction): Promise<ReadingResult> => {
      const reading = await readPivCard(transaction);
      const pinPad = reading.card === null ? null : await pinPads.find(transaction, entry.name);
      const isSame = (await transaction.readEventCounter()) === serviceCounter(entry.eventCounter);
      if (!isSame) return { kind: 'changed' };
      return { kind: 'read', reading: pinPad === null ? reading : withPinPad(reading, pinPad) };
    });
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}
