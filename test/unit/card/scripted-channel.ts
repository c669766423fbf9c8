import type { ApduChannel } from '../../../main/card/apdu.ts';
import { pcscCodes, PcscError } from '../../../main/card/pcsc/errors.ts';
import type { CardProtocol } from '../../../main/card/pcsc/pcsc.ts';
import type { CardTransaction } from '../../../main/card/transaction.ts';
import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';

/** One command and its answer in hexadecimal; blanks are for the reader. A command may be a pattern. */
export type Exchange = readonly [command: string | RegExp, answer: string];

export interface ScriptedChannel extends CardTransaction {
  /** Commands sent so far, in hexadecimal. */
  readonly sent: readonly string[];
  /** Exchanges of the script that were not used. */
  readonly left: readonly Exchange[];
  readonly isReset: boolean;
}

/** Plays a script: any command but the next one fails the test. */
export function scriptedChannel(script: readonly Exchange[], protocol: CardProtocol = 'T=1', eventCounter: number | null = 1): ScriptedChannel {
  const sent: string[] = [];
  const left = [...script];
  let isReset = false;
  return {
    protocol,
    sent,
    left,
    get isReset() {
      return isReset;
    },
    readEventCounter: async () => eventCounter,
    control: refuseControl,
    resetAtEnd: () => {
      isReset = true;
    },
    async transmit(command) {
      const bytes = Buffer.from(command).toString('hex');
      sent.push(bytes);
      const next = left.shift();
      if (!next || !matches(next[0], bytes)) throw new Error(`The script expects ${next?.[0] ?? 'nothing more'}, not ${bytes}`);
      return Uint8Array.from(Buffer.from(next[1].replaceAll(' ', ''), 'hex'));
    },
  };
}

/** A reader that knows no control code. */
const refuseControl = (): Promise<Uint8Array> => Promise.reject(new PcscError(pcscCodes.SCARD_E_UNSUPPORTED_FEATURE, 'control'));

const matches = (expected: string | RegExp, sent: string): boolean =>
  typeof expected === 'string' ? expected.replaceAll(' ', '').toLowerCase() === sent : expected.test(sent);

/** A channel into a virtual card, with the commands it was sent. */
export function cardChannel(card: VirtualCard, protocol: CardProtocol = 'T=1'): ScriptedChannel {
  const sent: string[] = [];
  let isReset = false;
  card.powerOn();
  return {
    protocol,
    sent,
    left: [],
    get isReset() {
      return isReset;
    },
    readEventCounter: async () => 1,
    control: refuseControl,
    resetAtEnd: () => {
      isReset = true;
    },
    async transmit(command) {
      const copy = Uint8Array.from(command);
      sent.push(Buffer.from(copy).toString('hex'));
      return card.process(copy);
    },
  };
}

/** A channel whose answers come from a function. */
export const answeringChannel = (answer: (command: Uint8Array, count: number) => Uint8Array, protocol: CardProtocol = 'T=1'): ApduChannel => {
  let count = 0;
  return { protocol, transmit: async (command) => answer(command, count++) };
};
