import type { ApduChannel } from './apdu.ts';
import { isPcscError } from './pcsc/errors.ts';
import { eventCounterOf, type Disposition, type Pcsc, type PcscCard, type PcscContext } from './pcsc/pcsc.ts';

/** A card that no other program can reach until the transaction ends. */
export interface CardTransaction extends ApduChannel, Pick<PcscCard, 'control'> {
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
 * transaction is idle for five seconds; keys of the reader's own are no wait of ours, but a call under way. Takes a context
 * of its own, so that a call that never returns (PC/SC cannot cancel one) harms nothing else. When the time is over
 * `signal` aborts and `work` is let go at once, so that what it holds can be wiped: its call rejects, no further command
 * reaches the card, and the end of the call, whenever it comes, is cleaned up.
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
    inContext(pcsc, (context) => inTransaction(context, reader, late.signal, (transaction) => {
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
  late: AbortSignal,
  work: (transaction: CardTransaction) => Promise<Result>,
): Promise<Result> {
  const card = await context.connect(reader);
  const calls = new GivenUpCalls(late);
  let ending: Disposition = 'leave';
  try {
    await card.beginTransaction();
    try {
      return await work({
        protocol: card.protocol,
        transmit: async (command) => {
          late.throwIfAborted();
          return calls.wait(card.transmit(command));
        },
        control: (code, input) => calls.wait(card.control(code, input)),
        readEventCounter: () => readEventCounter(context, reader),
        resetAtEnd: () => {
          ending = 'reset';
        },
      });
    } finally {
      // A call that still runs would hold up this one on a thread of its own.
      await calls.ended;
      await ignoringDeadHandle(card.endTransaction(ending));
    }
  } finally {
    await ignoringDeadHandle(card.disconnect('leave'));
  }
}

/** Calls that are waited for until the time is over, and then only to know when they have ended. */
class GivenUpCalls {
  readonly #late: Promise<never>;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(late: AbortSignal) {
    const { promise, reject } = Promise.withResolvers<never>();
    late.addEventListener('abort', () => reject(late.reason), { once: true });
    promise.catch(() => undefined);
    this.#late = promise;
  }

  wait<Answer>(call: Promise<Answer>): Promise<Answer> {
    this.#ended = Promise.allSettled([this.#ended, call]);
    return Promise.race([call, this.#late]);
  }

  get ended(): Promise<unknown> {
    return this.#ended;
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
