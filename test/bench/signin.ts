/**
 * `signin`: from the command to the assertion, through the real card process and pcscd, against `pkcs11-tool --login
 * --sign` with OpenSC's module on the same card, in turn in the same run. The ratio is to that; the floor is the very
 * same commands sent bare, in one transaction. Both kinds of key are measured; the figure is the RSA card's.
 *
 * Commands are counted at the card. The fewest it allows are SELECT, VERIFY, GENERAL AUTHENTICATE (two chained commands
 * and a GET RESPONSE for RSA-2048, one command for P-256), and the VERIFY that makes it forget the passcode. The one
 * that Lanyard adds asks for the tries left, so that the last one is never spent unknowingly.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nativePcsc } from '../../main/card/pcsc/native.ts';
import { readPivCard } from '../../main/card/piv/read.ts';
import { signInWithPiv } from '../../main/card/piv/sign-in.ts';
import { withTransaction } from '../../main/card/transaction.ts';
import type { Desk } from '../../scripts/workstation/desk.ts';
import { channelTo } from '../integration/card/card-process.ts';
import { verified, WatchedClient } from '../integration/card/watched-client.ts';
import { fewestSignInCommands } from '../support/card/counting-pcsc.ts';
import { statement } from '../unit/card/cards.ts';
import { type Benchmark, type BenchmarkResult, median, rounded } from './benchmark.ts';

const ROUNDS = 50;
const WANTED = 0.5;
const READER = 'Virtual PCD 00 00';
const PROCESS = new URL('../../main/card/process.ts', import.meta.url);

/** `inputBytes` and `answerBytes` of the signature's template (NIST SP 800-73-5 part 2, section 3.2.4). */
const KINDS = {
  'RSA-2048': { card: 'nair', inputBytes: 266, answerBytes: 264, mechanism: ['-m', 'SHA256-RSA-PKCS'], isHashed: false },
  'P-256': { card: 'okafor', inputBytes: 38, answerBytes: 76, mechanism: ['-m', 'ECDSA', '--signature-format', 'openssl'], isHashed: true },
} as const;
type Kind = (typeof KINDS)[keyof typeof KINDS];

interface Figures {
  /** Milliseconds, medians. */
  readonly lanyard: number;
  readonly pkcs11Tool: number;
  readonly bare: number;
  /** Lanyard ÷ pkcs11-tool, the median of the rounds' ratios. */
  readonly ratio: number;
  readonly commands: number;
  readonly pkcs11ToolCommands: number;
}

async function run(desk: Desk): Promise<BenchmarkResult> {
  if (desk.smartcardService === null) throw new Error('This benchmark needs a smartcard service.');
  if (!existsSync('/usr/bin/pkcs11-tool')) throw new Error('This benchmark needs pkcs11-tool (Debian package opensc).');
  const rsa = await measure(desk, KINDS['RSA-2048']);
  const curve = await measure(desk, KINDS['P-256']);
  return {
    value: rounded(rsa.lanyard),
    unit: 'ms',
    floor: rounded(rsa.bare),
    ratio: rounded(rsa.ratio),
    limit: WANTED,
    peers: { ...peersOf('RSA-2048', rsa), 'P-256': rounded(curve.lanyard), 'P-256 bare': rounded(curve.bare), 'P-256 ratio': rounded(curve.ratio), ...peersOf('P-256', curve), rounds: ROUNDS },
  };
}

function peersOf(name: keyof typeof KINDS, { pkcs11Tool, commands, pkcs11ToolCommands }: Figures): Record<string, number> {
  return {
    [`${name} pkcs11-tool`]: rounded(pkcs11Tool),
    [`${name} APDUs`]: commands,
    [`${name} APDUs at least`]: fewestSignInCommands(KINDS[name]),
    [`${name} APDUs pkcs11-tool`]: pkcs11ToolCommands,
  };
}

