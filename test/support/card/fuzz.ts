import { verify, X509Certificate, type KeyObject } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { CardEvent } from '../../../main/card/messages.ts';
import type { PivCard } from '../../../main/card/piv/read.ts';
import type { PivBehaviour } from '../../../simulator/card/piv-behaviour.ts';
import type { PivCard as SimulatedCard } from '../../../simulator/card/piv-card.ts';
import { digits, makeCard, passcode } from '../../unit/card/cards.ts';
import { readAtDesk, signInAtDesk } from './at-desk.ts';
import { FuzzingReader, type FuzzRates } from './fuzzing-reader.ts';
import { SeededRandom } from './random.ts';

/** A card to fuzz over, and what reading it told while nothing was mutated. */
export interface FuzzCard {
  readonly card: SimulatedCard;
  readonly publicKey: KeyObject;
  readonly known: PivCard;
}

/** What must never be, and was. `seed` makes it be again. */
export interface Finding {
  readonly seed: number;
  readonly what: string;
}

export type FuzzOutcome = 'signed' | 'refused' | 'not-ready';

export interface FuzzReport {
  readonly mutatedAnswers: number;
  readonly runs: number;
  readonly outcomes: Readonly<Record<FuzzOutcome, number>>;
  readonly findings: readonly Finding[];
  readonly ms: number;
  readonly heapGrowthBytes: number;
}

const behaviours: readonly Partial<PivBehaviour>[] = [
  {},
  { answerBytes: 100 },
  { protocol: 'T=0' },
  { discovery: '6020', certificate: 'net-id' },
  { wrongPasscode: '630x', lastWrongTry: '6983', certificate: 'gzip' },
  { wrongPasscode: '6982', passcodeDrop: 'unknown' },
  { selectBy: 'full-only', exactLength: true },
  { triesQuery: 'never-9000', discovery: 'missing', selectAgain: 'forgets-passcode' },
];

const limits = { turnMs: 50, workMs: 50 };
const honest: FuzzRates = { answer: 0, reset: 0, call: 0, late: 0, never: 0, pad: null };

/** One card of each behaviour, with keys that the simulator signs fast with, and one of each kind of curve. */
export async function makeFuzzCards(): Promise<readonly FuzzCard[]> {
  const cards = [
    ...(await Promise.all(behaviours.map((behaviour) => makeCard({ algorithm: 'RSA-2048', behaviour })))),
    await makeCard({ algorithm: 'P-256' }),
    await makeCard({ algorithm: 'P-384' }),
  ];
  return Promise.all(cards.map(readHonestly));
}

async function readHonestly(card: SimulatedCard): Promise<FuzzCard> {
  const read = await readAtDesk(new FuzzingReader(card, new SeededRandom(0), honest), limits);
  if (read.kind !== 'read' || read.reading.card === null) throw new Error('A card to fuzz over cannot be read');
  return { card, known: read.reading.card, publicKey: new X509Certificate(card.certificate).publicKey };
}

/** Reads a card and signs in with it, over a line that the seed decides. */
export async function fuzzOnce(seed: number, cards: readonly FuzzCard[]): Promise<{ outcome: FuzzOutcome; mutated: number; findings: readonly Finding[] }> {
  const random = new SeededRandom(seed);
  const fuzzed = random.pick(random.chance(0.02) ? cards : cards.slice(0, behaviours.length));
  await prepare(fuzzed.card, random);
  const reader = new FuzzingReader(fuzzed.card, random, ratesOf(random));
  const findings: Finding[] = [];
  const find = (what: string) => void findings.push({ seed, what });
  const outcome = await readAndSignIn(fuzzed, reader, random, find).catch((error: unknown) => {
    find(`An error that is no failure of a card: ${String(error)}`);
    return 'refused' as const;
  });
  return { outcome, mutated: reader.witness.mutated, findings };
}

const select = Buffer.from('00a404000ba00000030800001000010000', 'hex');
const verifyRight = Buffer.from(`0020008008${Buffer.from(passcode, 'ascii').toString('hex')}ffff`, 'hex');

async function prepare(card: SimulatedCard, random: SeededRandom): Promise<void> {
  card.restore();
  // As another program may leave it.
  if (random.chance(0.05)) for (const command of [select, verifyRight]) await card.process(command);
  if (random.chance(0.03)) card.block();
  for (let spent = random.below(6) - 3; spent > 0; spent--) card.tryPasscode('000000');
}

