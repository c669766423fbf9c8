/**
 * The least that can notice a removal: one process, one wait, nothing else. Tells its parent the moment of each removal
 * on the clock that all processes of this computer share (CLOCK_MONOTONIC, nanoseconds).
 */
import { nativePcsc } from '../../main/card/pcsc/native.ts';
import { eventCounterOf, readerStateBits, type PcscContext, type PcscReaderState } from '../../main/card/pcsc/pcsc.ts';

const waitMs = 5000;

async function watch(context: PcscContext): Promise<never> {
  const names = await context.listReaders();
  let known: readonly PcscReaderState[] = names.map((name) => ({ name, state: 0 }));
  for (;;) {
    const states = await context.waitForChange(known, waitMs);
    const at = process.hrtime.bigint();
    if (states === 'timeout') continue;
    for (const [index, { state }] of states.entries()) {
      const before = known[index]?.state ?? 0;
      const left = (before & readerStateBits.present) !== 0 && eventCounterOf(before) !== eventCounterOf(state);
      if (left) process.send?.({ removedAt: at.toString() });
    }
    known = states.map(({ name, state }) => ({ name, state: (state & ~readerStateBits.changed) >>> 0 }));
    process.send?.({ watching: true });
  }
}

process.on('disconnect', () => process.exit());
await watch(await nativePcsc().establish());
