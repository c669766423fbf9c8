/** The control service: cards in and out, faults, reset, and what was asked (docs/identity-and-simulator.md). */
import * as z from 'zod';
import { faultSchema, faultServiceSchema } from '../http/faults.ts';
import type { Faults } from '../http/faults.ts';
import type { RequestLog } from '../http/request-log.ts';
import { json, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';

/** The virtual reader as control sees it. */
export interface ReaderControl {
  readonly cardIds: readonly string[];
  insert(id: string): Promise<void>;
  remove(): Promise<void>;
  reset(): Promise<void>;
}

interface ControlParts {
  readonly faults: Faults;
  readonly log: RequestLog;
  /** `null` where the simulator was started without a card. */
  readonly reader: ReaderControl | null;
  /** A token without a card, for the headless tools: Dr Nair at the practice. */
  readonly issueToken: () => { readonly token: string; readonly roleId: string };
}

const insertSchema = z.strictObject({ card: z.string() });
const emptySchema = z.strictObject({});
const faultBodySchema = z.strictObject({ service: faultServiceSchema, fault: faultSchema.nullable() });

export function control(parts: ControlParts): (ask: Ask) => Promise<Answer> {
  const actions: Readonly<Record<string, (body: unknown) => Promise<Answer>>> = {
    'card/insert': (body) => insert(parts, body),
    'card/remove': (body) => remove(parts, body),
    fault: async (body) => setFault(parts, body),
    reset: (body) => reset(parts, body),
    token: async (body) => issueToken(parts, body),
  };
  return async (ask) => {
    if (ask.headers.origin !== undefined) return refuse(403, 'Web pages may not drive the simulator.');
    if (ask.path === 'requests') return ask.method === 'GET' ? json(200, parts.log.all()) : wrongVerb('GET');
    const action = Object.hasOwn(actions, ask.path) ? actions[ask.path] : undefined;
    if (action === undefined) return refuse(404, `There is no control at /${ask.path}. Controls: /card/insert, /card/remove, /fault, /reset, /token, /requests.`);
    if (ask.method !== 'POST') return wrongVerb('POST');
    const body = parse(ask.body);
    return body === undefined ? refuse(400, 'The body is not JSON.') : action(body);
  };
}

async function insert({ reader }: ControlParts, body: unknown): Promise<Answer> {
  const read = insertSchema.safeParse(body);
  if (!read.success) return refuse(400, sentence(read.error));
  if (reader === null) return refuse(409, 'The simulator was started without a card.');
  if (!reader.cardIds.includes(read.data.card)) return refuse(404, `There is no card ${JSON.stringify(read.data.card)}. Cards: ${reader.cardIds.join(', ')}.`);
  await reader.insert(read.data.card);
  return json(200, { inserted: read.data.card });
}

async function remove({ reader }: ControlParts, body: unknown): Promise<Answer> {
  const read = emptySchema.safeParse(body);
  if (!read.success) return refuse(400, sentence(read.error));
  if (reader === null) return refuse(409, 'The simulator was started without a card.');
  await reader.remove();
  return json(200, { inserted: null });
}

function setFault({ faults }: ControlParts, body: unknown): Answer {
  const read = faultBodySchema.safeParse(body);
  if (!read.success) return refuse(400, sentence(read.error));
  const { service, fault } = read.data;
  if (service === 'identity' && fault?.kind === 'wrong-patient') return refuse(400, 'The identity service knows no patients.');
  faults.set(service, fault);
  return json(200, { service, fault });
}

async function reset({ faults, log, reader }: ControlParts, body: unknown): Promise<Answer> {
  const read = emptySchema.safeParse(body);
  if (!read.success) return refuse(400, sentence(read.error));
  faults.clear();
  log.clear();
  await reader?.reset();
  return json(200, { reset: true });
}

function issueToken(parts: ControlParts, body: unknown): Answer {
  const read = emptySchema.safeParse(body);
  return read.success ? json(200, parts.issueToken()) : refuse(400, sentence(read.error));
}

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sentence(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ');
}

function refuse(status: number, message: string): Answer {
  return json(status, { refused: message });
}
