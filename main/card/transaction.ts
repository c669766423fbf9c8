import type { ApduChannel } from './apdu.ts';
import { isPcscError } from './pcsc/errors.ts';
import { eventCounterOf, type Disposition, type Pcsc, type PcscContext } from './pcsc/pcsc.ts';

/** A card that no other program can reach until the transaction ends. */
export interface CardTransaction extends ApduChannel {
  /** The reader's event counter now, or `null` where the reader has gone. */
  readEventCounter(): Promise<number | null>;
  /** Has the card reset when the transaction ends: it then forgets everything it was told. */
  resetAtEnd(): void;
}

/** How long a card may take, in milliseconds. */
export interface TransactionLimits {
  /** To be connected and free of other programs' transactions. */
  readonly turnMs: number;
  /** For the work itself. */
  readonly workMs: number;
}

/** The card, or the program that holds it, took longer than the limit. */
export class CardTimeout extends Error {
  override readonly name = 'CardTimeout';
  readonly phase: 'turn' | 'work';

  constructor(phase: 'turn' | 'work') {
    super(phase === 'turn' ? 'Another program kept the card' : 'The card took too long');
    this.phase = phase;
  }
}

/**
 * Runs `work` inside one transaction on the card in `reader`: the only way to reach a card, so that no other program
 * comes between two commands. Nothing that waits for a person belongs inside, since Windows resets a card whose
 * transaction is idle for five seconds. Takes a context of its own, so that a call that never returns (PC/SC cannot
 * cancel one) harms nothing else; its late end is cleaned up when it comes, and `signal` tells `work` that it is late.
 * @throws {PcscError} {@link CardTimeout}; what `work` throws passes through
 */
export async function withTransaction<Result>(
  pcsc: Pcsc,
  reader: string,
  limits: TransactionLimits,
  work: (transaction: CardTransaction, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  return new Promise((resolve, reject) => {
    const expire = (phase: CardTimeout['phase']) => () => {
      const timeout = new CardTimeout(phase);
      late.abort(timeout);
      reject(timeout);
    };
    let timer = setTimeout(expire('turn'), limits.turnMs);
    const onTurn = () => {
      clearTimeout(timer);
      late.signal.throwIfAborted();
      timer = setTimeout(expire('work'), limits.workMs);
    };
    inContext(pcsc, (context) => inTransaction(context, reader, (transaction) => {
      onTurn();
      return work(transaction, late.signal);
    }))
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
}

async function inContext<Result>(pcsc: Pcsc, work: (context: PcscContext) => Promise<Result>): Promise<Result> {
  const context = await pcsc.establish();
  try {
    return await work(context);
  } finally {
    await ignoringDeadHandle(context.release());
  }
}

async function inTransaction<Result>(
  context: PcscContext,
  reader: string,
  work: (transaction: CardTransaction) => Promise<Result>,
): Promise<Result> {
  const card = await context.connect(reader);
  let ending: Disposition = 'leave';
  try {
    await card.beginTransaction();
    try {
      return await work({
        protocol: card.protocol,
        transmit: (command) => card.transmit(command),
        readEventCounter: () => readEventCounter(context, reader),
        resetAtEnd: () => {
          ending = 'reset';
        },
      });
    } finally {
      await ignoringDeadHandle(card.endTransaction(ending));
    }
  } finally {
    await ignoringDeadHandle(card.disconnect('leave'));
  }
}

async function readEventCounter(context: PcscContext, reader: string): Promise<number | null> {
  const states = await context.waitForChange([{ name: reader, state: 0 }], 0);
  const state = states === 'timeout' ? undefined : states.find(({ name }) => name === reader)?.state;
  return state === undefined ? null : eventCounterOf(state);
}

/** A card that has gone, or a service that has, took its transaction and handle along: nothing is left to end. */
async function ignoringDeadHandle(ending: Promise<void>): Promise<void> {
  try {
    await ending;
  } catch (error) {
    if (!isPcscError(error)) throw error;
  }
}
