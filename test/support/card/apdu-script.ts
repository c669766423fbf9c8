import type { CardProtocol } from '../../../main/card/pcsc/pcsc.ts';
import { pcscCodes, type PcscCodeName } from '../../../main/card/pcsc/errors.ts';
import type { CardAlgorithm } from '../../../simulator/card/certificate-authority.ts';

/** A card as bytes on the line. The form of the files is described in README.md. */
export interface ApduScript {
  readonly card: CardAlgorithm;
  readonly protocol: CardProtocol;
  readonly stored: CertificateStorage;
  /** As the clinician types it. */
  readonly passcode: string;
  readonly lastTryConfirmed: boolean;
  readonly expected: { readonly tells: string; readonly ends: string | null; readonly shows: string | null; readonly leaves: string | null };
  readonly reading: readonly Exchange[];
  readonly signingIn: readonly Exchange[];
}

export const certificateStorages = ['plain', 'gzip', 'plain-flagged-gzip', 'gzip-flagged-plain', 'net-id'] as const;
export type CertificateStorage = (typeof certificateStorages)[number];

export interface Exchange {
  /** Of the file, for whoever looks for it. */
  readonly line: number;
  readonly command: readonly Token[];
  readonly answer: readonly Token[] | { readonly fails: PcscCodeName };
  readonly repeats: boolean;
}

/** A byte, any byte, or a value by name with how many of its bytes; `null` for all there are. */
export type Token = number | 'any' | { readonly value: string; readonly count: number | null };

/** A file that is no script. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

const phases = ['reading', 'signing in'] as const;
type Phase = (typeof phases)[number];

interface Line {
  readonly number: number;
  readonly text: string;
}

/** @throws {ScriptError} */
export function parseApduScript(source: string): ApduScript {
  const lines = meaningfulLines(source);
  const firstPhase = lines.findIndex(({ text }) => isPhase(text));
  if (firstPhase < 0) throw new ScriptError('The script reads nothing');
  const head = readHead(lines.slice(0, firstPhase));
  const exchanges = readPhases(lines.slice(firstPhase));
  const need = (name: string): string => head.get(name) ?? fail(`The head says no "${name}"`);
  return {
    card: oneOf(need('card'), ['RSA-2048', 'RSA-3072', 'P-256', 'P-384']),
    protocol: oneOf(need('protocol'), ['T=0', 'T=1']),
    stored: oneOf(head.get('stored') ?? 'plain', certificateStorages),
    passcode: head.get('passcode') ?? '482916',
    lastTryConfirmed: head.get('last try') === 'confirmed',
    expected: { tells: need('tells'), ends: head.get('ends') ?? null, shows: head.get('shows') ?? null, leaves: head.get('leaves') ?? null },
    reading: exchanges.get('reading') ?? [],
    signingIn: exchanges.get('signing in') ?? [],
  };
}

/** Lines without remarks, with the ones that go on joined to the one they go on with. */
function meaningfulLines(source: string): readonly Line[] {
  const lines: Line[] = [];
  for (const [index, written] of source.split('\n').entries()) {
    const text = written.replace(/#.*/, '').trimEnd();
    const last = lines.at(-1);
    if (text.trim() === '') continue;
    if (/^\s/.test(text) && last) lines[lines.length - 1] = { ...last, text: `${last.text} ${text.trim()}` };
    else lines.push({ number: index + 1, text });
  }
  return lines;
}

const headNames = ['card', 'protocol', 'stored', 'passcode', 'last try', 'tells', 'ends', 'shows', 'leaves'];

function readHead(lines: readonly Line[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map(({ number, text }) => {
      const [, name = '', value = ''] = /^([a-z ]+): (.+)$/.exec(text) ?? [];
      if (!headNames.includes(name)) throw new ScriptError(`Line ${number} is no line of a head: ${text}`);
      return [name, value.trim()];
    }),
  );
}

function readPhases(lines: readonly Line[]): ReadonlyMap<Phase, readonly Exchange[]> {
  const found = new Map<Phase, Exchange[]>();
  let phase: Phase | null = null;
  let repeats = false;
  let command: Line | null = null;
  for (const line of lines) {
    if (isPhase(line.text)) {
      phase = line.text;
      found.set(phase, []);
    } else if (line.text === 'repeat') repeats = true;
    else if (line.text.startsWith('>')) command = line;
    else if (phase !== null && command !== null && /^[<!]/.test(line.text)) {
      found.get(phase)!.push({ line: command.number, command: readTokens(command), answer: readAnswer(line), repeats });
      command = null;
      repeats = false;
    } else throw new ScriptError(`Line ${line.number} has no place there: ${line.text}`);
  }
  if (command !== null) throw new ScriptError(`Line ${command.number} has no answer`);
  return found;
}

function readAnswer(line: Line): Exchange['answer'] {
  if (line.text.startsWith('<')) return readTokens(line);
  const code = line.text.slice(1).trim();
  if (!(code in pcscCodes)) throw new ScriptError(`Line ${line.number} names no PC/SC code: ${code}`);
  return { fails: code as PcscCodeName };
}

function readTokens({ number, text }: Line): readonly Token[] {
  const body = text.slice(1).replaceAll(/\s/g, '');
  const tokens = body.match(/\{[^}]*\}|../gs) ?? [];
  if (tokens.join('') !== body) throw new ScriptError(`Line ${number} ends in half a byte`);
  return tokens.map((token) => readToken(token, number));
}

function readToken(token: string, line: number): Token {
  if (token === '??') return 'any';
  if (/^[0-9A-Fa-f]{2}$/.test(token)) return Number.parseInt(token, 16);
  const [, value, count] = /^\{(certificate|signature|more|left|passcode|input)(?::(\d+))?\}$/.exec(token) ?? [];
  if (value === undefined) throw new ScriptError(`Line ${line} holds ${token}, which is nothing`);
  return { value, count: count === undefined ? null : Number(count) };
}

const isPhase = (text: string): text is Phase => (phases as readonly string[]).includes(text);

function oneOf<Name extends string>(value: string, names: readonly Name[]): Name {
  return names.find((name) => name === value) ?? fail(`"${value}" is none of ${names.join(', ')}`);
}

function fail(message: string): never {
  throw new ScriptError(message);
}
