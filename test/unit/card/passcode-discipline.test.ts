import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readCommand } from '../../../main/card/border.ts';
import type { PcscCodeName } from '../../../main/card/pcsc/errors.ts';
import { passcodeLimitMs } from '../../../main/card/passcode-hold.ts';
import type { TransactionLimits } from '../../../main/card/transaction.ts';
import type { VirtualCard } from '../../../simulator/card/virtual-card.ts';
import { digits, makeCard } from './cards.ts';
import { DeskRig, isWiped, reader } from './desk-rig.ts';

/**
 * Whatever comes of a passcode: every buffer it was in is zero, and no word of it is told, thrown or printed. The buffers
 * are the ones typed into, the padded copies, and each command that was handed to the reader.
 */

const right = '482916';
const wrong = '305827';
const replacement = '739154';
const secrets = [right, wrong, replacement].flatMap((text) => [text, Buffer.from(text, 'ascii').toString('hex')]);

let rig: DeskRig;
let commands: Uint8Array[];
let printed: unknown[];

beforeEach(async () => {
  commands = [];
  printed = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed.push(text);
      return true;
    });
  }
  await restart();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rig.stop();
});

async function restart(changes: ConstructorParameters<typeof DeskRig>[0] = {}): Promise<void> {
  await rig?.stop();
  rig = new DeskRig(changes);
  await rig.start();
}

/** A card that gives the test each command as the very buffer that was sent. */
async function insert(card: VirtualCard): Promise<void> {
  const original = rig.pcsc.establish.bind(rig.pcsc);
  rig.pcsc.establish = async () => {
    const context = await original();
    return {
      ...context,
      connect: async (name) => {
        const connected = await context.connect(name);
        return { ...connected, transmit: (command) => (commands.push(command), connected.transmit(command)) };
      },
    };
  };
  await rig.insert(card);
}

const holdsPasscode = (command: Uint8Array) => command.length > 5;

/** @param held commands that still had to be held when the outcome was told */
function expectNothingLeft(told: unknown): void {
  expect(rig.typed.length).toBeGreaterThan(0);
  expect(rig.typed.map(isWiped)).toEqual(rig.typed.map(() => true));
  expect(commands.filter(holdsPasscode).filter((command) => !isWiped(command))).toEqual([]);
  const words = [inspect(rig.events.all, { depth: 20, maxArrayLength: null }), inspect(told, { depth: 20, maxArrayLength: null }), ...printed.map(String)].join('\n');
  for (const secret of secrets) expect(words).not.toContain(secret);
}

interface Situation {
  readonly name: string;
  /** What the card, the reader or the person does. */
  readonly prepare?: (card: Awaited<ReturnType<typeof makeCard>>) => void | Promise<void>;
  readonly behaviour?: Parameters<typeof makeCard>[0];
  readonly typed?: string;
  readonly meanwhile?: () => void;
  readonly limits?: TransactionLimits;
  readonly outcome: string;
}

const failing = (code: PcscCodeName) => () => {
  rig.pcsc.transmitFailure = code;
};

/** Has the card answer any command with a passcode in it so. */
function answering(answer: () => Promise<Buffer>): NonNullable<Situation['prepare']> {
  return (card) => {
    const process = card.process.bind(card);
    card.process = (command) => (holdsPasscode(command) && (command[1] === 0x20 || command[1] === 0x24) ? answer() : process(command));
  };
}

const situations: readonly Situation[] = [
  { name: 'right', outcome: 'done' },
  { name: 'wrong', typed: wrong, outcome: 'wrong-passcode' },
  { name: 'no passcode at all', typed: '12ab', outcome: 'bad-format' },
  { name: 'the card is blocked', prepare: (card) => card.block(), outcome: 'blocked' },
  { name: 'one try is left', prepare: (card) => void [card.tryPasscode('000000'), card.tryPasscode('000000')], outcome: 'last-try-unconfirmed' },
  { name: 'cancelled', behaviour: { behaviour: { slowMs: 5 } }, meanwhile: () => rig.desk.cancel(1), outcome: 'cancelled' },
  { name: 'the card is gone', prepare: () => rig.pcsc.takeOutUnseen(reader), outcome: 'card-gone' },
  { name: 'the card goes while it works', prepare: failing('SCARD_W_REMOVED_CARD'), outcome: 'card-gone' },
  { name: 'the service goes while it works', prepare: failing('SCARD_E_SERVICE_STOPPED'), outcome: 'failed' },
  { name: 'another program has the card', prepare: () => void (rig.pcsc.connectFailures = ['SCARD_E_SHARING_VIOLATION']), outcome: 'in-use' },
  { name: 'the card does not answer at the passcode', prepare: answering(() => Promise.resolve(Buffer.alloc(0))), outcome: 'card-gone' },
  { name: 'the card never answers at the passcode', prepare: answering(() => new Promise(() => undefined)), limits: { turnMs: 5000, workMs: 200 }, outcome: 'failed' },
];

describe.each(situations)('$name', ({ prepare, behaviour = {}, typed = right, meanwhile, limits, outcome }) => {
  test.each(['sign-in', 'change'] as const)('%s', async (kind) => {
    if (limits) await restart({ limits });
    const card = await makeCard(behaviour);
    await insert(card);
    commands = [];
    await prepare?.(card);
    rig.type(1, typed, kind === 'change' ? replacement : null);
    const serving = kind === 'sign-in' ? rig.signIn() : rig.change();
    meanwhile?.();
    await serving;
    const [event] = rig.outcomes;
    expect(event).toBeDefined();
    expect(event!.type === 'refused' ? event!.refusal.kind : 'done').toBe(outcome);
    expectNothingLeft(event);
  });
});

test('a defect of ours ends the request with an error that holds nothing of it', async () => {
  const card = await makeCard();
  await insert(card);
  card.process = () => Promise.reject(new TypeError('a defect'));
  rig.type(1, right, replacement);
  const thrown = await rig.change().then(() => null, (error: unknown) => error);
  expect(thrown).toBeInstanceOf(TypeError);
  expectNothingLeft(thrown);
});

test('a passcode whose command never comes', () => {
  vi.useFakeTimers();
  try {
    rig.type(1, right, replacement);
    vi.advanceTimersByTime(passcodeLimitMs);
  } finally {
    vi.useRealTimers();
  }
  expectNothingLeft(null);
});

test('a card that is lost takes along what was typed for it', async () => {
  const card = await makeCard();
  await insert(card);
  rig.type(1);
  rig.pcsc.remove(reader);
  await rig.events.until(() => rig.events.of('card-lost').length > 0);
  expectNothingLeft(null);
});

test.each([
  { type: 'passcode', requestId: 1, passcode: right, replacement: null },
  { type: 'passcode', requestId: right, passcode: digits(right), replacement: null },
  { type: 'passcode', requestId: 1, passcode: digits(right), replacement },
  { type: right },
])('a message that is none is refused without a word of it (%#)', (message) => {
  let thrown: unknown;
  try {
    readCommand(message);
  } catch (error) {
    thrown = error;
  }
  const words = `${inspect(thrown, { depth: 20 })}`;
  expect(thrown).toBeDefined();
  for (const secret of secrets) expect(words.split('\n    at ')[0]).not.toContain(secret);
});
