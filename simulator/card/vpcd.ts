import { connect, type Socket } from 'node:net';
import type { VirtualCard } from './virtual-card.ts';

/** Port of the first slot of vpcd, the virtual reader of the vsmartcard project. */
export const vpcdPort = 35_963;

/** How long pcscd may take to see and power a card; it looks every 400 ms. */
const powerUpLimitMs = 5000;

const control = { off: 0x00, on: 0x01, reset: 0x02, atr: 0x04 } as const;

export interface InsertedCard {
  /** Takes the card out; pcscd sees it when it looks next. */
  remove(): Promise<void>;
  /** Resolves when the card is out, also when the reader gave it up by itself, as when pcscd ends. */
  readonly ended: Promise<void>;
}

/**
 * Puts a card into vpcd: each message is two bytes of length and a body; a body of one byte controls power, reset and
 * the ATR, anything longer is a command. Resolves when pcscd has powered the card.
 */
export async function insertIntoVpcd(card: VirtualCard, port: number = vpcdPort): Promise<InsertedCard> {
  const socket = await open(port);
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => {
      card.powerOff();
      resolve();
    });
  });
  const powered = serve(socket, card);
  const limit = AbortSignal.timeout(powerUpLimitMs);
  const failed = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(new Error('The reader did not power the card')), { once: true });
    socket.once('close', () => reject(new Error('The reader closed while it took the card')));
  });
  const remove = async () => {
    socket.destroy();
    await ended;
  };
  try {
    await Promise.race([powered, failed]);
  } catch (error) {
    await remove();
    throw error;
  }
  // From here on, neither the limit nor an end concerns the insertion.
  failed.catch(() => undefined);
  return { remove, ended };
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

/** Answers the reader until the socket closes. @returns when the card has power and its ATR was asked for */
function serve(socket: Socket, card: VirtualCard): Promise<void> {
  return new Promise((resolve) => {
    let unread: Buffer = Buffer.alloc(0);
    let hasPower = false;
    const send = (body: Uint8Array) => socket.write(Buffer.concat([Buffer.of(body.length >> 8, body.length & 0xff), body]));
    const take = (body: Buffer) => {
      if (body.length !== 1) return void card.process(body).then(send);
      switch (body[0]) {
        case control.on:
          hasPower = true;
          return card.powerOn();
        case control.off:
          return card.powerOff();
        case control.reset:
          return card.reset();
        case control.atr:
          send(card.atr);
          return hasPower && resolve();
      }
    };
    socket.on('data', (bytes) => {
      unread = Buffer.concat([unread, bytes]);
      while (unread.length >= 2 && unread.length >= 2 + unread.readUInt16BE(0)) {
        const end = 2 + unread.readUInt16BE(0);
        const body = unread.subarray(2, end);
        unread = unread.subarray(end);
        take(body);
      }
    });
  });
}