async function measure(desk: Desk, kind: Kind): Promise<Figures> {
  const passcode = desk.simulator.passcode(kind.card);
  await desk.simulator.insertCard(kind.card);
  const tool = openPkcs11Tool(kind, passcode);
  const processes: ChildProcess[] = [];
  const watched = new WatchedClient(() => {
    const child = fork(PROCESS, { execArgv: ['--no-warnings'], serialization: 'advanced' });
    processes.push(child);
    return channelTo(child, { kind: 'pcsc' });
  });
  try {
    await watched.untilCard('ready');
    const signIn = async (): Promise<unknown> => verified(await watched.signIn(passcode), watched.card);
    const bare = openBare(await commandsOfSignIn(passcode));
    // The first of each loads what the others find loaded.
    const counted = { commands: await commandsAtCard(desk, signIn), pkcs11ToolCommands: await commandsAtCard(desk, () => tool.sign()) };
    await bare();
    const rounds: { lanyard: number; pkcs11Tool: number; bare: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({ lanyard: await timed(() => watched.signIn(passcode)), pkcs11Tool: await timed(() => tool.sign()), bare: await timed(bare) });
    }
    return {
      lanyard: median(rounds.map(({ lanyard }) => lanyard)),
      pkcs11Tool: median(rounds.map(({ pkcs11Tool }) => pkcs11Tool)),
      bare: median(rounds.map((round) => round.bare)),
      ratio: median(rounds.map(({ lanyard, pkcs11Tool }) => lanyard / pkcs11Tool)),
      ...counted,
    };
  } finally {
    watched.client.stop();
    tool.remove();
    await Promise.all(processes.map(ended));
    await desk.simulator.removeCard();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** How many commands the card got meanwhile. */
async function commandsAtCard(desk: Desk, work: () => Promise<unknown>): Promise<number> {
  const before = (await desk.simulator.cardCommands()).length;
  await work();
  return (await desk.simulator.cardCommands()).length - before;
}

function openPkcs11Tool({ mechanism, isHashed }: Kind, passcode: string): { sign(): Promise<unknown>; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'lanyard-signin-'));
  const input = join(folder, 'input');
  const message = Buffer.from('signed by another program');
  writeFileSync(input, isHashed ? createHash('sha256').update(message).digest() : message);
  const words = ['--login', '--pin', passcode, '--sign', ...mechanism, '--id', '01', '-i', input, '-o', join(folder, 'signature')];
  return {
    sign: () => promisify(execFile)('/usr/bin/pkcs11-tool', words, { timeout: 20_000 }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** What the driver sends for one sign-in, byte by byte. */
async function commandsOfSignIn(passcode: string): Promise<readonly Uint8Array[]> {
  const sent: Uint8Array[] = [];
  await withTransaction(nativePcsc(), READER, { turnMs: 5_000, workMs: 10_000 }, async (transaction, signal) => {
    const { card } = await readPivCard(transaction);
    const eventCounter = await transaction.readEventCounter();
    if (card === null || eventCounter === null) throw new Error('The card could not be read.');
    const noted = { ...transaction, transmit: (command: Uint8Array) => transaction.transmit(copied(command)) };
    const copied = (command: Uint8Array): Uint8Array => (sent.push(Uint8Array.from(command)), command);
    const { outcome } = await signInWithPiv(noted, { card, eventCounter, statement, passcode: Buffer.from(passcode), lastTryConfirmed: false, signal });
    if (outcome.kind !== 'signed') throw new Error('The card did not sign.');
  });
  return sent;
}

/** Sends commands with nothing around them but what PC/SC wants. */
function openBare(commands: readonly Uint8Array[]): () => Promise<void> {
  const pcsc = nativePcsc();
  return async () => {
    const context = await pcsc.establish();
    const card = await context.connect(READER);
    await card.beginTransaction();
    for (const command of commands) await card.transmit(command);
    await card.endTransaction('leave');
    await card.disconnect('leave');
    await context.release();
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}

export const signin: Benchmark = { name: 'signin', run };
