/** The command line of the simulator. */
import { parseArgs } from 'node:util';
import { EXCHANGE_NAMES, NATIONAL_NAMES, REGION_IDS } from './exchange/regions.ts';
import type { RegionId } from './people/story.ts';

export const LEAVABLE = ['practice', ...REGION_IDS, ...EXCHANGE_NAMES, ...NATIONAL_NAMES, 'pds', 'identity', 'card'] as const;
export type Leavable = (typeof LEAVABLE)[number];

export interface Arguments {
  /** A deployment whose parts fill the places of what is left out. */
  readonly config: string | null;
  /** PEM file of a further authority whose cards may sign in. */
  readonly trust: string | null;
  readonly without: ReadonlySet<Leavable>;
  /** Whose exchange the configuration names. */
  readonly region: RegionId;
  /** 0: any free port. */
  readonly port: number;
  /** `simulated` never uses the computer's own PC/SC service. */
  readonly reader: 'either' | 'simulated';
}

/** What is wrong with the command line, in one sentence for whoever typed it. */
export class ArgumentProblem extends Error {
  override readonly name = 'ArgumentProblem';
}

export const USAGE = 'Options: --config FILE, --no-card, --trust FILE, --without SERVICE[,SERVICE], --port NUMBER, --reader either|simulated, --region REGION.';

/** Throws `ArgumentProblem`. */
export function readArguments(argv: readonly string[]): Arguments {
  const values = parse(argv);
  const without = new Set((values.without ?? []).flatMap((text) => text.split(',')).filter((text) => text !== '').map(leavable));
  if (values['no-card'] === true) without.add('card');
  return { config: values.config ?? null, trust: values.trust ?? null, without, region: region(values.region ?? 'wessex'), port: port(values.port ?? '0'), reader: reader(values.reader ?? 'either') };
}

interface Values {
  config?: string;
  trust?: string;
  without?: string[];
  port?: string;
  reader?: string;
  region?: string;
  'no-card'?: boolean;
}

function parse(argv: readonly string[]): Values {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: false,
      options: {
        config: { type: 'string' },
        'no-card': { type: 'boolean' },
        trust: { type: 'string' },
        without: { type: 'string', multiple: true },
        port: { type: 'string' },
        reader: { type: 'string' },
        region: { type: 'string' },
      },
    }).values as Values;
  } catch (error) {
    if (error instanceof TypeError) throw new ArgumentProblem(`${firstSentence(error.message)} ${USAGE}`);
    throw error;
  }
}

function firstSentence(text: string): string {
  return `${text.split('. ')[0]?.replace(/\.$/, '')}.`;
}

function leavable(text: string): Leavable {
  const name = text.trim();
  if ((LEAVABLE as readonly string[]).includes(name)) return name as Leavable;
  throw new ArgumentProblem(`There is no service ${JSON.stringify(name)} to leave out. Services: ${LEAVABLE.join(', ')}.`);
}

function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw new ArgumentProblem(`A port is a number from 0 to 65535, not ${JSON.stringify(text)}.`);
}

function reader(text: string): 'either' | 'simulated' {
  if (text === 'either' || text === 'simulated') return text;
  throw new ArgumentProblem(`A reader is "either" or "simulated", not ${JSON.stringify(text)}.`);
}

function region(text: string): RegionId {
  const known = REGION_IDS.find((id) => id === text);
  if (known !== undefined) return known;
  throw new ArgumentProblem(`There is no region ${JSON.stringify(text)}. Regions: ${REGION_IDS.join(', ')}.`);
}