/** Some lines mutate one answer in ten, some nearly each; a few fall silent, but for readers with keys: these wait long. */
function ratesOf(random: SeededRandom): FuzzRates {
  const pad = random.chance(0.1) ? { rightPasscode: 0.7 } : null;
  return {
    pad,
    answer: random.pick([0.1, 0.2, 0.5, 0.9]),
    reset: random.pick([0, 0, 0.05]),
    call: random.pick([0, 0, 0.02]),
    late: 0.02,
    never: pad === null && random.chance(0.001) ? 0.1 : 0,
  };
}

async function readAndSignIn(fuzzed: FuzzCard, reader: FuzzingReader, random: SeededRandom, find: (what: string) => void): Promise<FuzzOutcome> {
  const card = random.chance(0.5) ? fuzzed.known : await cardRead(reader);
  if (card === null) return 'not-ready';
  const typed = card.pinPad !== null && random.chance(0.8) ? 'pin-pad' : digits(random.pick([passcode, passcode, passcode, '111111', '12345a']));
  reader.witness.begin();
  const { event } = await signInAtDesk({ pcsc: reader, card, typed, lastTryConfirmed: random.chance(0.5), limits });
  if (!reader.witness.isHung) await reader.closed();
  check(fuzzed, reader, typed, event, find);
  return event.type === 'signed' ? 'signed' : 'refused';
}

async function cardRead(reader: FuzzingReader): Promise<PivCard | null> {
  const read = await readAtDesk(reader, limits);
  return read.kind === 'read' ? read.reading.card : null;
}

/** What holds whatever the line did. */
function check({ publicKey }: FuzzCard, { witness }: FuzzingReader, typed: Uint8Array | 'pin-pad', event: CardEvent, find: (what: string) => void): void {
  if (event.type === 'signed') {
    if (!witness.isVerified) find('A signature without a passcode that the card took');
    if (!isGenuine(event.assertion, publicKey)) find('A signature that is not the card’s');
  }
  if (witness.passcodes > 1) find('A passcode that was sent more than once');
  if (typed !== 'pin-pad' && !typed.every((byte) => byte === 0)) find('A passcode that was not wiped');
  // What a card keeps for itself nobody can wipe or drop.
  if (witness.isHung) return;
  if (!witness.passcodeCommands.every((command) => command.every((byte) => byte === 0))) find('A command that was not wiped');
  if (witness.isVerified && !witness.isDropAsked) find('A right passcode that the card was not asked to forget');
}

const algorithms: Readonly<Record<string, string>> = { RS256: 'sha256', ES256: 'sha256', ES384: 'sha384' };

function isGenuine(assertion: string, key: KeyObject): boolean {
  const [header = '', payload = '', signature = ''] = assertion.split('.');
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string };
  return verify(algorithms[alg]!, Buffer.from(`${header}.${payload}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

const heldFindings = 20;

/** Goes on until so many answers were mutated, or the time is up. */
export async function fuzzCards(options: { readonly mutatedAnswers: number; readonly firstSeed: number; readonly limitMs: number }): Promise<FuzzReport> {
  const cards = await makeFuzzCards();
  const outcomes = { signed: 0, refused: 0, 'not-ready': 0 };
  const findings: Finding[] = [];
  let mutatedAnswers = 0;
  let runs = 0;
  const heapBefore = heapInUse();
  const started = performance.now();
  while (mutatedAnswers < options.mutatedAnswers && performance.now() - started < options.limitMs) {
    const seed = options.firstSeed + runs;
    const run = await withinLimit(fuzzOnce(seed, cards));
    runs += 1;
    if (run === 'hung') {
      findings.push({ seed, what: 'A run that does not end' });
      break;
    }
    mutatedAnswers += run.mutated;
    outcomes[run.outcome] += 1;
    findings.push(...run.findings.slice(0, heldFindings - findings.length));
  }
  const ms = performance.now() - started;
  return { mutatedAnswers, runs, outcomes, findings, ms, heapGrowthBytes: heapInUse() - heapBefore };
}

/** Far beyond the driver's own limits, on a busy computer too. */
const runLimitMs = 60_000;

async function withinLimit<Result>(run: Promise<Result>): Promise<Result | 'hung'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<'hung'>((resolve) => {
    timer = setTimeout(() => resolve('hung'), runLimitMs);
  });
  try {
    return await Promise.race([run, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** After a collection of everything that nobody holds. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
