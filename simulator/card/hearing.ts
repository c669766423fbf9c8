import type { VirtualCard } from './virtual-card.ts';

/** One command as a card got it, when it got it. */
export interface HeardCommand {
  readonly card: string;
  /** Its first five bytes, in hexadecimal: CLA, INS, P1, P2 and Lc or Le. Never what it holds. */
  readonly command: string;
}

/** Keeps what cards are asked, for whoever drives the simulator; never printed, never written. */
export interface Hearing {
  readonly all: readonly HeardCommand[];
  /** The same card, its commands kept under this name. */
  listenIn(name: string, card: VirtualCard): VirtualCard;
  clear(): void;
}

const mostKept = 10_000;
const headerBytes = 5;

export function createHearing(): Hearing {
  const all: HeardCommand[] = [];
  return {
    all,
    listenIn: (name, card) => ({
      get atr() {
        return card.atr;
      },
      powerOn: () => card.powerOn(),
      powerOff: () => card.powerOff(),
      reset: () => card.reset(),
      process(command) {
        all.push({ card: name, command: Buffer.from(command.subarray(0, headerBytes)).toString('hex') });
        if (all.length > mostKept) all.shift();
        return card.process(command);
      },
    }),
    clear: () => void all.splice(0),
  };
}
