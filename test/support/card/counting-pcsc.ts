import type { Pcsc, PcscCard, PcscContext } from '../../../main/card/pcsc/pcsc.ts';

/** What went through a PC/SC service: calls by name, each a round trip where the service is across a network, and commands. */
export interface PcscCount {
  readonly calls: Map<string, number>;
  /** The first four bytes of each command, in hexadecimal: never what it holds. */
  readonly commands: string[];
}

/** The same service, counted. */
export function countingPcsc(pcsc: Pcsc): { readonly pcsc: Pcsc; readonly count: PcscCount } {
  const count: PcscCount = { calls: new Map(), commands: [] };
  return { pcsc: { establish: async () => countContext(await counted(count, 'establish', () => pcsc.establish()), count) }, count };
}

/** The fewest commands a card lets one sign in with: SELECT, VERIFY, the signature, and that it forgets the passcode. */
export function fewestSignInCommands({ inputBytes, answerBytes }: { readonly inputBytes: number; readonly answerBytes: number }): number {
  const signature = Math.ceil(inputBytes / 255) + Math.ceil(answerBytes / 256) - 1;
  return 3 + signature;
}

const countContext = (context: PcscContext, count: PcscCount): PcscContext => ({
  listReaders: () => counted(count, 'listReaders', () => context.listReaders()),
  waitForChange: (known, timeoutMs) => counted(count, 'waitForChange', () => context.waitForChange(known, timeoutMs)),
  cancel: () => context.cancel(),
  connect: async (reader) => countCard(await counted(count, 'connect', () => context.connect(reader)), count),
  release: () => counted(count, 'release', () => context.release()),
});

const countCard = (card: PcscCard, count: PcscCount): PcscCard => ({
  protocol: card.protocol,
  beginTransaction: () => counted(count, 'beginTransaction', () => card.beginTransaction()),
  transmit: (command) => {
    count.commands.push(Buffer.from(command.subarray(0, 4)).toString('hex'));
    return counted(count, 'transmit', () => card.transmit(command));
  },
  control: (code, input) => counted(count, 'control', () => card.control(code, input)),
  endTransaction: (disposition) => counted(count, 'endTransaction', () => card.endTransaction(disposition)),
  disconnect: (disposition) => counted(count, 'disconnect', () => card.disconnect(disposition)),
});

function counted<Result>({ calls }: PcscCount, name: string, call: () => Promise<Result>): Promise<Result> {
  calls.set(name, (calls.get(name) ?? 0) + 1);
  return call();
}
