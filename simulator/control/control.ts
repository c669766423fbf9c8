/** The control service: cards in and out, faults, reset, and what was asked (docs/identity-and-simulator.md). */
import * as z from 'zod';
import { faultSchema, faultServiceSchema } from '../http/faults.ts';
import type { Faults } from '../http/faults.ts';
import type { RequestLog } from '../http/request-log.ts';
import { json, wrongVerb } from '../http/service.ts';
import type { Answer, Ask, Mount } from '../http/service.ts';
import type { IdentityControl } from '../identity/services.ts';
import type { RevocationControl } from '../revocation/services.ts';
import { cardControls } from './cards.ts';
import type { ReaderControl } from './cards.ts';
import { identityControls, revocationControls } from './identity.ts';
import { refuse, sentence } from './refusals.ts';

export type { ReaderControl } from './cards.ts';

interface ControlParts {
  readonly faults: Faults;
  readonly log: RequestLog;
  /** `null` where the simulator was started without a card. */
  readonly reader: ReaderControl | null;
  readonly identity: IdentityControl;
  readonly revocation: RevocationControl;
  /** A token without a card, for the headless tools: Dr Nair at the practice. */
  readonly issueToken: () => { readonly token: string; readonly roleId: string };
}

const KNOWS_NO_PATIENTS: ReadonlySet<string> = new Set(['identity', 'revocation', 'revocation-list', 'revocation-answers']);

const emptySchema = z.strictObject({});
const faultBodySchema = z.strictObject({ service: faultServiceSchema, fault: faultSchema.nullable() });

export function control(parts: ControlParts): (ask: Ask) => Promise<Answer> {
  const actions: Readonly<Record<string, (body: unknown) => Promise<Answer>>> = {
    ...cardControls(parts.reader),
    ...identityControls(parts.identity),
    ...revocationControls(parts.revocation),
    fault: async (body) => setFault(parts, body),
    reset: (body) => reset(parts, body),
    token: async (body) => issueToken(parts, body),
  };
  const shows: Readonly<Record<string, () => unknown>> = {
    requests: () => parts.log.all(),
    'identity/tokens': () => parts.identity.heldTokens(),
    'card/commands': () => parts.reader?.heard ?? [],
  };
  return async (ask) => {
    if (ask.headers.origin !== undefined) return refuse(403, 'Web pages may not drive the simulator.');
    const shown = Object.hasOwn(shows, ask.path) ? shows[ask.path] : undefined;
    if (shown !== undefined) return ask.method === 'GET' ? json(200, shown()) : wrongVerb('GET');
    const action = Object.hasOwn(actions, ask.path) ? actions[ask.path] : undefined;
    if (action === undefined) return refuse(404, `There is no control at /${ask.path}. Controls: ${Object.keys(actions).concat(Object.keys(shows)).map((path) => `/${path}`).join(', ')}.`);
    if (ask.method !== 'POST') return wrongVerb('POST');
    const body = parse(ask.body);
    return body === undefined ? refuse(400, 'The body is not JSON.') : action(body);
  };
}

/** Where control answers: below nothing, and at those of its paths that lie below a service's. */
export function controlMounts(answer: (ask: Ask) => Promise<Answer>): readonly Mount[] {
  const below = ['/identity/mode', '/identity/lifetimes', '/identity/logout', '/identity/tokens', '/revocation/mode', '/revocation/revoke'];
  return ['', ...below].map((prefix) => ({ prefix, service: () => 'control', answer: (ask) => answer({ ...ask, path: ask.url.pathname.slice(1) }) }));
}

function setFault({ faults }: ControlParts, body: unknown): Answer {
  const read = faultBodySchema.safeParse(body);
  if (!read.success) return refuse(400, sentence(read.error));
  const { service, fault } = read.data;
  if (fault?.kind === 'wrong-patient' && KNOWS_NO_PATIENTS.has(service)) return refuse(400, `The ${service} service knows no patients.`);
  faults.set(service, fault);
  return json(200, { service, fault });
}

async function reset({ faults, log, reader, identity, revocation }: ControlParts, body: unknown): Promise<Answer> {
  const read = emptySchema.safeParse(body);
  if (!read.success) return refuse(400, sentence(read.error));
  faults.clear();
  log.clear();
  identity.reset();
  revocation.reset();
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
