/**
 * Foreign cards in a process of their own, in and out of vpcd's first slot: `{id, request}` by message, answered by
 * `{id, value}` or `{id, error}`. The card's keys are in the folder of its issuer.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { foreignCards, type ForeignCardName } from './cards.ts';
import { makeForeignCard, type ForeignCard } from './foreign-card.ts';

export type ForeignHostRequest = { readonly do: 'insert'; readonly card: ForeignCardName; readonly folder: string } | { readonly do: 'remove' };

const slot = { host: '127.0.0.1', port: 35_963 } as const;

let socket: Socket | null = null;

/** Resolves when the reader has switched the card on and asked for its ATR, for then it has seen it. */
function insert(inserted: ForeignCard): Promise<void> {
  return new Promise((resolve, reject) => {
    const line = connect(slot);
    socket = line;
    let unread: Buffer = Buffer.alloc(0);
    let isOn = false;
    line.once('error', reject);
    line.once('close', () => inserted.forget());
    const send = (body: Buffer): void => void line.write(Buffer.concat([Buffer.of(body.length >> 8, body.length & 255), body]));
    const take = (body: Buffer): void => {
      if (body.length > 1) return void inserted.answer(body).then(send);
      if (body[0] !== 4) {
        isOn = body[0] !== 0;
        return inserted.forget();
      }
      send(inserted.atr);
      if (isOn) resolve();
    };
    line.on('data', (bytes: Buffer) => {
      unread = Buffer.concat([unread, bytes]);
      for (let end = endOfFirst(unread); end !== null; end = endOfFirst(unread)) {
        take(unread.subarray(2, end));
        unread = unread.subarray(end);
      }
    });
  });
}

/** Where the first whole message ends, or `null` where there is none yet. */
function endOfFirst(bytes: Buffer): number | null {
  const end = bytes.length < 2 ? Number.POSITIVE_INFINITY : 2 + bytes.readUInt16BE(0);
  return end <= bytes.length ? end : null;
}

function remove(): Promise<void> {
  const leaving = socket;
  socket = null;
  if (leaving === null || leaving.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    leaving.once('close', () => resolve());
    leaving.destroy();
  });
}

async function serve(request: ForeignHostRequest): Promise<void> {
  await remove();
  if (request.do === 'remove') return;
  const { card, folder } = request;
  await insert(makeForeignCard(foreignCards[card], { certificate: readFileSync(join(folder, 'card.der')), key: join(folder, 'card.key') }));
}

process.on('disconnect', () => process.exit());
process.on('message', ({ id, request }: { id: number; request: ForeignHostRequest }) => {
  serve(request).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
