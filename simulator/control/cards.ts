/** The controls of the virtual cards and their readers (docs/identity-and-simulator.md). */
import * as z from 'zod';
import { behaviourSchema } from '../card/piv-behaviour.ts';
import type { HeardCommand } from '../card/hearing.ts';
import type { PivBehaviour } from '../card/piv-behaviour.ts';
import { json } from '../http/service.ts';
import type { Answer } from '../http/service.ts';
import { refuse, sentence } from './refusals.ts';

/** The virtual readers as control sees them. Cards are named by their id, readers count from 1. */
export interface ReaderControl {
  readonly readers: number;
  readonly cards: readonly { readonly id: string; readonly kind: 'piv' | 'other' }[];
  readonly heard: readonly HeardCommand[];
  insert(id: string, reader: number): Promise<void>;
  /** Out of one reader, or out of all. */
  remove(reader?: number): Promise<void>;
  behave(id: string, behaviour: Partial<PivBehaviour> | null): Promise<void>;
  block(id: string): Promise<void>;
  reset(): Promise<void>;
}

const readerSchema = z.number().int().min(1);
const insertSchema = z.strictObject({ card: z.string(), reader: readerSchema.default(1) });
const removeSchema = z.strictObject({ reader: readerSchema.optional() });
const behaviourBodySchema = z.strictObject({ card: z.string(), behaviour: behaviourSchema.partial().nullable() });
const blockSchema = z.strictObject({ card: z.string() });

type Action = (body: unknown) => Promise<Answer>;

/** `null`: the simulator was started without a card. */
export function cardControls(reader: ReaderControl | null): Readonly<Record<string, Action>> {
  return {
    'card/insert': action(reader, insertSchema, 'any-card', async (readers, { card, reader: number }) => {
      await readers.insert(card, number);
      return { inserted: card };
    }),
    'card/remove': action(reader, removeSchema, 'any-card', async (readers, { reader: number }) => {
      await readers.remove(number);
      return { inserted: null };
    }),
    'card/behaviour': action(reader, behaviourBodySchema, 'piv-card', async (readers, { card, behaviour }) => {
      await readers.behave(card, behaviour === null ? null : given(behaviour));
      return { card, behaviour };
    }),
    'card/block': action(reader, blockSchema, 'piv-card', async (readers, { card }) => {
      await readers.block(card);
      return { blocked: card };
    }),
  };
}

interface Named {
  readonly card?: string | undefined;
  readonly reader?: number | undefined;
}

type Wanted = 'any-card' | 'piv-card';

/** A control that looks at its body, and at whom it names, before it does anything. */
function action<Body extends Named>(reader: ReaderControl | null, schema: z.ZodType<Body>, wanted: Wanted, run: (reader: ReaderControl, body: Body) => Promise<unknown>): Action {
  return async (body) => {
    const read = schema.safeParse(body);
    if (!read.success) return refuse(400, sentence(read.error));
    if (reader === null) return refuse(409, 'The simulator was started without a card.');
    return refusal(reader, read.data, wanted) ?? json(200, await run(reader, read.data));
  };
}

function refusal({ cards, readers }: ReaderControl, { card, reader }: Named, wanted: Wanted): Answer | null {
  const named = card === undefined ? null : cards.find(({ id }) => id === card);
  if (named === undefined) return refuse(404, `There is no card ${JSON.stringify(card)}. Cards: ${cards.map(({ id }) => id).join(', ')}.`);
  if (named?.kind === 'other' && wanted === 'piv-card') return refuse(409, `The card ${JSON.stringify(card)} is none for signing in.`);
  if (reader !== undefined && reader > readers) return refuse(409, readers === 1 ? 'There is one reader here.' : `There are ${readers} readers here.`);
  return null;
}

/** Without the fields that were left out. */
const given = (behaviour: Partial<Record<keyof PivBehaviour, unknown>>): Partial<PivBehaviour> =>
  Object.fromEntries(Object.entries(behaviour).filter(([, value]) => value !== undefined)) as Partial<PivBehaviour>;
