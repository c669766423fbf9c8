import { connect, type Socket } from 'node:net';
import type { VirtualCard } from './virtual-card.ts';

/** Port of the first slot of vpcd, the virtual reader of the vsmartcard project. */
export const vpcdPort = 35_963;

/** How long pcscd may take to see and power a card; it looks every 400 ms. */
const powerUpLimitMs = 5000;

/** pcscd looks at a new card and asks for its ATR, then powers it; one that it still held powered it lets go of first. */
const looksBeforePower = 2;

/** How long a removal waits for pcscd to look, which it does not while it is stopped. */
const lookLimitMs = 1000;

const control = { off: 0x00, on: 0x01, reset: 0x02, atr: 0x04 } as const;

export interface InsertedCard {
  /**
   * Takes the card out while pcscd is looking, so that it sees the card go: where another comes before it has looked,
   * vpcd shows it the new one in the place of the old, unpowered, as if nothing had happened.
   */
  remove(): Promise<void>;
  /** Resolves when the card is out, also when the reader gave it up by itself, as when pcscd ends. */
  readonly ended: Promise<void>;
}

/**
 * Puts a card into vpcd: each message is two bytes of length and a body; a body of one byte controls power, reset and
 * the ATR, anything longer is a command. Resolves when pcscd has powered the card.
 */
export async function insertIntoVpcd(card: VirtualCard, port: number = vpcdPort): Promise<InsertedCard> {
  const limit = AbortSignal.timeout(powerUpLimitMs);
  for (;;) {
    const inserted = await tryInVpcd(card, port, limit);
    if (inserted !== 'taken-for-another') return inserted;
  }
}

async function tryInVpcd(card: VirtualCard, port: number, limit: AbortSignal): Promise<InsertedCard | 'taken-for-another'> {
  const socket = await open(port);
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      card.powerOff();
      resolve();
    });
  });
  const { seen, untilAsked } = serve(socket, card);
  const failed = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(new Error('The reader did not power the card')), { once: true });
    socket.once('close', () => reject(new Error('The reader closed while it took the card')));
  });
  const close = async () => {
    socket.destroy();
    await ended;
  };
  const remove = async () => {
    await Promise.race([untilAsked(AbortSignal.timeout(lookLimitMs)), ended]);
    await close();
  };
  // Once it is in, neither the limit nor an end concerns the insertion.
  failed.catch(() => undefined);
  try {
    if ((await Promise.race([seen, failed])) === 'powered') return { remove, ended };
  } catch (error) {
    await close();
    throw error;
  }
  await remove();
  return 'taken-for-another';
}

/** Whether a vpcd listens there. */
export async function isVpcdThere(port: number = vpcdPort): Promise<boolean> {
  try {
    const socket = await open(port);
    socket.destroy();
    return true;
  } catch {
    return false;
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // 'close' follows and says all there is to say.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

interface Service {
  /** Resolves when the card has power and its ATR was asked for, or when it was looked at again and again and got none. */
  readonly seen: Promise<'powered' | 'taken-for-another'>;
  /** Stops answering. Resolves when the reader waits for an answer, or the signal ends the wait. */
  untilAsked(limit: AbortSignal): Promise<void>;
}

/** Answers the reader until the socket closes or it is told to stop. */
function serve(socket: Socket, card: VirtualCard): Service {
  const questions = new EventTarget();
  let owed = 0;
  let isAnswering = true;
  let hasPower = false;
  let looks = 0;
  const seen = new Promise<'powered' | 'taken-for-another'>((resolve) => {
    questions.addEventListener('question', () => {
      looks += 1;
      if (hasPower) resolve('powered');
      else if (looks > looksBeforePower) resolve('taken-for-another');
    });
  });
  const answer = (body: Uint8Array): void => {
    if (!isAnswering) return;
    owed -= 1;
    socket.write(Buffer.concat([Buffer.of(body.length >> 8, body.length & 0xff), body]));
  };
  const ask = (give: () => void): void => {
    owed += 1;
    if (isAnswering) give();
    questions.dispatchEvent(new Event('question'));
  };
  const take = (body: Buffer): void => {
    if (body.length !== 1) return ask(() => void card.process(body).then(answer));
    switch (body[0]) {
      case control.on:
        hasPower = true;
        return card.powerOn();
      case control.off:
        looks = 0;
        return card.powerOff();
      case control.reset:
        return card.reset();
      case control.atr:
        return ask(() => answer(card.atr));
    }
  };
  forEachMessage(socket, take);
  return {
    seen,
    untilAsked(limit) {
      isAnswering = false;
      if (owed > 0) return Promise.resolve();
      return new Promise((resolve) => {
        questions.addEventListener('question', () => resolve(), { once: true });
        limit.addEventListener('abort', () => resolve(), { once: true });
      });
    },
  };
}

/** Takes the stream apart: two bytes of length, and a body. */
function forEachMessage(socket: Socket, take: (body: Buffer) => void): void {
  let unread: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    unread = Buffer.concat([unread, bytes]);
    while (unread.length >= 2 && unread.length >= 2 + unread.readUInt16BE(0)) {
      const end = 2 + unread.readUInt16BE(0);
      const body = unread.subarray(2, end);
      unread = unread.subarray(end);
      take(body);
    }
  });
}
