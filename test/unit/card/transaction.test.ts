import { describe, expect, test } from 'vitest';
import { PcscError, pcscCodes } from '../../../main/card/pcsc/errors.ts';
import type { Pcsc, PcscCard } from '../../../main/card/pcsc/pcsc.ts';
import { CardTimeout, withTransaction } from '../../../main/card/transaction.ts';

const limits = { turnMs: 30, workMs: 30 };

/** A service whose calls are kept in order, and that says when its context was released. */
function service(changes: Partial<PcscCard> = {}) {
  const calls: string[] = [];
  const released = Promise.withResolvers<void>();
  const keep = (name: string) => async () => void calls.push(name);
  const pcsc: Pcsc = {
    establish: async () => ({
      listReaders: async () => ['A'],
      waitForChange: async () => [{ name: 'A', state: 0x0007_0020 }],
      cancel: () => undefined,
      connect: async () => ({
        protocol: 'T=1',
        beginTransaction: keep('begin'),
        transmit: async () => Uint8Array.of(0x90, 0x00),
        control: async () => new Uint8Array(0),
        endTransaction: async (disposition) => void calls.push(`end ${disposition}`),
        disconnect: async (disposition) => void calls.push(`disconnect ${disposition}`),
        ...changes,
      }),
      release: async () => {
        calls.push('release');
        released.resolve();
      },
    }),
  };
  return { pcsc, calls, released: released.promise };
}

describe('a transaction', () => {
  test('is ended, and everything given back, in order', async () => {
    const { pcsc, calls } = service();
    expect(await withTransaction(pcsc, 'A', limits, (transaction) => transaction.readEventCounter())).toBe(7);
    expect(calls).toEqual(['begin', 'end leave', 'disconnect leave', 'release']);
  });

  test('is ended when the work throws, and resets the card where the work asked for it', async () => {
    const { pcsc, calls } = service();
    const work = withTransaction(pcsc, 'A', limits, async (transaction) => {
      transaction.resetAtEnd();
      throw new Error('a defect');
    });
    await expect(work).rejects.toThrow('a defect');
    expect(calls).toEqual(['begin', 'end reset', 'disconnect leave', 'release']);
  });

  test('a card that has gone needs no end', async () => {
    const gone = async () => {
      throw new PcscError(pcscCodes.SCARD_W_REMOVED_CARD, 'SCardEndTransaction');
    };
    const { pcsc } = service({ endTransaction: gone, disconnect: gone });
    expect(await withTransaction(pcsc, 'A', limits, async () => 'done')).toBe('done');
  });

  test('its turn came too late: the work is never begun, and the turn is given back', async () => {
    const turn = Promise.withResolvers<void>();
    const { pcsc, calls, released } = service({ beginTransaction: () => turn.promise });
    let begun = false;
    const work = withTransaction(pcsc, 'A', limits, async () => {
      begun = true;
    });
    await expect(work).rejects.toMatchObject(new CardTimeout('turn'));
    turn.resolve();
    await released;
    expect(begun).toBe(false);
    expect(calls).toEqual(['end leave', 'disconnect leave', 'release']);
  });

  test('work that takes too long is told so, and given back when it ends', async () => {
    const { pcsc, calls, released } = service();
    const work = withTransaction(pcsc, 'A', limits, (_transaction, late) =>
      new Promise((resolve) => late.addEventListener('abort', () => resolve('late'), { once: true })),
    );
    await expect(work).rejects.toMatchObject({ name: 'CardTimeout', phase: 'work' });
    await released;
    expect(calls.at(-1)).toBe('release');
  });

  test('a card that hangs lets the work go at once, hears no more, and its end is waited for', async () => {
    const hung = Promise.withResolvers<Uint8Array>();
    const sent: Uint8Array[] = [];
    const transmit = (command: Uint8Array) => (sent.push(command), sent.length === 1 ? hung.promise : Promise.resolve(Uint8Array.of(0x90, 0x00)));
    const { pcsc, calls, released } = service({ transmit });
    const letGo: unknown[] = [];
    const work = withTransaction(pcsc, 'A', limits, async (transaction) => {
      for (let count = 0; count < 2; count++) await transaction.transmit(Uint8Array.of(count)).catch((error: unknown) => letGo.push(error));
      transaction.resetAtEnd();
    });
    await expect(work).rejects.toMatchObject({ name: 'CardTimeout', phase: 'work' });
    expect(letGo).toMatchObject([{ name: 'CardTimeout' }, { name: 'CardTimeout' }]);
    expect([sent.length, calls]).toEqual([1, ['begin']]);
    hung.resolve(Uint8Array.of(0x90, 0x00));
    await released;
    expect(calls).toEqual(['begin', 'end reset', 'disconnect leave', 'release']);
  });

  test('a reader that is asked something while it is busy with another is waited for with both', async () => {
    const [first, second] = [Promise.withResolvers<Uint8Array>(), Promise.withResolvers<Uint8Array>()];
    const answers = [first.promise, second.promise];
    const { pcsc, calls, released } = service({ control: () => answers.shift()! });
    const work = withTransaction(pcsc, 'A', limits, async ({ control }) => void (await Promise.all([control(1, new Uint8Array(0)), control(2, new Uint8Array(0))])));
    await expect(work).rejects.toMatchObject({ name: 'CardTimeout' });
    second.resolve(new Uint8Array(0));
    await new Promise(setImmediate);
    expect(calls).toEqual(['begin']);
    first.resolve(new Uint8Array(0));
    await released;
    expect(calls.at(-1)).toBe('release');
  });
});
